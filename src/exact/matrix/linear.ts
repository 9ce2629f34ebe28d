/** Small symmetric matrices as arrays of rows. */
import { CholeskyDecomposition, inverse, Matrix } from 'ml-matrix';

export type Rows = readonly (readonly number[])[];

/** Its inverse; the matrix is positive definite. */
export const inverted = (a: Rows): Rows => symmetric(inverse(new Matrix(a.map((r) => [...r]))).to2DArray());

/** The mean of a matrix and its transpose. */
export const symmetric = (a: Rows): Rows => a.map((row, i) => row.map((x, j) => (x + a[j]![i]!) / 2));

/** Its Cholesky factor; null where it is not positive definite. */
export function rootOf(a: Rows): Rows | null {
  const decomposition = new CholeskyDecomposition(new Matrix(a.map((r) => [...r])));
  return decomposition.isPositiveDefinite() ? decomposition.lowerTriangularMatrix.to2DArray() : null;
}

/** The log of the determinant of a positive definite matrix; NaN for others. */
export function logDeterminant(a: Rows): number {
  const root = rootOf(a);
  return root === null ? Number.NaN : root.reduce((sum, row, i) => sum + 2 * Math.log(row[i]!), 0);
}

export const times = (a: Rows, x: readonly number[]): readonly number[] =>
  a.map((row) => row.reduce((sum, y, j) => sum + y * x[j]!, 0));

export const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

/** a' M b. */
export const between = (a: readonly number[], m: Rows, b: readonly number[]): number => dot(a, times(m, b));

/** f(i, j) in n rows and columns. */
export const rowsOf = (n: number, f: (i: number, j: number) => number): Rows =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => f(i, j)));

/** Pairs i ≤ j below n. */
export const pairsOf = (n: number): readonly (readonly [number, number])[] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n - i }, (_, k) => [i, i + k] as const)).flat();

/** log Γ(x) for x > 0, by Stirling's series above 15 (Abramowitz and Stegun 6.1.41) and the recurrence below; to about 1e-15 of |x| log x. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 15; y++) shift += Math.log(y);
  const z = 1 / (y * y);
  const series = (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * (1 / 1188))))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** log Γ_d(x), the multivariate gamma function (Muirhead 1982, theorem 2.1.12). */
export const logMultivariateGamma = (d: number, x: number): number =>
  (d * (d - 1) * Math.log(Math.PI)) / 4 +
  Array.from({ length: d }, (_, j) => logGamma(x - j / 2)).reduce((a, b) => a + b, 0);
