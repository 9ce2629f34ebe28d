/** Affine functions of the tape's random variables. */

/** constant + Σ coefficients[i] · variable[ids[i]]; ids rise, no coefficient is 0, and there is at least one. */
export type Affine = {
  readonly kind: 'affine';
  readonly constant: number;
  readonly ids: readonly number[];
  readonly coefficients: readonly number[];
};

/** An affine function that may turn out to be a plain number. */
export type Linear = number | Affine;

/** One variable itself. */
export const variable = (id: number): Affine => ({ kind: 'affine', constant: 0, ids: [id], coefficients: [1] });

/** a + factor · b. */
export function addScaled(a: Linear, b: Linear, factor: number): Linear {
  if (typeof b === 'number') {
    if (typeof a === 'number') return a + factor * b;
    return shifted(a, factor * b);
  }
  if (typeof a === 'number') return shifted(scaled(b, factor), a);
  const ids: number[] = [];
  const coefficients: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.ids.length || j < b.ids.length) {
    const left = a.ids[i] ?? Number.POSITIVE_INFINITY;
    const right = b.ids[j] ?? Number.POSITIVE_INFINITY;
    let coefficient = 0;
    if (left <= right) coefficient += a.coefficients[i++] ?? 0;
    if (right <= left) coefficient += factor * (b.coefficients[j++] ?? 0);
    if (coefficient === 0) continue;
    ids.push(Math.min(left, right));
    coefficients.push(coefficient);
  }
  const constant = a.constant + factor * b.constant;
  return ids.length === 0 ? constant : { kind: 'affine', constant, ids, coefficients };
}

/** factor · a. */
export function scaled(a: Linear, factor: number): Linear {
  if (typeof a === 'number') return factor * a;
  if (factor === 1) return a;
  if (factor === 0) return 0;
  return {
    kind: 'affine',
    constant: factor * a.constant,
    ids: a.ids,
    coefficients: a.coefficients.map((c) => factor * c),
  };
}

function shifted(a: Linear, by: number): Linear {
  if (typeof a === 'number') return a + by;
  if (Number.isNaN(by)) return by;
  return by === 0 ? a : { ...a, constant: a.constant + by };
}

/** Whether all numbers of the function are finite. */
export function hasFiniteNumbers(a: Affine): boolean {
  let sum = a.constant;
  for (const coefficient of a.coefficients) sum += 0 * coefficient;
  return Number.isFinite(sum);
}
