/** Discrete models with answers known in closed form. */
import { describe, expect, test } from 'vitest';
import { meanOf } from '../../../src/exact/summary.js';
import { planOf } from '../../passes/small_programs.js';
import { answer, probabilities, reasonOf, solved } from './solved.js';

const close = (value: number, expected: number): void => {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
};

describe('a mean', () => {
  test.each<[string, string, string, number]>([
    ['an or', 'x ~ bernoulli(0.5) y ~ bernoulli(0.5) observe x or y', 'E(x)', 2 / 3],
    [
      'a factor',
      'x ~ bernoulli(0.5) y ~ bernoulli(0.5) factor if x or y then 0.0 else -2.0',
      'E(x)',
      2 / (3 + Math.exp(-2)),
    ],
    ['a weight of zero', 'a ~ bernoulli(0.5) if a { factor -infinity }', 'E(a)', 0],
    [
      'two dice weighed by their sum',
      'a ~ discrete_uniform(1, 6) b ~ discrete_uniform(1, 6) s := a + b factor -log(s)',
      'E(s)',
      5.958549532174568,
    ],
    [
      'a sprinkler',
      'rain ~ bernoulli(0.3) spr ~ bernoulli(if rain then 0.1 else 0.4) wet ~ bernoulli(if rain and spr then 0.98 else if rain then 0.8 else if spr then 0.9 else 0) observe not wet',
      'E(rain)',
      0.10863509749303621,
    ],
    ['an or as evidence', 'a ~ bernoulli(0.3) b ~ bernoulli(0.8)', 'P(a | a or b)', 15 / 43],
    [
      'branches with scores of their own',
      'z ~ bernoulli(0.3) if z { observe 1.0 ~ normal(0, 1) } else { observe 1.0 ~ normal(1, 2) }',
      'P(z)',
      (0.3 * Math.exp(-0.5)) / (0.3 * Math.exp(-0.5) + 0.35),
    ],
    [
      'an atom against a density',
      'z ~ bernoulli(0.3) if z { observe 1.0 ~ normal(0, 1) } else { observe true ~ bernoulli(0.001) }',
      'P(z)',
      0,
    ],
    [
      'draws that need each other',
      'n ~ discrete_uniform(0, 3) var k = 0 if n > 0 { k = sample discrete_uniform(0, n - 1) } m := k',
      'E(m)',
      0.25 * (0.5 + 1),
    ],
    [
      'a loop of random length',
      'n ~ discrete_uniform(0, 4) var s = 0 for i in 0..n { if sample bernoulli(0.25) { s = s + 1 } } t := s',
      'E(t)',
      0.5,
    ],
    [
      'an element chosen at random',
      'for i in 0..6 { x[i] ~ discrete_uniform(i, i + 1) } k ~ discrete_uniform(0, 5) y := x[k]',
      'E(y)',
      3,
    ],
    [
      'an array of draws',
      'x ~ iid(bernoulli(0.25), 3) s := (if x[0] then 1 else 0) + (if x[1] then 1 else 0) + (if x[2] then 1 else 0)',
      'E(s | s > 0)',
      0.75 / (1 - 0.75 ** 3),
    ],
    ['a poisson given that it is not 0', 'n ~ poisson(2)', 'E(n | n > 0)', 2 / (1 - Math.exp(-2))],
    ['a poisson far out', 'n ~ poisson(1)', 'E(n | n > 30)', 31.0303922],
  ])('%s', (_name, body, query, expected) => {
    const value = answer(`model M { ${body} }\nquery q = ${query}`);
    if (expected === 31.0303922) expect(value).toBeCloseTo(tailMean(1, 30), 9);
    else close(value, expected);
  });
});

/** E(n | n > k) of a Poisson, by the sum itself. */
function tailMean(rate: number, k: number): number {
  let [term, mass, sum] = [1, 0, 0];
  for (let n = k + 1; n < k + 200; n++) {
    mass += term;
    sum += n * term;
    term *= rate / (n + 1);
  }
  return sum / mass;
}

test('the evidence is weighed', () => {
  const made = solved('model M { x ~ bernoulli(0.5) y ~ bernoulli(0.5) }\nquery q = P(x | x or y)');
  close(made.logEvidence, Math.log(3 / 4));
  expect(made.leftOut).toBe(0);
});

test('a hidden Markov model of four steps', () => {
  const model = `
const T = [[0.4, 0.4, 0.2], [0.2, 0.3, 0.5], [0.9, 0.05, 0.05]]
const B = [[0.1, 0.2, 0.7], [0.2, 0.7, 0.1], [0.7, 0.2, 0.1]]
model M {
  s[0] ~ categorical([0.2, 0.3, 0.5])
  y[0] ~ categorical(B[s[0]])
  for t in 1..4 { s[t] ~ categorical(T[s[t - 1]])  y[t] ~ categorical(B[s[t]]) }
}`;
  const last = solved(`${model}\nquery q = P(s[3] | y = [0, 0, 1, 2])`);
  expect(last.logEvidence).toBeCloseTo(-4.87645083351704, 12);
  const text = `${model}\nquery q = P(s[0] | y = [0, 0, 1, 2])`;
  for (const [i, p] of [0.06564, 0.283874, 0.650486].entries()) expect(probabilities(text)[i]).toBeCloseTo(p, 6);
});

describe('size', () => {
  test('a sum of a thousand coins', () => {
    const text =
      'model M { for i in 0..1000 { x[i] ~ bernoulli(0.5) } var s = 0 for i in 0..1000 { s = s + (if x[i] then 1 else 0) } t := s }';
    close(answer(`${text}\nquery q = E(t)`), 500);
    close(answer(`${text}\nquery q = Var(t)`) / 500, 1);
  });

  test('an or of many', () => {
    const text =
      'model M { for i in 0..200 { x[i] ~ bernoulli(0.01) } var any = false for i in 0..200 { any = any or x[i] } y := any }';
    close(answer(`${text}\nquery q = P(y)`), 1 - 0.99 ** 200);
    close(answer(`${text}\nquery q = P(x[7] | y)`), 0.01 / (1 - 0.99 ** 200));
  });
});

describe('faults', () => {
  test('happen where they are possible', () => {
    expect(() => solved('model M { n ~ discrete_uniform(0, 3) a := [1.0, 2.0, 3.0][n] }\nquery q = E(a)')).toThrow();
    expect(() => solved('model M { n ~ discrete_uniform(0, 3) k ~ bernoulli(n / 2) }\nquery q = P(k)')).toThrow();
  });

  test('do not happen where evidence rules them out', () => {
    const text = 'model M { n ~ discrete_uniform(0, 3) observe n < 3 a := [1.0, 2.0, 3.0][n] }\nquery q = E(a)';
    close(answer(text), 2);
    expect(
      answer(
        'model M { n ~ discrete_uniform(0, 3) b := if n > 0 then [1.0, 2.0, 3.0][n - 1] else 0.0 }\nquery q = E(b)',
      ),
    ).toBeCloseTo(1.5, 12);
  });
});

describe('continuous parameters of discrete draws', () => {
  const trial = `
enum Drug { A, B }
model Trial {
  param p_female ~ beta(2, 1)
  param p_drug[bool] ~ dirichlet([1, 3])
  param risk[bool, Drug] ~ beta(1, 4)
  female ~ bernoulli(p_female)
  drug ~ categorical(Drug, p_drug[female])
  clot ~ bernoulli(risk[female, drug])
}`;

  test('are averaged over', () => {
    close(answer(`${trial}\nquery q = P(female)`), 2 / 3);
    close(answer(`${trial}\nquery q = P(clot | drug = A)`), 0.2);
    close(answer(`${trial}\nquery q = P(female and drug = B and not clot)`), (2 / 3) * 0.75 * 0.8);
    close(solved(`${trial}\nquery q = P(clot | drug = B)`).logEvidence, Math.log(0.75));
  });

  test('are averaged over by ratios of normalisers where they are conjugate', () => {
    const counts = 'model M { rate ~ gamma(3, 2) x ~ poisson(rate) y ~ poisson(rate) }\n';
    close(answer(`${counts}query q = P(y = 3)`), (10 * (2 / 3) ** 3) / 27);
    close(answer(`${counts}query q = P(y = 3 | x = 2)`), (35 * (3 / 4) ** 5) / 64);
    close(answer(`${counts}query q = E(y | x = 2)`), 5 / 3);
    const share = 'model M { p ~ beta(2, 3) n ~ binomial(4, p) }\n';
    for (const [k, mass] of [15, 20, 18, 12, 5].entries()) close(answer(`${share}query q = P(n = ${k})`), mass / 70);
  });

  test('are not, where two draws hang on one or a law is not linear', () => {
    const plan = planOf('model M { t ~ beta(1, 2) x ~ bernoulli(t) y ~ bernoulli(t) }\nquery q = P(y | x or y)');
    if (!('program' in plan) || plan.exact === null) expect.fail('not exact');
    expect(plan.exact.solver).not.toBe('discrete');
    close(meanOf(plan.exact.solved.marginal(0)), 2 / 3);
    expect(reasonOf('model M { t ~ uniform(0, 1) x ~ poisson(exp(t)) }\nquery q = P(x > 2)')).toMatch(
      /discrete: t is continuous/,
    );
  });
});

test('evidence that is impossible has no weight', () => {
  const made = solved('model M { n ~ poisson(2) m ~ poisson(1) }\nquery q = P(m > 0 | n > 1 and not (n > 0))');
  expect(made.logEvidence).toBe(Number.NEGATIVE_INFINITY);
});

describe('what has no exact answer says why', () => {
  test.each([
    ['a draw that is continuous', 'x ~ normal(0, 1) y ~ bernoulli(exp(-x^2))', 'P(y)', /x is continuous/],
    [
      'one inside of an array',
      'x ~ iid(exponential(1), 2) y ~ bernoulli(exp(-x[0] * x[1]))',
      'P(y)',
      /x is continuous/,
    ],
  ])('%s', (_name, body, query, reason) => {
    expect(reasonOf(`model M { ${body} }\nquery q = ${query}`)).toMatch(reason);
  });
});
