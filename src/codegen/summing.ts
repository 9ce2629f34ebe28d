import { newDraws } from '../ir/draws.js';
import { blockSize, type Counts, type Kernel, type Summing } from '../ir/engine.js';
import type { IrType } from '../ir/ir.js';
import {
  isMixed,
  mostSummed,
  rowLength,
  sumBlock,
  surveyBlock,
  surveyLength,
  surveyPlaces,
} from '../runtime/sums/sums.js';

/** How draws of a kernel are summed up: by itself, or in JavaScript. `outputs` are the types of main's results; the first is summed up. */
export const summingOf = (kernel: Kernel, outputs: readonly IrType[]): Summing =>
  kernel.summing ?? summingHere(kernel, outputs);

function summingHere(kernel: Kernel, outputs: readonly IrType[]): Summing {
  const draws = newDraws(outputs, blockSize);
  const [first] = draws.columns;
  const { logWeight, dimension } = draws;
  const values = first instanceof Float64Array ? first : new Float64Array(blockSize);
  const weights = new Float64Array(blockSize + 1);
  const above = new Float64Array(mostSummed.above);
  const rows = new Float64Array(rowLength * mostSummed.blocks);
  const found = new Float64Array(surveyLength);
  const row = new Float64Array(rowLength);
  const room = { logWeight, dimension, above };
  /** A function of its own, because V8 compiles one that is called often sooner and once, and one with a long loop twice. */
  const sumOne = (block: number, count: number, wanted: number, least: number, held: number): Counts => {
    const start = block * blockSize;
    const counts = kernel.fill(draws, start, start + count, start);
    surveyBlock(logWeight, dimension, count, least, above, held, found);
    if (!isMixed(found, wanted)) sumBlock(values, logWeight, count, found[surveyPlaces.max]!, weights, row);
    return counts;
  };
  return {
    blocks: (block, draws, wanted, least) => {
      const most = Math.min(mostSummed.blocks, Math.ceil(draws / blockSize));
      let [done, held, steps, unaligned] = [0, 0, 0, 0];
      let mixed = false;
      while (done < most && held + blockSize <= above.length && !mixed) {
        const counts = sumOne(block + done, Math.min(blockSize, draws - done * blockSize), wanted, least, held);
        steps += counts.steps;
        unaligned += counts.unaligned;
        mixed = isMixed(found, wanted);
        if (mixed) continue;
        rows.set(row, rowLength * done);
        held += found[surveyPlaces.above]!;
        done += 1;
      }
      return { steps, unaligned, rows: rows.subarray(0, rowLength * done), above: above.subarray(0, held), mixed };
    },
    room: () => room,
    survey: (count, least) => {
      surveyBlock(logWeight, dimension, count, least, above, 0, found);
      return found;
    },
    sum: (count, max) => {
      sumBlock(values, logWeight, count, max, weights, row);
      return row;
    },
  };
}
