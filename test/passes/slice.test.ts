import { describe, expect, test } from 'vitest';
import { buildFunction } from '../../src/ir/build.js';
import { findFunction } from '../../src/ir/program.js';
import { slice } from '../../src/passes/slice.js';
import { strip } from '../../src/passes/strip.js';
import { address, bool, int, real } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';
import { expectSameRun } from './same_run.js';
import { countOf, drawnSites, instructionsOf } from './structure.js';

const unmoved = { layouts: ['addressed', 'column'] } as const;

describe('what a question does not need', () => {
  test('draws and equations are left out and named', () => {
    const program = mainProgram([real], (b, root) => {
      const x = b.node('x', [], b.draw('normal', real, [b.real(0), b.real(1)], root, 10));
      const z = b.node('z', [], b.draw('normal', real, [x, b.real(1)], root, 11));
      b.node('w', [], b.op('exp', [z]));
      return [b.node('y', [], b.draw('normal', real, [x, b.real(2)], root, 12))];
    });
    const sliced = slice(program, 'main');
    expect(drawnSites(sliced.program)).toEqual([10, 12]);
    expect(sliced.removed).toEqual(['s11', 'z', 'w']);
    expect(Object.keys(sliced.program.sites)).toEqual(['10', '12']);
    expect(Object.keys(sliced.program.families)).toEqual(['normal']);
    expectSameRun(program, sliced.program, unmoved);
    expect(slice(sliced.program, 'main').removed).toEqual([]);
    expect(countOf(strip(sliced.program), 'node')).toBe(0);
    expectSameRun(program, strip(sliced.program), unmoved);
  });

  test('effects stay with all that they depend on', () => {
    const program = mainProgram([], (b, root) => {
      const [x, y, z] = [10, 11, 12].map((site) => b.draw('normal', real, [b.real(0), b.real(1)], root, site));
      b.score('normal', [x!, b.real(1)], b.real(0.5), root, 13);
      b.ifElse(
        b.op('lt', [y!, b.real(0)]),
        () => {
          b.factor(b.real(-1));
          b.op('exp', [z!]);
          return [];
        },
        () => [],
      );
      b.check(b.op('lt', [b.draw('normal', real, [b.real(0), b.real(1)], root, 14), b.real(99)]), 'E0601', 'Large.');
      return [];
    });
    const sliced = slice(program, 'main').program;
    expect(drawnSites(sliced)).toEqual([10, 11, 14]);
    expect(countOf(sliced, 'op')).toBe(2);
    expectSameRun(program, sliced, unmoved);
  });

  test('loop variables and branch results that nothing reads', () => {
    const program = mainProgram([real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      const [kept] = b.forLoop(b.int(0), b.int(5), [x, x, b.int(0)], (i, [a, unused, n]) => [
        b.op('add', [a!, b.real(1)]),
        b.draw('normal', real, [unused!, b.real(1)], b.address(root, 11, i), 12),
        b.op('add', [n!, b.int(1)]),
      ]);
      const [, chosen] = b.ifElse(
        b.op('lt', [x, b.real(0)]),
        () => [b.draw('normal', real, [x, b.real(1)], root, 13), b.op('neg', [kept!])],
        () => [x, kept!],
      );
      return [chosen!];
    });
    const sliced = slice(program, 'main').program;
    expect(drawnSites(sliced)).toEqual([10]);
    for (const i of instructionsOf(sliced)) if (i.kind === 'for' || i.kind === 'if') expect(i.results.length).toBe(1);
    expectSameRun(program, sliced, { layouts: ['addressed'] });
  });

  test('a loop variable that another one reads stays, also across iterations', () => {
    const program = mainProgram([real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      const [, , last] = b.forLoop(b.int(0), b.int(4), [x, x, x], (_, [a, c, d]) => [
        b.op('neg', [a!]),
        a!,
        b.op('add', [c!, d!]),
      ]);
      return [last!];
    });
    const sliced = slice(program, 'main').program;
    expect(sliced.functions.main).toBe(program.functions.main);
  });

  test('loops without effects go, with the draws in them, even if they never end', () => {
    const program = mainProgram([real], (b, root) => {
      b.whileLoop(
        [b.int(0)],
        () => b.bool(true),
        ([k]) => [b.op('add', [k!, b.int(1)])],
      );
      b.forLoop(b.int(0), b.int(3), [b.real(0)], (i) => [
        b.draw('normal', real, [b.real(0), b.real(1)], b.address(root, 11, i), 12),
      ]);
      return [b.real(1)];
    });
    const sliced = slice(program, 'main').program;
    expect(instructionsOf(sliced).map((i) => i.kind)).toEqual(['const']);
  });

  test('calls go with the functions that only they needed', () => {
    const inner = buildFunction('inner', [address], [real], { draws: true, scores: false }, (b, [at]) => [
      b.draw('gamma', real, [b.real(2)], at!, 11),
    ]);
    const weighs = buildFunction('weighs', [address], [real], { draws: true, scores: true }, (b, [at]) => {
      b.factor(b.real(-2));
      b.draw('normal', real, [b.real(0), b.real(1)], at!, 12);
      return [b.real(0)];
    });
    const main = buildFunction('main', [address], [real], { draws: true, scores: true }, (b, [root]) => {
      b.call('inner', [b.address(root!, 13)], [real]);
      b.call('weighs', [b.address(root!, 14)], [real]);
      return [b.real(0)];
    });
    const program = programOf([inner, weighs, main]);
    const sliced = slice(program, 'main').program;
    expect(findFunction(sliced, 'inner')).toBeNull();
    expect(Object.keys(sliced.families)).toEqual([]);
    expect(drawnSites(sliced, 'weighs')).toEqual([]);
    expect(sliced.functions.weighs?.draws).toBe(false);
    expectSameRun(program, sliced, { layouts: ['addressed'] });
  });
});

describe('noise', () => {
  test('a request that a draw does not use stays, as its noise may be given as a list', () => {
    const wasteful = buildFunction(
      'normal.draw',
      [address, real, real],
      [real],
      { draws: true, scores: false },
      (b, [a, mean, sd]) => {
        b.noise('normal', a!, 0);
        b.op('exp', [mean!]);
        return [b.op('add', [mean!, b.op('mul', [sd!, b.noise('normal', a!, 1)])])];
      },
    );
    const program = programOf([
      wasteful,
      buildFunction('main', [address], [real], { draws: true, scores: false }, (b, [root]) => [
        b.draw('normal', real, [b.real(0), b.real(1)], root!, 10),
      ]),
    ]);
    const sliced = slice(program, 'main').program;
    expect(countOf(sliced, 'noise', 'normal.draw')).toBe(2);
    expect(countOf(sliced, 'op', 'normal.draw')).toBe(2);
    expectSameRun(program, sliced);
  });

  test('a draw of another world loses its mark with its factual partner, and only then', () => {
    const worlds = (usesFactual: boolean) =>
      mainProgram([bool, real], (b, root) => {
        const shared = { shared: true };
        const p = b.draw('uniform', real, [b.real(0), b.real(1)], root, 10);
        const y = b.draw('bernoulli', bool, [p], root, 11, shared);
        const copy = b.draw('bernoulli', bool, [b.op('mul', [p, p])], root, 11, { shared: true, copy: true });
        return [copy, usesFactual ? b.op('to_real', [y]) : p];
      });
    for (const usesFactual of [false, true]) {
      const program = worlds(usesFactual);
      const sliced = slice(program, 'main').program;
      const marks = instructionsOf(sliced).flatMap((i) => (i.kind === 'draw' ? [i.copy] : []));
      expect(marks).toEqual(usesFactual ? [false, false, true] : [false, false]);
      expectSameRun(program, sliced, unmoved);
    }
  });
});

test('integers as loop bounds that only a removed loop used go as well', () => {
  const program = mainProgram([int], (b, root) => {
    const n = b.draw(
      'categorical',
      int,
      [b.make({ kind: 'array', element: { kind: 'real' }, length: null }, [b.real(1), b.real(1)])],
      root,
      10,
    );
    b.forLoop(b.int(0), n, [b.int(0)], (_, [k]) => [b.op('add', [k!, b.int(1)])]);
    return [b.int(3)];
  });
  expect(instructionsOf(slice(program, 'main').program).map((i) => i.kind)).toEqual(['const']);
});
