import { describe, expect, it } from 'vitest';
import { checkConstant, newSession } from '../../src/check/constants.js';
import type { Value } from '../../src/check/value.js';
import { checkText } from './check.js';

/** The constant `c` of a text. */
function constant(text: string): Value {
  const { project } = checkText(text);
  return checkConstant(newSession(project), 'c');
}

const known: Readonly<Record<string, unknown>> = {
  'const c = 7 / 2': 3.5,
  'const c = -7 % 3': 2,
  'const c = 7 % -3': -2,
  'const c = 2 ^ 3 ^ 2': 512,
  'const c = -2 ^ 2': -4,
  'const c = round(-2.5)': -3,
  'const c = max(1, 4, 2)': 4,
  'const c = max([1, 4, 2])': 4,
  'const c = if true or 1 / 0 > 2 then 1 else 2': 1,
  'const c = not (1 == 2)': 1,
  'const c = len([1, 2, 3])': 3,
  'const c = [x * y for x in 0..2 for y in 1..=2 if x + y > 1]': [0, 1, 2],
  'const c = sum([1, 2, 3])': 6,
  'const c = zeros(3)': [0, 0, 0],
  'const c = dot([1, 2], [3, 4])': 11,
  'const c = { a: 1, b: [2, 3] }.b[1]': 3,
  'enum Drug { A, B }\nconst c = Drug.B': 1,
  'enum Drug { A, B }\nconst c = match B { A => 10, B => 20 }': 20,
  'const c = match 3 { 1 => 10, _ => 20 }': 20,
  'const a = 2\nconst c = a * pi / pi': 2,
  'fn fib(n) = if n < 2 then n else fib(n - 1) + fib(n - 2)\nconst c = fib(10)': 55,
  'fn f(n) { var s = 0 for i in 0..n { if i == 3 { return s } s = s + i } return -1 }\nconst c = f(9)': 3,
  'fn f() { var a = [1, 2, 3] a[1] = 5 while a[0] < 4 { a[0] = a[0] + 1 } return a }\nconst c = f()': [4, 5, 3],
  'fn f(x, y = 2) = x * y\nconst c = f(3) + f(3, y = 1)': 9,
};

describe('values known before running', () => {
  it.each(Object.entries(known))('%s', (text, expected) => {
    expect(constant(text).known).toEqual(expected);
  });

  it('are not looked for where they cost too much, or do not exist', () => {
    expect(constant('fn f(n) = f(n + 1)\nconst c = f(0)').known).toBeNull();
    expect(constant('fn f(n) { var i = 0 while i >= 0 { i = i + 1 } return i }\nconst c = f(0)').known).toBeNull();
    expect(constant('const c = [1, 2][0 + 5]').known).toBeNull();
    expect(constant('const c = sum([i for i in 0..1000000000])').known).toBeNull();
    expect(constant('fn f(n) = sample normal(n, 1)\nconst c = f(0)').known).toBeNull();
  });

  it('come with lengths', () => {
    expect(constant('const c = zeros(3)').type).toEqual({ kind: 'array', element: { kind: 'real' }, length: 3 });
    expect(constant('const c = [[1, 2], [3, 4], [5, 6]]').type).toEqual({
      kind: 'array',
      element: { kind: 'array', element: { kind: 'int' }, length: 2 },
      length: 3,
    });
    expect(constant('const c = 2..=5').type).toMatchObject({ length: 4 });
  });
});
