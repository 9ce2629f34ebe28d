import { blockSize } from '../../ir/engine.js';
import { exp } from '../../runtime/math/exp.js';
import { log } from '../../runtime/math/log.js';
import { foundLength, sumBlock, sumPlaces } from '../../runtime/sums/sums.js';
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
const room = new Float64Array(blockSize + 1);
const found = new Float64Array(foundLength);

/**
 * The moments of draws from … to - 1. A log weight of -Infinity is a weight of zero, and its value is not read; one
 * of +Infinity or NaN makes them NaN.
 */
export function blockMoments(values: Float64Array, logWeights: Float64Array, from: number, to: number): BlockMoments {
  const count = to - from;
  const weights = count <= blockSize ? room : new Float64Array(count + 1);
  const [ownValues, logs] = [values.subarray(from, to), logWeights.subarray(from, to)];
  let max = Number.NEGATIVE_INFINITY;
  for (const logWeight of logs) max = Math.max(max, logWeight);
  if (max !== Number.NEGATIVE_INFINITY) sumBlock(ownValues, logs, count, max, weights, found);
  return momentsFound(found, count, max, ownValues, weights);
}

/**
 * The moments of a block that was summed up by `sumBlock`.
 *
 * @param sums what that has found; not read where the greatest log weight is -Infinity
 * @param weights the weights that it has left behind
 */
export function momentsFound(
  sums: Float64Array,
  count: number,
  max: number,
  values: Float64Array,
  weights: Float64Array,
): BlockMoments {
  if (max === Number.NEGATIVE_INFINITY) return { ...nothing, count };
  const mean = sums[sumPlaces.mean]!;
  return {
    count,
    positive: sums[sumPlaces.positive]!,
    // A mean that is NaN while every value is a number comes of infinite ones.
    absent: Number.isNaN(mean) ? absentIn(values, weights, count) : 0,
    max,
    weight: sums[sumPlaces.weight]!,
    squaredWeight: sums[sumPlaces.squaredWeight]!,
    unevenness: sums[sumPlaces.unevenness]!,
    mean,
    deviation: sums[sumPlaces.deviation]!,
    squaredMean: sums[sumPlaces.squaredMean]!,
    squaredDeviation: sums[sumPlaces.squaredDeviation]!,
  };
}

function absentIn(values: Float64Array, weights: Float64Array, count: number): number {
  let absent = 0;
  for (let i = 0; i < count; i++) if (weights[i]! > 0 && Number.isNaN(values[i]!)) absent += 1;
  return absent;
}

/** The moments of the draws of both (Chan, Golub, LeVeque 1983, with weights). */
export function mergeMoments(left: BlockMoments, right: BlockMoments): BlockMoments {
  if (left.count === 0) return right;
  if (right.count === 0) return left;
  const count = left.count + right.count;
  const max = Math.max(left.max, right.max);
  const a = left.max === max ? 1 : exp(left.max - max);
  const b = right.max === max ? 1 : exp(right.max - max);
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
    value: moments.max + log(moments.weight / moments.count),
    se: Math.sqrt(moments.unevenness) / moments.weight,
  };
}
