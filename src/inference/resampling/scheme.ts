/**
 * A way to choose ancestors: `count` of them among particles of given weights, such that the expected number of offspring of particle i
 * is count * w_i / sum w. A pure function of weights and uniforms.
 */
export type Scheme = {
  readonly name: string;
  readonly summary: string;
  /** How many uniforms it takes for so many particles and offspring. */
  readonly uniforms: (particles: number, count: number) => number;
  /**
   * The ancestors, in rising order.
   *
   * @param weights finite, at least 0, with a positive sum; they need not add up to 1
   * @param uniforms numbers in (0, 1), as many as `uniforms` says
   */
  readonly ancestors: (weights: Float64Array, uniforms: Float64Array, count: number) => Int32Array;
};

/** The last particle of positive weight: where rounding leaves a point beyond the sum of all weights. */
export function lastPositive(weights: Float64Array): number {
  let last = weights.length - 1;
  while (last > 0 && !(weights[last]! > 0)) last -= 1;
  return last;
}

/** The sum of the weights, in order. */
export function totalOf(weights: Float64Array): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i]!;
  return total;
}

/**
 * The particle in whose stretch of the summed weights each point falls.
 *
 * @param point the k-th point as a share of the sum, rising with k
 */
export function atPoints(weights: Float64Array, count: number, point: (k: number) => number): Int32Array {
  const ancestors = new Int32Array(count);
  const total = totalOf(weights);
  const last = lastPositive(weights);
  let i = 0;
  let below = weights[0]!;
  for (let k = 0; k < count; k++) {
    const at = point(k) * total;
    while (i < last && below <= at) {
      i += 1;
      below += weights[i]!;
    }
    ancestors[k] = i;
  }
  return ancestors;
}

/** Each particle as often as it has offspring, in order. */
export function fromCounts(counts: Int32Array, count: number): Int32Array {
  const ancestors = new Int32Array(count);
  let k = 0;
  for (let i = 0; i < counts.length; i++) for (let c = counts[i]!; c > 0 && k < count; c--) ancestors[k++] = i;
  return ancestors;
}
