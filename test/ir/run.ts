import { expect } from 'vitest';
import {
  type BlockResult,
  defaultLimits,
  type Fault,
  type KernelOptions,
  type NoiseLayout,
} from '../../src/ir/engine.js';
import { isFault } from '../../src/ir/faults.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { verify } from '../../src/ir/verify.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';

export const key = keyFromSeed('interpret');

export const optionsFor = (layout: NoiseLayout, more: Partial<KernelOptions> = {}): KernelOptions => ({
  layout,
  key,
  limits: defaultLimits,
  externs: {},
  ...more,
});

/** Verifies a program and interprets particles of its first block. */
export function run(
  program: Program,
  count: number,
  layout: NoiseLayout = 'addressed',
  more: Partial<KernelOptions> = {},
): BlockResult {
  expect(verify(program)).toEqual([]);
  return interpret(program, 'main', optionsFor(layout, more)).runBlock(0, count);
}

/** The fault that a program ends in. */
export function faultOf(program: Program, more: Partial<KernelOptions> = {}): Fault {
  try {
    run(program, 1, 'addressed', more);
  } catch (thrown) {
    if (isFault(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('no fault');
}
