import { expect, test } from 'vitest';
import { ask } from '../models/programs.js';

const walk = `
const ys = [1.2, 0.7, 1.9, 2.4]
model Walk {
  m ~ normal(0, 3)
  x[0] ~ normal(m, 1)
  for t in 0..4 {
    observe ys[t] ~ normal(x[t], 0.7)
    x[t + 1] ~ normal(x[t], 0.7)
  }
}
`;

test('has the posterior of parameters and of whole paths', async () => {
  const exact = await ask(`${walk}query q = posterior(m, x)`);
  expect(exact.method).toBe('exact');
  const answer = await ask(
    `${walk}query q = posterior(m, x) using particle_gibbs(samples = 1600, particles = 10, warmup = 100)`,
  );
  expect(answer.error).toBe(null);
  expect(exact.variables?.length).toBe(6);
  for (const { name, mean, sd } of exact.variables ?? []) {
    const got = answer.variables?.find((v) => v.name === name);
    expect(got?.se).toBeLessThan(0.2 * sd);
    expect(Math.abs((got?.mean ?? 0) - mean)).toBeLessThan(5 * (got?.se ?? 0));
    expect(Math.abs((got?.sd ?? 0) - sd)).toBeLessThan(0.25 * sd);
  }
});

test('does not measure the evidence, nor keep noise that worlds share', async () => {
  const evidence = await ask(`${walk}query q = evidence() using particle_gibbs`);
  expect(evidence.error?.code).toBe('E0492');
  const worlds = await ask(`
    model M { x ~ normal(0, 1)  y ~ normal(x, 1) }
    query q = E(y[do(x = 1)] | y > 0) using particle_gibbs`);
  expect(worlds.error?.code).toBe('E0492');
});

test('begins where some run agrees with the evidence, and says where none does', async () => {
  const answer = await ask(`
    model M { m ~ normal(0, 1)  for t in 0..3 { x[t] ~ normal(m, 1)  observe 0 ~ normal(x[t], 1)  observe x[t] > 100 } }
    query q = posterior(m) using particle_gibbs(samples = 10, particles = 5)`);
  expect(answer.error?.code).toBe('E0610');
});
