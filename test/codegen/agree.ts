import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { compileWasm } from '../../src/codegen/wasm/kernel.js';
import type { BlockResult, Engine, KernelOptions, NoiseLayout } from '../../src/ir/engine.js';
import { isFault } from '../../src/ir/faults.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { comparable, externs, limits } from '../ir/arbitrary_program.js';

const key = keyFromSeed('engines');

export const options = (layout: NoiseLayout): KernelOptions => ({ layout, key, limits, externs });

/** What an engine gives, in a form that can be compared: a result, or the code of the fault it ends in. */
export function outcomeOf(run: () => BlockResult): unknown {
  try {
    return comparable(run());
  } catch (thrown) {
    if (isFault(thrown)) return { code: thrown.code, message: thrown.message, at: thrown.at };
    throw thrown;
  }
}

/** The outcome of some particles of a block. */
export const outcome = (
  engine: Engine,
  program: Program,
  layout: NoiseLayout,
  block = 1,
  count = 10,
  more: Partial<KernelOptions> = {},
): unknown => outcomeOf(() => engine(program, 'main', { ...options(layout), ...more }).runBlock(block, count));

export const oracle = (program: Program, layout: NoiseLayout, more: Partial<KernelOptions> = {}): unknown =>
  outcome(interpret, program, layout, 1, 10, more);

/** Fails unless both outcomes are the same to the bit; compares fast where they are. */
export function expectSame(where: unknown, found: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(found, wanted)) expect({ where, found }).toEqual({ where, found: wanted });
}

/** The WebAssembly engine for programs that it must not leave to another. */
export const wasmAlone: Engine = (program, main, more) => {
  const made = compileWasm(program, main, more);
  if ('reason' in made) throw new Error(made.reason);
  return made;
};
