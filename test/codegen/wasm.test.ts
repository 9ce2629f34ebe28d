/** The WebAssembly engine gives the bits of the interpreter, ends in the same faults, and a wrong generator is caught. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { compileWasm } from '../../src/codegen/wasm/kernel.js';
import type { NoiseLayout } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { sweep } from '../sweep.js';
import { expectSame, options, oracle, outcome, outcomeOf, wasmAlone } from './agree.js';
import { arrayProgram } from './array_program.js';
import { limits } from './limit_programs.js';

const programs = Array.from({ length: sweep(200, 300) }, (_, k) => randomProgram(k + 9000, 1 + (k % 12)));

describe('the WebAssembly engine gives the bits of the interpreter', () => {
  test.each(['addressed', 'column', 'particle'] as const)('on random programs, %s', (layout: NoiseLayout) => {
    const chosen = programs.filter(({ layouts, seed }) => layouts[seed % layouts.length] === layout);
    expect(chosen.length).toBeGreaterThan(sweep(20, 40));
    for (const { seed, program } of chosen)
      expectSame({ seed }, outcome(wasmAlone, program, layout), oracle(program, layout));
  });

  test('on random programs with loops over arrays', () => {
    const layouts = ['addressed', 'column', 'particle'] as const;
    for (let seed = 0; seed < 60; seed++) {
      const program = arrayProgram(seed);
      const layout = layouts[seed % 3]!;
      // More steps than fit a word are counted as doubles.
      const more = limits(seed % 2 === 0 ? {} : { steps: 2 ** 31 });
      expectSame({ seed }, outcome(wasmAlone, program, layout, 1, 10, more), oracle(program, layout, more));
    }
  });
});

describe('blocks', () => {
  test('hang neither on those run before nor on their size', () => {
    for (const { program, layouts } of programs.slice(0, 15)) {
      for (const layout of layouts) {
        const alone = outcomeOf(() => wasmAlone(program, 'main', options(layout)).runBlock(2, 30));
        const later = wasmAlone(program, 'main', options(layout));
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
        const kernel = wasmAlone(program, 'main', options(layout));
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
        outcome(wasmAlone, program, 'addressed', 0, 2, more),
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
  expect(outcome(wasmAlone, program, 'particle', 0, 2, limits({}))).toMatchObject({ count: 2, steps: 140_000 });
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
