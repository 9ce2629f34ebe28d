/** Orthonormal bases of what columns span, for regressions that only need to know what is explained. */
import type { UnitColumn } from '../estimate/units.js';

/** Orthonormal vectors of one length. */
export type Basis = readonly Float64Array[];

/** Less than this share of a vector's length counts as nothing left. */
const leastShare = 1e-6;

/** A column as numbers: a quantity itself, for each label but the first ones and zeros. */
export const codedColumn = ({ values, levels }: UnitColumn): readonly Float64Array[] =>
  levels === null
    ? [values]
    : Array.from({ length: Math.max(0, levels - 1) }, (_, k) => values.map((v) => (v === k + 1 ? 1 : 0)));

/** The constant and the given columns. */
export function basisOf(columns: readonly UnitColumn[], rows: number): Basis {
  const ones = new Float64Array(rows).fill(1 / Math.sqrt(rows));
  return [ones, ...beyond([ones], columns.flatMap(codedColumn))];
}

/** An orthonormal basis of what vectors add to a basis (Gram–Schmidt, each vector twice). Vectors that add nothing are left out. */
export function beyond(basis: Basis, vectors: readonly Float64Array[]): Basis {
  const added: Float64Array[] = [];
  for (const vector of vectors) {
    const left = vector.slice();
    const before = Math.sqrt(dot(left, left));
    for (let pass = 0; pass < 2; pass++) {
      for (const b of basis) subtract(left, b, dot(left, b));
      for (const b of added) subtract(left, b, dot(left, b));
    }
    const after = Math.sqrt(dot(left, left));
    if (after > leastShare * before) added.push(left.map((v) => v / after));
  }
  return added;
}

/** The inner product. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}

function subtract(from: Float64Array, vector: Float64Array, factor: number): void {
  for (let k = 0; k < from.length; k++) from[k]! -= factor * vector[k]!;
}
