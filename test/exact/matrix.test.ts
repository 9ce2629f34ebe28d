/** Programs that draw vectors and matrices: normal-inverse-Wishart, normal-Wishart and normal posteriors. */
import { describe, expect, test } from 'vitest';
import { logGamma } from '../../src/exact/matrix/linear.js';
import { ask } from '../models/programs.js';

const data = `const y = [[1.0, 0.5], [0.3, -0.2], [-1.0, 0.7]]\n`;
const known = `${data}model M { s ~ inverse_wishart(5, [[1, 0.2], [0.2, 2]])
  for i in 0..3 { observe y[i] ~ mvnormal([0, 0], s) } x ~ mvnormal([0, 0], s) }\n`;
const unknown = `${data}fn over(m: matrix, k: real) = [[m[i, j] / k for j in 0..2] for i in 0..2]
model M { s ~ inverse_wishart(5, [[1, 0.2], [0.2, 2]])  m ~ mvnormal([0, 1], over(s, 2))
  for i in 0..3 { observe y[i] ~ mvnormal(m, s) } x ~ mvnormal(m, s) }\n`;

/** The sums of squares and products of the data, with the prior's scale. */
const scale = [
  [1 + 1 + 0.09 + 1, 0.2 + 0.5 - 0.06 - 0.7],
  [0.2 + 0.5 - 0.06 - 0.7, 2 + 0.25 + 0.04 + 0.49],
] as const;

const solved = async (text: string) => {
  const answer = await ask(text);
  expect(answer.error).toBeNull();
  expect(answer.exact).toBe(true);
  return answer;
};
const value = async (text: string): Promise<number> => Number((await solved(text)).value ?? Number.NaN);

describe('an inverse Wishart covariance of normal vectors with a known mean', () => {
  test('has the mean of its posterior', async () => {
    expect(await value(`${known}query q = E(s[0, 1])`)).toBeCloseTo(scale[0][1] / (8 - 2 - 1), 9);
  });

  test('has an inverse gamma diagonal, and a predictive by Student', async () => {
    const variance = (i: 0 | 1): number => scale[i][i] / 5;
    const sd = (i: 0 | 1): number => Math.sqrt((2 * scale[i][i] ** 2) / (5 ** 2 * 3));
    const { variables } = await solved(`${known}query q = posterior(s[0, 0], x[0], x[1])`);
    expect(variables?.[0]?.sd).toBeCloseTo(sd(0), 8);
    expect(variables?.[1]?.sd).toBeCloseTo(Math.sqrt(variance(0)), 8);
    expect(variables?.[2]?.sd).toBeCloseTo(Math.sqrt(variance(1)), 8);
  });

  test('has the evidence of the normaliser', async () => {
    const logGamma2 = (x: number): number => 0.5 * Math.log(Math.PI) + logGamma(x) + logGamma(x - 0.5);
    const det = (m: readonly (readonly number[])[]): number => m[0]![0]! * m[1]![1]! - m[0]![1]! * m[1]![0]!;
    const expected =
      -3 * Math.log(Math.PI) + 2.5 * Math.log(1 * 2 - 0.04) - 4 * Math.log(det(scale)) + logGamma2(4) - logGamma2(2.5);
    expect(await value(`${known}query q = evidence()`)).toBeCloseTo(expected, 8);
  });

  test('is found in a family that a user has declared', async () => {
    const own = `dist covariance_of(n: real, a: real, b: real): matrix {
      draw = sample inverse_wishart(n, [[a, 0], [0, b]])
      logpdf(x) {
        let d = x[0, 0] * x[1, 1] - x[1, 0]^2
        return if x[0, 0] > 0 and d > 0
          then n / 2 * log(a * b) - (n + 3) / 2 * log(d) - (a * x[1, 1] + b * x[0, 0]) / (2 * d) - n * log(2)
            - 0.5 * log(pi) - lgamma(n / 2) - lgamma((n - 1) / 2)
          else -infinity
      }
    }\n`;
    const text = `${own}${data}model M { s ~ covariance_of(5, 1, 2) for i in 0..3 { observe y[i] ~ mvnormal([0, 0], s) } }\n`;
    expect(await value(`${text}query q = E(s[1, 1])`)).toBeCloseTo(scale[1][1] / 5, 9);
    const twice = text.replace('- n * log(2)', '- n * log(4)');
    expect((await ask(`${twice}query q = E(s[1, 1]) using importance(samples = 10)`)).exact).toBe(false);
    expect((await ask(`${twice}query q = E(s[1, 1]) using exact`)).error?.message).toContain('no integral of 1');
  });
});

describe('a normal-inverse-Wishart distribution', () => {
  const mean = [0.3 / 5, (2 + 1) / 5] as const;

  test('has the means of its posterior', async () => {
    const { variables } = await solved(`${unknown}query q = posterior(m, x)`);
    for (const k of [0, 1, 2, 3]) expect(variables?.[k]?.mean).toBeCloseTo(mean[k % 2]!, 9);
  });

  test('agrees with importance sampling', async () => {
    for (const form of ['Cov(x[0], x[1])', 'evidence()', 'E(s[0, 1] | x = [1, 0])']) {
      const exact = await value(`${unknown}query q = ${form}`);
      const sampled = await ask(`${unknown}query q = ${form} using importance(samples = 40000)`);
      expect(Math.abs(Number(sampled.value ?? 0) - exact), form).toBeLessThan(5 * (sampled.se ?? 0));
    }
  });
});

test('a Wishart precision of normal vectors', async () => {
  const text = `model M { w ~ wishart(5, [[1, 0], [0, 2]])
    m ~ mvnormal([0, 0], [[w[1, 1] / (w[0, 0] * w[1, 1] - w[0, 1]^2), -w[0, 1] / (w[0, 0] * w[1, 1] - w[0, 1]^2)],
      [-w[0, 1] / (w[0, 0] * w[1, 1] - w[0, 1]^2), w[0, 0] / (w[0, 0] * w[1, 1] - w[0, 1]^2)]]) }\n`;
  // psi = diag(1, 1/2) + m m', and its inverse times 6 is the mean.
  expect(await value(`${text}query q = E(w[0, 0] | m = [1, 0])`)).toBeCloseTo(6 / 2, 9);
  expect(await value(`${text}query q = E(w[1, 1] | m = [1, 0])`)).toBeCloseTo(6 / 0.5, 8);
});

test('a normal vector with a known covariance', async () => {
  const text = `model M { m ~ mvnormal([0, 1], [[2, 0.5], [0.5, 1]]) y ~ mvnormal(m, [[1, 0], [0, 1]]) }\n`;
  // K = [[2, 0.5], [0.5, 1]] ([[3, 0.5], [0.5, 2]])⁻¹, and y - mean = (1, 1).
  const gain = (a: number, b: number): number => (a * (2 - 0.5) + b * (3 - 0.5)) / 5.75;
  expect(await value(`${text}query q = E(m[0] | y = [1, 2])`)).toBeCloseTo(gain(2, 0.5), 10);
  expect(await value(`${text}query q = E(m[1] | y = [1, 2])`)).toBeCloseTo(1 + gain(0.5, 1), 10);
});

test('what is not of the kind is left to others, with a reason', async () => {
  const reasons: readonly (readonly [string, string])[] = [
    [
      'model M { s ~ inverse_wishart(5, [[1, 0], [0, 1]]) c := s[0, 0] > 1 }\nquery q = P(c)',
      'is asked of what is drawn',
    ],
    [
      'model M { p ~ dirichlet([1, 2]) m ~ mvnormal([0, 0], [[1, 0], [0, 1]]) }\nquery q = E(p[0] * m[0])',
      'no value at some points',
    ],
    ['model M { s ~ inverse_wishart(5, [[1, 0], [0, 1]]) }\nquery q = E(s[0, 0]^2)', 'not linear'],
  ];
  for (const [text, reason] of reasons) {
    const answer = await ask(`${text} using exact`);
    expect(answer.error?.code, text).toBe('E0492');
    expect(answer.error?.message, text).toContain(reason);
  }
});
