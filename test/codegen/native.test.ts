import { describe, expect, test } from 'vitest';
import { compileNative, nativeEngine } from '../../src/codegen/c/native.js';
import { javascript } from '../../src/codegen/javascript.js';
import { buildFunction } from '../../src/ir/build.js';
import { newDraws } from '../../src/ir/draws.js';
import { blockSize, defaultLimits, type Kernel, type KernelOptions, type NoiseLayout } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { mainName } from '../../src/passes/assemble.js';
import { nativeCompiler } from '../../src/runtime/node_native.js';
import { address, bool, int, real, reals } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';
import { expectSame, options, oracle, outcome, outcomeOf } from './agree.js';
import { endless } from './limit_programs.js';
import { compareRandom, hasCompiler, native } from './native_programs.js';
import { models, planned } from './side_by_side_programs.js';

/** All operations on numbers near and far, on columns of noise: runs as a loop over all particles. */
const straight = mainProgram([real, real, bool, real], (b, root) => {
  const [x, u, e] = [
    b.draw('normal', real, [b.real(0), b.real(1)], root, 1),
    b.draw('uniform', real, [b.real(0), b.real(1)], root, 2),
    b.draw('exponential', real, [b.real(1)], root, 3),
  ];
  const one = (op: 'exp' | 'log' | 'sin' | 'cos' | 'sqrt' | 'floor' | 'round' | 'sign', v: typeof x) => b.op(op, [v]);
  const two = (op: 'add' | 'mul' | 'sub' | 'div' | 'min' | 'max', v: typeof x, w: typeof x) => b.op(op, [v, w]);
  const wide = two('mul', x, b.real(400));
  const above = b.op('gt', [x, b.real(0.5)]);
  const sum = [
    one('exp', wide),
    one('log', two('mul', u, one('exp', two('mul', b.real(-740), u)))),
    one('sin', two('mul', wide, b.real(1e5))),
    two('div', one('sin', u), one('cos', two('mul', u, b.real(1.5707963267948966)))),
    one('sqrt', e),
    one('round', wide),
    one('sign', x),
    two('max', two('min', x, u), one('floor', e)),
  ].reduce((a, v) => two('add', a, v));
  const [side] = b.ifElse(
    above,
    () => {
      b.factor(two('mul', x, b.real(-0.5)));
      return [one('log', x)];
    },
    () => {
      b.condition(b.op('lt', [u, b.real(0.9)]));
      return [two('mul', u, u)];
    },
    [real],
  );
  return [sum, side!, above, u];
});

/** So many draws of each kind, as columns. */
const drawing = (normals: number, uniforms: number, exponentials: number): Program =>
  mainProgram(
    Array.from({ length: normals + uniforms + exponentials }, () => real),
    (b, root) => {
      const draws = (count: number, draw: (site: number) => ReturnType<typeof b.real>) =>
        Array.from({ length: count }, (_, i) => draw(i));
      return [
        ...draws(normals, (i) => b.draw('normal', real, [b.real(0), b.real(1)], root, 1 + i)),
        ...draws(uniforms, (i) => b.draw('uniform', real, [b.real(0), b.real(1)], root, 101 + i)),
        ...draws(exponentials, (i) => b.draw('exponential', real, [b.real(1)], root, 201 + i)),
      ];
    },
  );

const list = { kind: 'array', element: { kind: 'real' }, length: null } as const;

const kernelOf = (program: Program, layout: NoiseLayout, more: Partial<KernelOptions> = {}): Kernel => {
  const made = native(program, { ...options(layout), ...more });
  if ('reason' in made) throw new Error(made.reason);
  return made;
};

describe.skipIf(!hasCompiler)('the native engine gives the bits of the interpreter', () => {
  test('on random programs', { timeout: 60_000 }, () => {
    expect(compareRandom(0, 10)).toBeGreaterThan(3);
  });

  test.each(['column', 'addressed', 'particle'] as const)('where particles run side by side, %s', (layout) => {
    expectSame(
      layout,
      outcomeOf(() => kernelOf(straight, layout).runBlock(1, blockSize)),
      outcome(javascript, straight, layout, 1, blockSize),
    );
    expectSame(
      layout,
      outcomeOf(() => kernelOf(straight, layout).runBlock(1, 10)),
      oracle(straight, layout),
    );
  });

  // Lanes that are full, those that others ride in, those of nobody, and streams that take turns.
  test.each([
    [9, 1, 0],
    [10, 2, 2],
    [7, 2, 1],
    [1, 2, 1],
    [18, 1, 3],
    [0, 4, 10],
    [2, 3, 2],
    [16, 0, 9],
  ])('of columns of %i normal, %i uniform and %i exponential draws', (normals, uniforms, exponentials) => {
    const program = drawing(normals, uniforms, exponentials);
    const kernel = kernelOf(program, 'column');
    const other = javascript(program, 'main', options('column'));
    for (const block of [0, 3]) {
      const [found, expected] = [kernel.runBlock(block, blockSize), other.runBlock(block, blockSize)];
      expect(found.columns).toEqual(expected.columns);
    }
  });

  test.each([
    'every operation',
    'a discrete network',
    'tables of rows that differ in length',
    'a loop with something carried',
    'loops of each particle',
    'a branch that weighs',
  ])('where tables and rounds stand for what is known of values: %s', (name) => {
    const program = planned(models[name]!);
    const made = compileNative(nativeCompiler, program, mainName, options('column'));
    if ('reason' in made) throw new Error(made.reason);
    const reference = interpret(program, mainName, options('column'));
    for (const count of [77, 300])
      expectSame(
        { name, count },
        outcomeOf(() => made.runBlock(1, count)),
        outcomeOf(() => reference.runBlock(1, count)),
      );
  });

  test('faults of indices and labels in tables', () => {
    const program = planned(`
      const x = [1.5, 2, 3]
      const y = [[0.5, 0.5], [0.25, 0.75]]
      model M { k ~ categorical(y[1])  a ~ normal(0, 1)  b := x[floor(abs(a) * 1.2)] + y[k, k] }
      query q = E(b)`);
    const made = compileNative(nativeCompiler, program, mainName, options('column'));
    if ('reason' in made) throw new Error(made.reason);
    const reference = interpret(program, mainName, options('column'));
    for (const count of [1, 7, 30, 300])
      expectSame(
        count,
        outcomeOf(() => made.runBlock(1, count)),
        outcomeOf(() => reference.runBlock(1, count)),
      );
  });

  test('for many blocks at a time, from any place on', () => {
    const [first, last] = [3 * blockSize, 6 * blockSize + 100];
    const draws = [javascript(straight, 'main', options('column')), kernelOf(straight, 'column')].map((kernel) => {
      const room = newDraws([real, real, bool, real], last - 2 * blockSize);
      const counts = kernel.fill(room, first, last, 2 * blockSize);
      return { room, counts };
    });
    expect(draws[1]).toEqual(draws[0]);
  });

  test('with values that are no numbers', () => {
    const pairs = mainProgram([{ kind: 'array', element: list, length: null }, { kind: 'string' }], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 1);
      b.condition(b.op('lt', [x, b.real(1)]));
      const inner = b.make(reals, [x, b.op('neg', [x])]);
      return [
        b.make({ kind: 'array', element: list, length: null }, [inner, inner]),
        b.constant({ kind: 'string' }, 'ä"\\n'),
      ];
    });
    expectSame(
      'particle',
      outcomeOf(() => kernelOf(pairs, 'particle').runBlock(1, 10)),
      oracle(pairs, 'particle'),
    );
  });
});

describe.skipIf(!hasCompiler)('the native engine', () => {
  const down = (times: number): Program =>
    programOf([
      buildFunction('down', [address, int, real], [real], { draws: true, scores: false }, (b, [a, n, x]) =>
        b.ifElse(
          b.op('gt', [n!, b.int(0)]),
          () => {
            const [r] = b.call('down', [a!, b.op('sub', [n!, b.int(1)]), b.op('sin', [x!])], [real]);
            return [b.op('add', [b.op('mul', [r!, b.real(0.5)]), x!])];
          },
          () => [x!],
          [real],
        ),
      ),
      buildFunction('main', [address], [real], { draws: true, scores: false }, (b, [root]) =>
        b.withPlace(3, () => b.call('down', [root!, b.int(times), b.real(0.25)], [real])),
      ),
    ]);

  test('has the faults of the others', () => {
    const outside = mainProgram([real], (b, root) => {
      const at = b.op('floor', [b.op('mul', [b.draw('uniform', real, [b.real(0), b.real(1)], root, 1), b.real(7)])]);
      return [b.withPlace(4, () => b.op('index', [b.make(reals, [b.real(1), b.real(2)]), at]))];
    });
    const nowhere = mainProgram([real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 1);
      b.withPlace(1, () => b.factor(b.op('log', [x])));
      return [x];
    });
    for (const [program, layout, limits] of [
      [endless, 'particle', { steps: 1e6 }],
      [outside, 'particle', {}],
      [nowhere, 'column', {}],
      [down(30), 'particle', { depth: 20 }],
      [down(30), 'particle', { depth: 31, steps: 20 }],
    ] as const) {
      const more = { limits: { ...defaultLimits, ...limits } };
      const found = outcomeOf(() => kernelOf(program, layout, more).runBlock(1, 10));
      expect(found).toMatchObject({ code: expect.stringMatching(/^E/) });
      expectSame(layout, found, oracle(program, layout, more));
    }
  });

  test('leaves blocks to JavaScript where the stack is too small', () => {
    const deep = down(60_000);
    const more = { limits: { ...defaultLimits, depth: 1e6 } };
    expectSame(
      'deep',
      outcomeOf(() => kernelOf(deep, 'particle', more).runBlock(0, 2)),
      outcome(javascript, deep, 'particle', 0, 2, more),
    );
  });

  test('names a reason where a program cannot be compiled', () => {
    const refused = nativeEngine(() => ({ reason: 'there is no C compiler' }))(straight, 'main', options('column'));
    expect(refused.left).toEqual({ to: 'js', because: 'there is no C compiler' });
    expect(refused.runBlock(0, 10)).toEqual(javascript(straight, 'main', options('column')).runBlock(0, 10));
    expect(nativeCompiler('no C at all')).toMatchObject({ reason: expect.stringContaining('refuses') });
  });
});
