/** The WebAssembly engine gives the bits of the interpreter, ends in the same faults, and a wrong generator is caught. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { compileWasm } from '../../src/codegen/wasm/kernel.js';
import { buildFunction } from '../../src/ir/build.js';
import { defaultLimits, type Engine, type KernelOptions, type NoiseLayout } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { address, int, real, reals } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';
import { expectSame, options, oracle, outcome, outcomeOf } from './agree.js';
import { arrayProgram } from './array_program.js';

const programs = Array.from({ length: 300 }, (_, k) => randomProgram(k + 9000, 1 + (k % 12)));

/** Fails where a program is left to another engine. */
const assembled: Engine = (program, main, given) => {
  const made = compileWasm(program, main, given);
  if ('reason' in made) throw new Error(made.reason);
  return made;
};

describe('the WebAssembly engine gives the bits of the interpreter', () => {
  test.each(['addressed', 'column', 'particle'] as const)('on random programs, %s', (layout: NoiseLayout) => {
    const chosen = programs.filter(({ layouts, seed }) => layouts[seed % layouts.length] === layout);
    expect(chosen.length).toBeGreaterThan(40);
    for (const { seed, program } of chosen)
      expectSame({ seed }, outcome(assembled, program, layout), oracle(program, layout));
  });

  test('on random programs with loops over arrays', () => {
    const layouts = ['addressed', 'column', 'particle'] as const;
    for (let seed = 0; seed < 60; seed++) {
      const program = arrayProgram(seed);
      const layout = layouts[seed % 3]!;
      // More steps than fit a word are counted as doubles.
      const more = limits(seed % 2 === 0 ? {} : { steps: 2 ** 31 });
      expectSame({ seed }, outcome(assembled, program, layout, 1, 10, more), oracle(program, layout, more));
    }
  });
});

describe('blocks', () => {
  test('hang neither on those run before nor on their size', () => {
    for (const { program, layouts } of programs.slice(0, 15)) {
      for (const layout of layouts) {
        const alone = outcomeOf(() => assembled(program, 'main', options(layout)).runBlock(2, 30));
        const later = assembled(program, 'main', options(layout));
        for (const block of [7, 0, 3]) outcomeOf(() => later.runBlock(block, 5));
        expectSame(
          layout,
          outcomeOf(() => later.runBlock(2, 30)),
          alone,
        );
      }
    }
  });

  test('of fewer particles give the first of the full block, and all of it what the JavaScript engine gives', () => {
    for (const { program, layouts } of programs.slice(0, 8)) {
      for (const layout of layouts) {
        const kernel = assembled(program, 'main', options(layout));
        const full = outcomeOf(() => kernel.runBlock(1, 1024));
        expectSame(
          layout,
          full,
          outcomeOf(() => javascript(program, 'main', options(layout)).runBlock(1, 1024)),
        );
        expectSame(
          layout,
          outcomeOf(() => kernel.runBlock(1, 301)),
          outcomeOf(() => javascript(program, 'main', options(layout)).runBlock(1, 301)),
        );
      }
    }
  });
});

/** The section of code, by the identifiers and lengths of those before. */
function codeSection(bytes: Uint8Array): readonly [number, number] {
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!;
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (id === 10) return [at, at + size];
    at += size;
  }
  return [0, 0];
}

/** Exported functions come last in a module: those of the program are changed, from the first that has what is looked for. */
function instead(bytes: Uint8Array, from: readonly number[], to: readonly number[]): Uint8Array {
  const changed = bytes.slice();
  const [start, end] = codeSection(bytes);
  for (let at = start; at + from.length <= end; at++)
    if (from.every((byte, k) => changed[at + k] === byte)) changed.set(to, at);
  return changed;
}

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

/** Engines agree on a program under all limits from 0 on. */
function expectSameFaults(program: Program, name: 'steps' | 'depth' | 'elements', upTo: number): void {
  for (let limit = 0; limit <= upTo; limit++) {
    const run = (engine: Engine): unknown => outcome(engine, program, 'addressed', 1, 2, limits({ [name]: limit }));
    expect({ limit, found: run(assembled) }).toEqual({ limit, found: run(interpret) });
  }
}

describe('limits', () => {
  test('steps, depth and elements fault exactly where the interpreter does', () => {
    expectSameFaults(down(12), 'steps', 14);
    expectSameFaults(down(12), 'depth', 14);
    expectSameFaults(grows, 'elements', 19);
    expectSameFaults(grows, 'steps', 10);
  });

  test('a loop without end stops with its place', () => {
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
    const found = outcome(assembled, endless, 'particle', 0, 1, limits({ steps: 1e6 }));
    expect(found).toMatchObject({ code: 'E0701', at: 2 });
  });

  test('recursion goes as deep as the limit allows, whatever the stack of the host', () => {
    expect(outcome(assembled, down(300), 'particle', 0, 2, limits({}))).toEqual(
      outcome(interpret, down(300), 'particle', 0, 2, limits({})),
    );
    for (const layout of ['addressed', 'particle'] as const) {
      expect(outcome(assembled, down(4999), layout, 0, 2, limits({}))).toMatchObject({ count: 2 });
      expect(outcome(assembled, down(5000), layout, 0, 2, limits({}))).toMatchObject({ code: 'E0702' });
      expect(outcome(assembled, down(60_000), layout, 0, 1, limits({ depth: 100_000 }))).toMatchObject({
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
    expect(outcome(assembled, program, 'addressed', 0, 1, limits({}))).toMatchObject({ code: 'E0703' });
  });

  test('indices that are none fault in the same words', () => {
    for (const bad of [-1, 3, 0.5, -0.5, 1e10, 2 ** 33, Number.NaN, Number.POSITIVE_INFINITY])
      for (const op of ['index', 'set', 'extend'] as const) {
        const program = mainProgram([reals], (b, root) => {
          const drawn = b.draw('uniform', real, [b.real(0), b.real(1)], root, 10);
          const array = b.make(reals, [drawn, b.real(1), b.real(2)]);
          // Not known while compiling.
          const i = b.op('add', [b.op('floor', [drawn]), b.int(bad)]);
          if (op === 'index') return [b.make(reals, [b.op('index', [array, i])])];
          return [b.op(op, [array, i, b.real(7)], reals)];
        });
        const more = limits({ elements: 1000 });
        expectSame(
          { bad, op },
          outcome(assembled, program, 'addressed', 0, 2, more),
          outcome(interpret, program, 'addressed', 0, 2, more),
        );
      }
  });

  test('a particle that needs more memory than there is is left to the JavaScript engine', () => {
    // 70,000 arrays of 1000 elements that live at once.
    const program = mainProgram([real], (b) => {
      const first = b.op('fill', [b.int(1000), b.real(1)], reals);
      const [last] = b.forLoop(
        b.int(0),
        b.int(70_000),
        [first],
        (i, [a]) => [
          b.op('fill', [b.op('add', [b.op('mod', [i, b.int(2)]), b.int(1000)]), b.op('index', [a!, b.int(1)])], reals),
        ],
        [reals],
      );
      return [b.op('index', [last!, b.int(2)])];
    });
    expect(outcome(assembled, program, 'particle', 0, 2, limits({}))).toMatchObject({ count: 2, steps: 140_000 });
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
    const result = assembled(program, 'main', { ...options('particle'), limits: defaultLimits }).runBlock(0, 3);
    const path = result.columns[1]![2]!;
    expect(path).toHaveLength(size);
    expect(path instanceof Float64Array && path[0]).toBe(result.columns[0]![2]);
  });

  test('hundreds of draws and scores in a row agree with the interpreter', () => {
    const program = mainProgram([real, real], (b, root) => {
      let sum = b.real(0);
      for (let k = 0; k < 300; k++) {
        const x = b.draw('normal', real, [b.op('sin', [sum]), b.real(1)], b.address(root, 11, b.int(k)), 12);
        if (k % 3 === 0) b.score('normal', [x, b.real(2)], b.real(k % 7), b.address(root, 13, b.int(k)), 14);
        sum = b.op('add', [sum, x]);
      }
      return [sum, b.op('cos', [sum])];
    });
    for (const layout of ['column', 'particle'] as const)
      expect(outcome(assembled, program, layout, 1, 4)).toEqual(outcome(interpret, program, layout, 1, 4));
  });
});

/** Changes made to the instructions of a module: each must show on some program. */
describe('a wrong generator is caught', () => {
  const random = Array.from({ length: 40 }, (_, seed) => {
    const { program, layouts } = randomProgram(seed + 100, 1 + (seed % 12));
    return [program, layouts[seed % layouts.length]!] as const;
  });
  const arrays = Array.from({ length: 12 }, (_, seed) => [arrayProgram(seed), 'addressed'] as const);
  const all = [...random, ...arrays].map(([program, layout]) => ({
    program,
    layout,
    wanted: oracle(program, layout),
  }));

  /** Whether the comparison sees the change in a module that is valid still. */
  const caught = (rewrite: (bytes: Uint8Array) => Uint8Array): boolean =>
    all.some(({ program, layout, wanted }) => {
      const made = compileWasm(program, 'main', options(layout), { rewrite });
      if ('reason' in made) return false;
      try {
        return !isDeepStrictEqual(
          outcomeOf(() => made.runBlock(1, 10)),
          wanted,
        );
      } catch {
        // A trap.
        return true;
      }
    });

  test('a right one is not', () => expect(caught((bytes) => bytes.slice())).toBe(false));

  // Behind a comparison of doubles stands what uses it; lengths stay the same, so that modules stay valid.
  test.each([
    ['sums become differences', [0xa0], [0xa1]],
    ['differences become sums', [0xa1], [0xa0]],
    ['products become quotients', [0xa2], [0xa3]],
    ['< becomes <=', [0x63], [0x65]],
    ['> becomes >=', [0x64], [0x66]],
    ['= becomes unequal', [0x61], [0x62]],
    ['and becomes or', [0x71], [0x72]],
    ['flags are turned', [0x45, 0x04, 0x40], [0x68, 0x04, 0x40]],
    ['1 becomes 2', [0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f], [0x44, 0, 0, 0, 0, 0, 0, 0x00, 0x40]],
    ['1/2 becomes 1/4', [0x44, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f], [0x44, 0, 0, 0, 0, 0, 0, 0xd0, 0x3f]],
    ['weight zero becomes NaN', [0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0xff], [0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0xff]],
    ['least becomes greatest', [0xa4], [0xa5]],
    ['down becomes up', [0x9c], [0x9b]],
  ] as const)('%s', (_name, from, to) => {
    expect(caught((bytes) => instead(bytes, from, to))).toBe(true);
  });

  test('steps are not counted', () => {
    // Local, 1, sum, local: every counter of a word that goes up by one stays.
    expect(caught((bytes) => instead(bytes, [0x41, 0x01, 0x6a], [0x41, 0x00, 0x6a]))).toBe(true);
  });
});
