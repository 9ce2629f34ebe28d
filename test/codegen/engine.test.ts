import { describe, expect, test } from 'vitest';
import { compileTuned, javascript } from '../../src/codegen/javascript.js';
import type { NoiseLayout } from '../../src/ir/engine.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { sweep } from '../sweep.js';
import { expectSame, options, oracle, outcome, outcomeOf } from './agree.js';
import { arrayProgram } from './array_program.js';

const programs = Array.from({ length: sweep(270, 540) }, (_, k) => randomProgram(k + 5000, 1 + (k % 12)));

describe('the JavaScript engine gives the bits of the interpreter', () => {
  test('on enough programs of every kind', () => {
    expect(programs.filter((p) => p.layouts.includes('column')).length).toBeGreaterThan(programs.length / 4);
    const control = programs.filter(({ features }) => features.loops || features.branches || features.recursion);
    expect(control.length).toBeGreaterThan(programs.length / 3);
  });

  const parts = [0, 1, 2].flatMap((part) =>
    (['addressed', 'column', 'particle'] as const).map((layout) => [layout, part] as const),
  );
  test.each(parts)('on random programs, %s, part %d', (layout: NoiseLayout, part: number) => {
    const chosen = programs.filter((p, k) => k % 3 === part && p.layouts.includes(layout));
    for (const { seed, program } of chosen)
      expectSame({ seed }, outcome(javascript, program, layout), oracle(program, layout));
  });

  test('on random programs with loops over arrays', () => {
    for (let seed = 0; seed < sweep(100, 200); seed++) {
      const program = arrayProgram(seed);
      expectSame({ seed }, outcome(javascript, program, 'particle'), oracle(program, 'particle'));
    }
  });

  test('when every body is split into short parts', () => {
    for (const { seed, program, layouts } of programs.slice(0, 120)) {
      const layout = layouts[seed % layouts.length]!;
      const found = outcome((p, m, o) => compileTuned(p, m, o, { longestBody: 25 }), program, layout);
      expectSame({ seed }, found, oracle(program, layout));
    }
    for (let seed = 0; seed < 40; seed++) {
      const program = arrayProgram(seed);
      const found = outcome((p, m, o) => compileTuned(p, m, o, { longestBody: 40 }), program, 'addressed');
      expectSame({ seed }, found, oracle(program, 'addressed'));
    }
  });
});

describe('blocks', () => {
  test('hang neither on those run before nor on their size', () => {
    for (const { program, layouts } of programs.slice(0, 60)) {
      for (const layout of layouts) {
        const kernel = javascript(program, 'main', options(layout));
        const alone = outcomeOf(() => kernel.runBlock(2, 30));
        const later = javascript(program, 'main', options(layout));
        for (const block of [7, 0, 3]) outcomeOf(() => later.runBlock(block, 5));
        expectSame(
          layout,
          outcomeOf(() => later.runBlock(2, 30)),
          alone,
        );
      }
    }
  });

  test('of fewer particles give the first of the full block', () => {
    for (const { program, layouts } of programs.slice(0, 40)) {
      for (const layout of layouts) {
        const kernel = javascript(program, 'main', options(layout));
        try {
          const full = kernel.runBlock(1, 1024);
          const part = kernel.runBlock(1, 300);
          expect(part.logWeight).toEqual(full.logWeight.subarray(0, 300));
          expect(part.columns).toEqual(full.columns.map((c) => c.slice(0, 300)));
        } catch (thrown) {
          expect(thrown).toMatchObject({ fault: true });
        }
      }
    }
  });
});
