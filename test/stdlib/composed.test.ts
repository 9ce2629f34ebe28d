/** Vector and composed families: densities, draws, and noise inferred from a value (`abduct`). */
import { describe, expect, test } from 'vitest';
import { type NoiseSource, noiseSource } from '../../src/runtime/random/source.js';
import { seedState } from '../../src/runtime/random/xoshiro.js';
import {
  allowed,
  array,
  type Distribution,
  dist,
  draw,
  evaluate,
  evaluateNumber,
  type Value,
  withNoise,
} from './evaluate.js';

const source = (stream: number): NoiseSource => {
  const state = new Int32Array(4);
  seedState(5, 6, stream, 0, 0, 0, state);
  return noiseSource(state);
};
/** Gives an array of noise back, one number a request. */
const replay = (noise: readonly Value[]): NoiseSource => {
  let next = 0;
  const one = () => Number(noise[next++]);
  return { uniform: one, normal: one, exponential: one };
};
const vector = (value: Value): readonly number[] => array(value).map(Number);
const covariance = [
  [2, 0.6, 0.2],
  [0.6, 1, -0.3],
  [0.2, -0.3, 0.5],
];

const abducible: readonly (readonly [string, Distribution])[] = [
  ['categorical', dist('categorical', [[0.1, 0.2, 0.7]])],
  ['categorical with an impossible label', dist('categorical', [[0.5, 0, 0.5]])],
  ['dirichlet', dist('dirichlet', [[1, 2.5, 0.7]])],
  ['mvnormal', dist('mvnormal', [[1, 2, 3], covariance])],
  [
    'uniform_box',
    dist('uniform_box', [
      [0, -1],
      [10, 1],
    ]),
  ],
];

describe('abduct', () => {
  test.each(abducible)('%s: the mechanism on the inferred noise gives the value', (_name, d) => {
    const noise = source(1);
    for (let i = 0; i < 60; i++) {
      const value = draw(d, noise, true);
      const inferred = withNoise(noise, () => evaluate(d, 'abduct', value));
      const again = draw(d, replay(array(inferred)), true);
      if (Array.isArray(value))
        for (const [j, x] of vector(value).entries()) expect(vector(again)[j]).toBeCloseTo(x, 9);
      else expect(again).toBe(value);
    }
  });

  test('categorical: noise of a drawn value is distributed as the noise itself', () => {
    const d = dist('categorical', [[0.1, 0.2, 0.7]]);
    const noise = source(2);
    const n = 6000;
    const sums = [0, 0, 0];
    const above = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const value = draw(d, noise);
      for (const [k, e] of vector(withNoise(noise, () => evaluate(d, 'abduct', value))).entries()) {
        sums[k]! += e;
        above[k]! += e > 2 ? 1 : 0;
      }
    }
    for (let k = 0; k < 3; k++) {
      expect(Math.abs(sums[k]! / n - 1)).toBeLessThan(4.5 / Math.sqrt(n));
      const p = Math.exp(-2);
      expect(Math.abs(above[k]! / n - p)).toBeLessThan(4.5 * Math.sqrt((p * (1 - p)) / n));
    }
  });

  test('categorical: a change of the probabilities that favours the seen value does not change it', () => {
    const before = dist('categorical', [[0.3, 0.5, 0.2]]);
    const after = dist('categorical', [[0.4, 0.45, 0.15]]);
    const noise = source(3);
    for (let i = 0; i < 500; i++) {
      const inferred = withNoise(noise, () => evaluate(before, 'abduct', 0));
      expect(draw(after, replay(array(inferred)), true)).toBe(0);
    }
  });
});

describe('mvnormal', () => {
  const mean = [1, 2, 3];
  const d = dist('mvnormal', [mean, covariance]);

  test('log density: the textbook formula with inverse and determinant', () => {
    // inverse and determinant of `covariance` in rationals: det = 0.46 and the adjugate over it
    const x = [0.3, 2.5, 3.2];
    const u = x.map((v, i) => v - mean[i]!);
    const det = 2 * (0.5 - 0.09) - 0.6 * (0.3 + 0.06) + 0.2 * (-0.18 - 0.2);
    const adjugate = [
      [0.5 - 0.09, -(0.3 + 0.06), -0.18 - 0.2],
      [-(0.3 + 0.06), 1 - 0.04, 0.6 + 0.12],
      [-0.18 - 0.2, 0.6 + 0.12, 2 - 0.36],
    ];
    const form = u.reduce((s, a, i) => s + a * u.reduce((t, b, j) => t + adjugate[i]![j]! * b, 0), 0) / det;
    expect(evaluateNumber(d, 'logpdf', x)).toBeCloseTo(
      -0.5 * form - 0.5 * Math.log(det) - 1.5 * Math.log(2 * Math.PI),
      12,
    );
  });

  test('by covariance or by its factor is the same', () => {
    const lower = [
      [Math.sqrt(2), 0, 0],
      [0.6 / Math.sqrt(2), Math.sqrt(0.82), 0],
    ];
    const third = [0.2 / Math.sqrt(2), (-0.3 - (0.6 * 0.2) / 2) / Math.sqrt(0.82)];
    const factor = [...lower, [...third, Math.sqrt(0.5 - third[0]! ** 2 - third[1]! ** 2)]];
    const e = dist('mvnormal', [mean, factor], 1);
    const x = [0, 1, 4];
    expect(evaluateNumber(e, 'logpdf', x)).toBeCloseTo(evaluateNumber(d, 'logpdf', x), 12);
    for (const [i, v] of vector(evaluate(e, 'moment_variance')).entries())
      expect(v).toBeCloseTo(covariance[i]![i]!, 14);
  });

  test('draws have the mean and the covariance', () => {
    const noise = source(4);
    const n = 6000;
    const draws = Array.from({ length: n }, () => vector(draw(d, noise)));
    for (let i = 0; i < 3; i++) {
      const m = draws.reduce((s, x) => s + x[i]!, 0) / n;
      expect(Math.abs(m - mean[i]!)).toBeLessThan(4.5 * Math.sqrt(covariance[i]![i]! / n));
      for (let j = 0; j < 3; j++) {
        const c = draws.reduce((s, x) => s + (x[i]! - mean[i]!) * (x[j]! - mean[j]!), 0) / n;
        const error = Math.sqrt((covariance[i]![i]! * covariance[j]![j]! + covariance[i]![j]! ** 2) / n);
        expect(Math.abs(c - covariance[i]![j]!)).toBeLessThan(4.5 * error);
      }
    }
  });

  test('refuses a matrix that is not positive definite', () => {
    expect(allowed(d)).toBe(true);
    expect(
      allowed(
        dist('mvnormal', [
          [0, 0],
          [
            [1, 2],
            [2, 1],
          ],
        ]),
      ),
    ).toBe(false);
  });
});

describe('dirichlet', () => {
  test.each([false, true])('draws have the means and variances (mechanism: %s)', (mechanism) => {
    const concentration = [0.3, 1, 2.7];
    const d = dist('dirichlet', [concentration]);
    const noise = source(5);
    const n = mechanism ? 600 : 4000;
    const draws = Array.from({ length: n }, () => vector(draw(d, noise, mechanism)));
    const mean = vector(evaluate(d, 'moment_mean'));
    const variance = vector(evaluate(d, 'moment_variance'));
    for (let i = 0; i < 3; i++) {
      const a = concentration[i]! / 4;
      expect(mean[i]).toBeCloseTo(a, 15);
      expect(variance[i]).toBeCloseTo((a * (1 - a)) / 5, 15);
      const m = draws.reduce((s, x) => s + x[i]!, 0) / n;
      expect(Math.abs(m - a)).toBeLessThan(4.5 * Math.sqrt(variance[i]! / n));
    }
    for (const x of draws.slice(0, 100)) expect(x.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 13);
  });

  test('of two is a beta', () => {
    const d = dist('dirichlet', [[2.5, 0.7]]);
    for (const x of [0.001, 0.3, 0.9]) {
      expect(evaluateNumber(d, 'logpdf', [x, 1 - x])).toBeCloseTo(
        evaluateNumber(dist('beta', [2.5, 0.7]), 'logpdf', x),
        12,
      );
    }
    expect(evaluateNumber(d, 'logpdf', [0.2, 0.2])).toBe(Number.NEGATIVE_INFINITY);
  });

  test('tiny concentrations do not underflow', () => {
    const noise = source(6);
    const d = dist('dirichlet', [[1e-3, 1e-3]]);
    for (let i = 0; i < 200; i++) expect(vector(draw(d, noise)).reduce((s, v) => s + v, 0)).toBeCloseTo(1, 13);
  });
});

describe('mixture and iid', () => {
  const parts = [dist('normal', [-2, 0.5]), dist('normal', [3, 1])];
  const d = dist('mixture', [[0.3, 0.7], parts]);

  test('the mixture density is the weighted sum', () => {
    for (const x of [-2, 0.5, 30]) {
      const [a, b] = parts.map((p) => evaluateNumber(p, 'logpdf', x));
      const exact = x === 30 ? Math.log(0.7) + b! : Math.log(0.3 * Math.exp(a!) + 0.7 * Math.exp(b!));
      expect(evaluateNumber(d, 'logpdf', x)).toBeCloseTo(exact, 11);
    }
  });

  test.each([false, true])('mixture draws (mechanism: %s)', (mechanism) => {
    const noise = source(7);
    const n = 10_000;
    const draws = Array.from({ length: n }, () => Number(draw(d, noise, mechanism)));
    const share = draws.filter((x) => x < 0).length / n;
    const exact = 0.3 * evaluateNumber(parts[0]!, 'cdf', 0) + 0.7 * evaluateNumber(parts[1]!, 'cdf', 0);
    expect(Math.abs(share - exact)).toBeLessThan(4.5 * Math.sqrt((exact * (1 - exact)) / n));
  });

  test('mixture tails', () => {
    expect(evaluateNumber(d, 'cdf', 1) + evaluateNumber(d, 'survival', 1)).toBeCloseTo(1, 14);
    expect(evaluateNumber(d, 'survival', 40)).toBeCloseTo(0.7 * evaluateNumber(parts[1]!, 'survival', 40), 300);
  });

  test('iid adds log densities and knows its length', () => {
    const e = dist('iid', [dist('exponential', [2]), 3]);
    expect(evaluateNumber(e, 'logpdf', [1, 2, 3])).toBeCloseTo(3 * Math.log(2) - 12, 13);
    expect(evaluateNumber(e, 'logpdf', [1, 2])).toBe(Number.NEGATIVE_INFINITY);
    expect(vector(draw(e, source(8)))).toHaveLength(3);
  });
});

describe('truncated', () => {
  test('the density is that of the whole over the mass', () => {
    const d = dist('truncated', [dist('normal', [0, 1]), 0, Number.POSITIVE_INFINITY]);
    expect(evaluateNumber(d, 'logpdf', 1)).toBeCloseTo(evaluateNumber(dist('half_normal', [1]), 'logpdf', 1), 14);
    expect(evaluateNumber(d, 'logpdf', -1)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('thirty standard deviations out', () => {
    const d = dist('truncated', [dist('normal', [0, 1]), 30, Number.POSITIVE_INFINITY]);
    // Mills ratio: mean excess is 1/30 - 2/30³ + 10/30⁵ …
    const noise = source(9);
    const n = 4000;
    let total = 0;
    for (let i = 0; i < n; i++) total += Number(draw(d, noise)) - 30;
    const mean = 1 / 30 - 2 / 30 ** 3 + 10 / 30 ** 5;
    expect(Math.abs(total / n - mean)).toBeLessThan((4.5 * mean) / Math.sqrt(n));
    expect(evaluateNumber(d, 'quantile', 0.5)).toBeCloseTo(30 + 0.0230662, 5);
  });
});

describe('the cdf of whole numbers is a step function of the reals', () => {
  test.each([
    ['poisson', [3]],
    ['binomial', [9, 0.4]],
    ['geometric', [0.3]],
    ['negative_binomial', [3, 2]],
    ['discrete_uniform', [0, 7]],
  ] as const)('%s', (name, parameters) => {
    const d = dist(name, parameters);
    for (const k of [0, 3]) {
      expect(evaluateNumber(d, 'cdf', k + 0.6)).toBe(evaluateNumber(d, 'cdf', k));
      expect(evaluateNumber(d, 'survival', k + 0.6)).toBe(evaluateNumber(d, 'survival', k));
    }
  });
});

describe('outside the support the log density is -infinity, never NaN', () => {
  test.each([
    ['gamma', [2, 1], [0, -1]],
    ['beta', [0.5, 1], [0, 1, -2, 3]],
    ['lognormal', [0, 1], [0, -1]],
    ['exponential', [1], [-1]],
    ['half_cauchy', [1], [-1]],
    ['weibull', [0.5, 1], [-1]],
    ['pareto', [1, 1], [0.5, -1]],
    ['poisson', [3], [-1]],
    ['binomial', [5, 0.5], [-1, 6]],
    ['binomial', [5, 0], [1]],
    ['binomial', [5, 1], [4]],
    ['geometric', [0.5], [-1]],
    ['geometric', [1], [1]],
    ['negative_binomial', [1, 1], [-1]],
    ['discrete_uniform', [0, 3], [-1, 4]],
    ['uniform', [0, 1], [-1, 2]],
    ['inverse_gamma', [1, 1], [0]],
  ] as const)('%s%j at %j', (name, parameters, points) => {
    for (const x of points) expect(evaluateNumber(dist(name, parameters), 'logpdf', x)).toBe(Number.NEGATIVE_INFINITY);
  });

  test('certain outcomes have log mass 0', () => {
    expect(evaluateNumber(dist('binomial', [5, 0]), 'logpdf', 0) + 0).toBe(0);
    expect(evaluateNumber(dist('binomial', [5, 1]), 'logpdf', 5) + 0).toBe(0);
    expect(evaluateNumber(dist('poisson', [0]), 'logpdf', 0) + 0).toBe(0);
    expect(evaluateNumber(dist('geometric', [1]), 'logpdf', 0)).toBe(0);
  });
});
