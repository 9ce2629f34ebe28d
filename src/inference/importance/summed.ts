import { summingOf } from '../../codegen/summing.js';
import { blockSize, type Counts, type Kernel } from '../../ir/engine.js';
import type { IrType } from '../../ir/ir.js';
import type { Job } from '../../runtime/jobs.js';
import { surveyPlaces, wholePlaces } from '../../runtime/sums/sums.js';
import type { Summary, Task } from '../backend.js';
import {
  type BlockMoments,
  effectiveSampleSizeOf,
  mergeMomentsTree,
  momentsFound,
  withoutWeight,
} from '../statistics/block_moments.js';
import { addGreatest, forget, greatestOf, makeRoom, newGreatest } from '../statistics/greatest.js';
import { tailLength } from '../statistics/pareto.js';
import type { Store } from './importance.js';
import { dropAbove, type Range } from './range.js';

/** @property wanted how many of the greatest log weights are */
type Setup = { readonly kernel: Kernel; readonly outputs: readonly IrType[]; readonly wanted: number };

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

/** What a job has come to so far. */
type Sums = {
  steps: number;
  unaligned: number;
  dimension: number;
  /** Log weights that are not above it are not among the greatest. */
  least: number;
  moments: BlockMoments[];
};

/** Moments of each block, and the greatest weights. */
export const summedJob: Job<Setup, Input, SummedDraws> = {
  name: 'importance, summed',
  prepare: ({ kernel, outputs, wanted }) => {
    const summing = summingOf(kernel, outputs);
    /** Numbers of the present job. What is not among the greatest of those before is not among those of all. */
    const greatest = newGreatest(wanted, blockSize);
    /** A function of its own, because V8 compiles one that is called often sooner and once, and one with a long loop twice. */
    const take = (sums: Sums, start: number, count: number): void => {
      const held = makeRoom(greatest, count);
      const least = Math.max(sums.least, greatest.least);
      const whole = summing.atOnce?.(start / blockSize, count, least) ?? null;
      if (whole === null) {
        const { steps, unaligned } = summing.run(start / blockSize, count);
        sums.steps += steps;
        sums.unaligned += unaligned;
      } else {
        sums.steps += whole[wholePlaces.steps]!;
        sums.unaligned += whole[wholePlaces.unaligned]!;
        const { dimension } = sums;
        if (whole[wholePlaces.lowest] === dimension && whole[wholePlaces.highest] === dimension) {
          if (whole[wholePlaces.above]! > 0) greatest.held = summing.collect(count, least, greatest.numbers, held);
          const { values, weights } = summing.room();
          sums.moments.push(momentsFound(whole, count, whole[wholePlaces.max]!, values, weights));
          return;
        }
      }
      let found = summing.survey(count);
      const [lowest, highest] = [found[surveyPlaces.lowest]!, found[surveyPlaces.highest]!];
      if (lowest < sums.dimension) {
        // All that came before counts no longer.
        sums.moments = sums.moments.map(withoutWeight);
        sums.dimension = lowest;
        sums.least = Number.NEGATIVE_INFINITY;
        forget(greatest);
      }
      if (highest > sums.dimension) {
        const { logWeight, dimension } = summing.room();
        dropAbove(sums.dimension, logWeight, dimension, count);
        found = summing.survey(count);
      }
      const max = found[surveyPlaces.max]!;
      greatest.held = summing.collect(count, Math.max(sums.least, greatest.least), greatest.numbers, greatest.held);
      const summed = max === Number.NEGATIVE_INFINITY ? found : summing.sum(count, max);
      const { values, weights } = summing.room();
      sums.moments.push(momentsFound(summed, count, max, values, weights));
    };
    return ({ from, to, dimension, least }) => {
      greatest.held = 0;
      const sums: Sums = { steps: 0, unaligned: 0, dimension, least, moments: [] };
      for (let start = from; start < to; start += blockSize) take(sums, start, Math.min(blockSize, to - start));
      return {
        steps: sums.steps,
        unaligned: sums.unaligned,
        dimension: sums.dimension,
        moments: columnOf(sums.moments),
        greatest: greatest.numbers.slice(0, greatest.held),
      };
    };
  },
  transfer: ({ moments, greatest }) => [moments.buffer, greatest.buffer],
};

/** Sums up draws as they come. `reach` is the greatest number of draws that there may be. */
export function summed({ kernel, outputs, pool }: Task<Summary>, reach: number): Store<Input, SummedDraws, Summary> {
  const wanted = tailLength(reach) + 1;
  const greatest = newGreatest(wanted, blockSize);
  let dimension = Number.POSITIVE_INFINITY;
  let moments: BlockMoments[] = [];
  return {
    crew: pool.open(summedJob, { kernel: kernel(), outputs, wanted }),
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
        forget(greatest);
        dimension = output.dimension;
      }
      for (const block of more) moments.push(block);
      addGreatest(greatest, output.greatest);
    },
    bytesPerDraw: () => bytesOfMoments / blockSize,
    found: (_, course) => ({
      moments: mergeMomentsTree(moments),
      greatest: greatestOf(greatest),
      ...course,
    }),
    ess: (so) => effectiveSampleSizeOf(so.moments),
    essOf: (output) => effectiveSampleSizeOf(mergeMomentsTree(momentsIn(output.moments))),
  };
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
