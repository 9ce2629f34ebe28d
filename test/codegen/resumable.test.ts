import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { compileResumable, type Pauses } from '../../src/codegen/resumable.js';
import { buildFunction } from '../../src/ir/build.js';
import type { BlockResult, NoiseLayout } from '../../src/ir/engine.js';
import type { Constant, Program, ValueId } from '../../src/ir/ir.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { address, bool, int, real, reals } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';
import { sweep } from '../sweep.js';
import { expectSame, options, outcome, outcomeOf } from './agree.js';
import { arrayProgram } from './array_program.js';
import { faultless } from './lockstep_programs.js';

/** The result of a block that was paused, and how often it was. */
function paused(
  program: Program,
  layout: NoiseLayout,
  count = 10,
  pauses: Pauses = 'scores',
): { result: BlockResult; rounds: number } {
  const kernel = compileResumable(program, 'main', { ...options(layout), pauses });
  kernel.start(1, count);
  let rounds = 0;
  while (kernel.advance()) rounds += 1;
  return { result: kernel.finish(), rounds };
}

/** `left` scores, one in each call; what is drawn goes down and comes back. */
const recursion = (left: number): Program =>
  programOf([
    buildFunction('down', [address, int, real], [real, real], { draws: true, scores: true }, (b, [a, n, x]) =>
      b.ifElse(
        b.op('gt', [n!, b.int(0)]),
        () => {
          const y = b.draw('normal', real, [x!, b.real(1)], a!, 10);
          b.score('normal', [y, b.real(2)], b.real(0.5), a!, 11);
          const [z, least] = b.call('down', [b.address(a!, 12), b.op('sub', [n!, b.int(1)]), y], [real, real]);
          b.factor(b.op('mul', [b.real(0.01), z!]));
          return [b.op('add', [z!, y]), b.op('min', [least!, x!])];
        },
        () => [x!, b.real(0)],
        [real, real],
      ),
    ),
    buildFunction('main', [address], [real, real], { draws: true, scores: true }, (b, [root]) =>
      b.call('down', [root!, b.int(left), b.real(0)], [real, real]),
    ),
  ]);

/** A random walk kept in an array, seen at each step. */
const walk = (steps: number): Program =>
  mainProgram([reals, real], (b, root) => {
    const first = b.make(reals, [b.draw('normal', real, [b.real(0), b.real(1)], root, 10)]);
    const [path] = b.forLoop(
      b.int(1),
      b.int(steps),
      [first],
      (t, [x]) => {
        const here = b.address(root, 11, t);
        const before = b.op('index', [x!, b.op('sub', [t, b.int(1)])]);
        const next = b.draw('normal', real, [before, b.real(1)], here, 12);
        b.score('normal', [next, b.real(1)], b.op('to_real', [t]), here, 13);
        return [b.op('extend', [x!, t, next], reals)];
      },
      [reals],
    );
    return [path!, b.op('index', [path!, b.int(steps - 1)])];
  });

describe('pausing changes no bit', () => {
  test.each([7000, 7100, 7200])('of random programs from %d on', (first) => {
    let rounds = 0;
    for (let seed = first; seed < first + sweep(40, 90); seed++) {
      const { program, layouts } = randomProgram(seed, 1 + (seed % 12));
      for (const layout of layouts) {
        const found = outcomeOf(() => {
          const run = paused(program, layout);
          rounds += run.rounds;
          return run.result;
        });
        const straight = outcome(javascript, program, layout);
        expectSame({ seed, layout }, faultless(found), faultless(straight));
      }
    }
    expect(rounds).toBeGreaterThan(sweep(60, 150));
  });

  test('of programs with arrays that change in place', () => {
    for (let seed = 0; seed < sweep(30, 60); seed++) {
      const program = arrayProgram(seed);
      const run = paused(program, 'particle');
      expect(run.rounds).toBe(3);
      expect(outcomeOf(() => run.result)).toEqual(outcome(javascript, program, 'particle'));
    }
  });

  test.each(['addressed', 'particle'] as const)('of scores inside recursion, %s', (layout) => {
    const run = paused(recursion(40), layout);
    expect(run.rounds).toBe(80);
    expect(outcomeOf(() => run.result)).toEqual(outcome(javascript, recursion(40), layout));
  });

  test.each(['addressed', 'column', 'particle'] as const)('of scores inside a loop, %s', (layout) => {
    const run = paused(walk(30), layout);
    expect(run.rounds).toBe(29);
    expect(outcomeOf(() => run.result)).toEqual(outcome(javascript, walk(30), layout));
  });

  test('of scores in a loop whose length is random', () => {
    const program = mainProgram([int], (b, root) => {
      const [count] = b.whileLoop(
        [b.int(0), b.bool(true)],
        ([, more]) => more!,
        ([n]) => {
          const here = b.address(root, 10, n!);
          b.score('bernoulli', [b.real(0.9)], b.bool(true), here, 11);
          return [b.op('add', [n!, b.int(1)]), b.draw('bernoulli', bool, [b.real(0.8)], here, 12)];
        },
        [int, bool],
      );
      return [count!];
    });
    const run = paused(program, 'particle', 200);
    expect(run.rounds).toBe(Math.max(...Array.from(run.result.columns[0]!, Number)));
    expect(outcomeOf(() => run.result)).toEqual(outcome(javascript, program, 'particle', 1, 200));
  });

  test('wherever runs may pause', () => {
    for (const [pauses, rounds] of [
      ['never', 0],
      ['resamples', 0],
      ['scores', 29],
    ] as const)
      expect(paused(walk(30), 'particle', 10, pauses).rounds).toBe(rounds);
  });
});

describe('rows', () => {
  test('show the log weights so far and where each particle stands', () => {
    const kernel = compileResumable(walk(3), 'main', options('particle'));
    kernel.start(0, 4);
    expect(kernel.advance()).toBe(true);
    const weights = kernel.logWeight().slice();
    expect(weights.every((w) => w < 0)).toBe(true);
    expect(new Set(kernel.points()).size).toBe(1);
    expect(kernel.advance()).toBe(true);
    expect(kernel.logWeight().every((w, k) => w < weights[k]!)).toBe(true);
    expect(kernel.advance()).toBe(false);
    expect(Array.from(kernel.points())).toEqual([-1, -1, -1, -1]);
  });

  test('can be copied: the copy has the past of its source and a future of its own', () => {
    const straight = javascript(walk(6), 'main', options('particle')).runBlock(0, 4);
    const kernel = compileResumable(walk(6), 'main', options('particle'));
    kernel.start(0, 4);
    for (let k = 0; k < 3; k++) kernel.advance();
    kernel.copyRows(Int32Array.of(2, 2, 2, 3));
    const result = kernel.finish();
    const pathsOf = (found: BlockResult): number[][] =>
      Array.from<Constant, number[]>(found.columns[0]!, (path) => Array.from(path instanceof Float64Array ? path : []));
    const [paths, before] = [pathsOf(result), pathsOf(straight)];
    for (const p of [0, 1, 2]) expect(paths[p]!.slice(0, 4)).toEqual(before[2]!.slice(0, 4));
    expect(new Set([0, 1, 2].map((p) => paths[p]![4])).size).toBe(3);
    expect(paths[2]).toEqual(before[2]);
    expect(paths[3]).toEqual(before[3]);
    expect(result.logWeight[2]).toBe(straight.logWeight[2]);
  });

  test('can be copied in the middle of recursion', () => {
    const kernel = compileResumable(recursion(12), 'main', options('addressed'));
    const straight = javascript(recursion(12), 'main', options('addressed')).runBlock(0, 3);
    kernel.start(0, 3);
    for (let k = 0; k < 7; k++) kernel.advance();
    const seen = kernel.logWeight().slice();
    kernel.copyRows(Int32Array.of(1, 1, 2));
    expect(Array.from(kernel.logWeight())).toEqual([seen[1], seen[1], seen[2]]);
    const result = kernel.finish();
    for (const p of [1, 2]) expect(result.columns[0]![p]).toBe(straight.columns[0]![p]);
    expect(result.columns[0]![0]).not.toBe(straight.columns[0]![0]);
    expect(result.columns[0]![0]).not.toBe(straight.columns[0]![1]);
  });

  test.each(['addressed', 'column'] as const)(
    'share their noise with the other worlds of the same row, %s',
    (layout) => {
      const program = mainProgram([real, real, real], (b, root) => {
        const world = (copy: boolean): readonly [ValueId, ValueId] => {
          const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10, { shared: true, copy });
          const [sum] = b.forLoop(b.int(0), b.int(3), [b.real(0)], (i, [s]) => [
            b.op('add', [
              s!,
              b.draw('normal', real, [b.real(0), b.real(1)], b.address(root, 11, i), 12, { shared: true, copy }),
            ]),
          ]);
          return [x, sum!];
        };
        const [x, sum] = world(false);
        b.score('normal', [x, b.real(1)], b.real(0.5), root, 13);
        const [again, sumAgain] = world(true);
        return [x, b.op('sub', [again, x]), b.op('sub', [sumAgain, sum])];
      });
      const kernel = compileResumable(program, 'main', options(layout));
      kernel.start(0, 6);
      kernel.advance();
      kernel.copyRows(Int32Array.of(3, 3, 5, 5, 0, 1));
      const [xs, ...differences] = kernel.finish().columns;
      expect(xs![0]).toBe(xs![1]);
      for (const column of differences) expect(Array.from<Constant>(column)).toEqual([0, 0, 0, 0, 0, 0]);
    },
  );
});
