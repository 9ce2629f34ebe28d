/** Distributions that the tests of draws, mechanisms and moments run over. */
import { type Distribution, dist } from './evaluate.js';

export type Case = { readonly label: string; readonly d: Distribution };
const named = (name: string, parameters: readonly number[], overload = 0): Case => ({
  label: `${name}${overload === 0 ? '' : `#${overload}`}(${parameters.join(', ')})`,
  d: dist(name, parameters, overload),
});

const standardNormal = dist('normal', [0, 1]);

/** Real-valued, with cdf and quantile. */
export const continuous: readonly Case[] = [
  named('uniform', [-1, 3]),
  named('normal', [2, 0.5]),
  named('half_normal', [3]),
  named('lognormal', [0.5, 0.7]),
  named('exponential', [2.5]),
  named('exponential', [2.5], 1),
  named('gamma', [3.5, 2]),
  named('gamma', [0.3, 1]),
  named('gamma', [1e6, 10]),
  named('gamma', [2, 3], 1),
  named('inverse_gamma', [3, 2]),
  named('beta', [2, 5]),
  named('beta', [0.2, 0.3]),
  named('beta', [4e4, 1e4]),
  named('cauchy', [1, 2]),
  named('half_cauchy', [5]),
  named('student_t', [4, 1, 2]),
  named('student_t', [0.7, 0, 1]),
  named('laplace', [1, 2]),
  named('weibull', [1.5, 2]),
  named('pareto', [3, 2]),
  named('gumbel', [1, 2]),
  named('chi_squared', [5]),
  { label: 'truncated(normal(0, 1), -1, 2)', d: dist('truncated', [standardNormal, -1, 2]) },
  {
    label: 'truncated(normal(0, 1), 7, infinity)',
    d: dist('truncated', [standardNormal, 7, Number.POSITIVE_INFINITY]),
  },
  { label: 'truncated(normal(0, 1), 3, 3.5)', d: dist('truncated', [standardNormal, 3, 3.5]) },
  {
    label: 'truncated(student_t(3, 0, 1), -infinity, -20)',
    d: dist('truncated', [dist('student_t', [3, 0, 1]), Number.NEGATIVE_INFINITY, -20]),
  },
];

/** On whole numbers, with cdf and quantile. */
export const discrete: readonly Case[] = [
  named('binomial', [12, 0.3]),
  named('binomial', [200, 0.4]),
  named('binomial', [1000, 0.97]),
  named('binomial', [1e9, 5e-9]),
  named('binomial', [1e9, 0.3]),
  named('poisson', [2.5]),
  named('poisson', [80]),
  named('poisson', [1e8]),
  named('geometric', [0.3]),
  named('negative_binomial', [4, 2]),
  named('negative_binomial', [3, 0.05]),
  named('negative_binomial', [3, 0.4], 1),
  named('discrete_uniform', [-2, 6]),
  { label: 'truncated(poisson(3), 2, 7)', d: dist('truncated', [dist('poisson', [3]), 2, 7]) },
  {
    label: 'truncated(poisson(3), 10, infinity)',
    d: dist('truncated', [dist('poisson', [3]), 10, Number.POSITIVE_INFINITY]),
  },
  { label: 'categorical([0.2, 0, 0.5, 0.3])', d: dist('categorical', [[0.2, 0, 0.5, 0.3]]) },
];
