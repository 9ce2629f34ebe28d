import type { Relative } from '../../codegen/pausing.js';
import type { BlockResult } from '../../ir/engine.js';
import { expBelow } from '../../runtime/exp_column.js';

export type { Relative };

/** What a replica of a filter ends in: weighted particles, and how it went. */
export type Population = Pick<BlockResult, 'logWeight' | 'dimension' | 'columns' | 'steps' | 'unaligned'> & {
  /** The particle of the first step that each particle descends from. */
  readonly eve: Int32Array;
  /** Pauses that it came to. */
  readonly pauses: number;
  /** At how many of them it resampled. */
  readonly resampled: number;
  /** The pauses that were behind it when its last particle died; null where some particle lives. */
  readonly died: number | null;
};

export const newRelative = (count: number): Relative => ({
  weights: new Float64Array(count),
  max: Number.NEGATIVE_INFINITY,
  total: 0,
  squared: 0,
});

/** Reads the first log weights into `relative`, and gives that. */
export function readWeights(logWeights: Float64Array, relative: Relative): Relative {
  const { weights } = relative;
  const count = weights.length;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const w = logWeights[i]!;
    if (w > max) max = w;
  }
  let total = 0;
  let squared = 0;
  if (max === Number.NEGATIVE_INFINITY) weights.fill(0);
  else {
    expBelow(logWeights, max, weights, count);
    for (let i = 0; i < count; i++) {
      const w = weights[i]!;
      total += w;
      squared += w * w;
    }
  }
  relative.max = max;
  relative.total = total;
  relative.squared = squared;
  return relative;
}

/** log of the mean weight. */
export const logMean = ({ max, total, weights }: Relative): number => max + Math.log(total / weights.length);

/** Effective sample size (Kong 1992); 0 where all are dead. */
export const essOf = ({ total, squared }: Relative): number => (squared === 0 ? 0 : (total * total) / squared);

/** How many different particles of the first step those with weight descend from. */
export function distinctEves(eve: Int32Array, logWeights: Float64Array): number {
  const seen = new Set<number>();
  for (let i = 0; i < eve.length; i++) if (logWeights[i]! > Number.NEGATIVE_INFINITY) seen.add(eve[i]!);
  return seen.size;
}
