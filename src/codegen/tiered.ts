/** Engines that begin with what is made ready soon and go on with what runs fast. */
import type { Engine, Kernel } from '../ir/engine.js';
import { costOf } from '../passes/cost.js';

/** A loop iteration or a call counts as this many elementary operations. */
const operationsPerStep = 4;

/**
 * Runs particles on `first` until they have taken so many elementary operations, and on `second` from then on. Both give the same bits,
 * so nobody sees where one takes over.
 */
export const tiered =
  (first: Engine, second: Engine, operations: number): Engine =>
  (program, main, options) => {
    let current: Kernel = first(program, main, options);
    const { operations: each } = costOf(program, main);
    let left = operations;
    const kernel = (): Kernel => {
      if (left > 0) return current;
      if (left > Number.NEGATIVE_INFINITY) {
        current = second(program, main, options);
        left = Number.NEGATIVE_INFINITY;
      }
      return current;
    };
    const spend = (particles: number, steps: number): void => {
      left -= particles * each + steps * operationsPerStep;
    };
    return {
      runBlock: (block, count) => {
        const result = kernel().runBlock(block, count);
        spend(count, result.steps);
        return result;
      },
      fill: (draws, from, to, base) => {
        const counts = kernel().fill(draws, from, to, base);
        spend(to - from, counts.steps);
        return counts;
      },
      get interpreted() {
        return current.interpreted === true;
      },
    };
  };
