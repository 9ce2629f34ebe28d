/**
 * What holds of counterfactuals whatever the model (Galles and Pearl 1998), for the mechanism of every family: setting a node to what it
 * is anyway changes nothing, and another world has the law of the intervention.
 */
import { describe, expect, test } from 'vitest';
import type { EngineName } from '../../src/plan/engine_names.js';
import { answer, open } from './programs.js';

/** A family whose parameters depend on `x`, and a value that it can have for either. */
const families: readonly (readonly [family: string, value: string])[] = [
  ['uniform(0, if x then 2 else 5)', '1.5'],
  ['normal(1, if x then 2 else 5)', '1.5'],
  ['half_normal(if x then 2 else 5)', '1.5'],
  ['lognormal(0, if x then 2 else 1)', '1.5'],
  ['exponential(if x then 2 else 5)', '1.5'],
  ['gamma(if x then 2 else 0.5, 3)', '1.5'],
  ['gamma(shape = 2, scale = if x then 2 else 0.5)', '1.5'],
  ['inverse_gamma(2, if x then 3 else 9)', '2'],
  ['beta(if x then 2 else 5, 1.5)', '0.3'],
  ['cauchy(1, if x then 2 else 5)', '1.5'],
  ['half_cauchy(if x then 2 else 5)', '1.5'],
  ['student_t(if x then 3 else 7, 0, 1)', '1.5'],
  ['laplace(0, if x then 3 else 9)', '2'],
  ['gumbel(0, if x then 3 else 9)', '2'],
  ['pareto(1, if x then 1 else 0.5)', '2'],
  ['weibull(1.5, if x then 3 else 9)', '2'],
  ['chi_squared(if x then 3 else 9)', '2'],
  ['bernoulli(if x then 0.3 else 0.6)', 'true'],
  ['binomial(9, if x then 0.3 else 0.6)', '4'],
  ['poisson(if x then 3 else 6.5)', '4'],
  ['poisson(if x then 60 else 80)', '64'],
  ['geometric(if x then 0.3 else 0.6)', '2'],
  ['categorical(if x then [0.2, 0.3, 0.5] else [0.6, 0.3, 0.1])', '1'],
  ['discrete_uniform(0, if x then 3 else 9)', '2'],
  ['negative_binomial(mean = if x then 3 else 9, dispersion = 2)', '2'],
  ['negative_binomial(n = 3, p = if x then 0.3 else 0.9)', '2'],
  ['mixture([0.3, 0.7], [normal(if x then 0 else 2, 1), normal(5, 2)])', '2.5'],
  ['mixture([0.3, 0.7], [poisson(if x then 2 else 4), poisson(9)])', '3'],
  ['truncated(normal(if x then 0 else 2, 1), 0, 3)', '2.5'],
  ['truncated(exponential(if x then 1 else 2), 0.5, infinity)', '2.5'],
  ['truncated(poisson(if x then 2 else 4), 1, 6)', '3'],
  ['iid(normal(if x then 0 else 2, 1), 2)', '[1.0, 2.0]'],
  ['iid(bernoulli(if x then 0.2 else 0.9), 2)', '[true, false]'],
  ['iid(gamma(if x then 0.2 else 0.9, 1), 2)', '[0.4, 1.2]'],
  ['iid(mixture([0.3, 0.7], [normal(if x then 0 else 2, 1), normal(5, 2)]), 2)', '[1.0, 2.0]'],
  ['mvnormal([if x then 0 else 2, 1], [[2, 1], [1, 3]])', '[1.0, 2.0]'],
  ['dirichlet([if x then 1 else 2, 1, 3])', '[0.2, 0.3, 0.5]'],
  ['uniform_box([0, 0], [if x then 3 else 4, 5])', '[1.0, 2.0]'],
];

/** The interpreter, which is slow, is asked what hangs on its inverse of the noise. */
const engines: readonly (readonly [engine: EngineName, samples: number, queries: readonly string[]])[] = [
  ['js', 2000, ['unseen', 'seen', 'back', 'law']],
  ['interpreter', 60, ['seen']],
];

describe.each(engines)('%s', (engine, samples, queries) => {
  test.each(families)('%s', async (family, value) => {
    const session = open(program(family, value), { engine, samples });
    for (const query of queries) {
      const { error, value: got, se } = await answer(session, query);
      expect({ query, error: error?.message ?? null }).toEqual({ query, error: null });
      const allowed = query === 'law' ? 5 * Number(se) + 1e-9 : 1e-7;
      expect(Math.abs(Number(got)), query).toBeLessThanOrEqual(allowed);
    }
  });
});

/** Each query is 0 in truth; `law` is sampled, the others are 0 in every run. */
function program(family: string, value: string): string {
  const members = value.startsWith('[') ? value.slice(1, -1).split(', ') : [value];
  const number = (e: string): string => (value.includes('true') ? `(if ${e} then 1 else 0)` : e);
  const nodes = members.map((_, i) => `y${i} := ${number(members.length === 1 ? 'y' : `y[${i}]`)}`);
  const distance = members.map((_, i) => `abs(y${i}[do(x = true)] - y${i})`).join(' + ');
  const fromSeen = members.map((m, i) => `abs(y${i}[do(x = true)] - ${number(m)})`).join(' + ');
  return `
    model M {
      x ~ bernoulli(0.5)
      y ~ ${family}
      ${nodes.join('\n      ')}
    }
    query unseen = E(${distance} | x = true)
    query seen = E(${fromSeen} | x = true, y = ${value})
    query back = E(${distance} | do(x = true))
    query law = E(y0[do(x = false)] | x = true) - E(y0 | x = false)`;
}
