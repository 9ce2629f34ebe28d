import { expect } from 'vitest';
import type { BlockResult, Limits, NoiseLayout } from '../../src/ir/engine.js';
import { isFault } from '../../src/ir/faults.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { printProgram } from '../../src/ir/print.js';
import { verify } from '../../src/ir/verify.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';

const layouts: readonly NoiseLayout[] = ['addressed', 'column', 'particle'];

const key = keyFromSeed('passes');
const limits: Limits = { steps: 20_000, depth: 100, elements: 10_000 };

/** What a run gives, or the code of the fault that it ends in. */
export function outcome(program: Program, layout: NoiseLayout, count: number): BlockResult | string {
  try {
    return interpret(program, 'main', { layout, key, limits, externs: {} }).runBlock(0, count);
  } catch (thrown) {
    if (isFault(thrown)) return thrown.code;
    throw thrown;
  }
}

/** Bits of numbers, so that -0 and 0 differ and NaN is itself. */
const bits = (value: unknown): unknown => {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof Float64Array || Array.isArray(value)) return Array.from<unknown>(value).map(bits);
  return value;
};

type SameOptions = {
  readonly layouts?: readonly NoiseLayout[];
  readonly count?: number;
  /** The pass may have left out a fault. */
  readonly mayDropFaults?: boolean;
};

/** Expects two programs to be well formed and to give the same weights, dimensions and outputs to the bit. */
export function expectSameRun(before: Program, after: Program, options: SameOptions = {}): void {
  const problems = verify(after);
  if (problems.length > 0) expect.fail(`${problems.join('\n')}\n${printProgram(after)}`);
  for (const layout of options.layouts ?? layouts) {
    const a = outcome(before, layout, options.count ?? 5);
    const b = outcome(after, layout, options.count ?? 5);
    if (typeof a === 'string') {
      if (options.mayDropFaults !== true) expect(b).toBe(a);
      continue;
    }
    if (typeof b === 'string') expect.fail(`${layout}: fault ${b}\n${printProgram(after)}`);
    expect(bits(b.columns), `outputs, ${layout}\n${printProgram(after)}`).toEqual(bits(a.columns));
    expect(bits(b.logWeight), `weights, ${layout}`).toEqual(bits(a.logWeight));
    expect(bits(b.dimension), `dimensions, ${layout}`).toEqual(bits(a.dimension));
  }
}
