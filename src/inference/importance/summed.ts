import { newDraws } from '../../ir/draws.js';
import { blockSize, type Counts, type Draws, type Kernel } from '../../ir/engine.js';
import type { IrType } from '../../ir/ir.js';
import type { Job } from '../../runtime/jobs.js';
import type { Summary, Task } from '../backend.js';
import {
  type BlockMoments,
  effectiveSampleSizeOf,
  mergeMomentsTree,
  momentsBelow,
  withoutWeight,
} from '../statistics/block_moments.js';
import { makeRoom, newGreatest } from '../statistics/greatest.js';
import { tailLength } from '../statistics/pareto.js';
import type { Store } from './importance.js';
import { dropAbove, type Range } from './range.js';

type Setup = { readonly kernel: Kernel; readonly outputs: readonly IrType[] };

/** What is known of the draws before: their lowest dimension with weight, and which log weights are not among the greatest of these. */
type Input = Range & { readonly dimension: number; readonly least: number };

/** What is left of the draws of a job: of those of the lowest dimension that has weight. */
export type SummedDraws = Counts & {
  readonly dimension: number;
  /** The moments of each block, one after another. */
  readonly moments: Float64Array;
  /** Log weights above the least that was asked for. */
  readonly greatest: Float64Array;
};

/** The greatest log weights of some draws, and their dimensions. */
type Survey = { readonly greatest: Float64Array; held: number; lowest: number; highest: number };

/** What a job has come to so far; log weights that are not above `least` are not among the greatest. */
type Sums = { steps: number; unaligned: number; dimension: number; least: number; moments: BlockMoments[] };

/** Moments of each block, and the greatest weights. */
export const summedJob: Job<Setup, Input, SummedDraws> = {
  name: 'importance, summed',
  prepare: ({ kernel, outputs }) => {
    const block = newDraws(outputs, blockSize);
    const [first] = block.columns;
    const values = first instanceof Float64Array ? first : new Float64Array(blockSize);
    let survey: Survey = { greatest: new Float64Array(0), held: 0, lowest: 0, highest: 0 };
    /** A function of its own, because V8 compiles one that is called often sooner and once, and one with a long loop twice. */
    const take = (sums: Sums, start: number, count: number): void => {
      const { steps, unaligned } = kernel.fill(block, start, start + count, start);
      sums.steps += steps;
      sums.unaligned += unaligned;
      const before = sums.dimension;
      let { held } = survey;
      let max = look(block, count, sums.least, survey);
      const { lowest, highest } = survey;
      if (lowest < before) {
        // All that came before counts no longer.
        sums.moments = sums.moments.map(withoutWeight);
        sums.dimension = lowest;
        sums.least = Number.NEGATIVE_INFINITY;
        held = 0;
      }
      if (lowest < before || highest > sums.dimension) {
        survey.held = held;
        if (highest > sums.dimension) dropAbove(sums.dimension, block.logWeight, block.dimension, count);
        max = look(block, count, sums.least, survey);
      }
      sums.moments.push(momentsBelow(values, block.logWeight, 0, count, max));
    };
    return ({ from, to, dimension, least }) => {
      if (survey.greatest.length < to - from)
        survey = { greatest: new Float64Array(to - from), held: 0, lowest: 0, highest: 0 };
      survey.held = 0;
      const sums: Sums = { steps: 0, unaligned: 0, dimension, least, moments: [] };
      for (let start = from; start < to; start += blockSize) take(sums, start, Math.min(blockSize, to - start));
      return {
        steps: sums.steps,
        unaligned: sums.unaligned,
        dimension: sums.dimension,
        moments: columnOf(sums.moments),
        greatest: survey.greatest.slice(0, survey.held),
      };
    };
  },
  transfer: ({ moments, greatest }) => [moments.buffer, greatest.buffer],
};

/** Sums up draws as they come. `reach` is the greatest number of draws that there may be. */
export function summed({ kernel, outputs, pool }: Task<Summary>, reach: number): Store<Input, SummedDraws, Summary> {
  const wanted = tailLength(reach) + 1;
  let greatest = newGreatest(wanted, blockSize);
  let dimension = Number.POSITIVE_INFINITY;
  let moments: BlockMoments[] = [];
  const addGreatest = (numbers: Float64Array): void => {
    for (let from = 0; from < numbers.length; from += blockSize) {
      const to = Math.min(numbers.length, from + blockSize);
      let held = makeRoom(greatest, to - from);
      for (let i = from; i < to; i++) if (numbers[i]! > greatest.least) greatest.numbers[held++] = numbers[i]!;
      greatest.held = held;
    }
  };
  return {
    crew: pool.open(summedJob, { kernel: kernel(), outputs }),
    mostJobs: 512,
    grow: () => {},
    input: (from, to) => ({ from, to, dimension, least: greatest.least }),
    add: (output) => {
      const more = momentsIn(output.moments);
      if (output.dimension > dimension) {
        for (const block of more) moments.push(withoutWeight(block));
        return;
      }
      if (output.dimension < dimension) {
        moments = moments.map(withoutWeight);
        greatest = newGreatest(wanted, blockSize);
        dimension = output.dimension;
      }
      for (const block of more) moments.push(block);
      addGreatest(output.greatest);
    },
    bytesPerDraw: () => bytesOfMoments / blockSize,
    found: (_, course) => ({
      moments: mergeMomentsTree(moments),
      greatest: greatest.numbers.slice(0, greatest.held),
      ...course,
    }),
    ess: (so) => effectiveSampleSizeOf(so.moments),
    essOf: (output) => effectiveSampleSizeOf(mergeMomentsTree(momentsIn(output.moments))),
  };
}

/** Collects log weights that are above `least`, and finds the lowest and the highest dimension of draws that have weight. */
function look({ logWeight, dimension }: Draws, count: number, least: number, survey: Survey): number {
  const { greatest } = survey;
  let { held } = survey;
  let max = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  // Most draws have the dimension of the one before.
  let last = Number.NaN;
  for (let i = 0; i < count; i++) {
    const log = logWeight[i]!;
    if (!(log <= max) && log !== Number.NEGATIVE_INFINITY) max = log;
    if (log > least) greatest[held++] = log;
    const d = dimension[i]!;
    if (d === last || log === Number.NEGATIVE_INFINITY) continue;
    last = d;
    if (d < lowest) lowest = d;
    if (d > highest) highest = d;
  }
  survey.lowest = lowest;
  survey.highest = highest;
  survey.held = held;
  return max;
}

/** About what the moments of a block take. */
const bytesOfMoments = 400;

/** Numbers in a `BlockMoments`. */
const width = 11;

function columnOf(moments: readonly BlockMoments[]): Float64Array {
  const column = new Float64Array(width * moments.length);
  for (const [i, m] of moments.entries()) {
    column.set(
      [
        m.count,
        m.positive,
        m.absent,
        m.max,
        m.weight,
        m.squaredWeight,
        m.unevenness,
        m.mean,
        m.deviation,
        m.squaredMean,
        m.squaredDeviation,
      ],
      width * i,
    );
  }
  return column;
}

function momentsIn(column: Float64Array): BlockMoments[] {
  const moments: BlockMoments[] = [];
  for (let at = 0; at < column.length; at += width) {
    moments.push({
      count: column[at]!,
      positive: column[at + 1]!,
      absent: column[at + 2]!,
      max: column[at + 3]!,
      weight: column[at + 4]!,
      squaredWeight: column[at + 5]!,
      unevenness: column[at + 6]!,
      mean: column[at + 7]!,
      deviation: column[at + 8]!,
      squaredMean: column[at + 9]!,
      squaredDeviation: column[at + 10]!,
    });
  }
  return moments;
}
