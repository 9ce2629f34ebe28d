import { expect, test } from 'vitest';
import { expBelow, expOne } from '../../src/runtime/exp_column.js';

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
    // Hosts without vectors give the same bits.
    expect(out[i]).toBe(expOne(x - 3));
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
  expBelow(Float64Array.of(Number.NaN), 0, out, 1);
  expect(out[0]).toBeNaN();
  expect(expOne(Number.NaN)).toBeNaN();
});
