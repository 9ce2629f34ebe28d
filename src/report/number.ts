/** Numbers as people read them: no more digits than are known. */

/** Digits of an exact number. */
const exactDigits = 6;

/**
 * An estimate with the digits that its standard error warrants, two digits of it: `0.3873`, with 0.0012 beside it. An exact
 * number (standard error 0 or null) gets six digits.
 */
export function estimateText(value: number, se: number | null): string {
  if (se === null || se === 0 || !Number.isFinite(se) || !Number.isFinite(value)) return numberText(value);
  return awkward(value) || awkward(se) ? value.toPrecision(digitsKnown(value, se)) : value.toFixed(decimals(se));
}

/** A standard error, to two digits. */
export function errorText(se: number): string {
  if (!Number.isFinite(se) || se === 0) return numberText(se);
  return awkward(se) ? se.toPrecision(2) : se.toFixed(decimals(se));
}

/** A number to six digits, without the zeros that say nothing: `0.4`, `51773.8`, `1e-9`. */
export function numberText(value: number, digits: number = exactDigits): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value === 0 ? 0 : value);
  if (awkward(value)) return String(Number(value.toPrecision(digits)));
  const text = value.toPrecision(digits);
  if (text.includes('e')) return String(Math.round(value));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A count with its thousands apart: `1,000,000`. */
export const countText = (count: number): string => String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');

/** Too small or too large to write without an exponent. */
const awkward = (value: number): boolean => value !== 0 && (Math.abs(value) < 1e-5 || Math.abs(value) >= 1e15);

/** Decimals that show two digits of the standard error. */
const decimals = (se: number): number => Math.min(Math.max(1 - Math.floor(Math.log10(se)), 0), 12);

const digitsKnown = (value: number, se: number): number =>
  value === 0 ? 1 : Math.min(Math.max(Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(se)) + 2, 1), 12);
