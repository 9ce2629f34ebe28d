import { expect, test } from 'vitest';
import { defaultLimits } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Constant } from '../../src/ir/ir.js';
import { verify } from '../../src/ir/verify.js';
import { guardCalls } from '../../src/passes/guard.js';
import { slice } from '../../src/passes/slice.js';
import { real } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { countOf } from './structure.js';

const program = mainProgram([real], (b, root) => {
  const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
  const [y = -1] = b.ifElse(
    b.op('lt', [x, b.real(1)]),
    () => [b.extern('f', [x], real)],
    () => [b.extern('g', [x], real)],
  );
  return [y];
});

test('a run whose call fails has weight zero, and all others are as they were', () => {
  const guarded = guardCalls(program, 'main', new Set(['f']));
  expect(verify(guarded)).toEqual([]);
  expect(guarded.functions.main?.scores).toBe(true);
  const externs = {
    g: (x: Constant): Constant => x,
    f: (x: Constant): Constant => x,
    'f?': (x: Constant): Constant => (Number(x) < 0 ? [0, Number.NaN] : [1, x]),
  };
  const options = { layout: 'particle', key: [1, 2], limits: defaultLimits, externs } as const;
  const before = interpret(program, 'main', options).runBlock(0, 500);
  const after = interpret(guarded, 'main', options).runBlock(0, 500);
  for (let i = 0; i < 500; i++) {
    const y = Number(before.columns[0]?.[i]);
    expect(after.logWeight[i]).toBe(y < 0 ? Number.NEGATIVE_INFINITY : 0);
    expect(after.columns[0]?.[i]).toBe(y < 0 ? Number.NaN : y);
  }
});

test('a program that calls none of the functions stays the same', () => {
  expect(guardCalls(program, 'main', new Set())).toBe(program);
  expect(guardCalls(program, 'main', new Set(['h']))).toBe(program);
});

test('an assertion goes with the loop that it stands in, and stays with it', () => {
  const asserting = (needed: boolean) =>
    mainProgram([real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      const [sum = -1] = b.forLoop(b.int(0), b.int(9), [x], (_, [s = -1]) => {
        b.check(b.op('lt', [s, b.real(100)]), 'E0622', 'It is small.');
        return [b.op('add', [s, b.real(1)])];
      });
      return [needed ? sum : x];
    });
  expect(countOf(slice(asserting(true), 'main').program, 'check')).toBe(1);
  expect(countOf(slice(asserting(false), 'main').program, 'check')).toBe(0);
  expect(countOf(slice(asserting(false), 'main').program, 'for')).toBe(0);
});
