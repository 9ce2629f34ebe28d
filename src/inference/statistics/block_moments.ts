import { reduceTree } from './tree_reduction.js';
import type { Estimate } from './weights.js';

/**
 * What a block of weighted draws of one quantity contributes to its mean, error, effective sample size and evidence;
 * for runs whose draws are not kept. Weights are divided by exp(max); sums are over draws whose weight is not zero.
 */
export type BlockMoments = {
  /** Draws in the block, those of weight zero too. */
  readonly count: number;
  /** The greatest log weight; -Infinity where every weight is zero. */
  readonly max: number;
  /** sum w */
  readonly weight: number;
  /** sum w^2 */
  readonly squaredWeight: number;
  /** sum w f / sum w */
  readonly mean: number;
  /** sum w (f - mean)^2 */
  readonly deviation: number;
  /** sum w^2 f / sum w^2 */
  readonly squaredMean: number;
  /** sum w^2 (f - squaredMean)^2 */
  readonly squaredDeviation: number;
};

const nothing: BlockMoments = {
  count: 0,
  max: Number.NEGATIVE_INFINITY,
  weight: 0,
  squaredWeight: 0,
  mean: 0,
  deviation: 0,
  squaredMean: 0,
  squaredDeviation: 0,
};

/**
 * The moments of draws from … to - 1. A log weight of -Infinity is a weight of zero, and its value is not read; one
 * of +Infinity or NaN makes them NaN.
 */
export function blockMoments(values: Float64Array, logWeights: Float64Array, from: number, to: number): BlockMoments {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to && !Number.isNaN(max); i++) {
    const logWeight = logWeights[i]!;
    if (!(logWeight <= max)) max = logWeight;
  }
  if (max === Number.NEGATIVE_INFINITY) return { ...nothing, count: to - from };
  let weight = 0;
  let squaredWeight = 0;
  let first = 0;
  let squaredFirst = 0;
  for (let i = from; i < to; i++) {
    const w = Math.exp(logWeights[i]! - max);
    if (w === 0) continue;
    weight += w;
    squaredWeight += w * w;
    first += w * values[i]!;
    squaredFirst += w * w * values[i]!;
  }
  const mean = first / weight;
  const squaredMean = squaredFirst / squaredWeight;
  let deviation = 0;
  let squaredDeviation = 0;
  for (let i = from; i < to; i++) {
    const w = Math.exp(logWeights[i]! - max);
    if (w === 0) continue;
    deviation += w * (values[i]! - mean) ** 2;
    squaredDeviation += (w * (values[i]! - squaredMean)) ** 2;
  }
  return { count: to - from, max, weight, squaredWeight, mean, deviation, squaredMean, squaredDeviation };
}

/** The moments of the draws of both (Chan, Golub, LeVeque 1983, with weights). */
export function mergeMoments(left: BlockMoments, right: BlockMoments): BlockMoments {
  const count = left.count + right.count;
  if (left.weight === 0) return { ...right, count };
  if (right.weight === 0) return { ...left, count };
  const max = Math.max(left.max, right.max);
  const a = left.max === max ? 1 : Math.exp(left.max - max);
  const b = right.max === max ? 1 : Math.exp(right.max - max);
  const weight = a * left.weight + b * right.weight;
  const squaredWeight = a * a * left.squaredWeight + b * b * right.squaredWeight;
  const share = (b * right.weight) / weight;
  const squaredShare = (b * b * right.squaredWeight) / squaredWeight;
  const gap = right.mean - left.mean;
  const squaredGap = right.squaredMean - left.squaredMean;
  return {
    count,
    max,
    weight,
    squaredWeight,
    mean: left.mean + share * gap,
    deviation: a * left.deviation + b * right.deviation + a * left.weight * share * gap * gap,
    squaredMean: left.squaredMean + squaredShare * squaredGap,
    squaredDeviation:
      a * a * left.squaredDeviation +
      b * b * right.squaredDeviation +
      a * a * left.squaredWeight * squaredShare * squaredGap * squaredGap,
  };
}

/** The moments of all blocks, in the fixed tree. */
export function mergeMomentsTree(blocks: readonly BlockMoments[]): BlockMoments {
  return reduceTree(blocks, mergeMoments, nothing);
}

/** The mean with se = sqrt(sum w^2 (f - m)^2) / sum w, as `weightedMean` gives it; NaN without any weight. */
export function meanOf(moments: BlockMoments): Estimate {
  if (moments.weight === 0) return { value: Number.NaN, se: Number.NaN };
  const offset = moments.squaredMean - moments.mean;
  const squares = moments.squaredDeviation + moments.squaredWeight * offset * offset;
  return { value: moments.mean, se: Math.sqrt(squares) / moments.weight };
}

/** The weighted variance sum w (f - m)^2 / sum w; NaN without any weight. */
export function varianceOf(moments: BlockMoments): number {
  return moments.deviation / moments.weight;
}

/** Effective sample size; 0 without any weight. */
export function effectiveSampleSizeOf(moments: BlockMoments): number {
  return moments.weight === 0 ? 0 : moments.weight ** 2 / moments.squaredWeight;
}

/** log of the mean weight with its error, as `logEvidence` gives it. */
export function logEvidenceOf(moments: BlockMoments): Estimate {
  if (moments.weight === 0) return { value: Number.NEGATIVE_INFINITY, se: Number.NaN };
  const excess = moments.squaredWeight / moments.weight ** 2 - 1 / moments.count;
  return {
    value: moments.max + Math.log(moments.weight / moments.count),
    se: Math.sqrt(Math.max(0, excess)),
  };
}
