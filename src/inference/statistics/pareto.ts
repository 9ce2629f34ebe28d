import { blockSize } from '../../ir/engine.js';
import type { BlockMoments } from './block_moments.js';
import { sumsOfLogs } from './tail_loops.js';
import { type Weights, weightsOf } from './weights.js';

/**
 * Shape and scale of a generalised Pareto distribution fitted to values above a threshold.
 */
type ParetoFit = { readonly shape: number; readonly scale: number };

/** Least number of values above the threshold from which a tail can be fitted. */
const FEWEST = 5;
/** Share of all weight from which a tail too short to fit makes the estimate untrustworthy. */
const HEAVY = 0.1;

/**
 * k-hat, the diagnostic of Pareto-smoothed importance sampling: the shape of a generalised Pareto distribution fitted
 * to the greatest weights. Below 0.5 the weights have a variance; above 0.7 estimates and their errors are not to be
 * trusted; the threshold for S draws is min(1 - 1 / log10(S), 0.7).
 * A. Vehtari, D. Simpson, A. Gelman, Y. Yao, J. Gabry, "Pareto smoothed importance sampling" (JMLR 25(72), 2024).
 *
 * The tail holds the greatest min(S / 5, 3 sqrt(S / r)) weights, r the relative efficiency of the draws: 1 for
 * independent draws, ESS / S for a Markov chain.
 *
 * null where there is nothing to fit: all weights (that are not zero) equal, or no weight above the tail's threshold,
 * so that the greatest weight is a common one. With one to four weights above it no fit is possible either; then
 * Infinity if these hold more than a tenth of all weight, null otherwise. NaN if a log weight is NaN.
 *
 * @param logWeights -Infinity is a weight of zero
 */
export const paretoKhat = (logWeights: Float64Array, relativeEfficiency = 1): number | null =>
  paretoKhatOf(weightsOf(logWeights), relativeEfficiency);

/** As `paretoKhat`, for weights that are at hand. */
export function paretoKhatOf({ relative, total, positive }: Weights, relativeEfficiency = 1): number | null {
  const count = relative.length;
  if (Number.isNaN(total)) return Number.NaN;
  if (positive === 0 || total === positive) return null;
  const length = tailLength(count, relativeEfficiency);
  if (length >= count) return null;
  return khatOfTail(greatest(relative, length), length, total);
}

/** How many of the greatest weights of a number of draws are fitted. */
export const tailLength = (count: number, relativeEfficiency = 1): number =>
  Math.ceil(Math.min(0.2 * count, 3 * Math.sqrt(count / relativeEfficiency)));

/**
 * As `paretoKhat`, for draws that were not kept.
 *
 * @param greatest the greatest log weights, more of them than `tailLength(moments.count)`, or all that are not -Infinity
 */
export function paretoKhatOfGreatest(moments: BlockMoments, greatest: Float64Array): number | null {
  const { count, weight, max } = moments;
  if (Number.isNaN(weight)) return Number.NaN;
  const length = tailLength(count);
  if (weight === 0 || length >= count) return null;
  const candidates = new Float64Array(Math.max(greatest.length, length + 1));
  for (let i = 0; i < greatest.length; i++) candidates[i] = Math.exp(greatest[i]! - max);
  return khatOfTail(candidates, length, weight);
}

/** k-hat from at least the `length + 1` greatest weights, which are reordered. */
function khatOfTail(candidates: Float64Array, length: number, total: number): number | null {
  candidates.sort();
  // The greatest weight that is not in the tail.
  const cutoff = candidates[candidates.length - length - 1]!;
  let first = candidates.length - length;
  while (first < candidates.length && candidates[first]! <= cutoff) first += 1;
  const excess = new Float64Array(candidates.length - first);
  let tailWeight = 0;
  for (let i = 0; i < excess.length; i++) {
    const weight = candidates[first + i]!;
    excess[i] = weight - cutoff;
    tailWeight += weight;
  }
  if (excess.length === 0) return null;
  if (excess.length < FEWEST) return tailWeight > HEAVY * total ? Number.POSITIVE_INFINITY : null;
  return fitGeneralisedPareto(excess).shape;
}

/** Draws from which a first guess at the cutoff is made. */
const GLANCE = 4096;

function collectAbove(weights: Float64Array, least: number, from: number, to: number, into: number[]): void {
  for (let i = from; i < to; i++) if (weights[i]! > least) into.push(weights[i]!);
}

/** At least the `length + 1` greatest weights, in no order. A glance at some of them saves sorting all. */
function greatest(weights: Float64Array, length: number): Float64Array {
  const count = weights.length;
  const stride = Math.max(1, Math.floor(count / GLANCE));
  const glance: number[] = [];
  for (let i = 0; i < count; i += stride) glance.push(weights[i]!);
  glance.sort((a, b) => b - a);
  const guess = glance[Math.ceil((2 * length * glance.length) / count) + 8] ?? 0;
  const above: number[] = [];
  for (let from = 0; from < count; from += blockSize) {
    collectAbove(weights, guess, from, Math.min(count, from + blockSize), above);
  }
  return Float64Array.from(above.length > length ? above : weights);
}

/**
 * Fits a generalised Pareto distribution with location 0 by the approximate posterior mean of J. Zhang and
 * M. A. Stephens, "A new and efficient estimation method for the generalized Pareto distribution" (Technometrics
 * 51(3), 2009), with the shape drawn towards 1/2 by a prior that weighs as ten values (Vehtari et al. 2024, appendix).
 *
 * @param sorted at least one value, all greater than 0, ascending
 */
export function fitGeneralisedPareto(sorted: Float64Array): ParetoFit {
  const count = sorted.length;
  const grid = 30 + Math.floor(Math.sqrt(count));
  const largest = sorted[count - 1]!;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += sorted[i]! / count;
  const quartile = sorted[Math.max(0, Math.floor(count / 4 + 0.5) - 1)]!;
  const thetas = Float64Array.from(
    { length: grid },
    (_, j) => 1 / largest + (1 - Math.sqrt(grid / (j + 0.5))) / (3 * quartile),
  );
  const logs = sumsOfLogs(sorted, thetas);
  const logLikelihoods = thetas.map((theta, j) => {
    const shape = logs[j]! / count;
    // At theta = 0 the distribution is the exponential, whose scale is the mean.
    const scale = theta === 0 ? mean : -shape / theta;
    return -count * (Math.log(scale) + shape + 1);
  });
  const best = logLikelihoods.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  let total = 0;
  let weighted = 0;
  for (let j = 0; j < grid; j++) {
    const weight = Math.exp(logLikelihoods[j]! - best);
    total += weight;
    weighted += weight * thetas[j]!;
  }
  const theta = weighted / total;
  const shape = sumsOfLogs(sorted, Float64Array.of(theta))[0]! / count;
  return { shape: (count * shape + 10 * 0.5) / (count + 10), scale: theta === 0 ? mean : -shape / theta };
}
