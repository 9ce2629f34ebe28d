import { expect, test } from 'vitest';
import { expBelow } from '../../src/runtime/exp_column.js';
import { exp } from '../../src/runtime/math/exp.js';

test('exponentials of a column are those of exp, to the bit', () => {
  const from = Float64Array.from(
    { length: 5001 },
    (_, i) => 3 - (i % 3 === 0 ? i / 6 : i % 3 === 1 ? i / 5000 : 1 / (i * i)),
  );
  const out = new Float64Array(5003).fill(7);
  expBelow(from, 3, out, 5001);
  for (const [i, x] of from.entries()) expect(out[i]).toBe(exp(x - 3));
  expect([out[5001], out[5002]]).toEqual([7, 7]);
});

test('the greatest weighs 1, and what is far below it nothing', () => {
  const out = new Float64Array(5);
  expBelow(Float64Array.of(-900, Number.NEGATIVE_INFINITY, -1608.5, -1640, -1650), -900, out, 5);
  expect([...out]).toEqual([1, 0, exp(-708.5), 4.2e-322, 0]);
  expBelow(Float64Array.of(Number.NaN), 0, out, 1);
  expect(out[0]).toBeNaN();
});
