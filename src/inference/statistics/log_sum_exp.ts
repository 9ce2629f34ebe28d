import { blockSize } from '../../ir/engine.js';
import { reduceTree } from './tree_reduction.js';

/**
 * The sum of exp(log weight) over a block of draws, or over several blocks, as `sum * exp(max)`: no weight overflows,
 * and none underflows that matters. `max` is -Infinity and `sum` 0 where every weight is zero.
 */
export type BlockSum = { readonly max: number; readonly sum: number };

const nothing: BlockSum = { max: Number.NEGATIVE_INFINITY, sum: 0 };

/**
 * The sum over draws from … to - 1. A log weight of -Infinity is a weight of zero; one of +Infinity or NaN makes the
 * sum infinite or NaN.
 */
export function blockSum(logWeights: Float64Array, from: number, to: number): BlockSum {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = from; i < to; i++) {
    const logWeight = logWeights[i]!;
    if (!(logWeight <= max)) max = logWeight;
    if (Number.isNaN(max)) return { max, sum: Number.NaN };
  }
  if (max === Number.NEGATIVE_INFINITY) return nothing;
  if (max === Number.POSITIVE_INFINITY) return { max, sum: 1 };
  let sum = 0;
  for (let i = from; i < to; i++) sum += Math.exp(logWeights[i]! - max);
  return { max, sum };
}

/** The sum over the draws of both. */
export function mergeSums(left: BlockSum, right: BlockSum): BlockSum {
  if (left.sum === 0) return right;
  if (right.sum === 0) return left;
  if (left.max === right.max) return { max: left.max, sum: left.sum + right.sum };
  if (left.max > right.max) return { max: left.max, sum: left.sum + right.sum * Math.exp(right.max - left.max) };
  return { max: right.max, sum: left.sum * Math.exp(left.max - right.max) + right.sum };
}

/** The sum over all blocks, in the fixed tree. */
export function mergeTree(blocks: readonly BlockSum[]): BlockSum {
  return reduceTree(blocks, mergeSums, nothing);
}

/** log of the sum; -Infinity where every weight is zero. */
export function logOf(total: BlockSum): number {
  return total.max + Math.log(total.sum);
}

/** log of the sum of exp(log weight), in the fixed tree; -Infinity for no draws. */
export function logSumExp(logWeights: Float64Array): number {
  const blocks: BlockSum[] = [];
  for (let from = 0; from < logWeights.length; from += blockSize) {
    blocks.push(blockSum(logWeights, from, Math.min(logWeights.length, from + blockSize)));
  }
  return logOf(mergeTree(blocks));
}
