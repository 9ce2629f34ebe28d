/** Points at which a weight is asked, and the function of a known form that goes through what it says there. */
import { Matrix, QrDecomposition } from 'ml-matrix';

/** Numbers between -1 and 1, the same everywhere (the linear congruence of Numerical Recipes, section 7.1). */
export function spreadNumbers(): () => number {
  let state = 12345;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Coefficients of columns of features, and the greatest distance from what was wanted. */
export type Fit = { readonly coefficients: readonly number[]; readonly residual: number };

/** Least squares by Householder reflections, columns scaled to a greatest element of 1; null where a column is nothing new. */
export function leastSquares(rows: readonly (readonly number[])[], wanted: readonly number[]): Fit | null {
  const [first] = rows;
  if (first === undefined) return null;
  const scales = first.map((_, k) => Math.max(...rows.map((row) => Math.abs(row[k]!))) || 1);
  const scaled = rows.map((row) => row.map((x, k) => x / scales[k]!));
  const qr = new QrDecomposition(new Matrix(scaled));
  if (!qr.isFullRank()) return null;
  const found = qr.solve(Matrix.columnVector([...wanted]));
  const coefficients = scales.map((s, k) => found.get(k, 0) / s);
  return { coefficients, residual: residualOf(rows, wanted, coefficients) };
}

/** The value of a sum of features. */
export const sumOf = (row: readonly number[], coefficients: readonly number[]): number =>
  row.reduce((sum, x, k) => sum + x * coefficients[k]!, 0);

/** The greatest distance of sums of features from what was wanted. */
export const residualOf = (
  rows: readonly (readonly number[])[],
  wanted: readonly number[],
  coefficients: readonly number[],
): number => rows.reduce((most, row, i) => Math.max(most, Math.abs(sumOf(row, coefficients) - wanted[i]!)), 0);
