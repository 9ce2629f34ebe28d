/** The table of the library's families: the tests of draws, mechanisms, moments and noise run over its rows. */
import { type Distribution, distributionOf } from './evaluate.js';

/** A distribution and how a program writes it. */
export type Case = { readonly label: string; readonly d: Distribution };

const rows = (...labels: readonly string[]): readonly Case[] =>
  labels.map((label) => ({ label, d: distributionOf(label) }));

/** Real-valued, with density, cdf and quantile. */
export const continuous: readonly Case[] = rows(
  'uniform(-1, 3)',
  'normal(2, 0.5)',
  'half_normal(3)',
  'lognormal(0.5, 0.7)',
  'exponential(2.5)',
  'exponential(scale = 2.5)',
  'gamma(3.5, 2)',
  'gamma(0.3, 1)',
  'gamma(1000000, 10)',
  'gamma(2, scale = 3)',
  'inverse_gamma(3, 2)',
  'beta(2, 5)',
  'beta(0.2, 0.3)',
  'beta(40000, 10000)',
  'cauchy(1, 2)',
  'half_cauchy(5)',
  'student_t(4, 1, 2)',
  'student_t(0.7, 0, 1)',
  'student_t(0.1, 0, 1)',
  'laplace(1, 2)',
  'logistic(1, 2)',
  'weibull(1.5, 2)',
  'pareto(3, 2)',
  'gumbel(1, 2)',
  'chi_squared(5)',
  'von_mises(0.5, 2)',
  'von_mises(1, 0)',
  'von_mises(-2, 0.7)',
  'von_mises(3, 300000)',
  'mixture([0.3, 0.7], [normal(-1, 1), normal(3, 2)])',
  'truncated(normal(0, 1), -1, 2)',
  'truncated(normal(0, 1), 7, infinity)',
  'truncated(normal(0, 1), 3, 3.5)',
  'truncated(student_t(3, 0, 1), -infinity, -20)',
);

/** On whole numbers, with mass, cdf and quantile. */
export const discrete: readonly Case[] = rows(
  'binomial(12, 0.3)',
  'binomial(200, 0.4)',
  'binomial(1000, 0.97)',
  'binomial(1000000000, 0.000000005)',
  'binomial(1000000000, 0.3)',
  'poisson(2.5)',
  'poisson(80)',
  'poisson(100000000)',
  'geometric(0.3)',
  'negative_binomial(4, 2)',
  'negative_binomial(3, 0.05)',
  'negative_binomial(n = 3, p = 0.4)',
  'discrete_uniform(-2, 6)',
  'beta_binomial(20, 2, 5)',
  'beta_binomial(300, 0.5, 0.8)',
  'beta_binomial(50, 4000, 1000)',
  'hypergeometric(50, 20, 10)',
  'hypergeometric(50, 45, 30)',
  'hypergeometric(100000000, 30000000, 4000)',
  'delta(3)',
  'zero_inflated(0.4, poisson(3))',
  'mixture([0.2, 0.8], [poisson(2), binomial(12, 0.7)])',
  'truncated(poisson(3), 2, 7)',
  'truncated(poisson(3), 10, infinity)',
  'censored(poisson(3), 1, 6)',
  'categorical([0.2, 0, 0.5, 0.3])',
);

/** Partly at points and partly continuous: no density over all of the support. */
export const mixed: readonly Case[] = rows(
  'zero_inflated(0.3, gamma(2, 0.5))',
  'zero_inflated(0.3, normal(1, 2))',
  'censored(normal(0, 1), -1, 2)',
  'censored(weibull(1.5, 10), 0, 5)',
);

/** Arrays and matrices. */
export const vectors: readonly Case[] = rows(
  'dirichlet([1, 2.5, 0.7])',
  'mvnormal([1, 2, 3], [[2, 0.6, 0.2], [0.6, 1, -0.3], [0.2, -0.3, 0.5]])',
  'mvnormal([1, 2], cholesky = [[2, 0], [0.3, 1]])',
  'uniform_box([0, -1], [10, 1])',
  'iid(gamma(2, 1), 3)',
  'iid(poisson(3), 4)',
  'multinomial(12, [0.5, 0.2, 0.3])',
  'random_walk(normal(0.5, 2), 5)',
  'random_walk(gamma(2, 1), 3, start = 4)',
  'ar1(0.8, 0.5, 6)',
  'ar1(-0.5, 2, 4, mean = 3)',
  'ar1(1.1, 0.5, 4, start = 2)',
  'ar1(0.5, 0.5, 3, mean = 1, start = 2)',
  'wishart(4.5, [[1, 0.2], [0.2, 2]])',
  'wishart(7, [[2, 0.6, 0.2], [0.6, 1, -0.3], [0.2, -0.3, 0.5]])',
  'inverse_wishart(12, [[1, 0.2], [0.2, 2]])',
  'inverse_wishart(14, [[2, 0.6, 0.2], [0.6, 1, -0.3], [0.2, -0.3, 0.5]])',
  'lkj_cholesky(2, 1.5)',
  'lkj_cholesky(4, 0.8)',
);

/** Families of `bool`, and parts of other families that are drawn only through them. */
export const others: readonly Case[] = rows('bernoulli(0.3)', 'binomial_by_rejection(100, 0.3)');
