import { norm } from './moments.js';
import type { Estimate } from './weights.js';

/** The 95 % Monte Carlo interval of an answer: where the exact answer lies in 95 of 100 runs with different seeds. */
export type Interval = readonly [low: number, high: number];

/** The 97.5 % quantile of the standard normal. */
const Z = 1.959963984540054;

/** How far a 95 % interval of a normal error reaches to either side, in standard errors. */
export const normalReach = Z;

/** How errors are made of influence columns (see `moments.ts`). */
export type Errors = {
  /** The standard error that a column means. */
  readonly of: (influence: Float64Array) => number;
  /** How far a 95 % interval reaches to either side, in standard errors. */
  readonly reach: number;
  /** By which share of itself the standard error may be wrong, as a standard error of its own; 0 where that is next to nothing. */
  readonly uncertainty: number;
  /** The least standard error that a share of all weight may be taken to have. */
  readonly leastOfShare: number;
};

/** Draws that know nothing of each other. */
export const independentErrors: Errors = { of: norm, reach: Z, uncertainty: 0, leastOfShare: 0 };

/** Degrees of freedom from which Student's t is read off its expansion about the normal. */
const MANY = 1000;

/** The interval value ± reach · se; 1.96 se where the error is normal. One point for an exact answer (se 0). */
export function normalInterval(estimate: Estimate, reach = Z): Interval {
  const half = estimate.se === 0 ? 0 : reach * estimate.se;
  return [estimate.value - half, estimate.value + half];
}

/**
 * The interval of a mean of few independent replicas, whose standard error is itself a rough estimate: by Student's t.
 *
 * @param degreesOfFreedom replicas less one; 1 or more
 */
export const studentInterval = (estimate: Estimate, degreesOfFreedom: number): Interval =>
  normalInterval(estimate, studentQuantile(degreesOfFreedom));

/**
 * The interval of a probability: E. B. Wilson's score interval (JASA 22, 1927), which stays inside [0, 1], covers well
 * near its ends, and does not shrink to a point where no draw, or every draw, has the event: with n draws it then
 * reaches 3.84 / (n + 3.84) from the end (the "rule of three" for two-sided 95 %).
 *
 * The number of draws that it speaks of is p (1 - p) / se^2, that is, as many unweighted ones as would give the error
 * estimated; `effective` where se is 0.
 *
 * @param effective effective sample size of the draws
 * @param reach of the error, in standard errors: that of the normal, or of Student's t where the error is a rough estimate itself
 */
export function probabilityInterval(estimate: Estimate, effective: number, reach = Z): Interval {
  if (Number.isNaN(estimate.se)) return [0, 1];
  const p = Math.min(1, Math.max(0, estimate.value));
  if (p === 0 || p === 1 || estimate.se === 0) return unseenInterval(p, effective, [0, 1]);
  const count = (p * (1 - p)) / (estimate.se * estimate.se);
  const shrink = 1 + (reach * reach) / count;
  const centre = (p + (reach * reach) / (2 * count)) / shrink;
  const half = (reach / shrink) * Math.sqrt((p * (1 - p)) / count + (reach * reach) / (4 * count * count));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/**
 * The interval of the mean of a bounded quantity of which every draw gave the same value, so that its estimated error
 * is 0: what was not seen in n draws has a probability of at most 3.84 / (n + 3.84), and lies within the bounds.
 * Serves for 0 - 0 in a difference of probabilities (bounds -1 and 1) as for a probability.
 *
 * @param effective effective sample size of the draws; 0 gives the bounds themselves
 */
export function unseenInterval(value: number, effective: number, bounds: Interval): Interval {
  const unseen = (Z * Z) / (effective + Z * Z);
  return [value - unseen * (value - bounds[0]), value + unseen * (bounds[1] - value)];
}

/**
 * The 97.5 % quantile of Student's t with 1 or more degrees of freedom. Whole numbers: from the closed form of its cdf (Abramowitz and Stegun
 * 26.7.3 and 26.7.4), to 1e-12; above 1000 from its expansion about the normal, to 1e-8. Between them its logarithm is taken as
 * linear in 1 over the degrees: too wide by 3 % at most between 1 and 2, by 0.5 % between 2 and 3, by less above.
 */
export function studentQuantile(degreesOfFreedom: number): number {
  if (degreesOfFreedom > MANY) {
    const n = degreesOfFreedom;
    return Z * (1 + (Z ** 2 + 1) / (4 * n) + (5 * Z ** 4 + 16 * Z ** 2 + 3) / (96 * n * n));
  }
  const below = Math.floor(degreesOfFreedom);
  if (below === degreesOfFreedom) return wholeStudentQuantile(below);
  const beyond = (1 / below - 1 / degreesOfFreedom) / (1 / below - 1 / (below + 1));
  return wholeStudentQuantile(below) ** (1 - beyond) * wholeStudentQuantile(below + 1) ** beyond;
}

function wholeStudentQuantile(degreesOfFreedom: number): number {
  let low = 0;
  let high = Math.PI / 2;
  for (let step = 0; step < 60; step++) {
    const angle = (low + high) / 2;
    if (studentCoverage(angle, degreesOfFreedom) < 0.95) low = angle;
    else high = angle;
  }
  return Math.sqrt(degreesOfFreedom) * Math.tan((low + high) / 2);
}

/** P(|T| <= sqrt(n) tan(angle)) for Student's T with n degrees of freedom. */
function studentCoverage(angle: number, degreesOfFreedom: number): number {
  const cosine = Math.cos(angle);
  const odd = degreesOfFreedom % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = 0;
  for (let k = odd ? 3 : 2; k <= degreesOfFreedom; k += 2) {
    sum += term;
    term *= ((k - 1) / k) * cosine * cosine;
  }
  const series = Math.sin(angle) * sum;
  return odd ? (2 / Math.PI) * (angle + series) : series;
}
