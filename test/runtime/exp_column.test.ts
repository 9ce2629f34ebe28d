import { expect, test } from 'vitest';
import { expBelow, expRoom } from '../../src/runtime/exp_column.js';

test('exponentials of a column are those of Math.exp to two units in the last place', () => {
  const from = Float64Array.from(
    { length: 5001 },
    (_, i) => 3 - (i % 3 === 0 ? i / 8 : i % 3 === 1 ? i / 5000 : 1 / (i * i)),
  );
  const out = new Float64Array(5003).fill(7);
  expBelow(from, 3, out, 5001);
  for (const [i, x] of from.entries()) {
    const right = Math.exp(x - 3);
    expect(Math.abs(out[i]! - right)).toBeLessThanOrEqual(2 ** -51 * right);
  }
  expect([out[5001], out[5002]]).toEqual([7, 7]);
});

test('the greatest weighs 1, and what is far below it nothing', () => {
  const out = new Float64Array(5);
  expBelow(Float64Array.of(-900, Number.NEGATIVE_INFINITY, -1608.5, -1640, -1650), -900, out, 5);
  expect(Array.from(out.subarray(0, 2))).toEqual([1, 0]);
  expect(out[2]).toBe(0);
  expect([out[3], out[4]]).toEqual([0, 0]);
  expBelow(Float64Array.of(-707), 0, out, 1);
  expect(out[0]).toBeCloseTo(Math.exp(-707), 310);
  expect(out[0]! / Math.exp(-707)).toBeCloseTo(1, 14);
});

test('exponentials in their room have the bits of Math.exp', () => {
  const room = expRoom()!;
  expect(room).not.toBeNull();
  const near = [
    0,
    -0,
    1e-300,
    2 ** -28,
    2 ** -53,
    0.34657359,
    0.346573650836944,
    1.0397207,
    1.0397208,
    708,
    709,
    709.7,
    710,
    745,
    746,
  ];
  const special = [...near, ...near.map((x) => -x), Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  for (let round = 0; round < 60; round++) {
    const numbers = Float64Array.from({ length: 2048 }, (_, i) => {
      if (round === 0) return special[i % special.length]!;
      const u = Math.sin(i * 12.9898 + round * 78.233) * 43758.5453;
      return (u - Math.floor(u) - 0.5) * [1400, 40, 4, 0.8, 1e-6][round % 5]!;
    });
    room.numbers.set(numbers);
    room.exp(2048);
    expect(room.results.every((y, i) => Object.is(y, Math.exp(numbers[i]!)))).toBe(true);
  }
});
