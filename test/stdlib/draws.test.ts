/** Draws and mechanisms follow the distribution function; densities are its derivative; quantiles its inverse. */
import { describe, expect, test } from 'vitest';
import { type NoiseSource, noiseSource } from '../../src/runtime/random/source.js';
import { seedState } from '../../src/runtime/random/xoshiro.js';
import { kolmogorov } from '../runtime/statistics.js';
import { continuous, discrete } from './cases.js';
import { allowed, type Distribution, draw, entry, evaluateNumber } from './evaluate.js';

const count = 10_000;
const source = (stream: number): NoiseSource => {
  const state = new Int32Array(4);
  seedState(3, 4, stream, 0, 0, 0, state);
  return noiseSource(state);
};
const sample = (d: Distribution, mechanism: boolean, stream: number, n = count): Float64Array => {
  const noise = source(stream);
  return Float64Array.from({ length: n }, () => Number(draw(d, noise, mechanism)));
};
const statisticOf = (d: Distribution, draws: Float64Array): number =>
  kolmogorov(draws, (x) => evaluateNumber(d, 'cdf', x), 10);
const probabilities = [1e-8, 1e-3, 0.1, 0.35, 0.5, 0.8, 0.99, 0.99999];

/** A distribution function by quadrature or by the evaluator's slowest loops. */
const slow = /von_mises|mixture|hypergeometric|truncated|e9|0000000/;

describe.each(continuous)('$label', ({ label, d }) => {
  const quantile = (p: number) => evaluateNumber(d, 'quantile', p);

  test('draws follow the cdf', () => {
    expect(allowed(d)).toBe(true);
    expect(statisticOf(d, sample(d, false, 1, slow.test(label) ? 1000 : count))).toBeLessThan(2.35);
  });

  test('the mechanism is the quantile of a uniform or follows the cdf', () => {
    if (entry(d, 'mechanism') === null) return;
    expect(statisticOf(d, sample(d, true, 2))).toBeLessThan(2.35);
  });

  test('cdf after quantile is the identity', () => {
    for (const p of probabilities) {
      const x = quantile(p);
      // a double next to x moves the cdf by so much
      const grain = 4e-16 * Math.abs(x) * Math.exp(evaluateNumber(d, 'logpdf', x));
      expect(Math.abs(evaluateNumber(d, 'cdf', x) - p), `p = ${p}`).toBeLessThan(1e-11 * p + 1e-15 + 4 * grain);
    }
  });

  test('the density is the derivative of the cdf', () => {
    for (const p of [0.01, 0.2, 0.5, 0.9]) {
      const x = quantile(p);
      const h = 1e-4 * (quantile(Math.min(1.001 * p, 0.999)) - quantile(0.999 * p)) * 100;
      const slope = (evaluateNumber(d, 'cdf', x + h) - evaluateNumber(d, 'cdf', x - h)) / (2 * h);
      expect(Math.exp(evaluateNumber(d, 'logpdf', x)) / slope, `p = ${p}`).toBeCloseTo(1, 4);
    }
  });

  test('cdf and survival sum to one, and are 0 and 1 outside', () => {
    for (const p of probabilities) {
      const x = quantile(p);
      expect(evaluateNumber(d, 'cdf', x) + evaluateNumber(d, 'survival', x)).toBeCloseTo(1, 13);
    }
    expect(evaluateNumber(d, 'cdf', -1e300)).toBeLessThan(1e-13);
    expect(evaluateNumber(d, 'survival', 1e300)).toBeLessThan(1e-13);
  });

  test('logcdf is the logarithm of cdf', () => {
    if (entry(d, 'logcdf') === null) return;
    for (const p of probabilities)
      expect(evaluateNumber(d, 'logcdf', quantile(p))).toBeCloseTo(Math.log(evaluateNumber(d, 'cdf', quantile(p))), 10);
  });

  test('moments', () => {
    if (entry(d, 'moment_variance') === null) return;
    const mean = evaluateNumber(d, 'moment_mean');
    const variance = evaluateNumber(d, 'moment_variance');
    if (!Number.isFinite(variance)) return;
    // the integral of x and (x - mean)² over the quantiles, tails folded in by tanh-sinh nodes
    let [m, v, total] = [0, 0, 0];
    for (let t = -3.6; t <= 3.6; t += 0.04) {
      const u = 1 / (1 + Math.exp(-Math.PI * Math.sinh(t)));
      const weight = Math.cosh(t) * u * (1 - u);
      if (!(u > 0 && u < 1) || weight === 0) continue;
      const x = quantile(u);
      m += weight * x;
      v += weight * (x - mean) ** 2;
      total += weight;
    }
    expect(Math.abs(m / total - mean) / Math.sqrt(variance)).toBeLessThan(2e-5);
    expect(v / total / variance).toBeCloseTo(1, 3);
  });
});

describe.each(discrete)('$label', ({ label, d }) => {
  const quantile = (p: number) => evaluateNumber(d, 'quantile', p);
  const mass = (k: number) => Math.exp(evaluateNumber(d, 'logpdf', k));

  test('the masses between two quantiles sum to the difference of the cdf', () => {
    const from = quantile(0.001);
    const to = Math.min(quantile(0.999), from + 3000);
    let sum = 0;
    for (let k = from + 1; k <= to; k++) sum += mass(k);
    expect(sum).toBeCloseTo(evaluateNumber(d, 'cdf', to) - evaluateNumber(d, 'cdf', from), 10);
  });

  test('the quantile is the smallest value with so much below', () => {
    for (const p of probabilities) {
      const k = quantile(p);
      expect(Number.isInteger(k)).toBe(true);
      expect(evaluateNumber(d, 'cdf', k)).toBeGreaterThanOrEqual(p * (1 - 1e-11));
      if (mass(k - 1) > 0) expect(evaluateNumber(d, 'cdf', k - 1)).toBeLessThan(p * (1 + 1e-11));
    }
  });

  test('cdf and survival sum to one', () => {
    for (const p of probabilities)
      expect(evaluateNumber(d, 'cdf', quantile(p)) + evaluateNumber(d, 'survival', quantile(p))).toBeCloseTo(1, 11);
  });

  test.each([false, true])('draws have the masses (mechanism: %s)', (mechanism) => {
    // a quantile of a uniform is tested as a quantile: here only that it is used
    const byQuantile = mechanism && entry(d, 'mechanism') === null && entry(d, 'abduct') === null;
    const n = byQuantile ? 400 : slow.test(label) ? 3000 : count;
    const drawn = sample(d, mechanism, mechanism ? 4 : 3, n);
    // chi-square over cells bounded by quantiles, with at least about 1 % of the mass
    const bounds = [...new Set(Array.from({ length: 24 }, (_, i) => quantile((i + 1) / 25)))];
    const cell = (k: number) => bounds.findIndex((b) => k <= b);
    const expected = [...bounds, Number.POSITIVE_INFINITY].map(
      (b, i) =>
        (b === Number.POSITIVE_INFINITY ? 1 : evaluateNumber(d, 'cdf', b)) -
        (i === 0 ? 0 : evaluateNumber(d, 'cdf', bounds[i - 1]!)),
    );
    const observed = new Array<number>(expected.length).fill(0);
    for (const k of drawn) observed[cell(k) === -1 ? bounds.length : cell(k)]! += 1;
    let [statistic, cells] = [0, 0];
    for (const [i, p] of expected.entries()) {
      if (p * n < 5) continue;
      statistic += (observed[i]! - n * p) ** 2 / (n * p);
      cells += 1;
    }
    expect(statistic).toBeLessThan(cells + 4.5 * Math.sqrt(2 * cells) + 6);
    for (const k of drawn.slice(0, 100))
      expect(evaluateNumber(d, 'logpdf', k)).toBeGreaterThan(Number.NEGATIVE_INFINITY);
  });

  test('moments', () => {
    if (entry(d, 'moment_mean') === null) return;
    const to = quantile(1 - 1e-13);
    if (to - quantile(1e-13) > 20_000) return;
    const mean = evaluateNumber(d, 'moment_mean');
    let [m, v] = [0, 0];
    for (let k = quantile(0); k <= to; k++) {
      m += k * mass(k);
      v += (k - mean) ** 2 * mass(k);
    }
    expect(m / mean).toBeCloseTo(1, 9);
    const variance = evaluateNumber(d, 'moment_variance');
    if (variance === 0) expect(v).toBe(0);
    else expect(v / variance).toBeCloseTo(1, 7);
  });
});
