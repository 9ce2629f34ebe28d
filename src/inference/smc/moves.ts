/** Random-walk moves of a whole population at once, in the unconstrained noise of the model (see `standard_noise.ts`). */

/** A population in d dimensions: one column of numbers for each. */
export type Points = readonly Float64Array[];

/** Dimensions up to which proposals follow the covariance of the population; above, its variances. */
const mostCorrelated = 100;

/**
 * The Cholesky factor of the covariance of a population, row by row with zeros above the diagonal; a direction in which the population
 * does not spread, or does so by rounding only, has a millionth of the spread of the prior.
 */
export function spreadOf(points: Points): Float64Array {
  const d = points.length;
  const means = points.map((column) => column.reduce((sum, x) => sum + x, 0) / column.length);
  const factor = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = d > mostCorrelated ? i : 0; j <= i; j++) {
      let sum = 0;
      const [a, b] = [points[i]!, points[j]!];
      for (let p = 0; p < a.length; p++) sum += (a[p]! - means[i]!) * (b[p]! - means[j]!);
      let rest = sum / a.length;
      for (let k = 0; k < j; k++) rest -= factor[i * d + k]! * factor[j * d + k]!;
      if (i === j) factor[i * d + i] = Math.sqrt(Math.max(rest, 1e-10 * (sum / a.length), 1e-12));
      else factor[i * d + j] = rest / factor[j * d + j]!;
    }
  }
  return factor;
}

/** Writes `from` + size · L u into `to`, with u of independent normals for each particle from `first` to `end - 1`; left out: for all. */
export function propose(
  from: Points,
  factor: Float64Array,
  size: number,
  normal: () => number,
  to: Points,
  first = 0,
  end: number = from[0]?.length ?? 0,
): void {
  const d = from.length;
  const u = new Float64Array(d);
  for (let p = first; p < end; p++) {
    for (let i = 0; i < d; i++) u[i] = normal();
    for (let i = 0; i < d; i++) {
      let step = 0;
      for (let k = 0; k <= i; k++) step += factor[i * d + k]! * u[k]!;
      to[i]![p] = from[i]![p]! + size * step;
    }
  }
}

/** Half the mean squared distance between two populations in units of the second one's variance, the least over the dimensions: 1 where they are independent. */
export function distanceMoved(from: Points, to: Points): number {
  let least = Number.POSITIVE_INFINITY;
  from.forEach((before, i) => {
    const after = to[i]!;
    const mean = after.reduce((sum, x) => sum + x, 0) / after.length;
    let moved = 0;
    let variance = 0;
    for (let p = 0; p < before.length; p++) {
      moved += (after[p]! - before[p]!) ** 2;
      variance += (after[p]! - mean) ** 2;
    }
    if (variance > 0) least = Math.min(least, moved / (2 * variance));
  });
  return least;
}
