import { expect, test } from 'vitest';
import { expOfNegative } from '../../src/inference/statistics/exponential.js';

test('agrees with Math.exp within 2 units in the last place', () => {
  let worst = 0;
  for (let i = 0; i < 200_000; i++) {
    const x = -708 * (i / 200_000) ** 3;
    worst = Math.max(worst, Math.abs(expOfNegative(x) / Math.exp(x) - 1) / Number.EPSILON);
  }
  expect(worst).toBeLessThan(2);
});

test('at the ends', () => {
  expect(expOfNegative(0)).toBe(1);
  expect(expOfNegative(-0)).toBe(1);
  expect(expOfNegative(-1e-20)).toBe(1);
  for (const x of [-745.2, -1e9, -1e300, Number.NEGATIVE_INFINITY]) expect(expOfNegative(x)).toBe(0);
  expect(expOfNegative(-745)).toBe(Math.exp(-745));
  expect(Math.abs(expOfNegative(-720) / Math.exp(-720) - 1)).toBeLessThan(1e-10);
  expect(expOfNegative(Number.NaN)).toBeNaN();
});
