import { describe, expect, test } from 'vitest';
import { addGreatest, greatestOf, newGreatest } from '../../src/inference/statistics/greatest.js';
import { copyAbove, inJavaScript, sumsOfLogs } from '../../src/inference/statistics/tail_loops.js';
import { stream } from './statistics_draws.js';

const { normal } = stream(11);
const numbers = (count: number, scale: number): Float64Array =>
  Float64Array.from({ length: count }, () => Math.exp(scale * normal()));

describe('loops over a tail', () => {
  test.each([
    [1, 1],
    [7, 300],
    [4096, 1],
    [9000, 60],
  ])('sum logarithms of %d factors as JavaScript does', (count, scale) => {
    const values = numbers(count, scale).sort();
    const largest = values[count - 1]!;
    const thetas = Float64Array.of(0, 0.9 / largest, 0.5 / largest, -1 / largest, -1 / values[count >> 1]!);
    const sums = sumsOfLogs(values, thetas);
    expect(sums).toEqual(sumsOfLogs(values, thetas, inJavaScript()));
    thetas.forEach((theta, k) => {
      const expected = values.reduce((sum, x) => sum + Math.log(1 - theta * x), 0);
      expect(Math.abs(sums[k]! - expected)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(expected)));
    });
  });

  test.each([[1], [4096], [9001]])('copy what is above a limit of %d numbers', (count) => {
    const values = numbers(count, 1);
    const expected = values.filter((x) => x > 1.5);
    for (const on of [undefined, inJavaScript()]) {
      const into = new Float64Array(count);
      expect(copyAbove(values, count, 1.5, into, on)).toBe(expected.length);
      expect(into.slice(0, expected.length)).toEqual(expected);
      expect(copyAbove(values, count, 1.5, new Float64Array(0), on)).toBe(expected.length);
    }
  });
});

describe('the greatest of many numbers', () => {
  const cases: readonly (readonly [string, (i: number) => number])[] = [
    ['in any order', () => normal()],
    ['ascending', (i) => i],
    ['descending', (i) => -i],
    ['of few values', (i) => (i * 7) % 3],
    ['all the same', () => 1],
    ['in waves', (i) => Math.sin(i / 8)],
  ];
  test.each(cases)('%s', (_, number) => {
    for (const [wanted, count] of [
      [5, 3000],
      [300, 40_000],
      [300, 200],
    ] as const) {
      const all = Float64Array.from({ length: count }, (_, i) => number(i));
      const greatest = newGreatest(wanted, 1024);
      for (let from = 0; from < count; from += 777) addGreatest(greatest, all.subarray(from, from + 777));
      const found = greatestOf(greatest).sort();
      expect(found.slice(-wanted)).toEqual(all.slice().sort().slice(-wanted));
    }
  });
});
