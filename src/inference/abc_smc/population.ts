import type { Accepted } from '../rejection/accepted.js';

/** A generation: accepted runs with where their parameters are, weighted. */
export type Population = {
  readonly accepted: Accepted;
  /** Parameters of each particle on the scale where the prior is standard normal, row by row. */
  readonly places: Float64Array;
  /** The summaries of each particle. */
  readonly summaries: readonly Float64Array[];
  /** Weights, the greatest 1. */
  readonly weights: Float64Array;
};

/** Weights, the greatest 1, of log weights. */
export function relativeWeights(logWeights: Float64Array): Float64Array {
  const most = logWeights.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return logWeights.map((log) => (log === Number.NEGATIVE_INFINITY ? 0 : Math.exp(log - most)));
}

const inOrder = (values: Float64Array): readonly number[] =>
  Array.from(values.keys()).sort((a, b) => values[a]! - values[b]! || a - b);

/** The least distance within which this share of the weight lies. */
export function distanceByQuantile(distances: Float64Array, weights: Float64Array, share: number): number {
  const wanted = share * weights.reduce((a, b) => a + b, 0);
  let sum = 0;
  for (const i of inOrder(distances)) {
    sum += weights[i]!;
    if (sum >= wanted) return distances[i]!;
  }
  return distances.reduce((a, b) => Math.max(a, b), 0);
}

/**
 * The least distance at which the particles within it have this share of the effective sample size of all (Del Moral, Doucet and Jasra
 * 2012, section 3.3).
 */
export function distanceByEss(distances: Float64Array, weights: Float64Array, share: number): number {
  const square = (w: Float64Array): number => w.reduce((a, b) => a + b * b, 0);
  const total = weights.reduce((a, b) => a + b, 0);
  const wanted = (share * total * total) / square(weights);
  let sum = 0;
  let squares = 0;
  for (const i of inOrder(distances)) {
    sum += weights[i]!;
    squares += weights[i]! ** 2;
    if (squares > 0 && (sum * sum) / squares >= wanted) return distances[i]!;
  }
  return distances.reduce((a, b) => Math.max(a, b), 0);
}
