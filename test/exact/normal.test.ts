/** The normal distribution on the host, against values to 40 digits (mpmath). */
import { expect, test } from 'vitest';
import { normalCdf, normalQuantile } from '../../src/exact/normal.js';

const values = [
  [-37.5, 4.605353009581955e-308],
  [-30.1, 2.4226672179857586e-199],
  [-20.0, 2.7536241186062337e-89],
  [-12.34, 2.7577941516989773e-35],
  [-8.0, 6.220960574271784e-16],
  [-5.5, 1.8989562465887718e-8],
  [-3.01, 0.0013062384487694686],
  [-3.0, 0.0013498980316300946],
  [-2.99, 0.0013948872354922494],
  [-2.0, 0.02275013194817921],
  [-1.3, 0.09680048458561033],
  [-1.0, 0.15865525393145705],
  [-0.71, 0.23885206808998674],
  [-0.69, 0.24509709367430949],
  [-0.3, 0.3820885778110474],
  [-1e-9, 0.49999999960105773],
  [0.0, 0.5],
  [0.4, 0.6554217416103242],
  [0.7, 0.758036347776927],
  [1.5, 0.9331927987311419],
  [2.5, 0.9937903346742238],
  [3.5, 0.9997673709209645],
  [6.0, 0.9999999990134123],
  [9.0, 1.0],
] as const;

test.each(values)('the distribution function at %f, relatively accurate in the tails', (x, wanted) => {
  expect(Math.abs(normalCdf(x) / wanted - 1)).toBeLessThan(1e-15);
});

test('where it underflows, at the ends, and of what is no number', () => {
  expect(normalCdf(-40)).toBe(0);
  expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
  expect(normalCdf(Number.NaN)).toBeNaN();
});

test('it grows, where its forms meet too', () => {
  for (const seam of [-0.7, 0.7, -1, -2.0625, -37.5])
    for (let k = -50; k < 50; k++) expect(normalCdf(seam + (k + 1) * 1e-9)).toBeGreaterThan(normalCdf(seam + k * 1e-9));
});

test.each(values.filter(([x]) => x !== 0 && x < 2))('the quantile of what is below %f', (x, below) => {
  expect(Math.abs(normalQuantile(below) / x - 1)).toBeLessThan(Math.abs(x) < 0.01 ? 1e-6 : 1e-14);
});
