import { describe, expect, test } from 'vitest';
import { pathOf, simultaneousBands, uniformityPValue } from '../../src/inference/statistics/uniformity.js';
import { stream } from './statistics_draws.js';

const ranksOf = (number: number, count: number, values: number): readonly number[] => {
  const { uniform } = stream(number);
  return Array.from({ length: count }, () => Math.floor(uniform() * values));
};

test('of two ranks of two values', () => {
  expect(pathOf([0, 1], 2)).toEqual({ total: 2, below: [1] });
  expect(uniformityPValue(pathOf([0, 1], 2))).toBe(1);
  expect(uniformityPValue(pathOf([0, 0], 2))).toBeCloseTo(0.5, 12);
  expect(uniformityPValue(pathOf([], 2))).toBe(1);
});

test('of three values, by listing all nine pairs of ranks', () => {
  // Farthest out at either point: both ranks 0 or both 2, with pointwise p-values 2/9; each has probability 1/9.
  expect(uniformityPValue(pathOf([0, 0], 3))).toBeCloseTo(2 / 9, 12);
});

describe.each([
  [40, 20],
  [200, 100],
])('%i ranks of %i values', (count, values) => {
  test('95 %% bands hold 95 %% of uniform paths, all points at once', () => {
    const { low, high } = simultaneousBands(count, values - 1, 0.95);
    let inside = 0;
    const paths = 1000;
    for (let number = 0; number < paths; number++) {
      const { below } = pathOf(ranksOf(number, count, values), values);
      if (below.every((c, i) => low[i]! <= c && c <= high[i]!)) inside += 1;
    }
    // At least 0.95, and not much more; 4 standard errors are 0.028.
    expect(inside / paths).toBeGreaterThan(0.922);
    expect(inside / paths).toBeLessThan(0.985);
  });

  test('p-values of uniform ranks are those of chance', () => {
    const found = Array.from({ length: 200 }, (_, number) =>
      uniformityPValue(pathOf(ranksOf(10_000 + number, count, values), values)),
    );
    for (const level of [0.1, 0.5, 0.9]) {
      const share = found.filter((p) => p <= level).length / found.length;
      expect(share).toBeLessThan(level + 4 * Math.sqrt((level * (1 - level)) / 200));
      expect(share).toBeGreaterThan(level - 0.1 - 4 * Math.sqrt((level * (1 - level)) / 200));
    }
  });

  test('ranks that crowd are found out', () => {
    const { uniform } = stream(77);
    const middle = Array.from({ length: count }, () => Math.floor(((uniform() + uniform() + uniform()) / 3) * values));
    expect(uniformityPValue(pathOf(middle, values))).toBeLessThan(0.05);
  });
});
