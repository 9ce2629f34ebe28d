import { blockSize } from '../../ir/engine.js';
import { expOfNegative } from './exponential.js';
import { reduceTree } from './tree_reduction.js';
import type { Estimate } from './weights.js';

/**
 * What a block of weighted draws of one quantity contributes to its mean, error, effective sample size and evidence;
 * for runs whose draws are not kept. Weights are divided by exp(max); sums are over draws whose weight is not zero.
 */
export type BlockMoments = {
  /** Draws in the block, those of weight zero too. */
  readonly count: number;
  /** Draws with a weight greater than zero, and those of them whose value is absent (NaN). */
  readonly positive: number;
  readonly absent: number;
  /** The greatest log weight; -Infinity where every weight is zero. */
  readonly max: number;
  /** sum w */
  readonly weight: number;
  /** sum w^2 */
  readonly squaredWeight: number;
  /** sum (w - mean of w)^2, over all draws */
  readonly unevenness: number;
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
  positive: 0,
  absent: 0,
  max: Number.NEGATIVE_INFINITY,
  weight: 0,
  squaredWeight: 0,
  unevenness: 0,
  mean: 0,
  deviation: 0,
  squaredMean: 0,
  squaredDeviation: 0,
};

/** Weights of a block while it is summed up, and its sums. */
const room = new Float64Array(blockSize);
const sums = new Float64Array(8);

/**
 * The moments of draws from … to - 1. A log weight of -Infinity is a weight of zero, and its value is not read; one
 * of +Infinity or NaN makes them NaN.
 */
export function blockMoments(values: Float64Array, logWeights: Float64Array, from: number, to: number): BlockMoments {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) if (!(logWeights[i]! <= max)) max = logWeights[i]!;
  return momentsBelow(values, logWeights, from, to, max);
}

/** As `blockMoments`, where the greatest log weight is known; NaN if one of them is. */
export function momentsBelow(
  values: Float64Array,
  logWeights: Float64Array,
  from: number,
  to: number,
  max: number,
): BlockMoments {
  const count = to - from;
  if (max === Number.NEGATIVE_INFINITY) return { ...nothing, count };
  const weights = count <= blockSize ? room : new Float64Array(count);
  sumUp(values, logWeights, from, to, max, weights);
  const mean = sums[0]!;
  return {
    count,
    positive: sums[3]!,
    // A mean that is NaN while every value is a number comes of infinite ones.
    absent: Number.isNaN(mean) ? absentIn(values, from, weights.subarray(0, count)) : 0,
    max,
    weight: sums[1]!,
    squaredWeight: sums[2]!,
    unevenness: sums[7]!,
    mean,
    deviation: sums[4]!,
    squaredMean: sums[5]!,
    squaredDeviation: sums[6]!,
  };
}

function absentIn(values: Float64Array, from: number, weights: Float64Array): number {
  let absent = 0;
  for (let i = 0; i < weights.length; i++) if (weights[i]! > 0 && Number.isNaN(values[from + i]!)) absent += 1;
  return absent;
}

function sumUp(
  values: Float64Array,
  logWeights: Float64Array,
  from: number,
  to: number,
  max: number,
  weights: Float64Array,
): void {
  const count = to - from;
  let weight = 0;
  let squaredWeight = 0;
  let first = 0;
  let squaredFirst = 0;
  let positive = 0;
  for (let i = 0; i < count; i++) {
    const logWeight = logWeights[from + i]!;
    const w = expOfNegative(logWeight - max);
    weights[i] = w;
    if (w === 0) continue;
    if (w > 0) positive += 1;
    const wf = w * values[from + i]!;
    weight += w;
    squaredWeight += w * w;
    first += wf;
    squaredFirst += w * wf;
  }
  const mean = first / weight;
  const squaredMean = squaredFirst / squaredWeight;
  const even = weight / count;
  let deviation = 0;
  let squaredDeviation = 0;
  let unevenness = 0;
  for (let i = 0; i < count; i++) {
    const w = weights[i]!;
    unevenness += (w - even) * (w - even);
    if (w === 0) continue;
    const f = values[from + i]!;
    deviation += w * ((f - mean) * (f - mean));
    const weighted = w * (f - squaredMean);
    squaredDeviation += weighted * weighted;
  }
  sums[0] = mean;
  sums[1] = weight;
  sums[2] = squaredWeight;
  sums[3] = positive;
  sums[4] = deviation;
  sums[5] = squaredMean;
  sums[6] = squaredDeviation;
  sums[7] = unevenness;
}

/** The moments of the draws of both (Chan, Golub, LeVeque 1983, with weights). */
export function mergeMoments(left: BlockMoments, right: BlockMoments): BlockMoments {
  if (left.count === 0) return right;
  if (right.count === 0) return left;
  const count = left.count + right.count;
  const max = Math.max(left.max, right.max);
  const a = left.max === max ? 1 : Math.exp(left.max - max);
  const b = right.max === max ? 1 : Math.exp(right.max - max);
  const weight = a * left.weight + b * right.weight;
  const apart = (b * right.weight) / right.count - (a * left.weight) / left.count;
  const unevenness =
    a * a * left.unevenness + b * b * right.unevenness + apart * apart * left.count * (right.count / count);
  if (left.weight === 0) return { ...right, count, unevenness };
  if (right.weight === 0) return { ...left, count, unevenness };
  const squaredWeight = a * a * left.squaredWeight + b * b * right.squaredWeight;
  const share = (b * right.weight) / weight;
  const squaredShare = (b * b * right.squaredWeight) / squaredWeight;
  const gap = right.mean - left.mean;
  const squaredGap = right.squaredMean - left.squaredMean;
  return {
    count,
    positive: left.positive + right.positive,
    absent: left.absent + right.absent,
    max,
    weight,
    unevenness,
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

/** The moments of the same draws, none of which counts any longer. */
export const withoutWeight = ({ count }: BlockMoments): BlockMoments => ({ ...nothing, count });

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
  return {
    value: moments.max + Math.log(moments.weight / moments.count),
    se: Math.sqrt(moments.unevenness) / moments.weight,
  };
}
