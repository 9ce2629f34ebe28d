import { newDraws } from '../../ir/draws.js';
import { blockSize, type Engine, type KernelOptions } from '../../ir/engine.js';
import type { IrType, Program } from '../../ir/ir.js';
import { mainName } from '../../passes/assemble.js';
import type { Job, Pieces } from '../../runtime/jobs.js';
import { rootAddress } from '../../runtime/random/address.js';
import { derivedKey } from '../../runtime/random/seed.js';
import { addressedState } from '../../runtime/random/source.js';
import { nextUniform } from '../../runtime/random/uniform.js';
import { type Accepted, closest, joinAccepted, newGathering } from './accepted.js';

/** Which runs are kept. */
type Rule =
  /**
   * Those whose distance is finite and not above `Range.within`, and of them the closest `Range.most`. With `early`, `main` takes the greatest
   * distance of interest and gives no weight to a run that passes it; there is no other evidence then.
   */
  | { readonly kind: 'distance'; readonly column: number; readonly early: boolean }
  /** Each with the probability of its weight over a bound of all weights. */
  | { readonly kind: 'likelihood'; readonly logBound: number };

/** A program to be simulated. */
type Simulator = {
  readonly engine: Engine;
  readonly program: Program;
  /** What `main` takes behind the root address, the same in all runs; with an early rule the bound comes behind. */
  readonly given?: readonly number[];
  readonly options: KernelOptions;
  /** Types of all that `main` yields, and which of them are kept. */
  readonly outputs: readonly IrType[];
  readonly kept: readonly number[];
  readonly rule: Rule;
};

/** Runs `from` to `to - 1`; `from` is the first of a block. */
export type Range = {
  readonly from: number;
  readonly to: number;
  readonly within: number;
  readonly most: number;
};

/** What became of a range of runs. */
export type Simulated = {
  readonly accepted: Accepted;
  /** Runs that agree with the exact evidence. */
  readonly possible: number;
  /** The least distance seen. */
  readonly least: number;
  readonly steps: number;
  readonly unaligned: number;
};

/** The index under which the key of the acceptance is derived. */
const acceptanceKey = 0x5eed;

/** Runs of a simulator, of which those are kept that meet its rule. */
export const simulations: Job<Simulator, Range, Simulated> = {
  name: 'simulations',
  prepare: ({ engine, program, given = [], options, outputs, kept, rule }) => {
    const kernel = engine(program, mainName, options);
    const early = rule.kind === 'distance' && rule.early;
    const bound = new Float64Array(blockSize);
    const same = given.map((value) => new Float64Array(blockSize).fill(value));
    const block = { ...newDraws(outputs, blockSize), given: early ? [...same, bound] : same };
    const key = derivedKey(options.key, acceptanceKey);
    const state = new Int32Array(4);
    const isAccepted = (logRatio: number, candidate: number): boolean => {
      if (logRatio >= 0) return true;
      addressedState(key, rootAddress, candidate, 0, state);
      return Math.log(nextUniform(state)) < logRatio;
    };
    return function* ({ from, to, within, most }): Pieces<Simulated> {
      let gathered = newGathering(kept);
      let found: Accepted | null = null;
      // A run that is infinitely far away is near to nothing, as one whose distance is no number.
      let limit = Math.min(within, Number.MAX_VALUE);
      let possible = 0;
      let least = Number.POSITIVE_INFINITY;
      let steps = 0;
      let unaligned = 0;
      const settle = (): Accepted => {
        const so = gathered.finish();
        const all = found === null ? so : joinAccepted([found, so]);
        return Number.isFinite(most) ? closest(all, most) : all;
      };
      for (let start = from; start < to; start += blockSize) {
        const count = Math.min(blockSize, to - start);
        yield;
        // The first runs go to their end, so that there is a least distance to speak of.
        if (early) bound.fill(start === 0 ? Number.POSITIVE_INFINITY : limit);
        const counts = kernel.fill(block, start, start + count, start);
        steps += counts.steps;
        unaligned += counts.unaligned;
        const { logWeight } = block;
        if (rule.kind === 'likelihood') {
          for (let i = 0; i < count; i++) {
            if (logWeight[i] === Number.NEGATIVE_INFINITY) continue;
            possible++;
            if (isAccepted(logWeight[i]! - rule.logBound, start + i)) gathered.add(block, i, start + i, 0);
          }
          continue;
        }
        const distances = block.columns[rule.column];
        if (!(distances instanceof Float64Array)) throw new Error('simulations: distances are numbers');
        if (early) possible += count;
        for (let i = 0; i < count; i++) {
          if (logWeight[i] === Number.NEGATIVE_INFINITY) continue;
          if (!early) possible++;
          const distance = distances[i]!;
          if (distance < least) least = distance;
          if (distance <= limit) gathered.add(block, i, start + i, distance);
        }
        if (gathered.count() > 2 * most) {
          found = settle();
          gathered = newGathering(kept);
          limit = Math.min(limit, greatest(found.distances));
        }
      }
      return { accepted: settle(), possible, least, steps, unaligned };
    };
  },
};

function greatest(values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > most) most = value;
  return most;
}
