/** Main for two particles side by side gives the bits of the interpreter, ends in the same faults, and is used where it should be. */
import { describe, expect, test } from 'vitest';
import { functionOf } from '../../src/codegen/facts.js';
import { lower } from '../../src/codegen/lower.js';
import { compileWasm } from '../../src/codegen/wasm/kernel.js';
import { lanesRoutine } from '../../src/codegen/wasm/lanes.js';
import { placesOf } from '../../src/codegen/wasm/places.js';
import {
  type BlockResult,
  defaultLimits,
  type Kernel,
  type KernelOptions,
  type NoiseLayout,
} from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { isScalarType } from '../../src/ir/values.js';
import { mainName } from '../../src/passes/assemble.js';
import { newModule } from '../../src/runtime/assembly/module.js';

import { randomProgram } from '../ir/arbitrary_program.js';
import { expectSame, options, outcomeOf } from './agree.js';
import { models, planned } from './side_by_side_programs.js';

/** Whether main is written for two particles at a time. */
function isForLanes(program: Program, given: KernelOptions): boolean {
  const { layout, limits } = given;
  const low = lower(program, mainName, { layout, elements: limits.elements, copied: false });
  const link = newModule();
  const { places } = placesOf(link, low, functionOf(program, mainName), layout);
  return lanesRoutine(link, low, places, given, { params: [], results: [], body: () => [] }) !== null;
}

function assembled(program: Program, given: KernelOptions): Kernel {
  const made = compileWasm(program, mainName, given);
  if ('reason' in made) throw new Error(made.reason);
  return made;
}

/** Some particles of the second block, by both engines. */
function expectAgreement(where: unknown, program: Program, layout: NoiseLayout, counts: readonly number[]): void {
  const given = options(layout);
  const [kernel, reference] = [assembled(program, given), interpret(program, mainName, given)];
  for (const count of counts) {
    const run = (k: Kernel): unknown => outcomeOf((): BlockResult => k.runBlock(1, count));
    expectSame({ where, layout, count }, run(kernel), run(reference));
  }
}

/** The program with those of its outputs that are numbers. */
function withNumbersOnly(program: Program): Program {
  const main = functionOf(program, mainName);
  const chosen = <T>(all: readonly T[]): T[] => all.filter((_, k) => isScalarType(main.results[k]!));
  const { body, results } = main;
  const next = { ...main, results: chosen(results), body: { ...body, yields: chosen(body.yields) } };
  return { ...program, functions: { ...program.functions, [mainName]: next } };
}

describe('on random programs', () => {
  test.each(['addressed', 'column'] as const)('with noise by %s', (layout) => {
    let used = 0;
    for (let k = 0; k < 100; k++) {
      const { program: whole, layouts, seed } = randomProgram(k + 20000, 1 + (k % 12));
      if (!layouts.includes(layout)) continue;
      const program = withNumbersOnly(whole);
      if (!isForLanes(program, options(layout))) continue;
      used += 1;
      expectAgreement({ seed }, program, layout, [1, 12, 41]);
    }
    expect(used).toBeGreaterThan(10);
  });
});

describe('on programs made for it', () => {
  test.each(Object.entries(models))('%s', (name, text) => {
    const program = planned(text);
    for (const layout of ['column', 'addressed'] as const) {
      if (layout === 'column') expect(isForLanes(program, options(layout))).toBe(true);
      expectAgreement(name, program, layout, [1, 2, 77, 130]);
    }
  });
});

describe('faults', () => {
  test('are those of the particle that ends in one first', () => {
    const program = planned(`
      model M { a ~ normal(0, 1)  b ~ normal(0, 3 - a)  c ~ normal(b, if b > 4 then -1 else 1) }
      query q = E(c)`);
    expect(isForLanes(program, options('column'))).toBe(true);
    for (const layout of ['column', 'addressed'] as const)
      expectAgreement('sd', program, layout, [1, 2, 3, 10, 64, 65, 300]);
    expect(() => assembled(program, options('column')).runBlock(1, 1024)).toThrow();
  });

  test('of arrays and labels', () => {
    const program = planned(`
      const x = [1.5, 2, 3]
      model M { k ~ poisson(0.7)  a ~ normal(0, 1)  b := x[floor(abs(a) * 1.2)] }
      query q = E(b)`);
    expectAgreement('index', program, 'column', [1, 7, 30, 300]);
  });

  test('of too many steps', () => {
    const program = planned(`
      fn spin(x: real): real { var y = x  while y > 0.2 { y = y * 0.99 } return y }
      model M { a ~ normal(0, 1)  b := spin(exp(3 * a)) }
      query q = E(b)`);
    const given = { ...options('column'), limits: { ...defaultLimits, steps: 700 } };
    expect(isForLanes(program, given)).toBe(true);
    const [kernel, reference] = [assembled(program, given), interpret(program, mainName, given)];
    for (const count of [1, 10, 33, 200])
      expectSame(
        count,
        outcomeOf(() => kernel.runBlock(0, count)),
        outcomeOf(() => reference.runBlock(0, count)),
      );
  });
});
