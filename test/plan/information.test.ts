/** Entropies and mutual information by nested Monte Carlo, against closed forms. */
import { expect, test } from 'vitest';
import { divideBudget } from '../../src/plan/information.js';
import { ask, open } from '../models/programs.js';

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
  const answer = await ask(`${program}query q = ${query}`, { samples: 4_000_000, method: 'importance' });
  expect(answer.error).toBeNull();
  expect(answer.warnings.map((w) => w.code)).toContain('W0609');
  const bias = 0.01;
  expect(Math.abs(Number(answer.value) - exact)).toBeLessThan(5 * Number(answer.se) + bias);
  expect(answer.se).toBeLessThan(0.05);
});

test('entropy of several targets is that of all of them, without a bias where their joint density is known', async () => {
  const answer = await ask(`${program}query q = H(theta, x) in G`, { samples: 4_000_000, method: 'importance' });
  const exact = Math.log(2 * Math.PI * Math.E) + Math.log(0.5);
  expect(answer.warnings).toEqual([]);
  expect(Math.abs(Number(answer.value) - exact)).toBeLessThan(5 * Number(answer.se));
  expect(answer.se).toBeLessThan(0.05);
});

test('a budget is divided into outer and inner draws of all densities', () => {
  for (const runs of [1e4, 1e6, 1e8]) {
    const { inner, outer } = divideBudget(runs, 4);
    expect(inner * outer * 4).toBeLessThanOrEqual(runs);
    expect(inner * outer * 4).toBeGreaterThan(0.95 * runs);
  }
  const [few, many] = [divideBudget(1e6, 2), divideBudget(64e6, 2)];
  expect(many.inner / few.inner).toBeCloseTo(4, 1);
  expect(many.outer / few.outer).toBeCloseTo(16, 0);
  expect(divideBudget(10, 4)).toEqual({ inner: 16, outer: 16 });
});

test('the number of samples is that of all runs', async () => {
  const answer = await ask(`${program}query q = I(theta; x) in G`, { samples: 200_000, method: 'importance' });
  expect(answer.draws).toBeGreaterThan(190_000);
  expect(answer.draws).toBeLessThan(202_000);
});

test('stopped in between, what was done is the answer', async () => {
  const session = open(`${program}query q = I(theta; x) in G`, { samples: 2_000_000_000, method: 'importance' });
  const stopping = new AbortController();
  const answer = await session.answer(
    { kind: 'named', name: 'q' },
    { signal: stopping.signal, onProgress: ({ draws }) => draws > 0 && stopping.abort() },
  );
  expect(answer.error).toBeNull();
  expect(answer.warnings.map((w) => w.code)).toContain('W0606');
  expect(Math.abs(Number(answer.value) - 0.5 * Math.log(5))).toBeLessThan(5 * Number(answer.se) + 0.01);
});
