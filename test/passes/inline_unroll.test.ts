import { describe, expect, test } from 'vitest';
import { buildFunction } from '../../src/ir/build.js';
import type { IrType } from '../../src/ir/ir.js';
import { analyse } from '../../src/passes/analyse.js';
import { joinCommon } from '../../src/passes/cse.js';
import { fold } from '../../src/passes/fold.js';
import { inline, inlineFunction } from '../../src/passes/inline.js';
import { passes } from '../../src/passes/passes.js';
import { optimise } from '../../src/passes/pipeline.js';
import { unroll } from '../../src/passes/unroll.js';
import { address, int, real, reals } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';
import { expectSameRun } from './same_run.js';
import { countOf, drawnSites, instructionsOf } from './structure.js';

const pure = { draws: false, scores: false };
const drawing = { draws: true, scores: false };

describe('inline', () => {
  const step = buildFunction('step', [address, real], [real], drawing, (b, [at, x]) => [
    b.draw('normal', real, [x!, b.real(1)], at!, 10),
  ]);
  const two = buildFunction('two', [address, real], [real, real], drawing, (b, [at, x]) => {
    const [y] = b.call('step', [b.address(at!, 11), x!], [real]);
    return [y!, ...b.call('step', [b.address(at!, 12), y!], [real])];
  });
  const countdown = buildFunction('countdown', [address, int, real], [real], drawing, (b, [at, n, x]) =>
    b.ifElse(
      b.op('le', [n!, b.int(0)]),
      () => [x!],
      () => {
        const [y] = b.call('step', [b.address(at!, 13), x!], [real]);
        return b.call('countdown', [b.address(at!, 14), b.op('sub', [n!, b.int(1)]), y!], [real]);
      },
    ),
  );
  const main = buildFunction('main', [address], [real, real, real], drawing, (b, [root]) => [
    ...b.call('two', [b.address(root!, 15), b.real(0)], [real, real]),
    ...b.call('countdown', [b.address(root!, 16), b.int(3), b.real(0)], [real]),
  ]);
  const program = programOf([step, two, countdown, main]);

  test('draws keep their addresses, recursive functions stay functions', () => {
    const after = inline(program, 'main');
    expect(instructionsOf(after).filter((i) => i.kind === 'call').length).toBe(1);
    expect(drawnSites(after)).toEqual([10, 10]);
    expect(instructionsOf(after, 'countdown').filter((i) => i.kind === 'call').length).toBe(1);
    expectSameRun(program, after);
  });

  test('the size is kept', () => {
    const small = inline(program, 'main', { size: 14 });
    expect(countOf(small, 'call')).toBe(2);
    expect(countOf(inline(program, 'main', { size: 0 }), 'call')).toBe(2);
    expect(inline(inline(program, 'main'), 'main')).toEqual(inline(program, 'main'));
    expectSameRun(program, small);
  });

  test('one function that is not in the program', () => {
    const alone = buildFunction('alone', [address], [real], drawing, (b, [at]) =>
      b.call('step', [at!, b.real(2)], [real]),
    );
    expect(inlineFunction(program, alone).body.body.map((i) => i.kind)).toEqual(['const', 'const', 'draw']);
  });

  test('a narrower argument is widened where the body needs it', () => {
    const ints: IrType = { kind: 'array', element: { kind: 'int' }, length: null };
    const longer = buildFunction('longer', [reals], [reals], pure, (b, [xs]) => [b.op('append', [xs!, b.real(0.5)])]);
    const wide = programOf([
      longer,
      buildFunction('main', [address], [reals], pure, (b) => b.call('longer', [b.make(ints, [b.int(1)])], [reals])),
    ]);
    expectSameRun(wide, inline(wide, 'main'));
    expectSameRun(wide, fold(inline(wide, 'main'), 'main'));
  });
});

describe('unroll', () => {
  const walk = (n: number) =>
    mainProgram([real, reals], (b, root) => {
      const none = b.op('absent', [], reals);
      return b.forLoop(b.int(0), b.int(n), [b.real(0), none], (t, [x, xs]) => {
        const next = b.draw('normal', real, [x!, b.real(1)], b.address(root, 10, t), 11);
        const [inner] = b.forLoop(b.int(0), t, [next], (_, [s]) => [b.op('mul', [s!, b.real(0.5)])]);
        b.resample();
        return [inner!, b.op('extend', [xs!, t, b.node('x', [t], next)])];
      });
    });

  test('addresses and values are those of the loop', () => {
    const program = walk(5);
    const once = fold(unroll(program, 'main'), 'main');
    expect(countOf(once, 'draw')).toBe(5);
    expect(countOf(once, 'resample')).toBe(5);
    expectSameRun(program, once);
    const twice = fold(unroll(once, 'main'), 'main');
    expect(countOf(twice, 'for')).toBe(0);
    expectSameRun(program, twice);
  });

  test('long loops and large results are left', () => {
    expect(unroll(walk(65), 'main')).toEqual(walk(65));
    expect(countOf(unroll(walk(64), 'main'), 'draw')).toBe(64);
    expect(unroll(walk(64), 'main', { instructions: 100 })).toEqual(walk(64));
    expect(countOf(unroll(walk(0), 'main'), 'for')).toBe(0);
    expectSameRun(walk(0), unroll(walk(0), 'main'));
  });
});

describe('cse', () => {
  test('pure values are joined across regions, draws never', () => {
    const program = mainProgram([real, real, real], (b, root) => {
      const normal = () =>
        b.draw('normal', real, [b.real(0), b.real(1)], b.address(root, 12, b.int(1)), 10, { shared: true });
      const x = normal();
      const early = b.op('exp', [x]);
      const [late] = b.ifElse(
        b.op('lt', [x, b.real(0)]),
        () => [b.op('exp', [x])],
        () => [b.op('add', [b.op('exp', [x]), b.real(-0)])],
      );
      return [early, late!, b.op('add', [normal(), b.op('exp', [x])])];
    });
    const after = joinCommon(program, 'main');
    expect(instructionsOf(after).filter((i) => i.kind === 'op' && i.op === 'exp').length).toBe(1);
    expect([countOf(after, 'draw'), countOf(after, 'address')]).toEqual([2, 1]);
    expectSameRun(program, after);
  });

  test('what is computed in one branch is not known in the other', () => {
    const program = mainProgram([real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      return b.ifElse(
        b.op('lt', [x, b.real(0)]),
        () => [b.op('exp', [x])],
        () => [b.op('exp', [x])],
      );
    });
    expectSameRun(program, joinCommon(program, 'main'));
  });
});

describe('optimise', () => {
  const total = buildFunction('const total', [], [real], pure, (b) => {
    const xs = b.input(reals, 'trial.x');
    return b.forLoop(b.int(0), b.op('length', [xs]), [b.real(0)], (k, [s]) => [
      b.op('add', [s!, b.op('index', [xs, k])]),
    ]);
  });
  const main = buildFunction('main', [address], [real], { draws: true, scores: true }, (b, [root]) => {
    const [t] = b.call('const total', [], [real]);
    const n = b.op('to_int', [b.input(int, 'n')]);
    const [sum] = b.forLoop(b.int(0), n, [b.node('t', [], t!)], (i, [s]) => {
      const x = b.node('x', [i], b.draw('normal', real, [s!, b.real(1)], b.address(root!, 10, i), 11));
      b.node('noise', [i], b.draw('gamma', real, [b.real(2)], b.address(root!, 12, i), 13));
      return [b.op('add', [s!, x])];
    });
    b.input(real, 'never');
    b.score('normal', [sum!, b.real(1)], b.real(3), root!, 14);
    return [b.op('mul', [sum!, b.real(1)])];
  });
  const program = programOf([total, main]);
  const inputs = { 'trial.x': new Float64Array([1, 2, 3]), n: 3, never: 0 };

  test('binds, unrolls, and leaves nothing over', () => {
    const { program: after, missing, removed } = optimise(program, 'main', inputs);
    expect(missing).toEqual([]);
    expect(removed).toEqual(['s13', 'noise']);
    expect(drawnSites(after)).toEqual([11, 11, 11]);
    expect(instructionsOf(after).some((i) => ['for', 'call', 'node', 'input'].includes(i.kind))).toBe(false);
    expect(Object.keys(after.families)).toEqual(['normal']);
    const bound = optimise(program, 'main', { ...inputs, n: 0 }).program;
    expect(drawnSites(bound)).toEqual([]);
  });

  test('names inputs that are missing and needed', () => {
    expect(optimise(program, 'main', { n: 3 }).missing).toEqual(['trial.x']);
  });

  test('its program has columns of noise', () => {
    const facts = analyse(optimise(program, 'main', inputs).program, 'main');
    expect(facts).toMatchObject({ columns: 3, noColumns: null, scoresAligned: true, scores: 1, singleRequest: true });
  });

  test('every pass has a sentence', () => {
    for (const meaning of Object.values(passes)) expect(meaning).toMatch(/^[A-Z][^.]+\.$/);
  });
});
