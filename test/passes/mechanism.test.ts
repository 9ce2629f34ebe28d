/** How noise becomes a value and back, for every family of the library and for families of a program. */
import { describe, expect, test } from 'vitest';
import { describeAnswers } from '../lower/answers.js';
import { ask } from '../models/programs.js';

/** A family at two settings of its parameters, by `z`, and a value that it may have at the first. */
const families: readonly (readonly [dist: string, value: string, numeric: boolean])[] = [
  ['bernoulli(if z then 0.7 else 0.3)', 'true', true],
  ['beta(if z then 2 else 3, 2.5)', '0.4', true],
  ['binomial(10, if z then 0.6 else 0.3)', '4', true],
  ['categorical(if z then [0.2, 0.5, 0.3] else [0.5, 0.3, 0.2])', '1', true],
  ['cauchy(if z then 1 else 0, 2)', '3.5', false],
  ['chi_squared(if z then 4 else 3)', '2.5', true],
  ['dirichlet(if z then [2, 1, 1] else [1, 1, 3])', '[0.2, 0.3, 0.5]', false],
  ['discrete_uniform(0, if z then 6 else 9)', '5', true],
  ['exponential(if z then 2 else 1)', '0.7', true],
  ['gamma(if z then 2 else 3.5, 1.5)', '2', true],
  ['gamma(shape = 0.4, scale = if z then 1 else 2)', '0.01', true],
  ['geometric(if z then 0.5 else 0.3)', '3', true],
  ['gumbel(if z then 1 else 0, 2)', '1.5', true],
  ['half_cauchy(if z then 1 else 2)', '4', false],
  ['half_normal(if z then 1 else 2)', '1.5', true],
  ['iid(gamma(if z then 2 else 3, 1), 3)', '[1, 2, 3.5]', false],
  ['iid(bernoulli(if z then 0.5 else 0.3), 3)', '[true, false, true]', false],
  ['inverse_gamma(5, if z then 2 else 3)', '0.8', true],
  ['laplace(if z then 1 else 0, 2)', '-1.5', true],
  ['lognormal(if z then 0.5 else 0, 1)', '1.5', true],
  ['mixture([0.3, 0.7], [normal(if z then 1 else 0, 1), normal(4, 2)])', '2', true],
  ['mixture([0.3, 0.7], [iid(normal(if z then 1 else 0, 1), 2), iid(exponential(1), 2)])', '[1, 2]', false],
  ['mvnormal([if z then 1 else 0, 0], [[1, 0.5], [0.5, 2]])', '[0.5, -1]', false],
  ['mvnormal([if z then 1 else 0, 0], cholesky = [[1, 0], [0.5, 2]])', '[0.5, -1]', false],
  ['negative_binomial(if z then 3 else 2, 1.5)', '4', true],
  ['normal(if z then 1 else 0, 2)', '1.5', true],
  ['pareto(if z then 5 else 4, 1)', '1.5', true],
  ['poisson(if z then 4 else 2.5)', '3', true],
  ['student_t(5, if z then 1 else 0, 2)', '1.5', true],
  ['truncated(normal(if z then 1 else 0, 1), 0, 2)', '0.7', true],
  ['truncated(gamma(if z then 2 else 3, 1), 0.5, 4)', '0.7', true],
  ['uniform(0, if z then 2 else 3)', '1.2', true],
  ['uniform_box([0, 0], [if z then 2 else 1, 3])', '[0.5, 1.5]', false],
  ['weibull(1.5, if z then 2 else 3)', '1.2', true],
];

describe.each(families)('%s', (dist, value, numeric) => {
  const model = `model M { z ~ bernoulli(0.5)  x ~ ${dist}  y := x }\n`;

  test('the noise that explains a value gives that value again', async () => {
    const same = value.startsWith('[')
      ? 'len(x[do(z = false)]) == len(y) and max([abs(real(x[do(z = false)][i]) - real(y[i])) for i in 0..len(y)]) < 1e-7'
      : value === 'true'
        ? 'x[do(z = false)]'
        : `abs(x[do(z = false)] - ${value}) < 1e-7`;
    const answer = await ask(`${model}query q = P(${same} | z = false, x = ${value})`, {
      samples: 1000,
      method: 'importance',
    });
    expect(answer.error).toBeNull();
    expect(answer.value).toBe(1);
  });

  test.runIf(numeric)('the mechanism has the distribution of the draw', async () => {
    const [shared, drawn] = await Promise.all(
      ['E(x[do(z = true)] | z = false)', 'E(x | do(z = true))'].map((q) =>
        ask(`${model}query q = ${q}`, { samples: 20_000, method: 'importance' }),
      ),
    );
    expect([shared!.error, drawn!.error]).toEqual([null, null]);
    const error = Math.hypot(shared!.se!, drawn!.se!);
    expect(Math.abs(Number(shared!.value) - Number(drawn!.value))).toBeLessThan(5 * error);
  });
});

/** Discrete families with the probabilities of their values where z is false, and the mean where it is true. */
const laws: readonly (readonly [dist: string, masses: readonly number[], mean: number])[] = [
  ['bernoulli(if z then 0.6 else 0.2)', [0.8, 0.2], 0.6],
  ['categorical(if z then [0.2, 0.5, 0.3] else [0.5, 0.3, 0.2])', [0.5, 0.3, 0.2], 1.1],
  ['binomial(3, if z then 0.5 else 0.25)', [0.421875, 0.421875, 0.140625, 0.015625], 1.5],
  ['discrete_uniform(0, if z then 5 else 3)', [0.25, 0.25, 0.25, 0.25], 2.5],
];

test.each(laws)('%s: abduction keeps the law of total expectation', async (dist, masses, mean) => {
  const value = (k: number): string => (dist.startsWith('bernoulli') ? String(k === 1) : String(k));
  let total = 0;
  let variance = 0;
  for (const [k, mass] of masses.entries()) {
    const text = `model M { z ~ bernoulli(0.5)  x ~ ${dist} }\nquery q = E(x[do(z = true)] | z = false, x = ${value(k)})`;
    const answer = await ask(text, { samples: 20_000, method: 'importance' });
    expect(answer.error).toBeNull();
    total += mass * Number(answer.value);
    variance += (mass * answer.se!) ** 2;
  }
  expect(Math.abs(total - mean)).toBeLessThan(5 * Math.sqrt(variance) + 1e-9);
});

describeAnswers({
  'of continuous families move values by quantiles': `
    model M {
      z ~ bernoulli(0.5)
      n ~ normal(if z then 1 else 0, if z then 2 else 1)
      e ~ exponential(if z then 2 else 1)
      u ~ uniform(0, if z then 3 else 1)
      h ~ half_cauchy(if z then 3 else 1)
      t ~ truncated(uniform(0, if z then 2 else 1), 0, 2)
    }
    query n = E(n[do(z = true)] | z = false, n = 0.5) //= exactly 2
    query e = E(e[do(z = true)] | z = false, e = 1) //= exactly 0.5
    query u = E(u[do(z = true)] | z = false, u = 0.2) //= exactly 0.6
    query h = E(h[do(z = true)] | z = false, h = 2) //= exactly 6
    query t = E(t[do(z = true)] | z = false, t = 0.25) //= exactly 0.5`,
  'of discrete families keep the noise uniform on what explains the value': `
    model M { z ~ bernoulli(0.5)  b ~ bernoulli(if z then 0.5 else 0.2)  k ~ discrete_uniform(0, if z then 3 else 1) }
    query up = P(b[do(z = true)] | z = false, b = true) //= exactly 1
    query down = P(b[do(z = true)] | z = false, b = false) //= 0.375
    query finer = P(k[do(z = true)] | z = false, k = 1) //= 2: 0.5, 3: 0.5`,
  'of composed families are those of their components': `
    model M {
      z ~ bernoulli(0.5)
      x ~ mixture([0.5, 0.5], [normal(if z then 1 else 0, 1), normal(30, 1)])
      v ~ iid(exponential(if z then 2 else 1), 3)
      w ~ iid(bernoulli(if z then 0.5 else 0.2), 2)
    }
    query left = E(x[do(z = true)] | z = false, x = 0.5) //= exactly 1.5
    query right = E(x[do(z = true)] | z = false, x = 30) //= exactly 30
    query each = E(v[do(z = true)][2] | z = false, v = [1, 2, 3]) //= exactly 1.5
    query apart = P(w[do(z = true)][0] and w[do(z = true)][1] | z = false, w = [false, false]) //= 0.140625`,
  'that a family declares, rising or falling': `
    dist falling(r: real): real { mechanism(u) = -log(u) / r  draw = noise_exponential() / r  logpdf(x) = log(r) - r * x  cdf(x) = 1 - exp(-r * x) }
    dist coin(p: real): bool { draw = noise_uniform() < p  mechanism(u) = u < p  logpdf(x) = if x then log(p) else log(1 - p)  cdf(x) = if x then 1.0 else 1 - p }
    dist step(n: int): int { draw = floor(noise_uniform() * n)  mechanism(u) = n - 1 - floor(u * n)  logpdf(k) = if k >= 0 and k < n then -log(n) else -infinity  cdf(k) = if k < 0 then 0.0 else min(1.0, (k + 1) / n) }
    model M { z ~ bernoulli(0.5)  f ~ falling(if z then 2 else 1)  c ~ coin(if z then 0.5 else 0.2)  s ~ step(if z then 4 else 2) }
    query f = E(f[do(z = true)] | z = false, f = 1) //= exactly 0.5
    query up = P(c[do(z = true)] | z = false, c = true) //= exactly 1
    query down = P(c[do(z = true)] | z = false, c = false) //= 0.375
    query s = P(s[do(z = true)] | z = false, s = 1) //= 2: 0.5, 3: 0.5`,
  'that are missing are missed only where they are needed': `
    dist bare(m: real): real { draw = m + noise_normal() + noise_uniform()  logpdf(x) = 0.0 }
    model M { z ~ bernoulli(0.5)  n ~ bare(if z then 1 else 0)  y ~ normal(if z then 1 else 0, 1) }
    query missed = E(n[do(z = true)] | z = false, n = 1) //= error E0493
    query spared = E(y[do(z = true)] | z = false, y = 1) //= exactly 2`,
});
