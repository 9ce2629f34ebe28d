/** Engines that begin with what is made ready soon and go on with what runs fast. */
import { blockSize, type Counts, type Engine, type Kernel, type Summing } from '../ir/engine.js';
import { costOf, operationsPerStep } from '../passes/cost.js';
import { functionOf } from './facts.js';
import { summingOf } from './summing.js';

/**
 * Runs particles on `first` until they have taken so many elementary operations, and on `second` from then on. Both give the same bits,
 * so nobody sees where one takes over.
 */
export const tiered =
  (first: Engine, second: Engine, operations: number): Engine =>
  (program, main, options) => {
    const { results } = functionOf(program, main);
    const { operations: each } = costOf(program, main);
    let left = operations;
    let over = false;
    let current: Kernel = first(program, main, options);
    let summing: Summing | null = null;
    const kernel = (): Kernel => {
      if (left > 0 || over) return current;
      over = true;
      summing = null;
      current = second(program, main, options);
      return current;
    };
    const spent = (particles: number, counts: Counts): void => {
      left -= particles * each + counts.steps * operationsPerStep;
    };
    const sums = (): Summing => {
      summing ??= summingOf(current, results);
      return summing;
    };
    return {
      runBlock: (block, count) => {
        const result = kernel().runBlock(block, count);
        spent(count, result);
        return result;
      },
      fill: (draws, from, to, base) => {
        const counts = kernel().fill(draws, from, to, base);
        spent(to - from, counts);
        return counts;
      },
      // One may take over where a block begins: what is asked of a block is asked of the one that ran it.
      summing: {
        blocks: (block, draws, dimension, least) => {
          kernel();
          // Before the other one takes over, operations are counted one block after another.
          const summed = sums().blocks(block, over ? draws : Math.min(draws, blockSize), dimension, least);
          if (!over) spent(Math.min(draws, blockSize), summed);
          return summed;
        },
        room: () => sums().room(),
        survey: (count, least) => sums().survey(count, least),
        sum: (count, max) => sums().sum(count, max),
      },
      get interpreted() {
        return current.interpreted === true;
      },
    };
  };
