import { exp } from '../../runtime/math/exp.js';
import { log } from '../../runtime/math/log.js';
import { rowLength, rowPlaces, rowWithoutWeight } from '../../runtime/sums/sums.js';
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

/** The moments that stand in a row (`src/runtime/sums/sums.ts`). */
const momentsOf = (row: Float64Array): BlockMoments => ({
  count: row[rowPlaces.count]!,
  positive: row[rowPlaces.positive]!,
  absent: row[rowPlaces.absent]!,
  max: row[rowPlaces.max]!,
  weight: row[rowPlaces.weight]!,
  squaredWeight: row[rowPlaces.squaredWeight]!,
  unevenness: row[rowPlaces.unevenness]!,
  mean: row[rowPlaces.mean]!,
  deviation: row[rowPlaces.deviation]!,
  squaredMean: row[rowPlaces.squaredMean]!,
  squaredDeviation: row[rowPlaces.squaredDeviation]!,
});

/**
 * Writes the moments of the draws of two rows into a third one, which may be the left one (Chan, Golub, LeVeque 1983, with weights). Rows
 * are told by where they begin.
 */
function mergeRows(rows: Float64Array, left: number, right: number, into: number): void {
  const count = rows[left + rowPlaces.count]! + rows[right + rowPlaces.count]!;
  const leftMax = rows[left + rowPlaces.max]!;
  const rightMax = rows[right + rowPlaces.max]!;
  const max = Math.max(leftMax, rightMax);
  const a = leftMax === max ? 1 : exp(leftMax - max);
  const b = rightMax === max ? 1 : exp(rightMax - max);
  const leftWeight = rows[left + rowPlaces.weight]!;
  const rightWeight = rows[right + rowPlaces.weight]!;
  const leftCount = rows[left + rowPlaces.count]!;
  const rightCount = rows[right + rowPlaces.count]!;
  const weight = a * leftWeight + b * rightWeight;
  const apart = (b * rightWeight) / rightCount - (a * leftWeight) / leftCount;
  const unevenness =
    a * a * rows[left + rowPlaces.unevenness]! +
    b * b * rows[right + rowPlaces.unevenness]! +
    apart * apart * leftCount * (rightCount / count);
  if (leftWeight === 0 || rightWeight === 0) {
    const only = leftWeight === 0 ? right : left;
    rows.copyWithin(into, only, only + rowLength);
  } else {
    const leftSquared = a * a * rows[left + rowPlaces.squaredWeight]!;
    const rightSquared = b * b * rows[right + rowPlaces.squaredWeight]!;
    const share = (b * rightWeight) / weight;
    const squaredShare = rightSquared / (leftSquared + rightSquared);
    const mean = rows[left + rowPlaces.mean]!;
    const gap = rows[right + rowPlaces.mean]! - mean;
    const squaredMean = rows[left + rowPlaces.squaredMean]!;
    const squaredGap = rows[right + rowPlaces.squaredMean]! - squaredMean;
    rows[into + rowPlaces.positive] = rows[left + rowPlaces.positive]! + rows[right + rowPlaces.positive]!;
    rows[into + rowPlaces.absent] = rows[left + rowPlaces.absent]! + rows[right + rowPlaces.absent]!;
    rows[into + rowPlaces.max] = max;
    rows[into + rowPlaces.weight] = weight;
    rows[into + rowPlaces.squaredWeight] = leftSquared + rightSquared;
    rows[into + rowPlaces.mean] = mean + share * gap;
    rows[into + rowPlaces.deviation] =
      a * rows[left + rowPlaces.deviation]! +
      b * rows[right + rowPlaces.deviation]! +
      a * leftWeight * share * gap * gap;
    rows[into + rowPlaces.squaredMean] = squaredMean + squaredShare * squaredGap;
    rows[into + rowPlaces.squaredDeviation] =
      a * a * rows[left + rowPlaces.squaredDeviation]! +
      b * b * rows[right + rowPlaces.squaredDeviation]! +
      leftSquared * squaredShare * squaredGap * squaredGap;
  }
  rows[into + rowPlaces.count] = count;
  rows[into + rowPlaces.unevenness] = unevenness;
}

/** Leaves no draw of the rows any weight. */
export function dropWeights(rows: Float64Array): void {
  for (let at = 0; at < rows.length; at += rowLength)
    rowWithoutWeight(rows[at + rowPlaces.count]!, rows.subarray(at, at + rowLength));
}

/** The moments of all rows, one a block, of at least one draw each, merged in the fixed tree (`tree_reduction.ts`). */
export function mergedMoments(rows: Float64Array): BlockMoments {
  if (rows.length === 0) return momentsOf(noRow);
  const level = rows.slice();
  let length = rows.length / rowLength;
  while (length > 1) {
    const pairs = Math.floor(length / 2);
    for (let i = 0; i < pairs; i++) mergeRows(level, 2 * i * rowLength, (2 * i + 1) * rowLength, i * rowLength);
    if (length % 2 === 1) level.copyWithin(pairs * rowLength, (length - 1) * rowLength, length * rowLength);
    length -= pairs;
  }
  return momentsOf(level);
}

const noRow = new Float64Array(rowLength);
rowWithoutWeight(0, noRow);

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
