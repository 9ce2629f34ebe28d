/** Weights that are those of jointly normal numbers. */
import { dot, inverted, logDeterminant, pairsOf, type Rows, rootOf, rowsOf, times } from './linear.js';

/** Jointly normal numbers; `logTotal` is the log of the integral of the weight. */
export type Normal = {
  readonly kind: 'normal';
  readonly mean: readonly number[];
  readonly covariance: Rows;
  readonly logTotal: number;
};

/** The functions that the log of the weight is to be a sum of: 1, the numbers, and their products. */
export const quadraticFeatures = (x: readonly number[]): readonly number[] => [
  1,
  ...x,
  ...pairsOf(x.length).map(([i, j]) => x[i]! * x[j]!),
];

/** The normal law whose density is proportional to the exponential of a sum of the features; null where the integral is not finite. */
export function normalOf(coefficients: readonly number[], count: number): Normal | null {
  const [constant = 0] = coefficients;
  const linear = coefficients.slice(1, 1 + count);
  const at = new Map(pairsOf(count).map(([i, j], k) => [`${i} ${j}`, coefficients[1 + count + k]!]));
  const precision = rowsOf(count, (i, j) => (i === j ? -2 : -1) * at.get(i <= j ? `${i} ${j}` : `${j} ${i}`)!);
  if (rootOf(precision) === null) return null;
  const covariance = inverted(precision);
  const mean = times(covariance, linear);
  const logTotal = constant + 0.5 * (count * Math.log(2 * Math.PI) - logDeterminant(precision) + dot(linear, mean));
  return { kind: 'normal', mean, covariance, logTotal };
}
