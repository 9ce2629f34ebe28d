import { expect, test } from 'vitest';
import { ask } from '../models/programs.js';

const walk = `
const ys = [1.2, 0.7, 1.9, 2.4, 2.0, 1.1, 2.8, 3.0]
model Walk {
  m ~ normal(0, 3)
  d ~ normal(0, 1)
  x[0] ~ normal(m, 1)
  for t in 0..8 {
    observe ys[t] ~ normal(x[t], 0.5)
    x[t + 1] ~ normal(x[t] + d, 0.7)
  }
}
`;

test('has the posterior of parameters and states, and the evidence', async () => {
  const exact = await ask(`${walk}query q = posterior(m, d, x[8])`);
  expect(exact.method).toBe('exact');
  const answer = await ask(
    `${walk}query q = posterior(m, d, x[8]) using smc2(parameters = 60, particles = 20, replicas = 8)`,
  );
  expect(answer.error).toBe(null);
  for (const { name, mean } of exact.variables ?? []) {
    const got = answer.variables?.find((v) => v.name === name);
    expect(got?.se).toBeGreaterThan(0);
    expect(Math.abs((got?.mean ?? 0) - mean)).toBeLessThan(5 * (got?.se ?? 0));
  }
  expect(Math.abs((answer.logEvidence ?? 0) - (exact.logEvidence ?? 0))).toBeLessThan(5 * (answer.logEvidenceSe ?? 0));
  expect(answer.logEvidenceSe).toBeLessThan(0.5);
  expect(answer.diagnostics.acceptance).toBeGreaterThan(0.05);
});

test('is refused where worlds share noise', async () => {
  const answer = await ask(`
    model M { x ~ normal(0, 1)  y ~ normal(x, 1) }
    query q = E(y[do(x = 1)] | y > 0) using smc2(parameters = 5, particles = 5)`);
  expect(answer.error?.code).toBe('E0492');
  expect(answer.error?.message).toContain('worlds share noise');
});

test('says where no particle lives', async () => {
  const answer = await ask(`
    model M {
      m ~ normal(0, 1)
      for t in 0..3 { x[t] ~ normal(m, 1)  observe 0 ~ normal(x[t], 1)  observe x[t] > 1000 }
    }
    query q = posterior(m) using smc2(parameters = 20, particles = 10)`);
  expect(answer.error?.code).toBe('E0610');
});
