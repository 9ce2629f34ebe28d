import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalCdf } from '../../src/exact/normal.js';
import { cdfOf, meanOf, quantileOfLaw, varianceOf } from '../../src/exact/summary.js';
import { type GaussianQuestion, gaussianQuestions } from '../passes/gaussian_scm.js';
import { exactAnswer, gaussianAnswer } from './gaussian_solution.js';

const number = (text: string): number => meanOf(gaussianAnswer(text).marginal(0));
const spread = (text: string): number => Math.sqrt(varianceOf(gaussianAnswer(text).marginal(0)) ?? Number.NaN);

const near = (value: number, wanted: number, tolerance = 1e-12): void => {
  expect(Math.abs(value - wanted), `${value}, expected ${wanted}`).toBeLessThanOrEqual(
    tolerance * (1 + Math.abs(wanted)),
  );
};

const summer = `model Summer {
  temperature ~ normal(25, 5)
  icecream := 2 * temperature + sample normal(0, 4)
  accidents := 0.5 * temperature + sample normal(0, 1)
}
`;

describe('three rungs', () => {
  test('a confounder', () => {
    near(number(`${summer}query q = E(accidents | icecream = 60)`), 12.5 + (25 / 116) * 10);
    near(number(`${summer}query q = E(accidents | do(icecream = 60))`), 12.5);
    near(number(`${summer}query q = E(accidents[do(icecream = 60)] | icecream = 40, accidents = 11)`), 11);
  });

  test('a counterfactual with one noise unknown', () => {
    const model = `model M { x ~ normal(0, 1)  z ~ normal(0, 1)  y := x + z + sample normal(0, 2) }\n`;
    near(number(`${model}query q = E(y[do(z = 5)] | y = 3)`), 7.5);
    const known = `model M { z ~ normal(0, 1)  u ~ normal(0, 1)  v ~ normal(0, 1)  x := z + u  y := x + z + v }\n`;
    near(number(`${known}query q = E(x[do(z = 0)] | z = 0.1, x = 0, y = 1)`), -0.1);
    near(number(`${known}query q = E(y[do(z = 0)] | z = 0.1, x = 0, y = 1)`), 0.8);
    near(spread(`${known}query q = E(y[do(z = 0)] | z = 0.1, x = 0, y = 1)`), 0);
  });

  test('a graph with hidden common causes', () => {
    const model = `model M {
      u1 ~ normal(0, 1)  u2 ~ normal(0, 1)  u3 ~ normal(0, 1)  u4 ~ normal(0, 1)
      w := u2 + u3 + sample normal(0, 1)
      x := u1 + u3 + u4 + sample normal(0, 1)
      z := u4 + x + w + sample normal(0, 1)
      y := x + z + u1 + u2 + sample normal(0, 1)
    }\n`;
    near(number(`${model}query q = E(y | do(x = 3))`), 6);
    near(number(`${model}query q = E(y | x = 3)`), 3 * 2.75);
    near(number(`${model}query q = E(y[do(x = 2)] | w = 1, x = 0.1, z = 2, y = 1.1)`), 1.1 + 2 * 1.9);
    near(number(`${model}query q = E(y[do(x = 1, z = z[do(x = 3)])])`), 1 + 3);
    const other = `model M { x ~ normal(0, 1)  h := 0.5 * x + sample normal(0, 1)  y := 0.7 * x + 0.4 * h + sample normal(0, 1) }\n`;
    near(number(`${other}query q = E(y[do(h = 2)] | x = 0.5, h = 1, y = 1.5)`), 1.9);
    near(number(`${other}query q = E(y | do(h = 2))`), 0.8);
  });
});

describe('what counts as normal', () => {
  test('a known mean of normals', () => {
    const solved =
      gaussianAnswer(`model M { mu ~ normal(0, 2)  observe 5.5 ~ normal(mu, 1)  observe 6.5 ~ normal(mu, 1) }
      query q = E(mu)`);
    near(meanOf(solved.marginal(0)), 16 / 3);
    near(solved.logEvidence, -7.1864893551, 1e-10);
  });

  test('families by what they do with their noise', () => {
    const shifted = `dist shifted(m: real, s: real): real {
      require s > 0
      draw = m + s * (noise_normal() - noise_normal()) / 1.4142135623730951
      logpdf(x) = -0.5 * ((x - m) / s)^2 - log(s) - 0.5 * log(2 * pi)
    }\n`;
    near(number(`${shifted}model M { x ~ shifted(1, 2)  y ~ shifted(x, 1) }\nquery q = E(x | y = 6)`), 1 + (4 / 5) * 5);
    const wrong = shifted.replace('-0.5 * ((x', '-0.7 * ((x');
    expect(exactAnswer(`${wrong}model M { x ~ shifted(1, 2)  y ~ shifted(x, 1) }\nquery q = E(x | y = 6)`)).toMatch(
      /'y' is of the family 'shifted': its density is not that of its draw/,
    );
  });

  test('vectors', () => {
    const model = `model M { v ~ mvnormal([0, 1], [[2, 0.5], [0.5, 1]])  w ~ iid(normal(v[0], 1), 3) }\n`;
    near(number(`${model}query q = E(v[1] | w = [1, 2, 3])`), 1 + (0.5 / (2 + 1 / 3)) * 2);
    near(number(`${model}query q = E(w[1] | v = [4, 1])`), 4);
    const hidden = `model M { m ~ normal(0, 1)  v ~ mvnormal([m, 2 * m], [[2, 0.5], [0.5, 1]]) }\n`;
    // S^-1 [1, 2]' = [0, 2]', so the precision of m is 1 + 4.
    near(number(`${hidden}query q = E(m | v = [1, 3])`), (2 * 3) / 5);
    near(spread(`${hidden}query q = E(m | v = [1, 3])`), Math.sqrt(1 / 5));
    near(number(`${hidden}query q = E(v[do(m = 1)][1] | v = [1, 3])`), 2 + (3 - 1.2 * 2));
  });

  test('refusals name the draw', () => {
    expect(exactAnswer('model M { x ~ normal(0, 1)  y ~ normal(x * x, 1) }\nquery q = E(y)')).toMatch(/multiplied/);
    expect(exactAnswer('model M { x ~ normal(0, 1)  y ~ normal(0, exp(x)) }\nquery q = E(x | y = 1)')).toMatch(/exp/);
    expect(exactAnswer('model M { x ~ laplace(0, 1)  y ~ normal(x, 1) }\nquery q = E(x | y = 1)')).toMatch(/'x'/);
    expect(exactAnswer('model M { x ~ normal(0, 1)  y ~ normal(x, 1) }\nquery q = E(x | y > 1, x < 0)')).toMatch(
      /two different/,
    );
  });
});

describe('beside discrete values', () => {
  test('mixtures', () => {
    const model = `model M { c ~ bernoulli(0.3)  x ~ normal(if c then 2 else 0, 1)  y ~ normal(x, if c then 2 else 1) }\n`;
    const density = (x: number, m: number, v: number): number => Math.exp(-((x - m) ** 2) / (2 * v)) / Math.sqrt(v);
    const [yes, no] = [0.3 * density(1.5, 2, 5), 0.7 * density(1.5, 0, 2)];
    const p = yes / (yes + no);
    near(number(`${model}query q = P(c | y = 1.5)`), p);
    near(number(`${model}query q = E(x | y = 1.5)`), p * (2 - 0.5 / 5) + (1 - p) * 0.75);
  });

  test('worlds share the noise of discrete draws that come out the same', () => {
    const model = `model M { c ~ bernoulli(0.3)  z ~ normal(0, 1)  x ~ normal((if c then 2 else 0) + z, 1) }\n`;
    const density = (x: number, m: number, v: number): number => Math.exp(-((x - m) ** 2) / (2 * v)) / Math.sqrt(v);
    const [yes, no] = [0.3 * density(1.5, 2, 2), 0.7 * density(1.5, 0, 2)];
    const p = yes / (yes + no);
    near(number(`${model}query q = E(x[do(z = 3)] | x = 1.5)`), p * (2 + 3 - 0.25) + (1 - p) * (3 + 0.75));
  });

  test('the joint law', () => {
    const model = 'model M { x ~ normal(1, 2)  y ~ normal(3 * x, 1)  c ~ bernoulli(0.25) }\n';
    const pair = gaussianAnswer(`${model}query q = posterior(x, y, 2)`).joint([0, 1, 2]);
    expect(pair?.kind === 'normal' && [...pair.covariance]).toEqual([4, 12, 0, 12, 37, 0, 0, 0, 0]);
    const discrete = gaussianAnswer(`${model}query q = posterior(c, x)`);
    expect(discrete.joint([0, 1])).toBeNull();
    const atoms = discrete.joint([0]);
    near(atoms?.kind === 'atoms' ? Math.min(...atoms.probabilities) : Number.NaN, 0.25);
  });

  test('runs of the lowest dimension win', () => {
    const model = `model M { c ~ bernoulli(0.5)  x ~ normal(0, 1)  if c { observe 1 ~ normal(x, 1) } else { observe true ~ bernoulli(0.1) } }\n`;
    near(number(`${model}query q = E(x)`), 0);
    near(gaussianAnswer(`${model}query q = P(c)`).logEvidence, Math.log(0.05));
  });

  test('faults and what is too much', () => {
    expect(exactAnswer('model M { c ~ bernoulli(0.5)  y ~ normal(0, if c then 1 else 0) }\nquery q = E(y)')).toMatch(
      /^E0601/,
    );
    const many =
      'model M { for i in 0..40 { c[i] ~ bernoulli(0.5) }  x ~ normal(sum([if b then 1 else 0 for b in c]), 1) }\n';
    expect(exactAnswer(`${many}query q = E(x)`)).toMatch(/more than 4096 combinations/);
    const deep = 'fn down(n: int): real { if n == 0 { return 0.0 }  return down(n - 1) + sample normal(0, 1) }\n';
    near(spread(`${deep}model M { x := down(100) }\nquery q = E(x)`), 10);
    expect(exactAnswer(`${deep}model M { x := down(4000) }\nquery q = E(x)`)).toMatch(/more than 500 deep/);
    const impossible = 'model M { c ~ bernoulli(0.5)  x ~ normal(0, 1) observe c  observe not c }\nquery q = E(x)';
    expect(gaussianAnswer(impossible).logEvidence).toBe(Number.NEGATIVE_INFINITY);
  });

  test('a draw of another world without a partner is not compared', () => {
    const model = `model M { n ~ discrete_uniform(1, 2)  for i in 0..n { z[i] ~ normal(0, 1) }  s := z[n - 1] }\n`;
    expect(exactAnswer(`${model}query q = E(s[do(n = 4)] - s)`)).toMatch(/no partner/);
  });

  test('ranges of a continuous value', () => {
    const model = 'model M { x ~ normal(1, 2)  y ~ normal(x, 1) }\n';
    near(number(`${model}query q = P(x > 3)`), normalCdf(-1));
    near(number(`${model}query q = P(2 * y > x + 1)`), 0.5);
    near(number(`${model}query q = P(x > 0 and x < 2 or x > 3)`), normalCdf(0.5) - normalCdf(-0.5) + normalCdf(-1));
    near(number(`${model}query q = P(x > 30)`), normalCdf(-14.5), 1e-50);
    const told = `model M { x ~ normal(1, 2)  k := if x > 3 then 1 else 0  b := x > 3 }\n`;
    near(number(`${told}query q = P(k == 1)`), normalCdf(-1));
    near(number(`${told}query q = E(k | k != 1)`), 0);
    near(number(`${told}query q = P(x > 1 | b = false)`), (normalCdf(1) - 0.5) / normalCdf(1));
    const solved = gaussianAnswer(`${model}query q = Cov(x > 3, y)`);
    near(solved.covariance(0, 1) ?? 0, (2 * Math.exp(-0.5)) / Math.sqrt(2 * Math.PI));
  });
});

describe('a value that was seen to lie in a range', () => {
  const model = 'model M { x ~ normal(0, 1)  y ~ normal(x, 1) }\n';
  const half = Math.sqrt(2 / Math.PI);

  test('the value itself', () => {
    const solved = gaussianAnswer(`${model}query q = posterior(x | x > 0)`);
    near(solved.logEvidence, Math.log(0.5));
    const law = solved.marginal(0);
    near(meanOf(law), half);
    near(varianceOf(law) ?? Number.NaN, 1 - half ** 2);
    near(quantileOfLaw(law, 0.5), 0.6744897501960817);
    near(law.kind === 'continuous' ? (law.entropy ?? 0) : 0, 0.5 * Math.log((Math.PI * Math.E) / 2));
    near(number(`${model}query q = E(x | x >= 0, y = 0)`), 1 / Math.sqrt(Math.PI));
    near(number(`${model}query q = E(-2 * x | x > 30)`), -2 * 30.033259667433676, 1e-12);
    near(number(`${model}query q = P(x < 1 | x > 0, x < 2)`), (normalCdf(1) - 0.5) / (normalCdf(2) - 0.5));
  });

  test('a range that is short beside its spread, as of a rounded number', () => {
    const rounded = 'model M { x ~ normal(0, 100) }\n';
    for (const width of [1e-2, 1e-4, 1e-6]) {
      const [low, high] = [12, 12 + width];
      near(spread(`${rounded}query q = Sd(x | x > ${low}, x < ${high})`) / width, 1 / Math.sqrt(12), 1e-6);
      near(number(`${rounded}query q = P(x > ${low + width / 4} | x > ${low}, x < ${high})`), 0.75, 1e-6);
    }
  });

  test('what hangs on it', () => {
    const law = gaussianAnswer(`${model}query q = posterior(y | x > 0)`).marginal(0);
    near(meanOf(law), half);
    near(varianceOf(law) ?? Number.NaN, 2 - half ** 2);
    // The orthant of a correlation of 1/√2.
    near(cdfOf(law, 0), 0.25, 1e-13);
    near(cdfOf(law, quantileOfLaw(law, 0.9)), 0.9);
    near(number(`${model}query q = P(y > 0 | x > 0)`), 0.75);
    near(number(`${model}query q = P(x > 0 | y < 0 or y > 100)`), 0.25);
    const solved = gaussianAnswer(`${model}query q = Cov(x, y | x > 0)`);
    near(solved.covariance(0, 1) ?? 0, 1 - half ** 2);
  });

  test('beside discrete values and in worlds', () => {
    const text = 'model M { c ~ bernoulli(0.5)  x ~ normal(if c then 1 else -1, 1)  y := x + sample normal(0, 1) }\n';
    near(number(`${text}query q = P(c | x > 0)`), normalCdf(1));
    near(number(`${text}query q = E(y[do(x = 3)] | x > 0)`), 3);
    near(number(`${text}query q = P(c | c, x > 0)`), 1);
    expect(gaussianAnswer(`${text}query q = E(x | x > 0, x < -1)`).logEvidence).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe('random linear-Gaussian models', () => {
  test('answers are those of the multivariate normal', () => {
    let answered = 0;
    const agrees = ({ text, mean, deviation, logEvidence }: GaussianQuestion): void => {
      const answer = exactAnswer(text);
      if (typeof answer === 'string') {
        expect(answer, text).toMatch(/^E0491/);
        return;
      }
      answered += 1;
      near(meanOf(answer.marginal(0)), mean, 1e-10);
      near(Math.sqrt(varianceOf(answer.marginal(0)) ?? Number.NaN), deviation, 1e-7);
      near(answer.logEvidence, logEvidence, 1e-10);
    };
    fc.assert(fc.property(gaussianQuestions, agrees), { numRuns: 100, seed: 1 });
    expect(answered).toBeGreaterThan(75);
  });
});
