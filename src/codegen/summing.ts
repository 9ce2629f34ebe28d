import { newDraws } from '../ir/draws.js';
import { blockSize, type Kernel, type Summing } from '../ir/engine.js';
import type { IrType } from '../ir/ir.js';
import { collectAbove, foundLength, sumBlock, surveyBlock } from '../runtime/sums/sums.js';

/** How draws of a kernel are summed up: by itself, or in JavaScript. `outputs` are the types of main's results; the first is summed up. */
export const summingOf = (kernel: Kernel, outputs: readonly IrType[]): Summing =>
  kernel.summing ?? summingHere(kernel, outputs);

function summingHere(kernel: Kernel, outputs: readonly IrType[]): Summing {
  const block = newDraws(outputs, blockSize);
  const [first] = block.columns;
  const { logWeight, dimension } = block;
  const values = first instanceof Float64Array ? first : new Float64Array(blockSize);
  const weights = new Float64Array(blockSize + 1);
  const found = new Float64Array(foundLength);
  const room = { logWeight, dimension, values, weights };
  return {
    run: (number, count) => {
      const start = number * blockSize;
      return kernel.fill(block, start, start + count, start);
    },
    room: () => room,
    survey: (count) => {
      surveyBlock(logWeight, dimension, count, found);
      return found;
    },
    collect: (count, least, into, at) => collectAbove(logWeight, count, least, into, at),
    sum: (count, max) => {
      sumBlock(values, logWeight, count, max, weights, found);
      return found;
    },
  };
}
