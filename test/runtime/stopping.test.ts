/** Limits of time and an interruption end every method soon, with what was drawn, and the answer says so. */
import { expect, test, vi } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import type { Answer } from '../../src/report/answer.js';

const text = `
model Curve {
  mu ~ normal(0, 5)
  for i in 0..8 { y[i] ~ normal(mu * exp(mu / 100), 1 + abs(mu)) }
}
model Coin {
  p ~ uniform(0, 1)
  let heads = sample binomial(40, p)
  seen := heads
}
model Drift {
  m ~ normal(0, 3)
  x[0] ~ normal(m, 1)
  observe 1.5 ~ normal(x[0], 1)
  for t in 1..10 { x[t] ~ normal(m + 0.5 * (x[t - 1] - m), 1)  observe 1.5 + t / 5 ~ normal(x[t], 1) }
}
query kept = posterior(mu | y[0] = 1) in Curve using importance(samples = 40000000)
query summed = E(mu | y[0] = 1) in Curve using importance(samples = 4000000000)
query reject = posterior(p | seen = 31) in Coin using rejection(simulations = 4000000000)
query near = posterior(p | seen ~= 31) in Coin using abc(quantile = 0.0001, simulations = 4000000000)
query rounds = posterior(p | seen ~= 31) in Coin using abc_smc(particles = 50000)
query filter = posterior(x[9]) in Drift using smc(particles = 1000, replicas = 100000)
query gibbs = posterior(m) in Drift using particle_gibbs(particles = 20, samples = 4000000)
query nested = posterior(m) in Drift using smc2(parameters = 20, particles = 20, replicas = 100000)
query chains = posterior(mu | y[0] = 1) in Curve using mh(samples = 40000000)
query paths = posterior(m) in Drift using pmmh(particles = 20, samples = 4000000)
query shared = I(p; seen) in Coin using importance(samples = 4000000000)
`;

/** Each of these would be at its first job for a minute. */
const endless = `
model Long {
  m ~ normal(0, 3)
  var x = sample normal(m, 1)
  for t in 0..100000 { x = sample normal(m + 0.5 * (x - m), 1)  observe 1.5 ~ normal(x, 1) }
  last := x
}
model Coin {
  p ~ uniform(0, 1)
  q ~ normal(0, 1)
  k ~ binomial(1000, p)
  let heads = sample binomial(1000, p)
  seen := heads
}
model Rare {
  r ~ uniform(0, 1)
  let hits = sample binomial(100000, r)
  observe hits > 99998
}
query filter = posterior(last) in Long using smc(particles = 20000)
query alive = posterior(r) in Rare using smc(particles = 50000, alive = true)
query tempered = posterior(p, q | k = 900) in Coin using smc(particles = 500000, tempered = true)
query nested = posterior(m) in Long using smc2(particles = 100)
query chains = posterior(m) in Long using mh
query paths = posterior(m) in Long using pmmh
query gibbs = posterior(m) in Long using particle_gibbs
`;

const host = {
  readText: () => {
    throw new Error('no files');
  },
  readTable: () => {
    throw new Error('no files');
  },
};

const namesOf = (program: string): readonly string[] =>
  Array.from(program.matchAll(/^query (\w+)/gm), ([, name = '']) => name);

/** The answer of a query that is given half a second. */
async function within(program: string, name: string): Promise<Answer> {
  const opened = openSession({ name: 'm.scm', text: program }, host, { ...defaultSettings, timeLimit: 0.5 });
  if (!opened.ok) throw new Error(JSON.stringify(opened.diagnostics.map((d) => d.message)));
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const before = process.cpuUsage();
  const answer = await opened.value.answer({ kind: 'named', name }, options);
  const { user } = process.cpuUsage(before);
  // What runs beside in the process counts too.
  expect(user / 1e6).toBeLessThan(15);
  return answer;
}

test.each(namesOf(endless))('%s ends with the time in the middle of its first job', async (name) => {
  const { error } = await within(endless, name);
  expect(error?.code).toBe('E0612');
});

test.each(namesOf(text))('%s ends with the time', async (name) => {
  const { error, warnings, draws } = await within(text, name);
  // These have nothing to say before their first population or the end of their warm-up, which a slow machine may not reach.
  if (['rounds', 'chains', 'paths', 'gibbs'].includes(name) && error !== null) {
    expect(error.code).toBe('E0612');
    return;
  }
  expect(error).toBeNull();
  expect(draws).toBeGreaterThan(0);
  expect(warnings.map(({ code }) => code)).toContain('W0606');
});

test.each([
  // No answer of less than 4 MB of draws takes time that matters; of chains, whose mixing is judged too, a few draws do.
  { using: 'importance(samples = 1000000)', least: 100_000 },
  { using: 'mh(samples = 500000)', least: 10_000 },
])('a limit of time leaves time to make the answer of the draws: $using', async ({ using, least }) => {
  const text = `model M { x ~ normal(0, 1)  y ~ normal(x, 1) }\nquery q = posterior(x, y) using ${using}`;
  const ask = async (timeLimit: number) => {
    const opened = openSession({ name: 'm.scm', text }, host, { ...defaultSettings, timeLimit });
    if (!opened.ok) throw new Error('the program has errors');
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    return opened.value.answer({ kind: 'named', name: 'q' }, options);
  };
  // The clock stands still: no draw comes too late by itself.
  const clock = vi.spyOn(Date, 'now').mockReturnValue(1e12);
  try {
    const all = await ask(60);
    expect(all.warnings).toEqual([]);
    const { draws, warnings } = await ask(0.001);
    expect(warnings.map(({ code }) => code)).toEqual(['W0606']);
    expect(draws).toBeGreaterThan(least);
    expect(draws).toBeLessThan(all.draws);
  } finally {
    clock.mockRestore();
  }
});

/** Each of these would fill the memory before it came to its first pause. */
const crowded = `
model Walk {
  m ~ normal(0, 3)
  x[0] ~ normal(m, 1)
  for t in 0..8 { observe 1.2 ~ normal(x[t], 0.5)  x[t + 1] ~ normal(x[t], 0.7) }
}
model Coin {
  p ~ uniform(0, 1)
  q ~ normal(0, 1)
  k ~ binomial(1000, p)
}
query nested = E(m) in Walk using smc2(parameters = 1000000, particles = 100)
query filter = E(m) in Walk using smc(particles = 100000000)
query moved = E(m) in Walk using smc(particles = 100000000, rejuvenate = 3)
query alive = E(m) in Walk using smc(particles = 100000000, alive = true)
query tempered = E(p | k = 900) in Coin using smc(particles = 100000000, tempered = true)
query paths = E(m) in Walk using pmmh(particles = 100000000)
query gibbs = E(m) in Walk using particle_gibbs(particles = 100000000)
`;

test.each(namesOf(crowded))('%s is refused where its particles do not fit into the memory', async (name) => {
  const { error, draws } = await within(crowded, name);
  expect(error?.code).toBe('E0612');
  expect(error?.message).toMatch(/^The filter holds \d{3},000,000 particles at a time, which take \S+ GB at least; /);
  expect(error?.hint).toContain('memory limit');
  expect(draws).toBe(0);
});

test('replicas end where their draws fill the memory', async () => {
  const text = `model Drift { m ~ normal(0, 3)  observe 1.5 ~ normal(m, 1)  x ~ normal(m, 1)  observe 1.5 ~ normal(x, 1) }
query q = posterior(m, x) using smc(particles = 1000, replicas = 20)`;
  const opened = openSession({ name: 'm.scm', text }, host, { ...defaultSettings, memoryLimit: 12 * 32_000 });
  if (!opened.ok) throw new Error('the program has errors');
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  const { error, draws, warnings } = await opened.value.answer({ kind: 'named', name: 'q' }, options);
  expect(error).toBeNull();
  expect(draws).toBe(12_000);
  expect(warnings.map(({ message }) => message)).toContain('The memory limit ended the run after 12000 draws.');
});

test('filters of many parameters are given up between their particles', async () => {
  const text = `model Walk { m ~ normal(0, 3)  for t in 0..30 { observe 1.2 ~ normal(m, 1)  x[t] ~ normal(m, 1) } }
query q = E(m) using smc2(parameters = 20000, particles = 100)`;
  const start = performance.now();
  const { error } = await within(text, 'q');
  expect(error?.code).toBe('E0612');
  // The whole run takes minutes.
  expect(performance.now() - start).toBeLessThan(20_000);
});

test('a tempered run is given up between its particles', async () => {
  const text = `model Coin { p ~ uniform(0, 1)  q ~ normal(0, 1)  k ~ binomial(1000, p) }
query q = E(p | k = 900) using smc(particles = 5000000, tempered = true)`;
  const start = performance.now();
  const { error } = await within(text, 'q');
  expect(error?.code).toBe('E0612');
  expect(performance.now() - start).toBeLessThan(20_000);
});
