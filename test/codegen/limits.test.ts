import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { buildFunction } from '../../src/ir/build.js';
import { defaultLimits, type Engine, type KernelOptions } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { address, int, real, reals } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';
import { options, outcome } from './agree.js';

const limits = (more: Partial<KernelOptions['limits']>): Partial<KernelOptions> => ({
  limits: { ...defaultLimits, ...more },
});

const down = (times: number): Program =>
  programOf([
    buildFunction('down', [address, int, real], [real], { draws: true, scores: false }, (b, [a, n, x]) =>
      b.ifElse(
        b.op('gt', [n!, b.int(0)]),
        () => {
          const noise = b.draw('normal', real, [x!, b.real(1)], a!, 10);
          const [r] = b.call('down', [b.address(a!, 11), b.op('sub', [n!, b.int(1)]), b.op('sin', [noise])], [real]);
          return [b.op('add', [b.op('mul', [r!, b.real(0.5)]), noise])];
        },
        () => [x!],
        [real],
      ),
    ),
    buildFunction('main', [address], [real], { draws: true, scores: false }, (b, [root]) =>
      b.withPlace(3, () => b.call('down', [b.address(root!, 12), b.int(times), b.real(0)], [real])),
    ),
  ]);

const endless = mainProgram([int], (b) =>
  b.withPlace(2, () =>
    b.whileLoop(
      [b.int(0)],
      () => b.bool(true),
      ([n]) => [b.op('add', [n!, b.int(1)])],
      [int],
    ),
  ),
);

/** Engines agree on a program under all limits from 0 on. */
function expectSameFaults(program: Program, name: 'steps' | 'depth' | 'elements', upTo: number): void {
  for (let limit = 0; limit <= upTo; limit++) {
    const run = (engine: Engine): unknown => outcome(engine, program, 'addressed', 1, 2, limits({ [name]: limit }));
    expect({ limit, found: run(javascript) }).toEqual({ limit, found: run(interpret) });
  }
}

describe('limits', () => {
  test('a loop without end stops with its place', () => {
    expect(outcome(javascript, endless, 'particle', 0, 1, limits({ steps: 1e6 }))).toMatchObject({
      code: 'E0701',
      at: 2,
    });
  });

  test('steps, depth and elements fault exactly where the interpreter does', () => {
    expectSameFaults(down(12), 'steps', 14);
    expectSameFaults(down(12), 'depth', 14);
    const grows = mainProgram([reals, reals], (b) => {
      const start = b.op('fill', [b.int(2), b.real(1)], reals);
      const [x, y] = b.forLoop(
        b.int(0),
        b.int(9),
        [start, start],
        (i, [u, v]) => [
          b.op('append', [u!, b.op('to_real', [i])], reals),
          b.op('extend', [v!, b.op('add', [i, i]), b.real(3)], reals),
        ],
        [reals, reals],
      );
      return [x!, y!];
    });
    expectSameFaults(grows, 'elements', 19);
    expectSameFaults(grows, 'steps', 10);
  });

  test('calls inlined into others count as calls', () => {
    const program = programOf([
      buildFunction('one', [real], [real], { draws: false, scores: false }, (b, [x]) => [b.op('add', [x!, b.real(1)])]),
      buildFunction('two', [real], [real], { draws: false, scores: false }, (b, [x]) =>
        b.call('one', [b.call('one', [x!], [real])[0]!], [real]),
      ),
      buildFunction('main', [address], [real], { draws: false, scores: false }, (b) =>
        b.call('two', [b.real(1)], [real]),
      ),
    ]);
    expectSameFaults(program, 'steps', 4);
    expectSameFaults(program, 'depth', 3);
  });

  test('recursion goes as deep as the limit allows, whatever the stack of the host', () => {
    const shallow = outcome(javascript, down(300), 'particle', 0, 2, limits({}));
    expect(shallow).toEqual(outcome(interpret, down(300), 'particle', 0, 2, limits({})));
    for (const layout of ['addressed', 'particle'] as const) {
      expect(outcome(javascript, down(4999), layout, 0, 2, limits({}))).toMatchObject({ count: 2 });
      expect(outcome(javascript, down(5000), layout, 0, 2, limits({}))).toMatchObject({ code: 'E0702' });
      expect(outcome(javascript, down(60_000), layout, 0, 1, limits({ depth: 100_000 }))).toMatchObject({
        count: 1,
        steps: 60_001,
      });
    }
  });

  test('an array of more elements than the limit is refused before it is made', () => {
    const program = mainProgram([reals], (b, root) => {
      const big = b.op('floor', [
        b.op('mul', [b.draw('uniform', real, [b.real(1), b.real(2)], root, 10), b.real(1e12)]),
      ]);
      return [b.op('fill', [big, b.real(0)], reals)];
    });
    expect(outcome(javascript, program, 'addressed', 0, 1, limits({}))).toMatchObject({ code: 'E0703' });
  });
});

describe('big programs', () => {
  test('arrays of many elements grow in linear time', () => {
    const size = 200_000;
    const program = mainProgram([real, reals], (b, root) => {
      const first = b.make(reals, [b.draw('normal', real, [b.real(0), b.real(1)], root, 10)]);
      const [x] = b.forLoop(
        b.int(1),
        b.int(size),
        [first],
        (t, [path]) => {
          const before = b.op('index', [path!, b.op('sub', [t, b.int(1)])]);
          const next = b.draw('normal', real, [before, b.real(1)], b.address(root, 11, t), 12);
          const longer = b.op('extend', [path!, t, next], reals);
          return [b.op('set', [longer, b.int(0), next], reals)];
        },
        [reals],
      );
      return [b.op('index', [x!, b.int(size - 1)]), x!];
    });
    const result = javascript(program, 'main', { ...options('particle'), limits: defaultLimits }).runBlock(0, 3);
    const path = result.columns[1]![2]!;
    expect(path).toHaveLength(size);
    expect(path instanceof Float64Array && path[0]).toBe(result.columns[0]![2]);
  });

  test('thousands of draws and scores in a row agree with the interpreter', () => {
    const program = mainProgram([real, real], (b, root) => {
      let sum = b.real(0);
      for (let k = 0; k < 1500; k++) {
        const x = b.draw('normal', real, [b.op('sin', [sum]), b.real(1)], b.address(root, 11, b.int(k)), 12);
        if (k % 3 === 0) b.score('normal', [x, b.real(2)], b.real(k % 7), b.address(root, 13, b.int(k)), 14);
        sum = b.op('add', [sum, x]);
      }
      return [sum, b.op('cos', [sum])];
    });
    for (const layout of ['column', 'particle'] as const)
      expect(outcome(javascript, program, layout, 1, 4)).toEqual(outcome(interpret, program, layout, 1, 4));
  });
});
