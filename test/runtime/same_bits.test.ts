/** One answer, however many threads make it: every method, on threads of the bundle that is published. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import type { Answer } from '../../src/report/answer.js';
import { toColumns } from '../../src/runtime/columns.js';
import { type Pool, serialPool } from '../../src/runtime/jobs.js';
import { type JobPlace, type Journal, recordingPool } from '../../src/runtime/journal.js';
import { nodePool } from '../../src/runtime/node_pool.js';

// `npm test` builds it first.
const entry = path.join(import.meta.dirname, '..', '..', 'dist', 'worker.js');

const text = `
fn apart(x, y) = abs(x - y)
fn off(a, b) = apart(a[0], b[0])
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
model Drift {
  m ~ normal(0, 3)
  x[0] ~ normal(m, 1)
  observe 1.5 ~ normal(x[0], 1)
  for t in 1..10 { x[t] ~ normal(m + 0.5 * (x[t - 1] - m), 1)  observe 1.5 + t / 5 ~ normal(x[t], 1) }
}
model Line {
  k ~ normal(0, 5)  s ~ gamma(1, 1)
  for i in 0..4 { observe 2.0 * i ~ normal(k * i, s) }
}
query kept = posterior(mu, n | y[0] = 1, y[3] = 2) in Curve using importance(samples = 30000)
query mean = E(mu | y[0] = 1, y[3] = 2) in Curve using importance(samples = 40000)
query auto = E(mu | y[0] = 1, y[3] = 2) in Curve using importance
query points = posterior(mu, n | y[0] = 1, y[3] = 2) in Curve using importance(samples = 32768, points = sobol)
query worlds = E(y[1] | y[0] = 1, do(mu = 2)) - E(y[1] | y[0] = 1) in Curve using importance(samples = 30000)
query atom = E(mu | n = 2) in Curve using importance(samples = 40000)
query reject = posterior(p | seen = 31) in Coin using rejection(simulations = 40000)
query near = posterior(p | seen ~= 31) in Coin using abc(quantile = 0.01, simulations = 40000)
query exactly = posterior(p | seen ~= 31) in Coin using abc(epsilon = 0, simulations = 40000)
query rounds = posterior(p | seen ~= 31) in Coin using abc_smc(particles = 300)
query own = posterior(p | seen ~= 31) in Coin using abc_smc(particles = 300, generations = 4, distance = off)
query filter = posterior(x[11] | y[3] = 4, y[7] = 1, y[11] = 3) in Walk using smc(particles = 300, replicas = 6)
query tempered = posterior(k, s) in Line using smc(particles = 100, replicas = 4)
query paths = posterior(m) in Drift using pmmh(particles = 20, samples = 200, warmup = 50)
query gibbs = posterior(m) in Drift using particle_gibbs(particles = 20, samples = 200)
query nested = posterior(m) in Drift using smc2(parameters = 20, particles = 20, replicas = 4)
query moved = posterior(m) in Drift using smc(particles = 50, replicas = 4, rejuvenate = 2)
query shared = I(p; seen) in Coin using importance(samples = 100000)
query chains = posterior(mu | y[0] = 1, y[3] = 2) in Curve using mh(samples = 1000)
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

/** Outputs in memory, and their bytes as they were when they were written down. */
function memory(known: ReadonlyMap<string, unknown> = new Map()) {
  const records = new Map(known);
  const written = new Map<string, string>();
  const keyOf = ({ crew, run, index }: JobPlace): string => `${crew} ${run} ${index}`;
  const journal: Journal = {
    find: (place) => (records.has(keyOf(place)) ? { output: records.get(keyOf(place)) } : undefined),
    add: (place, output) => {
      records.set(keyOf(place), output);
      written.set(keyOf(place), bytesOf(output));
    },
  };
  return { journal, records, written };
}

function bytesOf(output: unknown): string {
  const { tree, columns } = toColumns(output);
  return JSON.stringify(tree) + columns.map((column) => Buffer.from(column).toString('latin1')).join('');
}

const names = Array.from(text.matchAll(/^query (\w+)/gm), ([, name = '']) => name);

describe('a run that is taken up again', () => {
  test.each(names)('%s: the same from any part of its jobs, which nobody changes', async (name) => {
    const first = memory();
    const whole = await answer(name, recordingPool(serialPool, first.journal, 0));
    expect(first.records.size).toBeGreaterThan(1);
    for (const [key, output] of first.records) expect(bytesOf(output)).toBe(first.written.get(key));
    // As it would come back from the disk: every third job was lost.
    const kept = [...first.records].filter((_, i) => i % 3 !== 1);
    const copies = kept.map(([key, output]) => [key, structuredClone(output)] as const);
    const second = memory(new Map(copies));
    expect(await answer(name, recordingPool(serialPool, second.journal, 0))).toStrictEqual(whole);
    expect(second.written.size).toBe(first.records.size - kept.length);
  });
});

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
