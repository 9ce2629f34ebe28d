/** What is said of answers that cannot be trusted: each threshold is crossed once, and none by a good run. */
import { describe, expect, test } from 'vitest';
import { ask } from '../models/programs.js';

const models = `
model Two { x ~ normal(0, 5)  y ~ normal(abs(x), 0.1) }
model Rare { x ~ normal(0, 1)  s ~ normal(x, 1)  far ~ normal(x, 0.001) }
model Walk {
  x[0] ~ normal(0, 1)
  observe 0.0 ~ normal(x[0], 1)
  for t in 1..150 { x[t] ~ normal(x[t - 1], 1)  observe 0.0 ~ normal(x[t], 1) }
}
model Steep {
  x[0] ~ normal(0, 1)
  for t in 1..30 { x[t] ~ normal(x[t - 1], 1)  observe 2.5 * t ~ normal(x[t], 0.3) }
}
`;

const said = async (query: string): Promise<readonly string[]> => {
  const answer = await ask(`${models}query q = ${query}`);
  if (answer.error !== null) return [answer.error.code];
  for (const { hint } of answer.warnings) expect(hint).not.toBeNull();
  return answer.warnings.map((w) => w.code);
};

describe('chains', () => {
  test('that do not meet: R-hat and both effective sample sizes', async () => {
    const codes = await said('posterior(x | y = 9) in Two using mh(samples = 400)');
    expect(codes).toEqual(expect.arrayContaining(['W0621', 'W0622', 'W0627']));
  });

  test('that mix well, with R-hat and bulk ESS in the table', async () => {
    const answer = await ask(`${models}query q = posterior(x | s = 1) in Rare using mh(samples = 8000)`);
    expect(answer.warnings).toEqual([]);
    const [x] = answer.variables ?? [];
    expect(x?.rhat).toBeLessThan(1.01);
    expect(x?.ess).toBeGreaterThan(400);
    expect(x?.ess).toBeLessThan(8000);
    expect(Math.abs((x?.mean ?? 0) - 0.5)).toBeLessThan(5 * (x?.se ?? 0));
    expect(answer.diagnostics.rhat).toBe(x?.rhat);
    expect(answer.diagnostics.tailEss).toBeGreaterThan(400);
    expect(answer.diagnostics.acceptance).toBeGreaterThan(0.1);
    expect(answer.logEvidence).toBeNull();
  });

  test('know no evidence', async () => {
    expect(await said('evidence(s = 1) in Rare using mh')).toEqual(['E0492']);
  });
});

describe('replicas', () => {
  test('of one there is no standard error', async () => {
    const answer = await ask(`${models}query q = E(x[149]) in Walk using smc(particles = 200, replicas = 1)`);
    expect(answer.se).toBeNaN();
    expect(answer.warnings.map((w) => w.code)).toEqual(['W0626']);
  });

  test('whose particles descend from few, where it matters', async () => {
    expect(await said('posterior(x[0]) in Walk using smc(particles = 200)')).toContain('W0640');
    expect(await said('posterior(x[149]) in Walk using smc(particles = 200)')).toEqual([]);
  });

  test('that disagree about the evidence', async () => {
    expect(await said('evidence() in Steep using smc(particles = 20)')).toContain('W0625');
  });

  test('and scramblings of points that do, in words of their own', async () => {
    const answer = await ask(`${models}query q = evidence() in Steep using importance(samples = 1024, points = sobol)`);
    const [found] = answer.warnings.filter((w) => w.code === 'W0625');
    expect(found?.message).toMatch(/scramblings of the points disagree/);
    expect(found?.hint).toMatch(/samples/);
  });

  test('the effective sample size of a quantity is what replicas that differ tell', async () => {
    const answer = await ask(`${models}query q = posterior(x[0]) in Walk using smc(particles = 200)`);
    expect(answer.variables?.[0]?.ess).toBeLessThan(100);
    expect(answer.ess).toBeGreaterThan(100);
  });
});

test('weights: a heavy tail and few that count', async () => {
  const codes = await said('E(x | far = 2) in Rare using importance(samples = 1000)');
  expect(codes).toEqual(expect.arrayContaining(['W0601', 'W0602']));
});

test('few simulations that were accepted, in words of their own', async () => {
  const answer = await ask(`${models}query q = E(x | s ~= 1.0) in Rare using abc(simulations = 2000)`);
  const [found] = answer.warnings.filter((w) => w.code === 'W0602');
  expect(found?.message).toBe('Only 20.0 of 20 simulations that were accepted count (effective sample size).');
  expect(found?.hint).toMatch(/`simulations`.*`accept`.*`particles`/);
});

test('a single draw that counts is not taken for an answer without error', async () => {
  // About one in ten thousand is beyond 10; these runs have one such draw among their first 10,240.
  const tail = 'model Tail { x ~ student_t(5, 0, 1)  y := floor(x / 1000)  observe x > 10 }';
  for (const seed of ['2', '3', '5']) {
    const answer = await ask(`${tail} query q = E(y) using importance`, { seed });
    expect(answer.draws).toBeGreaterThan(10240);
    expect(answer.ess).toBeGreaterThanOrEqual(2);
  }
});

test('simulations of which hardly any is accepted', async () => {
  const codes = await said(
    'E(x | far ~= 1.0) in Rare using abc(epsilon = 0.00005, simulations = 2000000, accept = 100)',
  );
  expect(codes).toContain('W0624');
});

describe('a single draw', () => {
  const one = `
model Coin { p ~ uniform(0, 1)  k ~ binomial(10, p) }
`;
  test.each([
    'rejection(samples = 1)',
    'importance(samples = 1)',
    'smc(particles = 1, replicas = 1)',
    'mh(samples = 3)',
  ])('by %s is an answer of unknown error', async (using) => {
    for (const form of ['E(p | k = 7)', 'Var(p | k = 7)', 'Median(p | k = 7)', 'E(p | k = 7) - E(p | k = 6)']) {
      const { value, se, exact } = await ask(`${one}query q = ${form} using ${using}`);
      expect(value).not.toBeNull();
      expect([se, exact]).toEqual([Number.NaN, false]);
    }
    const { se, interval } = await ask(`${one}query q = P(p > 0.5 | k = 7) using ${using}`);
    expect([se, interval]).toEqual([Number.NaN, [0, 1]]);
    const { variables, warnings } = await ask(`${one}query q = posterior(p | k = 7) using ${using}`);
    expect(variables?.[0]?.se).toBeNaN();
    expect(warnings.map((w) => w.code)).toContain(using.startsWith('mh') ? 'W0622' : 'W0602');
  });

  test.each(['abc(accept = 1, epsilon = 0)', 'abc_smc(particles = 1)'])('by %s too', async (using) => {
    const { se, exact } = await ask(`${one}query q = E(p | k ~= 7) using ${using}`);
    expect([se, exact]).toEqual([Number.NaN, false]);
  });
});

describe('the evidence of what is compared', () => {
  const coin = 'model Coin { p ~ uniform(0, 1)  k ~ binomial(10, p) }\n';
  test.each(['', ' using abc'])('is counted by abc%s', async (using) => {
    const { value, se, method } = await ask(`${coin}query q = evidence(k ~= 7)${using}`);
    expect(method).toBe('abc');
    expect(Math.abs(Number(value) + Math.log(11))).toBeLessThan(5 * (se ?? 0));
  });

  test('is nothing that distances say', async () => {
    const { error } = await ask(`${coin}query q = evidence(k ~= 7) using abc_smc`);
    expect(error?.code).toBe('E0492');
    expect(error?.message).toContain('abc, which counts');
    const wide = await ask(`${coin}query q = evidence(k ~= 7) using abc(epsilon = 1)`);
    expect([wide.error?.code, wide.error?.hint]).toEqual(['E0492', expect.stringContaining('epsilon = 0')]);
  });
});

test('no solver knows what is compared: which model two coins come from', async () => {
  const choice = `model M { second ~ bernoulli(0.5)  result ~ bernoulli(if second then 0.4 else 0.8) }
    query q = P(second | result ~= false) using exact`;
  const { error } = await ask(choice);
  expect([error?.code, error?.message]).toEqual(['E0492', expect.stringContaining('approximate')]);
});
