import { summingOf } from '../../codegen/summing.js';
import { copyDraws, firstDraws, newDraws } from '../../ir/draws.js';
import { blockSize, type Counts, type Draws, type Kernel } from '../../ir/engine.js';
import type { IrType } from '../../ir/ir.js';
import type { Job } from '../../runtime/jobs.js';
import { rowLength, surveyPlaces } from '../../runtime/sums/sums.js';
import type { Summary, Task } from '../backend.js';
import { dropWeights, effectiveSampleSizeOf, mergedMoments } from '../statistics/block_moments.js';
import { addGreatest, forget, greatestOf, newGreatest } from '../statistics/greatest.js';
import { tailLength } from '../statistics/pareto.js';
import { effectiveSampleSize, weightsOf } from '../statistics/weights.js';
import type { Store } from './importance.js';
import { dropAbove, type Range } from './range.js';

/** @property wanted how many of the greatest log weights are */
type Setup = { readonly kernel: Kernel; readonly outputs: readonly IrType[]; readonly wanted: number };

/** What is known of the draws before: their lowest dimension with weight, and which log weights are not among the greatest of these. */
type Input = Range & { readonly dimension: number; readonly least: number };

/** What is left of the draws of a job: of those of the lowest dimension that has weight. */
type SummedDraws = Counts & {
  readonly dimension: number;
  /** The moments of each block, a row each (`src/runtime/sums/sums.ts`). */
  readonly moments: Float64Array;
  /** Log weights above the least that was asked for. */
  readonly greatest: Float64Array;
  /** The draws themselves, not summed up, where they are part of a block; else null. */
  readonly part: Pick<Draws, 'logWeight' | 'dimension' | 'columns'> | null;
};

/** Moments of each block, and the greatest weights. */
export const summedJob: Job<Setup, Input, SummedDraws> = {
  name: 'importance, summed',
  prepare: (setup) => {
    const { kernel, outputs } = setup;
    const sum = summer(setup);
    return (input) => {
      const { from, to, dimension } = input;
      if (from % blockSize === 0 && to - from >= blockSize) return sum(input);
      const part = newDraws(outputs, to - from);
      const { steps, unaligned } = kernel.fill(part, from, to, from);
      return { steps, unaligned, dimension, moments: new Float64Array(0), greatest: new Float64Array(0), part };
    };
  },
  transfer: ({ moments, greatest, part }) => [
    moments.buffer,
    greatest.buffer,
    ...(part === null ? [] : [part.logWeight, part.dimension, ...part.columns]).flatMap((column) =>
      column instanceof Float64Array ? [column.buffer] : [],
    ),
  ],
};

/** Runs and sums up whole blocks, the last of which may end early. */
function summer({ kernel, outputs, wanted }: Setup): (input: Input) => SummedDraws {
  const summing = summingOf(kernel, outputs);
  /** Numbers of the present job. What is not among the greatest of those before is not among those of all. */
  const greatest = newGreatest(wanted, blockSize);
  return ({ from, to, dimension, least }) => {
    forget(greatest);
    const rows = new Float64Array(rowLength * Math.ceil((to - from) / blockSize));
    let steps = 0;
    let unaligned = 0;
    let lowest = dimension;
    let limit = least;
    for (let start = from; start < to; ) {
      const at = (rowLength * (start - from)) / blockSize;
      const summed = summing.blocks(start / blockSize, to - start, lowest, Math.max(limit, greatest.least));
      steps += summed.steps;
      unaligned += summed.unaligned;
      rows.set(summed.rows, at);
      addGreatest(greatest, summed.above);
      start += blockSize * (summed.rows.length / rowLength);
      if (!summed.mixed) continue;
      // The next block has run, and there are draws of another dimension in it.
      const count = Math.min(blockSize, to - start);
      const here = rowLength * ((start - from) / blockSize);
      const found = summing.survey(count, Number.POSITIVE_INFINITY);
      if (found[surveyPlaces.lowest]! < lowest) {
        // All that came before counts no longer.
        dropWeights(rows.subarray(0, here));
        lowest = found[surveyPlaces.lowest]!;
        limit = Number.NEGATIVE_INFINITY;
        forget(greatest);
      }
      const { logWeight, dimension, above } = summing.room();
      dropAbove(lowest, logWeight, dimension, count);
      const left = summing.survey(count, Math.max(limit, greatest.least));
      addGreatest(greatest, above.subarray(0, left[surveyPlaces.above]));
      rows.set(summing.sum(count, left[surveyPlaces.max]!), here);
      start += blockSize;
    }
    return { steps, unaligned, dimension: lowest, moments: rows, greatest: greatestOf(greatest), part: null };
  };
}

/** Sums up draws as they come. `reach` is the greatest number of draws that there may be. */
export function summed({ kernel, outputs, pool }: Task<Summary>, reach: number): Store<Input, SummedDraws, Summary> {
  const wanted = tailLength(reach) + 1;
  const greatest = newGreatest(wanted, blockSize);
  let dimension = Number.POSITIVE_INFINITY;
  /** Rows of moments, a piece for each job. */
  let moments: Float64Array[] = [];
  const take = (output: SummedDraws): void => {
    if (output.dimension > dimension) {
      moments.push(withoutWeight(output.moments));
      return;
    }
    if (output.dimension < dimension) {
      moments = moments.map(withoutWeight);
      forget(greatest);
      dimension = output.dimension;
    }
    moments.push(output.moments);
    addGreatest(greatest, output.greatest);
  };
  const parts = partsOfBlocks(outputs, wanted, (sum, from, to) =>
    take(sum({ from, to, dimension, least: greatest.least })),
  );
  return {
    crew: pool.open(summedJob, { kernel: kernel(), outputs, wanted }),
    mostJobs: 512,
    grow: () => {},
    input: (from, to) => ({ from, to, dimension, least: greatest.least }),
    add: (output, range) => {
      if (output.part === null) take(output);
      else parts.add(output.part, range);
    },
    bytesPerDraw: () => (bytesPerNumber * rowLength) / blockSize,
    found: (_, course) => {
      parts.end();
      return { moments: mergedMoments(joined(moments)), greatest: greatestOf(greatest), ...course };
    },
    ess: (so) => effectiveSampleSizeOf(so.moments),
    essOf: ({ moments, part }) =>
      part === null ? effectiveSampleSizeOf(mergedMoments(moments)) : effectiveSampleSize(weightsOf(part.logWeight)),
  };
}

/** Puts draws together that come in parts of blocks, in order; `sum` is told to sum up each block, and by what. */
function partsOfBlocks(
  outputs: readonly IrType[],
  wanted: number,
  sum: (by: (input: Input) => SummedDraws, from: number, to: number) => void,
) {
  const block = newDraws(outputs, blockSize);
  let [from, to] = [0, 0];
  const fill: Kernel['fill'] = (draws, first, last, base = 0) => {
    copyDraws(draws, firstDraws(block, last - first), first - base);
    return { steps: 0, unaligned: 0 };
  };
  let by: ((input: Input) => SummedDraws) | null = null;
  const end = (): void => {
    if (from === to) return;
    by ??= summer({ kernel: { fill, runBlock: unasked }, outputs, wanted });
    sum(by, from, to);
    from = to;
  };
  return {
    add: (part: Pick<Draws, 'logWeight' | 'dimension' | 'columns'>, range: Range): void => {
      if (range.from % blockSize === 0) from = range.from;
      copyDraws(block, part, range.from % blockSize);
      to = range.to;
      if (to % blockSize === 0) end();
    },
    /** There are no more draws. */
    end,
  };
}

const unasked = (): never => {
  throw new Error('importance: blocks are filled');
};

/** What a number in a row takes, there and where rows are merged. */
const bytesPerNumber = 3 * Float64Array.BYTES_PER_ELEMENT;

/** A copy of rows in which no draw has weight: an output may still have to be written down. */
function withoutWeight(rows: Float64Array): Float64Array {
  const copy = rows.slice();
  dropWeights(copy);
  return copy;
}

/** Pieces one behind another. */
function joined(pieces: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
