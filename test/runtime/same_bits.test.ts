/** One answer, however many threads make it: every method, on threads of the bundle that is published. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import type { Answer } from '../../src/report/answer.js';
import type { Pool } from '../../src/runtime/jobs.js';
import { nodePool } from '../../src/runtime/node_pool.js';

// `npm test` builds it first.
const entry = path.join(import.meta.dirname, '..', '..', 'dist', 'worker.js');

const text = `
model Curve {
  mu ~ normal(0, 5)
  for i in 0..8 { y[i] ~ normal(mu * exp(mu / 100), 1 + abs(mu)) }
  n ~ poisson(exp(mu / 10))
  let twice = [mu, 2 * mu]
}
model Coin {
  p ~ uniform(0, 1)
  let heads = sample binomial(40, p)
  seen := heads
}
model Walk {
  x[0] ~ normal(0, 1)
  for t in 1..12 { x[t] ~ normal(x[t - 1], 1) }
  for t in 0..12 { y[t] ~ poisson(exp(x[t] / 3)) }
}
query kept = posterior(mu, n | y[0] = 1, y[3] = 2) in Curve using importance(samples = 60000)
query mean = E(mu | y[0] = 1, y[3] = 2) in Curve using importance(samples = 100000)
query auto = E(mu | y[0] = 1, y[3] = 2) in Curve using importance
query worlds = E(y[1] | y[0] = 1, do(mu = 2)) - E(y[1] | y[0] = 1) in Curve using importance(samples = 60000)
query atom = E(mu | n = 2) in Curve using importance(samples = 100000)
query reject = posterior(p | seen = 31) in Coin using rejection(simulations = 100000)
query near = posterior(p | seen ~= 31) in Coin using abc(quantile = 0.01, simulations = 100000)
query exactly = posterior(p | seen ~= 31) in Coin using abc(epsilon = 0, simulations = 100000)
query rounds = posterior(p | seen ~= 31) in Coin using abc_smc(particles = 300)
query filter = posterior(x[11] | y[3] = 4, y[7] = 1, y[11] = 3) in Walk using smc(particles = 500, replicas = 8)
query chains = posterior(mu | y[0] = 1, y[3] = 2) in Curve using mh(samples = 2000)
`;

const host = {
  readText: () => {
    throw new Error('no files');
  },
  readTable: () => {
    throw new Error('no files');
  },
};

async function answer(name: string, pool: Pool): Promise<Omit<Answer, 'seconds'>> {
  const opened = openSession({ name: 'm.scm', text }, host, defaultSettings);
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics.map((d) => d.message)));
  const options = { signal: new AbortController().signal, onProgress: () => undefined, pool };
  const { seconds: _, ...rest } = await opened.value.answer({ kind: 'named', name }, options);
  if (rest.error !== null) throw new Error(`${name}: ${rest.error.message}`);
  return rest;
}

const names = Array.from(text.matchAll(/^query (\w+)/gm), ([, name = '']) => name);

describe.skipIf(!existsSync(entry))('threads', () => {
  const pools = [1, 2, 8].map((workers) => nodePool({ workers, patience: 0, entry: pathToFileURL(entry) }));
  afterAll(() => {
    for (const pool of pools) pool.close();
  });

  test.each(names)('%s: the same with 1, 2 and 8', async (name) => {
    const [one, ...more] = await Promise.all(pools.map((pool) => answer(name, pool)));
    for (const other of more) expect(other).toStrictEqual(one);
  });

  test('did some of the work', () => {
    const [one, ...more] = pools.map((pool) => pool.lent());
    expect(one).toBe(0);
    for (const lent of more) expect(lent).toBeGreaterThan(10);
  });
});
