/** Numbers as data files write them. */

/** Powers of ten that a double holds exactly. */
const powers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);
const largestExact = 2 ** 53;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The number that text[start..end) spells, correctly rounded; undefined if it spells none. Takes decimal numbers with or
 * without exponent, and `Inf`, `Infinity` and `NaN` in any case, with a sign.
 */
export function parseNumber(text: string, start: number, end: number): number | undefined {
  let at = start;
  const sign = text.charCodeAt(at);
  const negative = sign === 0x2d;
  if (negative || sign === 0x2b) at += 1;
  let mantissa = 0;
  let digits = 0;
  let decimals = 0;
  let pointed = false;
  for (; at < end; at += 1) {
    const code = text.charCodeAt(at);
    const digit = code - 0x30;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits += 1;
      if (pointed) decimals += 1;
    } else if (code === 0x2e && !pointed) pointed = true;
    else return slowNumber(text.slice(start, end));
  }
  if (digits === 0) return undefined;
  // Both sides of the division are exact, so its one rounding is the right one.
  if (mantissa < largestExact && decimals < powers.length) {
    const value = mantissa / powers[decimals]!;
    return negative ? -value : value;
  }
  return slowNumber(text.slice(start, end));
}

function slowNumber(text: string): number | undefined {
  if (decimal.test(text)) return Number(text);
  switch (text.toLowerCase().replace(/^\+/, '')) {
    case 'inf':
    case 'infinity':
      return Number.POSITIVE_INFINITY;
    case '-inf':
    case '-infinity':
      return Number.NEGATIVE_INFINITY;
    case 'nan':
      return Number.NaN;
    default:
      return undefined;
  }
}
