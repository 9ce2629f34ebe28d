/** Exact answers by conjugacy, against closed forms and against importance sampling of the program as it stands. */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { cdfOf, meanOf, quantileOfLaw, varianceOf } from '../../../src/exact/summary.js';
import { conjugatePrograms } from '../../passes/conjugate_pairs.js';
import { estimates, rewritten, runs } from '../../passes/conjugate_program.js';
import { answerOf, solved } from './solution.js';

const flips = `model M(n: int) {
  p ~ beta(1, 1)
  for i in 0..n { y[i] ~ bernoulli(p) }
  next ~ bernoulli(p)
  k ~ binomial(3, p)
  big := p > 0.5
  far := 2 * p - 1
  square := p^2
}
`;
const seen = 'y = [true, true, false, true]';
const ask = (form: string, condition = seen): string =>
  `${flips}query q = ${form.replace('|', `| ${condition}`)} in M(4)`;

test('a draw that nothing bears on has its mean, however its family is written', () => {
  for (const [family, mean] of [
    ['gamma(shape = 3, scale = 0.5)', 1.5],
    ['exponential(scale = 3)', 3],
    ['inverse_gamma(3, 0.5)', 0.25],
    ['chi_squared(3)', 3],
  ] as const)
    expect(meanOf(solved(`model M { x ~ ${family} }\nquery q = E(x)`).marginal(0)), family).toBeCloseTo(mean, 12);
});

test('values of a discrete draw that begin far from 0 are all found', () => {
  const text = 'model M { s ~ discrete_uniform(8, 9)  mu ~ normal(s, 1)  y ~ normal(mu, 1) }';
  expect(meanOf(solved(`${text}\nquery q = E(s | y = 9)`).marginal(0))).toBeCloseTo(8 + 1 / (1 + Math.exp(-0.25)), 12);
  const curved = 'model M { s ~ discrete_uniform(8, 9)  b ~ normal(0, 3)  x ~ bernoulli(logistic(b + s)) }';
  expect(answerOf(`${curved}\nquery q = P(x)`)).toBeTypeOf('string');
});

describe('a probability after four flips', () => {
  test('has the law of a beta', () => {
    const answer = solved(ask('E(p |)'));
    const law = answer.marginal(0);
    expect(answer.logEvidence).toBeCloseTo(Math.log(1 / 20), 12);
    expect(meanOf(law)).toBeCloseTo(2 / 3, 14);
    expect(varianceOf(law)).toBeCloseTo(2 / 63, 14);
    expect(cdfOf(law, 0.5)).toBeCloseTo(6 / 32, 12);
    expect(cdfOf(law, quantileOfLaw(law, 0.3))).toBeCloseTo(0.3, 10);
    expect([cdfOf(law, -1), cdfOf(law, 2)]).toEqual([0, 1]);
  });

  test('gives the chance that it is large', () => {
    expect(meanOf(solved(ask('P(big |)')).marginal(0))).toBeCloseTo(26 / 32, 12);
  });

  test('gives the next flip, and counts with their masses', () => {
    expect(meanOf(solved(ask('P(next |)')).marginal(0))).toBeCloseTo(2 / 3, 13);
    const law = solved(ask('P(k |)')).marginal(0);
    expect(law.kind === 'atoms' ? [...law.values] : []).toEqual([0, 1, 2, 3]);
    const masses = law.kind === 'atoms' ? [...law.probabilities] : [];
    for (const [i, wanted] of [1 / 14, 3 / 14, 5 / 14, 5 / 14].entries()) expect(masses[i]).toBeCloseTo(wanted, 12);
  });

  test('learns from what else is seen', () => {
    expect(meanOf(solved(ask('E(p |)', `${seen}, next`)).marginal(0))).toBeCloseTo(5 / 7, 13);
  });

  test('gives functions of it by their moments, or whole', () => {
    expect(meanOf(solved(ask('E(square |)')).marginal(0))).toBeCloseTo(20 / 42, 13);
    const far = solved(ask('Median(far |)')).marginal(0);
    expect(meanOf(far)).toBeCloseTo(1 / 3, 13);
    expect(cdfOf(far, 0)).toBeCloseTo(6 / 32, 12);
  });
});

describe('without evidence', () => {
  const text = 'model M { p ~ beta(2, 3)  k ~ binomial(2, p)  x := 3 * p }\n';
  test('draws have their priors', () => {
    expect(meanOf(solved(`${text}query q = E(x)`).marginal(0))).toBeCloseTo(1.2, 13);
    expect(varianceOf(solved(`${text}query q = Var(x)`).marginal(0))).toBeCloseTo(9 * 0.04, 13);
    expect(meanOf(solved(`${text}query q = P(p < 0.5)`).marginal(0))).toBeCloseTo(11 / 16, 12);
  });

  test('counts are mixed', () => {
    const law = solved(`${text}query q = P(k)`).marginal(0);
    expect(law.kind === 'atoms' ? [...law.probabilities].map((x) => x.toFixed(12)) : []).toEqual(
      [0.4, 0.4, 0.2].map((x) => x.toFixed(12)),
    );
  });
});

describe('several draws', () => {
  const scale = `model M {
    tau ~ gamma(2, 1)  mu ~ normal(1, 2 / sqrt(tau))
    y ~ normal(mu, 1 / sqrt(tau))  new ~ normal(mu, 1 / sqrt(tau))  sd := 1 / sqrt(tau)
  }
  `;

  test('one in the scale of another', () => {
    // Given y: tau is gamma(2.5, 1 + 1.5² / 10), mu normal about 2.2 with 1.25 times the precision.
    const rate = 1.225;
    const answer = solved(`${scale}query q = Cov(mu, new | y = 2.5)`);
    expect(meanOf(answer.marginal(0))).toBeCloseTo(2.2, 13);
    expect(varianceOf(answer.marginal(0))).toBeCloseTo((0.8 * rate) / 1.5, 12);
    expect(varianceOf(answer.marginal(1))).toBeCloseTo((1.8 * rate) / 1.5, 12);
    expect(answer.covariance(0, 1)).toBeCloseTo((0.8 * rate) / 1.5, 12);
    // E tau^(-1/2) = √rate Γ(2) / Γ(5/2).
    expect(meanOf(solved(`${scale}query q = E(sd | y = 2.5)`).marginal(0))).toBeCloseTo(
      Math.sqrt(rate) / (0.75 * Math.sqrt(Math.PI)),
      12,
    );
  });

  test("a mean on a scale that is drawn has Student's law", () => {
    // With 2 · 2.5 = 5 degrees of freedom about 2.2, on the scale √(0.8 · 1.225 / 2.5) and √(1.8 · 1.225 / 2.5).
    const student5 = (t: number): number => {
      const [theta, c] = [Math.atan(t / Math.sqrt(5)), Math.sqrt(5 / (5 + t * t))];
      return 0.5 + (theta + Math.sin(theta) * (c + (2 / 3) * c ** 3)) / Math.PI;
    };
    const law = solved(`${scale}query q = Median(new | y = 2.5)`).marginal(0);
    for (const x of [-1, 1, 3]) expect(cdfOf(law, x)).toBeCloseTo(student5((x - 2.2) / Math.sqrt(1.8 * 0.49)), 12);
    expect(quantileOfLaw(law, 0.5)).toBeCloseTo(2.2, 12);
    const above = solved(`${scale}query q = P(mu > 1 | y = 2.5)`).marginal(0);
    expect(meanOf(above)).toBeCloseTo(1 - student5(-1.2 / Math.sqrt(0.8 * 0.49)), 12);
  });

  test('one chosen by chance', () => {
    const text = `model M { z ~ bernoulli(0.3)  a ~ gamma(2, 1)  b ~ gamma(4, 1)  y ~ poisson(if z then a else b) }
      query q = E(a | y = 5)`;
    // Negative binomial masses of 5: C(6, 1) / 2^7 and C(8, 3) / 2^9.
    const [with5, without5] = [(0.3 * 6) / 128, (0.7 * 56) / 512];
    const answer = solved(text);
    expect(answer.logEvidence).toBeCloseTo(Math.log(with5 + without5), 12);
    expect(meanOf(answer.marginal(0))).toBeCloseTo((with5 * 3.5 + without5 * 2) / (with5 + without5), 12);
  });

  test('parts of a vector of probabilities', () => {
    const answer = solved(`model M { p ~ dirichlet([1, 2, 3])  a ~ categorical(p)  u := p[0]  v := p[1] }
      query q = Cov(u, v | a = 1)`);
    expect(meanOf(answer.marginal(0))).toBeCloseTo(1 / 7, 13);
    expect(answer.covariance(0, 1)).toBeCloseTo(-3 / 49 / 8, 13);
    expect(cdfOf(answer.marginal(0), 0.5)).toBeCloseTo(1 - 0.5 ** 6, 12);
  });

  test('jointly normal ones stay normal', () => {
    const answer = solved(
      'model M { a ~ normal(0, 1)  b ~ normal(a, 2)  y ~ normal(a + b, 1)  s := a - b }\nquery q = P(s > 1 | y = 3)',
    );
    // (a - b, y) has variances 4 and 9 and covariance -4.
    const [mean, variance] = [(-4 / 9) * 3, 4 - 16 / 9];
    const z = (1 - mean) / Math.sqrt(variance);
    // The upper tail by Simpson's rule.
    const steps = 2000;
    const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
    let tail = 0;
    for (let i = 0; i <= steps; i++)
      tail += ((i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * density(z + (i * 10) / steps) * 10) / (3 * steps);
    expect(meanOf(answer.marginal(0))).toBeCloseTo(tail, 9);
  });
});

describe('no answer', () => {
  test.each([
    [
      'a score of another form',
      'model M { s ~ gamma(1, 1)  y ~ normal(0, s) }\nquery q = E(s | y = 1)',
      'not all scores',
    ],
    ['a mean that is infinite', 'model M { s ~ inverse_gamma(1, 1) }\nquery q = E(s)', 'the mean of a target'],
    [
      'a mean that exists on no scale but a fixed one',
      'model M { g ~ gamma(0.4, 1)  x ~ normal(0, 1 / sqrt(g)) }\nquery q = E(x)',
      'the mean of a target',
    ],
    [
      'a symmetric ratio without a mean',
      'model M { w ~ normal(0, 1)  g ~ gamma(1, 1)  r := w / g }\nquery q = E(r)',
      'the mean of a target',
    ],
    [
      'a factor of which nothing is known',
      'model M { w ~ normal(0, 1)  c ~ cauchy(0, 1)  v := w * c }\nquery q = E(v)',
      'the mean of a target',
    ],
    [
      'a truth about continuous values',
      'model M { p ~ beta(1, 1)  y ~ bernoulli(p)  b := p > 0.5 }\nquery q = E(p | y = true, b)',
      'a condition hangs',
    ],
    [
      'a scale that may be negative',
      'model M { s ~ uniform(-2, -1)  x ~ normal(0, s) }\nquery q = E(x)',
      "a parameter of 'x' may leave its domain",
    ],
  ])('where there is %s', (_what, text, reason) => {
    expect(answerOf(text)).toContain(reason);
  });
});

property.prop({ text: conjugatePrograms }, { numRuns: 16, seed: 11 })(
  'agrees with importance sampling',
  ({ text }) => {
    const answer = solved(text);
    const found = estimates(runs(rewritten(text).before, 4096, 'oracle'));
    fc.pre(found.seOfLog < 0.05);
    expect(Math.abs(answer.logEvidence - found.logEvidence), text).toBeLessThan(5 * found.seOfLog);
    expect(Math.abs(meanOf(answer.marginal(0)) - found.mean), text).toBeLessThan(5 * found.se);
  },
  120_000,
);
