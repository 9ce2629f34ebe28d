import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/report/answer.js';
import { position } from '../../src/syntax/span.js';
import { ask } from '../models/programs.js';

const within = (
  value: number,
  { value: got, se }: { readonly value: number; readonly se: number },
  errors = 5,
): void => {
  expect(se).toBeGreaterThan(0);
  expect(Math.abs(got - value)).toBeLessThanOrEqual(errors * se);
};

const number = (answer: Answer): { readonly value: number; readonly se: number } => {
  expect(answer.error).toBe(null);
  return { value: Number(answer.value), se: answer.se ?? Number.NaN };
};

const variable = (answer: Answer, name: string) => {
  const found = answer.variables?.find((v) => v.name === name);
  expect(answer.error).toBe(null);
  if (found === undefined) throw new Error(`no variable ${name}`);
  return { value: found.mean, se: found.se, sd: found.sd };
};

const chain = `
const transition = [[0.1, 0.4, 0.5], [0.2, 0.6, 0.2], [0.15, 0.7, 0.15]]
const level = [-1, 1, 0]
const seen = [0.9, 0.8, 0.7, 0, -0.025, -5, -2, -0.1, 0, 0.13, 0.45, 6, 0.2, 0.3, -1, -1]
model Chain {
  s[0] ~ discrete_uniform(0, 2)
  for t in 1..=16 {
    s[t] ~ categorical(transition[s[t - 1]])
    observe seen[t - 1] ~ normal(level[s[t]], 1)
  }
}
`;

describe('a chain of 16 steps', () => {
  test.each(['systematic', 'stratified', 'multinomial', 'residual', 'ssp'])(
    'has its evidence, %s',
    async (resampling) => {
      const options = `particles = 300, resampling = ${resampling}, threshold = 1`;
      const answer = await ask(`${chain}query q = evidence() using smc(${options})`);
      within(-44.685841550865845, number(answer));
      expect(answer.se).toBeLessThan(0.2);
    },
  );

  test('has its last state and its smoothed states', async () => {
    const answer = await ask(`${chain}query q = posterior(s[16] == 2, s) using smc(particles = 1000)`);
    within(0.477798642125, variable(answer, 's[16] == 2'));
    expect(variable(answer, 's[0]').se).toBeGreaterThan(0);
  });
});

test('the last score is not lost', async () => {
  const model = (y: number): string => `
    model M { x ~ uniform(0, 1)  observe ${y} ~ normal(x, 1) }
    query q = posterior(x) using smc(particles = 2000)`;
  const near = await ask(model(1));
  within(0.5401377708, variable(near, 'x'));
  expect(Math.abs((near.logEvidence ?? 0) + 1.0748623)).toBeLessThan(5 * (near.logEvidenceSe ?? 0));
  within(0.7831692194, variable(await ask(model(5)), 'x'));
});

describe('conditions alone', () => {
  const walk = (options: string): string => `
    model Walk {
      var x = 0
      for t in 0..12 { let up = sample bernoulli(0.5)  x = x + (if up then 1 else -1)  observe x >= 0 }
      last := x
    }
    query q = evidence() using smc(${options})`;
  const exact = Math.log(924 / 4096);

  test.each(['alive = true', 'alive = false', 'threshold = 1', 'threshold = 0'])(
    'have their evidence, %s',
    async (o) => {
      within(exact, number(await ask(walk(`particles = 200, replicas = 20, ${o}`))));
    },
  );

  test('of an observation of probability 0.0003 are met by waiting', async () => {
    const answer = await ask(`
      model M { x ~ binomial(20, 0.5)  y ~ binomial(x, 0.2) }
      query q = posterior(x | y = 10) using smc(particles = 100)`);
    // The number of both is binomial(20, 0.1); what is left of the others is binomial(10, 0.4 / 0.9).
    within(10 + (10 * 0.4) / 0.9, variable(answer, 'x'));
    const exact10 = Math.log(184756) + 10 * Math.log(0.1) + 10 * Math.log(0.9);
    expect(Math.abs((answer.logEvidence ?? 0) - exact10)).toBeLessThan(5 * (answer.logEvidenceSe ?? 0));
  });
});

describe('a population that dies', () => {
  const text = `model M {
  x ~ normal(0, 1)
  observe 1 ~ normal(x, 1)
  y ~ normal(x, 1)
  observe y > 100
  z ~ normal(y, 1)
  observe 2 ~ normal(z, 1)
}
query q = posterior(x) using smc(particles = 50)`;

  test('names the line', async () => {
    const { error } = await ask(text);
    expect(error?.code).toBe('E0610');
    expect(error?.message).toContain('died here, 1 pause after the start');
    expect(position(error?.source.text ?? '', error?.span.start ?? 0).line).toBe(5);
  });

  test('has evidence zero', async () => {
    const answer = await ask(text.replace('posterior(x)', 'evidence()'));
    expect(answer.value).toBe(Number.NEGATIVE_INFINITY);
  });
});

test('scores in random control flow count into the next that all runs reach', async () => {
  const answer = await ask(`
    model M {
      a ~ bernoulli(0.5)
      if a { x ~ normal(0, 1)  observe 1 ~ normal(x, 1) } else { observe 1 ~ normal(3, 1) }
      b ~ normal(0, 1)
      observe 0.5 ~ normal(b, 1)
      c ~ bernoulli(if a then 0.9 else 0.2)
      observe c
    }
    query q = posterior(a) using smc(particles = 2000)`);
  const weight = 0.9 * (Math.exp(-0.25) / Math.sqrt(2));
  within(weight / (weight + 0.2 * Math.exp(-2)), variable(answer, 'a'));
});

test('scores in recursion alone are never resampled, which is said', async () => {
  const answer = await ask(`
    fn walk(n: int, x: real): real {
      if n == 0 { return x }
      let y = sample normal(x, 1)
      observe 1 ~ normal(y, 1)
      return walk(n - 1, y)
    }
    model M { last := walk(3, 0) }
    query q = posterior(last) using smc(particles = 1000)`);
  expect(answer.error).toBe(null);
  expect(answer.warnings.map((w) => w.code)).toContain('W0630');
});

test('the seed decides the answer', async () => {
  const text = `${chain}query q = evidence() using smc(particles = 100)`;
  const [a, b, c] = [await ask(text), await ask(text), await ask(text, { seed: '2' })];
  expect(a.value).toBe(b.value);
  expect(a.value).not.toBe(c.value);
});
