import type { Weights } from './weights.js';

/**
 * Weighted draws in ascending order, sorted only where they are looked at: the draws are first dealt into buckets of
 * neighbouring values, and a bucket is sorted when one of its draws is asked for. A quantile of a million draws costs
 * a few passes over them and the sort of some dozens.
 *
 * Draws of weight zero are left out.
 */
export type SortedDraws = {
  /** Draws with weight. */
  readonly count: number;
  /** Sum of their weights (on the scale of `Weights.relative`). */
  readonly total: number;
  /** The k-th smallest value, 0 <= k < count. */
  readonly valueAt: (position: number) => number;
  /** The weight of the k-th smallest value. */
  readonly weightAt: (position: number) => number;
  /** The weight of all draws before the k-th. */
  readonly weightBefore: (position: number) => number;
  /** The first position k at which the draws 0 … k together weigh `target` or more; the last one if none does. */
  readonly positionOf: (target: number) => number;
};

const SAMPLE = 1023;
const DRAWS_PER_BUCKET = 32;
const MOST_BUCKETS = 32768;

/** Puts weighted draws in order. If a value with weight is NaN, there is no order, and every value read is NaN. */
export function sortDraws(values: Float64Array, weights: Weights): SortedDraws {
  const { relative, positive: count } = weights;
  const kept = new Uint32Array(count);
  for (let i = 0, k = 0; i < values.length; i++) if (relative[i]! > 0) kept[k++] = i;

  // Even buckets between two quantiles of a sample; what lies outside goes to one bucket at each end.
  const sample = Float64Array.from(
    { length: Math.min(SAMPLE, count) },
    (_, s) => values[kept[Math.floor(((s + 0.5) * count) / Math.min(SAMPLE, count))]!]!,
  ).sort();
  const low = sample[Math.floor(sample.length * 0.005)] ?? 0;
  const high = sample[Math.floor(sample.length * 0.995)] ?? 0;
  const inner = Math.max(1, Math.min(MOST_BUCKETS, Math.ceil(count / DRAWS_PER_BUCKET)));
  const scale = high > low && high - low < Number.POSITIVE_INFINITY ? (inner - 1) / (high - low) : 0;
  const bucketOf = new Uint16Array(count);
  const starts = new Uint32Array(inner + 3);
  let ordered = true;
  for (let k = 0; k < count; k++) {
    const x = values[kept[k]!]!;
    const bucket = x < low ? 0 : x <= high ? (scale === 0 ? 1 : 1 + Math.floor((x - low) * scale)) : inner + 1;
    if (Number.isNaN(x)) ordered = false;
    bucketOf[k] = bucket;
    starts[bucket + 1]!++;
  }
  for (let bucket = 0; bucket < inner + 2; bucket++) starts[bucket + 1]! += starts[bucket]!;

  const order = new Uint32Array(count);
  const next = starts.slice();
  const weightFrom = new Float64Array(inner + 3);
  for (let k = 0; k < count; k++) {
    const bucket = bucketOf[k]!;
    order[next[bucket]!++] = kept[k]!;
    weightFrom[bucket + 1]! += relative[kept[k]!]!;
  }
  for (let bucket = 0; bucket < inner + 2; bucket++) weightFrom[bucket + 1]! += weightFrom[bucket]!;
  const total = weightFrom[inner + 2]!;

  const isSorted = new Uint8Array(inner + 2);
  const ready = (bucket: number): void => {
    if (isSorted[bucket] === 1) return;
    isSorted[bucket] = 1;
    sortBucket(order.subarray(starts[bucket]!, starts[bucket + 1]!), values);
  };
  const bucketAt = (position: number): number => lastAtMost(starts, position);
  const weightBefore = (position: number): number => {
    const bucket = bucketAt(position);
    ready(bucket);
    let weight = weightFrom[bucket]!;
    for (let k = starts[bucket]!; k < position; k++) weight += relative[order[k]!]!;
    return weight;
  };
  return {
    count,
    total,
    valueAt: (position) => {
      ready(bucketAt(position));
      return ordered ? values[order[position]!]! : Number.NaN;
    },
    weightAt: (position) => {
      ready(bucketAt(position));
      return relative[order[position]!]!;
    },
    weightBefore,
    positionOf: (target) => {
      // The last bucket that starts below the target holds the draw, unless rounding carries it over the edge.
      let bucket = firstAtLeast(weightFrom, target) - 1;
      if (bucket < 0) bucket = 0;
      if (bucket > inner + 1) bucket = inner + 1;
      ready(bucket);
      let weight = weightFrom[bucket]!;
      for (let k = starts[bucket]!; k < starts[bucket + 1]!; k++) {
        weight += relative[order[k]!]!;
        if (weight >= target) return k;
      }
      return Math.min(count - 1, starts[bucket + 1]!);
    },
  };
}

/** Sorts draws by value, those of equal value by number, so that sums over them have one order. */
function sortBucket(draws: Uint32Array, values: Float64Array): void {
  let sorted = true;
  for (let k = 1; k < draws.length && sorted; k++) sorted = !(values[draws[k - 1]!]! > values[draws[k]!]!);
  if (sorted) return;
  draws.sort((a, b) => {
    const x = values[a]!;
    const y = values[b]!;
    return x < y ? -1 : x > y ? 1 : a - b;
  });
}

/** The last index with a value at or below the target, in a non-decreasing array whose first value is. */
function lastAtMost(sorted: Uint32Array, target: number): number {
  let below = 0;
  let above = sorted.length;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (sorted[middle]! <= target) below = middle;
    else above = middle;
  }
  return below;
}

/** The first index with a value at or above the target, in a non-decreasing array; its length if there is none. */
function firstAtLeast(sorted: Float64Array, target: number): number {
  let below = -1;
  let above = sorted.length;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (sorted[middle]! >= target) above = middle;
    else below = middle;
  }
  return above;
}
