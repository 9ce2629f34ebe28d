import { grownDraws, newDraws } from '../../ir/draws.js';
import { blockSize, type Counts, type Draws, type Kernel } from '../../ir/engine.js';
import type { Constant, IrType } from '../../ir/ir.js';
import type { Job } from '../../runtime/jobs.js';
import type { Course, Posterior, Task } from '../backend.js';
import { effectiveSampleSize, weightsOf } from '../statistics/weights.js';
import type { Store } from './importance.js';
import { type Dimensions, dimensionsOf, dropAbove, noDimensions, type Range } from './range.js';

type Setup = { readonly kernel: Kernel; readonly outputs: readonly IrType[] };

/** The draws of a job. Null stands for dimensions that are the same in all draws that have weight. */
type KeptDraws = Counts & {
  readonly logWeight: Float64Array;
  readonly dimensions: Dimensions;
  readonly dimension: Float64Array | null;
  readonly columns: Draws['columns'];
};

/** Draws one by one. */
export const keptJob: Job<Setup, Range, KeptDraws> = {
  name: 'importance, kept',
  prepare:
    ({ kernel, outputs }) =>
    ({ from, to }) => {
      const draws = newDraws(outputs, to - from);
      const { steps, unaligned } = kernel.fill(draws, from, to, from);
      const { logWeight, dimension, columns } = draws;
      const dimensions = dimensionsOf(logWeight, dimension, to - from);
      const [lowest, highest] = dimensions;
      return { steps, unaligned, logWeight, dimensions, dimension: highest > lowest ? dimension : null, columns };
    },
  transfer: ({ logWeight, dimension, columns }) =>
    [logWeight, dimension, ...columns].flatMap((c) => (c instanceof Float64Array ? [c.buffer] : [])),
};

/** Keeps all draws, in the order of their numbers. */
export function kept(task: Task): Store<Range, KeptDraws, Posterior> {
  const { kernel, outputs, pool } = task;
  let draws = newDraws(outputs, 0);
  let added = 0;
  /** Dimensions that draws come in; where they differ, of each draw. */
  let [lowest, highest] = noDimensions;
  let mixed = false;
  const holdDimensions = (output: KeptDraws, { from, to }: Range): void => {
    const [low, high] = output.dimensions;
    lowest = Math.min(lowest, low);
    highest = Math.max(highest, high);
    mixed ||= highest > lowest;
    if (output.dimension !== null) draws.dimension.set(output.dimension, from);
    else draws.dimension.fill(low, from, to);
  };
  return {
    crew: pool.open(keptJob, { kernel: kernel(), outputs }),
    mostJobs: 128,
    grow: (count) => {
      draws = grownDraws(draws, outputs, count);
    },
    input: (from, to) => ({ from, to }),
    add: (output, range) => {
      const { from } = range;
      draws.logWeight.set(output.logWeight, from);
      holdDimensions(output, range);
      for (const [k, column] of draws.columns.entries()) place(column, output.columns[k] ?? [], from);
      added = range.to;
    },
    bytesPerDraw: () => (added === 0 ? 8 * (outputs.length + 2) : bytesPerDraw(draws, added)),
    found: (count, course) => read(draws, count, mixed ? lowest : null, course),
    ess: ({ logWeights }) => effectiveSampleSize(weightsOf(logWeights)),
    essOf: ({ logWeight }) => {
      const first = logWeight.subarray(0, blockSize);
      return (effectiveSampleSize(weightsOf(first)) * logWeight.length) / first.length;
    },
  };
}

function place(column: Float64Array | Constant[], values: Float64Array | readonly Constant[], from: number): void {
  if (column instanceof Float64Array) {
    column.set(values instanceof Float64Array ? values : Array.from(values, Number), from);
    return;
  }
  let i = from;
  for (const value of values) column[i++] = value;
}

/** @param lowest the dimension of draws that count, where some have another */
function read(all: Draws, count: number, lowest: number | null, course: Course): Posterior {
  const { logWeight, dimension } = all;
  if (lowest !== null) dropAbove(lowest, logWeight, dimension, count);
  const whole = count === logWeight.length;
  return {
    logWeights: whole ? logWeight : logWeight.subarray(0, count),
    columns: whole
      ? all.columns
      : all.columns.map((c) => (c instanceof Float64Array ? c.subarray(0, count) : c.slice(0, count))),
    dependence: { kind: 'independent' },
    measuresEvidence: true,
    ...course,
  };
}

/** What a draw takes, whole values included, on the average of the first ones. */
function bytesPerDraw(draws: Draws, count: number): number {
  let bytes = 8 * 2;
  for (const column of draws.columns) {
    if (column instanceof Float64Array) bytes += 8;
    else bytes += column.slice(0, count).reduce<number>((sum, value) => sum + bytesOf(value), 0) / count;
  }
  return bytes;
}

/** An array of numbers has about 100 bytes of its own; every other value a word and its parts. */
function bytesOf(value: Constant): number {
  if (value instanceof Float64Array) return 100 + 8 * value.length;
  if (typeof value === 'number' || typeof value === 'string') return 16;
  return value.reduce<number>((sum, part) => sum + bytesOf(part), 32);
}
