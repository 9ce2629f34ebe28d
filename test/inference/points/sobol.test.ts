/** Points of Sobol: how evenly they lie, and that scrambling keeps that and makes each of them uniform. */
import { describe, expect, test } from 'vitest';
import { normalCdf } from '../../../src/exact/normal.js';
import { normalQuantile } from '../../../src/inference/importance/points/normal_quantile.js';
import {
  directionsOf,
  mostDimensions,
  type Scrambling,
  sequenceOf,
} from '../../../src/inference/importance/points/sobol.js';
import { addressStep } from './words.js';

const nothing: Scrambling = [0, 0, 0, 0];

/** Numbers of points `first` to `first + count - 1` by dimension. */
const points = (dimensions: readonly number[], first: number, count: number, words: (d: number) => Scrambling) =>
  dimensions.map((d) => {
    const out = new Float64Array(count);
    sequenceOf(d).fill(out, 0, first, count, words(d));
    return out;
  });

/** Of all ways to cut 2^m elementary intervals of these dimensions: the greatest difference of an interval's points from its share. */
function worstInterval(columns: readonly Float64Array[], m: number): number {
  let worst = 0;
  const cut = (exponents: readonly number[], left: number): void => {
    if (exponents.length < columns.length - 1) {
      for (let k = 0; k <= left; k++) cut([...exponents, k], left - k);
      return;
    }
    const all = [...exponents, left];
    const counts = new Map<number, number>();
    const total = columns[0]!.length;
    for (let i = 0; i < total; i++) {
      let cell = 0;
      columns.forEach((column, d) => {
        cell = cell * 2 ** all[d]! + Math.floor(column[i]! * 2 ** all[d]!);
      });
      counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
    const share = total / 2 ** m;
    for (const count of counts.values()) worst = Math.max(worst, Math.abs(count - share));
    if (counts.size < 2 ** m) worst = Math.max(worst, share);
  };
  cut([], m);
  return worst;
}

const wordsOf =
  (seed: number) =>
  (d: number): Scrambling =>
    [0, 1, 2, 3].map((k) => addressStep(seed, d, k)) as unknown as Scrambling;

/** A number from its digits in reverse. */
const fromDigits = (x: number): number => {
  let value = 0;
  for (let j = 0; j < 32; j++) value += ((x >>> j) & 1) * 2 ** -(j + 1);
  return value;
};

test('the first points are those of Joe and Kuo, in the order of Gray codes as by other programs', () => {
  const numbers = Array.from({ length: 6 }, (_, d) => {
    const directions = directionsOf(d);
    return Array.from({ length: 8 }, (_, i) => {
      const gray = i ^ (i >> 1);
      return fromDigits([0, 1, 2].reduce((x, j) => x ^ ((gray >> j) & 1 ? directions[j]! : 0), 0));
    });
  });
  expect(numbers).toEqual([
    [0, 0.5, 0.75, 0.25, 0.375, 0.875, 0.625, 0.125],
    [0, 0.5, 0.25, 0.75, 0.375, 0.875, 0.125, 0.625],
    [0, 0.5, 0.25, 0.75, 0.625, 0.125, 0.875, 0.375],
    [0, 0.5, 0.25, 0.75, 0.875, 0.375, 0.625, 0.125],
    [0, 0.5, 0.75, 0.25, 0.375, 0.875, 0.625, 0.125],
    [0, 0.5, 0.75, 0.25, 0.125, 0.625, 0.875, 0.375],
  ]);
});

describe.each([
  ['under one scrambling for all dimensions', () => () => nothing],
  ['under a scrambling for each', wordsOf],
])('%s', (_name, scramble) => {
  test('each stretch of 2^m points has one in each of 2^m intervals, in every dimension', () => {
    for (let d = 0; d < mostDimensions; d++)
      for (const first of [0, 1024, 7 * 1024]) {
        const [column] = points([d], first, 1024, scramble(d));
        expect(new Set(column!.map((x) => Math.floor(x * 1024))).size).toBe(1024);
      }
  });

  test('the first two dimensions are a net with t = 0, the first three with t = 1', () => {
    for (const m of [1, 4, 7, 10]) {
      for (const first of [0, 5 * 2 ** m]) {
        expect(worstInterval(points([0, 1], first, 2 ** m, scramble(m)), m)).toBe(0);
        expect(worstInterval(points([0, 1, 2], first, 2 ** m, scramble(m)), m - 1)).toBe(0);
      }
    }
  });
});

describe('scrambled', () => {
  test('each point is uniform, and its neighbours in the sequence as they would be under coins', () => {
    const replications = 20_000;
    const cells = 64;
    const counts = new Float64Array(cells);
    const together = new Float64Array(cells);
    const out = new Float64Array(4);
    const sequence = sequenceOf(3);
    for (let seed = 0; seed < replications; seed++) {
      sequence.fill(out, 0, 1000, 4, wordsOf(seed)(3));
      const [x = 0, , y = 0] = out;
      counts[Math.floor(x * cells)]! += 1;
      // These two differ in their first or second digit; what follows is independent.
      together[8 * (Math.floor(x * 32) % 8) + (Math.floor(y * 32) % 8)]! += 1;
    }
    for (const seen of [counts, together]) {
      const share = replications / cells;
      const chi2 = seen.reduce((sum, n) => sum + (n - share) ** 2 / share, 0);
      // Mean 63, standard deviation 11.
      expect(Math.abs(chi2 - 63)).toBeLessThan(5 * 11.3);
    }
  });

  test('the error of a sum scatters as under coins', () => {
    // Of exp over 2^m points, one in each interval and uniform there: variance ∫ f'^2 / (12 N^3).
    const replications = 3000;
    const m = 7;
    const errors = Float64Array.from({ length: replications }, (_, seed) => {
      const [column] = points([4], 0, 2 ** m, wordsOf(seed));
      return column!.reduce((sum, x) => sum + Math.exp(x), 0) / 2 ** m - (Math.E - 1);
    });
    const variance = errors.reduce((sum, e) => sum + e * e, 0) / replications;
    const exact = (Math.E ** 2 - 1) / 2 / (12 * 2 ** (3 * m));
    const kurtosis = errors.reduce((sum, e) => sum + e ** 4, 0) / replications / variance ** 2;
    expect(Math.abs(variance / exact - 1)).toBeLessThan(5 * Math.sqrt(2 / replications));
    expect(Math.abs(kurtosis - 3)).toBeLessThan(5 * Math.sqrt(24 / replications));
  });

  test('numbers are in the middle of intervals of 2^-52, so that one less them is exact', () => {
    const [column] = points([7], 0, 1024, wordsOf(1));
    for (const x of column!) {
      expect(x > 0 && x < 1 && 1 - (1 - x) === x).toBe(true);
      expect((x * 2 ** 53) % 2).toBe(1);
    }
  });
});

test('the normal quantile is the inverse of the distribution function, into both tails', () => {
  for (let k = 1; k <= 53; k++)
    for (const share of [1, 0.77, 0.51]) {
      const u = share * 2 ** -k;
      const z = normalQuantile(u);
      expect(Math.abs(normalCdf(z) / u - 1)).toBeLessThan(1e-12);
      if (u < 0.5 && 1 - (1 - u) === u) expect(normalQuantile(1 - u)).toBe(-z);
    }
  // Wichura's own checks, and a value of the far tail to 16 digits.
  expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 15);
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167814, 14);
  expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798409, 14);
  expect(normalQuantile(0.5)).toBe(0);
});
