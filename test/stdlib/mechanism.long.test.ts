/**
 * 100,000 compiled draws of every family of numbers, and 100,000 of its mechanism, against its distribution function: at 40 quantiles
 * the share of draws at or below is within 4.8 standard errors; parameters ordinary and extreme.
 */
import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { continuous, discrete, mixed } from './cases.js';
import { compile } from './compiled.js';
import { type Distribution, distributionOf, entry, evaluateNumber } from './evaluate.js';

const count = 100_000;

/** Beyond the table: parameters at the edge of what doubles can do. */
const extreme = [
  'gamma(0.001, 1)',
  'gamma(1000000, 0.001)',
  'gamma(1, 1e300)',
  'inverse_gamma(0.01, 1)',
  'beta(0.001, 0.001)',
  'beta(0.01, 1000000)',
  'beta(1000000, 2000000)',
  'chi_squared(0.01)',
  'student_t(0.1, 0, 1)',
  'student_t(1000000, 1, 2)',
  'cauchy(0, 1e-200)',
  'lognormal(0, 50)',
  'weibull(0.05, 1)',
  'von_mises(0, 1e-9)',
  'von_mises(0, 1e12)',
  'binomial(1000000000, 0.5)',
  'binomial(1000000000, 0.00000001)',
  'binomial(1000000000, 0.999999)',
  'poisson(1e-6)',
  'poisson(9.99)',
  'poisson(10)',
  'poisson(1e12)',
  'geometric(0.000000001)',
  'negative_binomial(1e6, 0.001)',
  'negative_binomial(1000, 1e9)',
  'beta_binomial(1000, 0.01, 0.01)',
  'beta_binomial(20000, 1000, 3000)',
  'hypergeometric(1000000000, 500000000, 100000)',
  'hypergeometric(1000000000, 3, 500000000)',
];

/** Where a continuous family has its mass at values that no double tells apart: below the least normal one, and next to 1. */
const isBetweenDoubles = (x: number, p: number): boolean =>
  (x === 0 ? p === 0 : Math.abs(x) < 1e-307) || (x > 1 - 1e-15 && x <= 1 && p > 0.4 && p < 0.6) || p === 1;

/** The shares of draws at or below points, against the distribution function there. */
function compare(d: Distribution, draws: readonly number[]): void {
  const quantile = (p: number) => evaluateNumber(d, 'quantile', p);
  const points = [1e-4, 1e-3, 0.01, ...Array.from({ length: 34 }, (_, i) => (i + 1) / 35), 0.99, 0.999, 0.9999];
  for (const x of new Set(points.map(quantile))) {
    const p = evaluateNumber(d, 'cdf', x);
    if (isBetweenDoubles(x, p)) continue;
    const share = draws.reduce((n, y) => n + (y <= x ? 1 : 0), 0) / draws.length;
    expect(Math.abs(share - p), `at ${x}`).toBeLessThanOrEqual(4.8 * Math.sqrt((p * (1 - p)) / draws.length) + 1e-12);
  }
}

/** Quantiles that add up many masses. */
const slow = /beta_binomial\([12]0|hypergeometric\(1000|mixture/;

const labels = [...[...continuous, ...discrete, ...mixed].map((c) => c.label), ...extreme];

describe.each(labels)('%s', (label) => {
  const d = distributionOf(label);
  const run = compile([`sample ${label}`, `quantile(${label}, sample uniform(0, 1))`], javascript);

  test('draws', () => compare(d, run(0, count).map(Number)));

  test('the quantile of a uniform', () => {
    if (entry(d, 'mechanism') === null) compare(d, run(1, slow.test(label) ? 2000 : count).map(Number));
  });
});
