import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { array, call, callNumber, type Value } from './evaluate.js';

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });
const rows = (value: Value): readonly (readonly number[])[] => array(value).map((row) => array(row).map(Number));
const near = (actual: Value, expected: readonly (readonly number[])[], digits = 10): void => {
  for (const [i, row] of rows(actual).entries())
    for (const [j, x] of row.entries()) expect(x).toBeCloseTo(expected[i]![j]!, digits);
};

describe('arrays', () => {
  test('sort gives the elements in order, for any array', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { maxLength: 60 }), (xs) => {
        expect(call('sort', xs)).toEqual([...xs].sort((a, b) => a - b));
      }),
    );
  });

  test('extremes and where they stand', () => {
    fc.assert(
      fc.property(numbers, (xs) => {
        expect(call('max_of', xs)).toBe(Math.max(...xs));
        expect(call('min_of', xs)).toBe(Math.min(...xs));
        expect(call('index_of_max', xs)).toBe(xs.indexOf(Math.max(...xs)));
        expect(call('index_of_min', xs)).toBe(xs.indexOf(Math.min(...xs)));
      }),
    );
  });

  test('sums', () => {
    expect(call('sum', [])).toBe(0);
    expect(call('prod', [2, 3, 4])).toBe(24);
    expect(call('cumsum', [1, 2, 3])).toEqual([1, 3, 6]);
    expect(call('cumsum', [])).toEqual([]);
    expect(call('mean', [1, 2, 6])).toBe(3);
    expect(callNumber('variance', [1e9 + 1, 1e9 + 2, 1e9 + 3])).toBe(1);
    expect(callNumber('sd', [2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 14);
  });

  test('quantiles of type 7', () => {
    expect(call('median', [3, 1, 2])).toBe(2);
    expect(call('median', [4, 1, 2, 3])).toBe(2.5);
    expect(callNumber('quantile_of', [10, 20, 30, 40], 0.25)).toBeCloseTo(17.5, 12);
    expect(call('quantile_of', [10, 20], 1)).toBe(20);
  });

  test('building and cutting', () => {
    expect(call('range', 3)).toEqual([0, 1, 2]);
    expect(call('zeros', 2)).toEqual([0, 0]);
    expect(call('ones', 2)).toEqual([1, 1]);
    expect(call('reverse', [1, 2, 3])).toEqual([3, 2, 1]);
    expect(call('concat', [1, 2], [3])).toEqual([1, 2, 3]);
    expect(call('slice', [5, 6, 7, 8], 1, 3)).toEqual([6, 7]);
  });

  test('any, all, count', () => {
    expect(call('any', [])).toBe(false);
    expect(call('any', [false, true])).toBe(true);
    expect(call('all', [])).toBe(true);
    expect(call('all', [true, false])).toBe(false);
    expect(call('count', [true, false, true])).toBe(2);
  });
});

describe('matrices', () => {
  const a = [
    [4, 2, 0.6],
    [2, 5, 1],
    [0.6, 1, 3],
  ];

  test('products', () => {
    expect(call('dot', [1, 2, 3], [4, 5, 6])).toBe(32);
    expect(
      call(
        'matmul',
        [
          [1, 2],
          [3, 4],
        ],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    ).toEqual([
      [2, 1],
      [4, 3],
    ]);
    expect(
      call('transpose', [
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });

  test('the Cholesky factor times its transpose is the matrix', () => {
    const lower = call('cholesky', a);
    near(call('matmul', lower, call('transpose', lower)), a, 14);
    expect(rows(lower)[0]!.slice(1)).toEqual([0, 0]);
    expect(call('positive_definite', a)).toBe(true);
    expect(
      call('positive_definite', [
        [1, 2],
        [2, 1],
      ]),
    ).toBe(false);
  });

  test('solve, also where a pivot is zero', () => {
    const b = [
      [0, 2, 1],
      [1, 1, 1],
      [3, 0, -1],
    ];
    const x = array(call('solve', b, [7, 6, 0])).map(Number);
    for (const [i, expected] of [1, 2, 3].entries()) expect(x[i]).toBeCloseTo(expected, 13);
    expect(callNumber('determinant', b)).toBeCloseTo(5, 13);
    expect(
      callNumber('determinant', [
        [1, 2],
        [2, 4],
      ]),
    ).toBe(0);
  });

  test('inverse of random matrices', () => {
    const entry = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.array(entry, { minLength: 4, maxLength: 4 }), { minLength: 4, maxLength: 4 }), (m) => {
        const dominant = m.map((row, i) => row.map((x, j) => (i === j ? x + 5 : x)));
        near(call('matmul', dominant, call('inverse', dominant)), rows(call('identity', 4)), 12);
      }),
    );
  });
});
