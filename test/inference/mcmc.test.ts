/** Markov chains over noise: exact answers, changing numbers of draws, and faults that must be noticed. */
import { describe, expect, test } from 'vitest';
import { compileTraced } from '../../src/codegen/traced.js';
import { type ChainOptions, type ChainState, resumeChain, startChain } from '../../src/inference/mcmc/chain.js';
import { chainJob } from '../../src/inference/mcmc/job.js';
import { newSites, type Sites } from '../../src/inference/mcmc/sites.js';
import type { ChainOutput } from '../../src/inference/mcmc/sweeps.js';
import { mainName } from '../../src/passes/assemble.js';
import type { Answer } from '../../src/report/answer.js';
import { finished } from '../../src/runtime/jobs.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { ask } from '../models/programs.js';
import { planOf } from '../passes/small_programs.js';
import { errorOfSd } from '../runtime/statistics.js';

/** Fails where an estimate lies 4.5 of its standard errors from the truth, or knows nothing. */
function expectNear(found: { readonly value: unknown; readonly se: number | null }, truth: number, least = 0.1) {
  expect(found.se).not.toBeNull();
  expect(found.se!).toBeGreaterThan(0);
  expect(found.se!).toBeLessThan(least);
  expect(Math.abs(Number(found.value) - truth) / found.se!).toBeLessThan(4.5);
}

/** The same of a standard deviation, whose error follows from the effective size of the chains. */
function expectSd(found: { readonly sd: number; readonly ess: number | null }, truth: number, excess = 0) {
  expect(found.ess).toBeGreaterThan(400);
  expect(Math.abs(found.sd - truth) / errorOfSd(truth, found.ess, excess)).toBeLessThan(4.5);
}

const variable = (answer: Answer, name: string) => {
  expect(answer.error).toBeNull();
  const found = answer.variables?.find((v) => v.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return { ...found, value: found.mean };
};

describe('exact answers', () => {
  test('a normal mean', async () => {
    const answer = await ask(
      `model M { mu ~ normal(0, 2)  observe 5.5 ~ normal(mu, 1)  observe 6.5 ~ normal(mu, 1) }
      query q = posterior(mu) using mh(samples = 10000, warmup = 500)`,
    );
    const mu = variable(answer, 'mu');
    expectNear(mu, 16 / 3);
    expectSd(mu, 2 / 3);
    expect(answer.method).toBe('mh');
    expect(answer.logEvidence).toBeNull();
    expect(answer.warnings).toEqual([]);
  });

  test('normal and gamma, which is drawn by rejection and moved by its quantile', async () => {
    const answer = await ask(
      `model M { tau ~ gamma(8, 2)  mu ~ normal(0, 1 / sqrt(tau))  observe 1.0 ~ normal(mu, 1 / sqrt(tau))  observe 2.0 ~ normal(mu, 1 / sqrt(tau)) }
      query q = posterior(tau, mu) using mh(samples = 10000, warmup = 1000)`,
    );
    expectNear(variable(answer, 'tau'), 3);
    // The posterior is a gamma(9, 3), whose excess kurtosis is 6 / 9.
    expectSd(variable(answer, 'tau'), 1, 6 / 9);
    expectNear(variable(answer, 'mu'), 1);
  });

  test('a condition and a density', async () => {
    const answer = await ask(
      `model M { x ~ normal(0, 1)  observe x >= 0  observe 0.0 ~ normal(x, 1) }
      query q = posterior(x) using mh(samples = 10000, warmup = 500)`,
    );
    expectNear(variable(answer, 'x'), 0.5641896);
    expect(variable(answer, 'x').q05).toBeGreaterThan(0);
  });

  test('a regression whose noise has an unknown scale', async () => {
    const answer = await ask(
      `const x = [1.1, 2.4, 3.7, 4.4]  const y = [1.1, 1.7, 1.9, 2.7]
      model M { k ~ normal(0, 5)  m ~ normal(0, 5)  s ~ gamma(1, 1)  for i in 0..4 { observe y[i] ~ normal(m + k * x[i], s) } }
      query q = posterior(k, m, s) using mh(samples = 16000)`,
    );
    expectNear(variable(answer, 'k'), 0.432164);
    expectNear(variable(answer, 'm'), 0.59468);
    expectNear(variable(answer, 's'), 0.483196);
  });

  test('a weight that is no density', async () => {
    const answer = await ask(
      `model M { x ~ uniform(0, 1)  y ~ uniform(0, 1)  factor log(cos(x^4) + x^3 + y) }
      query q = E(x) using mh(samples = 12000, warmup = 500)`,
    );
    expectNear(answer, 0.5317306242071037);
  });

  test('discrete noise alone', async () => {
    const answer = await ask(
      `model M { rain ~ bernoulli(0.3)  spr ~ bernoulli(if rain then 0.1 else 0.4)
        wet ~ bernoulli(if rain and spr then 0.98 else if rain then 0.8 else if spr then 0.9 else 0)  observe not wet }
      query q = P(rain) using mh(samples = 12000, warmup = 200)`,
    );
    expectNear(answer, 0.10863509749303621);
  });

  test('more noise than one block holds', async () => {
    const answer = await ask(
      `model M { m ~ normal(0, 1)  for i in 0..60 { x[i] ~ normal(m, 1)  observe 2.0 ~ normal(x[i], 1) } }
      query q = posterior(m, x[5]) using mh(samples = 6000, warmup = 1000)`,
    );
    // Each x is its share of m and data: m has precision 1 + 60/2.
    expectNear(variable(answer, 'm'), 60 / 31);
    expectNear(variable(answer, 'x[5]'), (60 / 31 + 2) / 2);
  });
});

describe('the number of draws may change', () => {
  test('one of poisson(10) + 1 truths', async () => {
    const answer = await ask(
      `model M { n ~ poisson(10)  for i in 0..=n { b[i] ~ bernoulli(0.5) }  k ~ discrete_uniform(0, n)  observe b[k]  y := b[k] }
      query q = P(y) using mh(samples = 2000, warmup = 200)`,
    );
    expect(answer.value).toBe(1);
  });

  test('a geometric number of draws: every probability of its posterior', async () => {
    const answer = await ask(
      `fn tail(p) { var n = 0  while sample bernoulli(p) { n = n + 1 }  return n }
      model M { n := tail(0.6)  for i in 0..n { x[i] ~ normal(1, 1) }  observe 3.0 ~ normal(sum(x), 1) }
      query q = P(n) using mh(samples = 40000, warmup = 500)`,
    );
    const weights = Array.from(
      { length: 80 },
      (_, n) => (0.6 ** n * Math.exp((-0.5 * (3 - n) ** 2) / (n + 1))) / Math.sqrt(n + 1),
    );
    const total = weights.reduce((a, b) => a + b);
    for (let n = 0; n < 7; n++) {
      const found = answer.distribution?.find(({ value }) => value === n);
      expectNear({ value: found?.p ?? null, se: found?.se ?? null }, weights[n]! / total);
    }
  });

  test('recursion', async () => {
    const answer = await ask(
      `fn tail(p) { if sample bernoulli(p) { return 1 + tail(p) }  return 0 }
      model M { p ~ uniform(0, 0.9)  n := tail(p)  observe n < 4  observe n > 0 }
      query q = P(n) using mh(samples = 30000, warmup = 500)`,
    );
    // The integral of p^n (1 - p) from 0 to 0.9.
    const weight = (n: number): number => 0.9 ** (n + 1) / (n + 1) - 0.9 ** (n + 2) / (n + 2);
    const total = weight(1) + weight(2) + weight(3);
    for (const n of [1, 2, 3]) {
      const found = answer.distribution?.find(({ value }) => value === n);
      expectNear({ value: found?.p ?? null, se: found?.se ?? null }, weight(n) / total);
    }
  });
});

describe('worlds', () => {
  test('share the noise that chains move', async () => {
    const answer = await ask(
      `model M { x ~ normal(0, 1)  z ~ normal(0, 1)  y := x + z + sample normal(0, 2) }
      query q = E(y[do(z = 5)] | y > 3) using mh(samples = 20000, warmup = 500)`,
    );
    // y is normal(0, √6); of y given y > 3, z is y / 6, and the other world has y - z + 5.
    const tail = 0.5 * (1 - 0.7793286380801532);
    const mean = (Math.sqrt(6) * Math.exp(-9 / 12)) / Math.sqrt(2 * Math.PI) / tail;
    expectNear(answer, 5 + (mean * 5) / 6);
  });

  test('what evidence fixed stays fixed', async () => {
    const answer = await ask(
      `model M { x ~ normal(0, 1)  z ~ normal(0, 1)  e ~ normal(0, 2)  y := x + z + e }
      query q = E(y[do(z = 5)] | y = 3) using mh(samples = 20000, warmup = 500)`,
    );
    expectNear(answer, 7.5);
  });
});

test('what evidence alone decides has no error but rounding', async () => {
  const answer = await ask(
    `model M { a ~ bernoulli(0.5)  size ~ lognormal(if a then 0 else 1, 0.5) }
    query q = E(size[do(a = true)] | a = false, size = 2) using mh(samples = 2000, warmup = 100)`,
  );
  expect(answer.value).toBeCloseTo(2 * Math.exp(-1), 12);
  expect(answer.se).toBeLessThan(1e-12);
});

test('an atom beats a density', async () => {
  const answer = await ask(
    `model M { a ~ bernoulli(0.5)  if a { x ~ normal(0, 1) } else { x := 0.5 }  y := if a then 1 else 0 }
    query q = E(y | x = 0.5) using mh(samples = 2000, warmup = 200)`,
  );
  expect(answer.error).toBeNull();
  expect(answer.value).toBe(0);
});

test('evidence that no run agrees with is said', async () => {
  const answer = await ask(
    'model M { x ~ uniform(0, 1)  observe x > 2 }\nquery q = E(x) using mh(samples = 100, warmup = 10)',
  );
  expect(answer.error?.code).toBe('E0610');
  expect(answer.error?.source.text.slice(answer.error.span.start, answer.error.span.end)).toBe('observe x > 2');
});

test.each([
  ['evidence() using mh', 'does not measure the evidence'],
  ['posterior(x | x ~= 1) using mh', 'likelihood-free'],
])('%s is refused', async (query, why) => {
  const answer = await ask(`model M { x ~ normal(0, 1)  observe 1.0 ~ normal(x, 1) }\nquery q = ${query}`);
  expect(JSON.stringify(answer.error)).toContain(why);
});

const key = keyFromSeed('moves');
const options = { key, limits: { steps: 1e6, depth: 1000, elements: 1e6 }, externs: {} };
const growing =
  'model M { n := tail(0.6) }\nfn tail(p) { var n = 0  while sample bernoulli(p) { n = n + 1 }  return n }\nquery q = posterior(n) using importance';

function programOf(text: string) {
  const plan = planOf(text);
  if (!('program' in plan)) throw new Error(plan.join('\n'));
  return plan.program;
}

/** The mean of n over a chain whose target is the prior, and about its standard error by batches. */
function meanUnderPrior(choice?: ChainOptions['choice']) {
  const program = programOf(growing);
  const sites = newSites(key);
  const kernel = compileTraced(program, mainName, options, sites.ask);
  const chainOptions: ChainOptions = {
    key,
    kinds: kernel.sites.map(({ noise }) => noise),
    outputs: 1,
    warmup: 100,
    ...(choice === undefined ? {} : { choice }),
  };
  const start = finished(startChain(kernel, sites, chainOptions, 100, 1)).state!;
  const chain = resumeChain(kernel, sites, start, chainOptions);
  for (let s = 0; s < 100; s++) finished(chain.sweep(true));
  const batches = Array.from({ length: 40 }, () => {
    let sum = 0;
    for (let s = 0; s < 1000; s++) {
      finished(chain.sweep(false));
      sum += Number(chain.output(0));
    }
    return sum / 1000;
  });
  const mean = batches.reduce((a, b) => a + b) / 40;
  const variance = batches.reduce((sum, b) => sum + (b - mean) ** 2, 0) / 39;
  return { value: mean, se: Math.sqrt(variance / 40) };
}

describe('without evidence the chain gives the prior', () => {
  test('n is geometric: 1.5 on the average', () => {
    expectNear(meanUnderPrior(), 1.5);
  });

  test('a ratio that forgets how many numbers there are is noticed', () => {
    const { value, se } = meanUnderPrior(() => 0);
    expect(Math.abs(value - 1.5) / se).toBeGreaterThan(10);
  });
});

test('a chain that is taken up again goes on as if it had not stopped', () => {
  const program = programOf(
    growing
      .replace('model M {', 'model M { x ~ normal(0, 1)')
      .replace('(0.6) }', '(0.6)  observe 2.0 ~ normal(x + n, 1) }')
      .replace('posterior(n)', 'posterior(n, x)'),
  );
  const setup = {
    program,
    main: mainName,
    opened: [],
    options,
    outputs: [{ kind: 'int' }, { kind: 'real' }] as const,
    warmup: 60,
    attempts: 1000,
    scale: 1,
  };
  const whole = finished(chainJob.prepare(setup)({ chain: 2, state: null, sweeps: 200 }));
  let state: typeof whole.state = null;
  const pieces: number[] = [];
  for (const sweeps of [1, 30, 40, 29, 100]) {
    // Each piece by a worker of its own, which gets a copy of the state.
    const piece: ChainOutput<ChainState> = finished(
      chainJob.prepare(setup)({ chain: 2, state: structuredClone(state), sweeps }),
    );
    ({ state } = piece);
    pieces.push(...Array.from(piece.columns[1]!, Number));
  }
  expect(pieces).toEqual(Array.from(whole.columns[1]!, Number));
  expect(state).toEqual(whole.state);
  const other = finished(chainJob.prepare(setup)({ chain: 1, state: null, sweeps: 200 }));
  expect(Array.from(other.columns[1]!, Number)).not.toEqual(pieces);
});

test('tables of noise that grow', () => {
  const sites: Sites = newSites(key);
  sites.begin(1);
  for (let i = 0; i < 5000; i++) sites.ask('normal', Math.imul(i, 77), i);
  sites.accept();
  expect(sites.held()).toBe(5000);
});
