import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call, callNumber } from './evaluate.js';

const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 });
const pair = fc.integer({ min: 1, max: 9 }).chain((n) => {
  const vector = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: n, maxLength: n });
  return fc.tuple(vector, vector);
});

const pairs = (a: readonly number[], b: readonly number[], f: (x: number, y: number) => number): number =>
  a.reduce((sum, x) => sum + b.reduce((s, y) => s + f(x, y), 0), 0) / (a.length * b.length);

/** The area between two empirical distribution functions, as a sum over the steps of both. */
function areaBetween(a: readonly number[], b: readonly number[], power: number): number {
  const steps = [...new Set([...a, ...b])].sort((x, y) => x - y);
  const share = (xs: readonly number[], at: number): number => xs.filter((x) => x <= at).length / xs.length;
  return steps
    .slice(1)
    .reduce((sum, x, i) => sum + (x - steps[i]!) * Math.abs(share(a, steps[i]!) - share(b, steps[i]!)) ** power, 0);
}

describe('distances of vectors', () => {
  test('euclidean, manhattan and maximum are those of the definition', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const gaps = a.map((x, i) => Math.abs(x - b[i]!));
        expect(callNumber('euclidean', a, b)).toBeCloseTo(Math.hypot(...gaps), 9);
        expect(callNumber('manhattan', a, b)).toBe(gaps.reduce((s, x) => s + x, 0));
        expect(callNumber('maximum', a, b)).toBe(Math.max(...gaps));
      }),
      { numRuns: 50 },
    );
  });

  test('vectors of different length are infinitely far apart', () => {
    for (const name of ['euclidean', 'manhattan', 'maximum']) expect(call(name, [1, 2], [1, 2, 3])).toBe(Infinity);
  });

  test('mahalanobis is euclidean after whitening', () => {
    expect(
      callNumber(
        'mahalanobis',
        [1, 2],
        [0, 0],
        [
          [1, 0],
          [0, 1],
        ],
      ),
    ).toBeCloseTo(Math.sqrt(5), 12);
    // (1, 1) C⁻¹ (1, 1)ᵀ with C = [[2, 1], [1, 2]]: C⁻¹ = [[2, -1], [-1, 2]] / 3.
    expect(
      callNumber(
        'mahalanobis',
        [1, 1],
        [0, 0],
        [
          [2, 1],
          [1, 2],
        ],
      ),
    ).toBeCloseTo(Math.sqrt(2 / 3), 12);
    expect(
      callNumber(
        'mahalanobis',
        [3, 0],
        [0, 0],
        [
          [9, 0],
          [0, 1],
        ],
      ),
    ).toBeCloseTo(1, 12);
  });
});

describe('distances of samples', () => {
  test('wasserstein_1 is the area between the distribution functions', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(callNumber('wasserstein_1', a, b)).toBeCloseTo(areaBetween(a, b, 1), 9);
      }),
      { numRuns: 50 },
    );
    // Samples of one size: the mean distance of their ordered elements.
    expect(callNumber('wasserstein_1', [3, 1, 2], [5, 4, 9])).toBeCloseTo((3 + 3 + 6) / 3, 12);
    expect(call('wasserstein_1', [], [1])).toBe(Infinity);
  });

  test('energy_distance is that of the expectations', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const gap = (x: number, y: number): number => Math.abs(x - y);
        const expected = 2 * pairs(a, b, gap) - pairs(a, a, gap) - pairs(b, b, gap);
        expect(callNumber('energy_distance', a, b)).toBeCloseTo(expected, 9);
      }),
      { numRuns: 50 },
    );
  });

  test('mmd takes the median gap of what was seen for its width', () => {
    const [a, b] = [
      [0, 1, 4],
      [2, 5, 6, 9],
    ];
    // Gaps of b: 3, 4, 7, 1, 4, 3; the median is 3.5.
    const kernel = (x: number, y: number): number => Math.exp(-((x - y) ** 2) / (2 * 3.5 ** 2));
    const squared = pairs(a, a, kernel) - 2 * pairs(a, b, kernel) + pairs(b, b, kernel);
    expect(callNumber('mmd', a, b)).toBeCloseTo(Math.sqrt(squared), 12);
    expect(callNumber('mmd', b, b)).toBeCloseTo(0, 7);
    expect(callNumber('mmd_of_width', [0], [1], 2)).toBeCloseTo(Math.sqrt(2 - 2 * Math.exp(-1 / 8)), 12);
  });
});

describe('summaries', () => {
  test('of shape and scale', () => {
    expect(call('mad', [1, 1, 2, 2, 4, 6, 9])).toBe(1);
    expect(callNumber('skewness', [1, 2, 3, 10])).toBeCloseTo(1.01826, 4);
    expect(callNumber('kurtosis', [-1, 1])).toBeCloseTo(1, 12);
    expect(call('quantiles_of', [10, 20, 30, 40], [0, 0.25, 1])).toEqual([10, 17.5, 40]);
  });

  test('of series and pairs', () => {
    expect(call('autocovariance', [1, 2, 3], 1)).toBe(0);
    expect(callNumber('autocorrelation', [1, 2, 3, 4], 1)).toBeCloseTo(0.25, 12);
    expect(callNumber('autocorrelation', [1, 2, 3, 4], 0)).toBe(1);
    expect(call('covariance_of', [1, 2, 3], [2, 4, 6])).toBe(2);
    expect(callNumber('correlation_of', [1, 2, 3], [6, 4, 2])).toBeCloseTo(-1, 12);
    expect(call('differences', [1, 4, 9])).toEqual([3, 5]);
  });
});
