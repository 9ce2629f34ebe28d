/** Main for two particles side by side gives the bits of the interpreter, ends in the same faults, and is used where it should be. */
import { describe, expect, test } from 'vitest';
import { functionOf } from '../../src/codegen/facts.js';
import { lower } from '../../src/codegen/lower.js';
import { summingOf } from '../../src/codegen/summing.js';
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
import { planOf } from '../passes/small_programs.js';
import { expectSame, options, outcomeOf } from './agree.js';

function planned(text: string): Program {
  const made = planOf(text);
  if (!('program' in made)) throw new Error(made.join('\n'));
  return made.program;
}

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

/** Programs of the shapes that two particles at a time are made for. */
const models: Readonly<Record<string, string>> = {
  'straight lines': `
    model M { a ~ normal(0, 2)  b ~ half_cauchy(5)  c := a * b - exp(-b) / 3  y ~ normal(c, 1.5) }
    query q = E(sin(c) + cos(a) | y = 0.5)`,
  'every operation': `
    model M {
      a ~ normal(0, 2)  b ~ exponential(1)
      c := round(a) + trunc(3 * a) + ceil(b) + floor(-b) + sign(a) + abs(a) + min(a, b) + max(a, 2 * b)
      d := a % (b + 1) + sqrt(b) + log(b) + a^3 + a^-2 + b^2.5
      e := if a < b and not (a <= -1 or a >= 1) then c else if a == b then d else d - c
    }
    query q = E(c + 2 * d + 3 * e)`,
  'sines and cosines of one angle': `
    model M {
      a ~ normal(0, 2)  b ~ half_cauchy(1)
      c := cos(a) * sin(a) + (if a < b then sin(1e7 * b) / cos(1e7 * b) + sin(3 * b) else cos(3 * b) - sin(3 * b))
      d := cos(3 * b) + sin(b) - sin(3 * b) / cos(1e7 * b)
    }
    query q = E(c + d)`,
  'a discrete network': `
    const p = [[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]]
    const r = [[[0.5, 0.5], [0.9, 0.1], [0.3, 0.7]], [[0.2, 0.8], [0.6, 0.4], [0.25, 0.75]]]
    model M {
      a ~ bernoulli(0.3)
      b ~ categorical(p[int(a)])
      c ~ categorical(r[int(a), b])
      d ~ categorical(p[c])
      y ~ bernoulli([0.1, 0.5, 0.9][d] * [0.9, 0.6][c])
    }
    query q = P(b == 2 | y = true)`,
  'tables of rows that differ in length': `
    const p = [[0.7, 0.2, 0.1], [0.4, 0.6], [0.25, 0.25, 0.25, 0.25]]
    model M { a ~ categorical([0.2, 0.3, 0.5])  b ~ categorical(p[a])  c ~ normal(b, 1 + a) }
    query q = E(b | c = 1.5)`,
  'a loop over data': `
    const x = [(i - 30) / 10 for i in 0..60]
    const y = [7 * i % 3 for i in 0..60]
    model M {
      a ~ normal(0, 1)  b ~ normal(0, 1)
      for i in 0..60 { observe y[i] > 1 ~ bernoulli(1 / (1 + exp(-(a + b * x[i])))) }
    }
    query q = E(a * b)`,
  'a loop with something carried': `
    const x = [1.5, 2, 0.25, -1, 3, 8, 2, 1, 0, 4, 5, 6, -7, 8, 9, 10, 2, 3, 4, 1]
    fn swing(a: real, b: real): real {
      var now = a
      var before = b
      var count = 0
      for i in 0..len(x) {
        let next = now * 0.5 + before * x[i] / 8
        before = now
        now = if i > 15 then next + count else next
        count = count + 1
      }
      return now + before
    }
    model M { a ~ normal(0, 1)  b ~ normal(0, 1)  c ~ normal(swing(a, b), 2) }
    query q = E(swing(b, a) | c = 1)`,
  'loops of each particle': `
    fn halvings(x: real): int {
      var k = 0
      var rest = x
      while rest > 0.01 and k < 40 { rest = rest / (2 + k)  k = k + 1 }
      return k
    }
    fn total(n: int, x: real): real {
      var sum = 0.0
      for i in 0..n { sum = sum + x / (i + 1) }
      return sum
    }
    model M { a ~ exponential(0.1)  k := halvings(a)  b ~ normal(total(k + 20 * int(a > 9), a), 1) }
    query q = E(k | b = 4)`,
  'weights of zero': `
    model M { a ~ normal(0, 1)  b ~ normal(0, 1)  observe a + b > 0.5  y ~ uniform(a, a + 2) }
    query q = E(b | y = 1)`,
  'a branch that weighs': `
    model M {
      a ~ normal(0, 1)  b ~ normal(a, 1)
      if a > 0 { factor -b^2 } else { factor log(0.5) + exp(-abs(b)) * cos(a) * sin(b) * exp(sin(a * b)) * log(2 + cos(b)) }
    }
    query q = E(b)`,
};

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

test('draws that are summed up in place are those that are kept', () => {
  const program = planned(models['a discrete network']!);
  const kernel = assembled(program, options('column'));
  const { summing } = kernel;
  if (summing === undefined) throw new Error('nothing is summed up');
  const { summing: _, ...plain } = kernel;
  const reference = summingOf(plain, functionOf(program, mainName).results);
  for (const [draws, dimension, least] of [
    [1024, 0, -2],
    [1, 0, -2],
    [3333, 0, -2],
    [7000, 0, Number.NEGATIVE_INFINITY],
    [2000, 1, -2],
  ] as const) {
    const [found, expected] = [summing, reference].map((s) => {
      const { rows, above, ...rest } = s.blocks(3, draws, dimension, least);
      return { rows: rows.slice(), above: above.slice(), ...rest };
    });
    expect(found).toEqual(expected);
    if (!found!.mixed) continue;
    const count = Math.min(1024, draws);
    const after = [summing, reference].map((s) => ({
      logWeight: s.room().logWeight.slice(0, count),
      found: s.survey(count, -2).slice(),
      row: s.sum(count, 0).slice(),
    }));
    expect(after[0]).toEqual(after[1]);
  }
});
