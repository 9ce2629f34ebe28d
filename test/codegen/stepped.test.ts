import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { compilePausing, type PausingKernel } from '../../src/codegen/pausing.js';
import { compileResumable, type Pauses } from '../../src/codegen/resumable.js';
import { compileStepped } from '../../src/codegen/stepped.js';
import { newDraws } from '../../src/ir/draws.js';
import type { NoiseLayout } from '../../src/ir/engine.js';
import type { Constant, Program } from '../../src/ir/ir.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { sweep } from '../sweep.js';
import { expectSame, options, outcome, outcomeOf } from './agree.js';
import { arrayProgram } from './array_program.js';
import { days, faultless, mostBytes, resampled, walk } from './lockstep_programs.js';

const stepped = (program: Program, layout: NoiseLayout, pauses: Pauses = 'scores'): PausingKernel => {
  const kernel = compileStepped(program, 'main', { ...options(layout), pauses });
  expect(kernel).not.toBeNull();
  return kernel!;
};

const layoutsOf = ['addressed', 'column', 'particle'] as const;

describe('kernels in lockstep give the bits of those that pause by particle', () => {
  test.each([31_000, 31_100, 31_200])('on random programs from %d on, resampled', (first) => {
    let [fit, pauses] = [0, 0];
    for (let seed = first; seed < first + sweep(30, 60); seed++) {
      const { program, layouts } = randomProgram(seed, 1 + (seed % 12));
      for (const layout of layouts) {
        const kernel = compileStepped(program, 'main', options(layout));
        if (kernel === null) continue;
        fit += 1;
        const straight = outcomeOf(() => {
          kernel.start(1, 10);
          while (kernel.advance()) pauses += 1;
          return kernel.finish();
        });
        expectSame({ seed, layout }, faultless(straight), faultless(outcome(javascript, program, layout)));
        const again = outcomeOf(() => resampled(kernel, 1, 10));
        const wanted = outcomeOf(() => resampled(compileResumable(program, 'main', options(layout)), 1, 10));
        expectSame({ seed, layout, again: true }, faultless(again), faultless(wanted));
      }
    }
    expect(fit).toBeGreaterThan(sweep(20, 40));
    expect(pauses).toBeGreaterThan(sweep(15, 30));
  });

  test('on programs with arrays', () => {
    let fit = 0;
    for (let seed = 0; seed < sweep(30, 60); seed++) {
      const program = arrayProgram(seed);
      const kernel = compileStepped(program, 'main', options('particle'));
      if (kernel === null) continue;
      fit += 1;
      const wanted = outcomeOf(() => resampled(compileResumable(program, 'main', options('particle')), 1, 10));
      expectSame({ seed }, faultless(outcomeOf(() => resampled(kernel, 1, 10))), faultless(wanted));
    }
    expect(fit).toBeGreaterThan(sweep(10, 20));
  });

  test.each(layoutsOf)('on walks whose path is asked for or not, %s', (layout) => {
    for (const program of [walk(60, true), walk(60, false), walk(40, true, 3), walk(40, false, 3), walk(3, true)])
      for (const pauses of ['scores', 'resamples', 'never'] as const) {
        const kernel = stepped(program, layout, pauses);
        const other = compileResumable(program, 'main', { ...options(layout), pauses });
        for (const block of [3, 0])
          expectSame(
            { layout, pauses },
            outcomeOf(() => resampled(kernel, block, 50)),
            outcomeOf(() => resampled(other, block, 50)),
          );
      }
  });

  test.each(['addressed', 'particle'] as const)('on random control flow in which particles die, %s', (layout) => {
    const kernel = stepped(days(6), layout);
    const found = resampled(kernel, 2, 80);
    const wanted = resampled(compileResumable(days(6), 'main', options(layout)), 2, 80);
    expect(outcomeOf(() => found)).toEqual(outcomeOf(() => wanted));
    expect(found.logWeight.some((w) => w === Number.NEGATIVE_INFINITY)).toBe(true);
    expect(found.logWeight.some((w) => w > Number.NEGATIVE_INFINITY)).toBe(true);
  });

  test.each(['addressed', 'particle'] as const)('where all die before what would be a fault, %s', (layout) => {
    const program = mainProgram([real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      b.condition(b.op('gt', [x, b.real(100)]));
      const [sum] = b.forLoop(b.int(0), b.int(9), [b.real(0)], (i, [s]) => {
        b.score('normal', [x, b.real(1)], b.real(0.5), b.address(root, 11, i), 12);
        return [b.op('add', [s!, b.op('index', [b.make(reals, [x]), b.op('add', [i, b.int(1)])])])];
      });
      return [sum!];
    });
    for (const pauses of ['scores', 'resamples', 'never'] as const) {
      const found = outcomeOf(() => resampled(stepped(program, layout, pauses), 1, 10));
      expect(found).toEqual(outcome(javascript, program, layout));
    }
  });

  test.each(layoutsOf)('over several blocks at once, %s', (layout) => {
    const program = walk(12, true);
    const count = 5 * 1024 + 100;
    const draws = newDraws(program.functions.main!.results, count);
    const counts = javascript(program, 'main', options(layout)).fill(draws, 2048, 2048 + count, 2048);
    for (const kernel of [stepped(program, layout), compileResumable(program, 'main', options(layout))]) {
      kernel.start(2, count);
      while (kernel.advance());
      const found = kernel.finish();
      expect(found.logWeight).toEqual(draws.logWeight);
      expect(found.dimension).toEqual(draws.dimension);
      expect(found.columns).toEqual(draws.columns);
      expect(found.steps).toBe(counts.steps);
    }
  });

  test('over several blocks with streams of draws, and with draws of two worlds', () => {
    for (let seed = 41_000; seed < 41_040; seed++) {
      const { program, layouts } = randomProgram(seed, 1 + (seed % 12));
      if (!layouts.includes('column')) continue;
      const draws = newDraws(program.functions.main!.results, 1100);
      const straight = outcomeOf(() => {
        const counts = javascript(program, 'main', options('column')).fill(draws, 1024, 2124, 1024);
        return { count: 1100, ...draws, ...counts };
      });
      const kernel = compileResumable(program, 'main', options('column'));
      const found = outcomeOf(() => {
        kernel.start(1, 1100);
        return kernel.finish();
      });
      expectSame({ seed }, faultless(found), faultless(straight));
    }
  });
});

describe('the state of a particle', () => {
  const bytesOf = (program: Program): number => mostBytes(stepped(program, 'column'));

  test('does not grow with the number of steps', () => {
    const short = bytesOf(walk(100, false));
    expect(short).toBeLessThan(200);
    expect(bytesOf(walk(10_000, false))).toBe(short);
    expect(bytesOf(walk(1000, false, 5))).toBe(bytesOf(walk(100, false, 5)));
  });

  test('holds the path where it is an output', () => {
    const path = bytesOf(walk(1000, true));
    expect(path).toBeGreaterThan(8000);
    expect(path).toBeLessThan(20_000);
  });

  test('with a past beyond what is kept in order is that of its ancestors', () => {
    const kernel = stepped(walk(200, true), 'column');
    const found = resampled(kernel, 0, 64);
    const paths = Array.from<Constant, Constant>(found.columns[2]!, (path) => path);
    for (const [p, path] of paths.entries()) {
      expect(path).toBeInstanceOf(Float64Array);
      expect(path).toHaveLength(200);
      const sum = Array.from(path instanceof Float64Array ? path.slice(1) : []).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(Number(found.columns[1]![p]), 9);
    }
  });
});

describe('what cannot run in lockstep', () => {
  const unequal = mainProgram([real], (b, root) => {
    const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
    b.ifElse(
      b.op('gt', [x, b.real(0)]),
      () => {
        b.score('normal', [x, b.real(1)], b.real(0.5), root, 11);
        return [];
      },
      () => [],
      [],
    );
    return [x];
  });

  test('is left to kernels that pause by particle', () => {
    expect(compileStepped(unequal, 'main', options('particle'))).toBeNull();
    const kernel = compilePausing(unequal, 'main', options('particle'));
    kernel.start(1, 10);
    expect(kernel.advance()).toBe(true);
    expect(new Set(kernel.points()).size).toBe(2);
    expect(outcomeOf(kernel.finish)).toEqual(outcome(javascript, unequal, 'particle'));
  });

  test('though not where scores out of step need no pause', () => {
    const kernel = compileStepped(unequal, 'main', { ...options('particle'), pauses: 'resamples' });
    kernel!.start(1, 10);
    expect(kernel!.advance()).toBe(false);
    expect(outcomeOf(kernel!.finish)).toEqual(outcome(javascript, unequal, 'particle'));
  });
});
