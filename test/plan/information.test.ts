/** Entropies and mutual information by nested Monte Carlo, against closed forms. */
import { expect, test } from 'vitest';
import { ask } from '../models/programs.js';

const program = `
model G { theta ~ normal(0, 1)  x ~ normal(theta, 0.5)  n ~ poisson(exp(0.3 * theta)) }
model O { theta ~ normal(0, 1)  observe 1.0 ~ normal(theta, 0.5) }
data units = csv("language/units.csv")
model P { param rate ~ beta(1, 1)  clot ~ bernoulli(rate) }
model R { rate ~ gamma(2, 1)  t ~ exponential(rate) }
`;

const cases: readonly { readonly query: string; readonly exact: number }[] = [
  { query: 'I(theta; x) in G', exact: 0.5 * Math.log(5) },
  { query: 'H(x) in G', exact: 0.5 * Math.log(2 * Math.PI * Math.E * 1.25) },
  { query: 'H(theta | x = 1) in G', exact: 0.5 * Math.log(2 * Math.PI * Math.E * 0.2) },
  { query: 'H(theta) in O', exact: 0.5 * Math.log(2 * Math.PI * Math.E * 0.2) },
  { query: 'H(clot) in P given units weighted count', exact: -(5 * Math.log(5 / 17) + 12 * Math.log(12 / 17)) / 17 },
  { query: 'I(theta; x | do(theta ~ normal(0, 2))) in G', exact: 0.5 * Math.log(17) },
  // t has density 2 / (1 + t)^3, and rate given t is gamma(3, 1 + t): H(t) = 1.5 - ln 2; H(t | rate) = 1 - E ln rate = 1 - (1 - gamma).
  { query: 'I(rate; t) in R', exact: 1.5 - Math.log(2) - 0.5772156649015329 },
];

test.each(cases)('$query', async ({ query, exact }) => {
  const answer = await ask(`${program}query q = ${query}`, { samples: 1500, method: 'importance' });
  expect(answer.error).toBeNull();
  expect(answer.warnings.map((w) => w.code)).toContain('W0609');
  const bias = 0.01;
  expect(Math.abs(Number(answer.value) - exact)).toBeLessThan(5 * Number(answer.se) + bias);
  expect(answer.se).toBeLessThan(0.05);
});

test('entropy of several targets is that of all of them, without a bias where their joint density is known', async () => {
  const answer = await ask(`${program}query q = H(theta, x) in G`, { samples: 1500, method: 'importance' });
  const exact = Math.log(2 * Math.PI * Math.E) + Math.log(0.5);
  expect(answer.warnings).toEqual([]);
  expect(Math.abs(Number(answer.value) - exact)).toBeLessThan(5 * Number(answer.se));
  expect(answer.se).toBeLessThan(0.05);
});
