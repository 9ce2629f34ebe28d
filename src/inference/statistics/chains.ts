import { normalQuantile } from '../../exact/normal.js';
import { autocovarianceOf, meanOf } from './autocovariance.js';
import { ascending } from './order.js';

/*
 * What draws of Markov chains are worth: A. Vehtari, A. Gelman, D. Simpson, B. Carpenter, P.-C. Bürkner, "Rank-normalization, folding,
 * and localization: an improved R-hat for assessing convergence of MCMC" (Bayesian Analysis 16(2), 2021).
 *
 * Chains of equal length are arrays of columns; every function splits them in halves itself. Results are NaN where there are less than
 * four draws a chain, where a draw is not finite, and where all draws are equal.
 */

/** The draws of each chain: the last ones, as many as the shortest chain has. */
export function chainsOf(column: Float64Array, starts: Int32Array): readonly Float64Array[] {
  const chains = Array.from(starts, (start, c) => column.subarray(start, starts[c + 1] ?? column.length));
  const filled = chains.filter((chain) => chain.length > 0);
  const shortest = filled.reduce((least, chain) => Math.min(least, chain.length), Number.POSITIVE_INFINITY);
  return filled.map((chain) => chain.subarray(chain.length - shortest));
}

/** How well chains have mixed in one quantity. */
export type Mixing = {
  /** Of the rank-normalised draws and of their folded values, the greater one. 1 where the chains agree. */
  readonly rhat: number;
  /** Effective sample size of the rank-normalised draws: for the middle of the distribution. */
  readonly bulk: number;
  /** The lesser effective sample size of the 5 % and the 95 % quantile. */
  readonly tail: number;
};

/** R-hat, bulk and tail effective sample size of one quantity. */
export function mixingOf(chains: readonly Float64Array[]): Mixing {
  const halves = splitChains(chains);
  if (halves === null) return { rhat: Number.NaN, bulk: Number.NaN, tail: Number.NaN };
  const scores = newScores(halves.length * halves[0]!.length);
  const normal = normalScores(halves, scores);
  const median = hyndmanFan7(together(halves).sort(), 0.5);
  const all = together(chains).sort();
  const folded = normalScores(
    halves.map((half) => half.map((x) => Math.abs(x - median))),
    scores,
  );
  const below = (p: number): number => {
    const quantile = hyndmanFan7(all, p);
    return effective(halves.map((half) => half.map((x) => (x <= quantile ? 1 : 0))));
  };
  return {
    rhat: Math.max(potentialScaleReduction(normal), potentialScaleReduction(folded)),
    bulk: effective(normal),
    tail: Math.min(below(0.05), below(0.95)),
  };
}

/** Effective sample size for the mean: how many independent draws would estimate it as well. */
export function effectiveSizeOfChains(chains: readonly Float64Array[]): number {
  const halves = splitChains(chains);
  return halves === null ? Number.NaN : effective(halves);
}

/** Halves of the chains, without the draw in the middle where the length is odd; null where no result can be had. */
function splitChains(chains: readonly Float64Array[]): readonly Float64Array[] | null {
  const length = chains[0]?.length ?? 0;
  const half = Math.floor(length / 2);
  if (half < 2) return null;
  const halves = chains.flatMap((chain) => [chain.subarray(0, half), chain.subarray(length - half)]);
  const first = halves[0]![0]!;
  if (!chains.every((chain) => chain.every(Number.isFinite))) return null;
  return halves.every((part) => part.every((x) => x === first)) ? null : halves;
}

function together(parts: readonly Float64Array[]): Float64Array {
  const length = parts[0]?.length ?? 0;
  const all = new Float64Array(parts.length * length);
  for (const [c, part] of parts.entries()) all.set(part, c * length);
  return all;
}

/** The normal score of twice a mean rank among so many draws, (r - 3/8) / (S + 1/4) (Blom 1958); a quantile takes long, and ranks come again. */
function newScores(count: number): (twice: number) => number {
  const known = new Float64Array(2 * count + 1).fill(Number.NaN);
  return (twice) => {
    if (Number.isNaN(known[twice]!)) known[twice] = normalQuantile((twice / 2 - 3 / 8) / (count + 1 / 4));
    return known[twice]!;
  };
}

/** Normal quantiles of the ranks among all draws; equal draws share their mean rank. */
function normalScores(parts: readonly Float64Array[], scoreOf: (twice: number) => number): readonly Float64Array[] {
  const all = together(parts);
  const order = ascending(all);
  const scores = new Float64Array(all.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && all[order[to]!] === all[order[from]!]) to += 1;
    const score = scoreOf(from + 1 + to);
    for (let k = from; k < to; k++) scores[order[k]!] = score;
    from = to;
  }
  const length = parts[0]?.length ?? 0;
  return parts.map((_, c) => scores.subarray(c * length, (c + 1) * length));
}

/** The root of the ratio of the variance of all draws to that within the parts (Gelman and Rubin 1992). */
function potentialScaleReduction(parts: readonly Float64Array[]): number {
  const length = parts[0]?.length ?? 0;
  const between = length * varianceOf(Float64Array.from(parts, meanOf));
  const within = meanOf(Float64Array.from(parts, varianceOf));
  return Math.sqrt((between / within + length - 1) / length);
}

function varianceOf(values: Float64Array): number {
  const mean = meanOf(values);
  let sum = 0;
  for (const x of values) sum += (x - mean) ** 2;
  return sum / (values.length - 1);
}

/**
 * Effective sample size of parts of chains, from their autocorrelations by Geyer's initial monotone sequence of pairs (Vehtari et al.
 * 2021, section 3.2; C. J. Geyer, "Practical Markov chain Monte Carlo", Statistical Science 7, 1992), at most S log10 S.
 */
function effective(parts: readonly Float64Array[]): number {
  const length = parts[0]?.length ?? 0;
  const total = parts.length * length;
  const covariances = parts.map(autocovarianceOf);
  const meanCovariance = (lag: number): number => covariances.reduce((sum, at) => sum + at(lag), 0) / parts.length;
  const within = (meanCovariance(0) * length) / (length - 1);
  const between = parts.length > 1 ? varianceOf(Float64Array.from(parts, meanOf)) : 0;
  const overall = (within * (length - 1)) / length + between;
  if (!(overall > 0)) return Number.NaN;
  const correlation = (lag: number): number => (lag === 0 ? 1 : 1 - (within - meanCovariance(lag)) / overall);

  // Pairs of neighbouring lags have a positive, falling sum in a reversible chain; noise ends that.
  const pairs: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  let beyond = 0;
  for (let lag = 0; lag + 1 < length; lag += 2) {
    const even = correlation(lag);
    const pair = even + correlation(lag + 1);
    const isLast = lag + 4 > length - 1;
    if (lag > 0 && (pair < 0 || isLast)) {
      beyond = Math.max(0, even);
      break;
    }
    least = Math.min(least, pair);
    pairs.push(least);
  }
  const time = -1 + 2 * pairs.reduce((sum, pair) => sum + pair, 0) + beyond;
  return total / Math.max(time, 1 / Math.log10(total));
}

/** A quantile of sorted values by linear interpolation (definition 7 of Hyndman and Fan 1996). */
function hyndmanFan7(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const low = Math.floor(position);
  const share = position - low;
  return share === 0 ? sorted[low]! : sorted[low]! * (1 - share) + sorted[low + 1]! * share;
}
