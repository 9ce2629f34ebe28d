/**
 * The special functions against tables made with mpmath 1.3 at 60 digits, from power series and continued fractions of their
 * definitions; arguments random over the domain, zeros and far tails among them.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { callNumber, type Value } from './evaluate.js';

const reference: Readonly<Record<string, readonly (readonly number[])[]>> = JSON.parse(
  readFileSync(new URL('reference/functions.json', import.meta.url), 'utf8'),
);

/** Largest relative error allowed; for logarithms of probabilities, error over max(1, |value|). */
const tolerance: Readonly<Record<string, number>> = {
  normal_logcdf: 3e-15,
  log_gamma_p: 1e-13,
  log_gamma_q: 1e-13,
  log_beta_i: 2e-13,
  log_beta_term: 2e-13,
  gamma_p_inverse: 1e-12,
  gamma_q_inverse: 1e-12,
  beta_i_inverse: 1e-11,
};
const logarithms = ['log_gamma_p', 'log_gamma_q', 'log_beta_i', 'log_beta_term'];

describe('accuracy', () => {
  for (const [name, rows] of Object.entries(reference)) {
    test(name, () => {
      expect(rows.length).toBeGreaterThan(4);
      for (const row of rows) {
        const args = row.slice(0, -1);
        const exact = row.at(-1)!;
        const scale = logarithms.includes(name) ? Math.max(1, Math.abs(exact)) : Math.abs(exact);
        const error = Math.abs(callNumber(name, ...args) - exact) / scale;
        expect(error, `${name}(${args.join(', ')})`).toBeLessThan(tolerance[name] ?? 1.2e-15);
      }
    });
  }
});

const of = (name: string, ...args: readonly Value[]) => callNumber(name, ...args);

describe('edges', () => {
  test.each([
    ['log1p', [-1], Number.NEGATIVE_INFINITY],
    ['log1p', [Number.POSITIVE_INFINITY], Number.POSITIVE_INFINITY],
    ['expm1', [Number.NEGATIVE_INFINITY], -1],
    ['expm1', [800], Number.POSITIVE_INFINITY],
    ['log1m_exp', [0], Number.NEGATIVE_INFINITY],
    ['lgamma', [1], 0],
    ['lgamma', [2], 0],
    ['lgamma', [0], Number.POSITIVE_INFINITY],
    ['lgamma', [-3], Number.POSITIVE_INFINITY],
    ['erf', [Number.POSITIVE_INFINITY], 1],
    ['erfc', [Number.NEGATIVE_INFINITY], 2],
    ['erfc', [30], 0],
    ['erfcinv', [0], Number.POSITIVE_INFINITY],
    ['erfcinv', [2], Number.NEGATIVE_INFINITY],
    ['erfinv', [1], Number.POSITIVE_INFINITY],
    ['erfinv', [0], 0],
    ['normal_cdf', [Number.NEGATIVE_INFINITY], 0],
    ['normal_quantile', [0], Number.NEGATIVE_INFINITY],
    ['normal_quantile', [0.5], 0],
    ['atan', [Number.POSITIVE_INFINITY], Math.PI / 2],
    ['atan2', [0, -1], Math.PI],
    ['atan2', [-1, 0], -Math.PI / 2],
    ['tanh', [-800], -1],
    ['gamma_p', [2, 0], 0],
    ['gamma_p', [2, Number.POSITIVE_INFINITY], 1],
    ['gamma_q', [2, Number.POSITIVE_INFINITY], 0],
    ['gamma_p_inverse', [2, 0], 0],
    ['gamma_p_inverse', [2, 1], Number.POSITIVE_INFINITY],
    ['gamma_p_inverse', [0.001, 0.3], 0],
    ['beta_i', [2, 3, 0], 0],
    ['beta_i', [2, 3, 1], 1],
    ['beta_i_inverse', [2, 3, 1], 1],
    ['log_sum_exp', [[]], Number.NEGATIVE_INFINITY],
    ['log_sum_exp', [[Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]], Number.NEGATIVE_INFINITY],
    ['logistic', [-1000], 0],
    ['logistic', [1000], 1],
    ['choose', [5, 6], 0],
    ['factorial', [171], Number.POSITIVE_INFINITY],
  ] as const)('%s(%j) = %d', (name, args, expected) => {
    const value = of(name, ...args);
    if (Math.abs(expected) === Number.POSITIVE_INFINITY || expected === 0) expect(value + 0).toBe(expected);
    else expect(value).toBeCloseTo(expected, 15);
  });

  test('log_sum_exp does not overflow', () => {
    expect(of('log_sum_exp', [1000, 1000])).toBeCloseTo(1000 + Math.log(2), 12);
    expect(of('log_sum_exp', [-1000, -1001])).toBeCloseTo(-1000 + Math.log1p(Math.exp(-1)), 12);
  });

  test('whole numbers are exact', () => {
    expect(of('choose', 50, 25)).toBe(126410606437752);
    expect(of('choose', 96, 3)).toBe(142880);
    expect(of('factorial', 20)).toBe(2432902008176640000);
    expect(of('lchoose', 50, 25)).toBeCloseTo(Math.log(126410606437752), 12);
  });
});
