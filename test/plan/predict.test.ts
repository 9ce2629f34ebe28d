/** `predict`: new draws of nodes, before and after evidence. */
import { describe, expect, test } from 'vitest';
import type { Answer, VariableSummary } from '../../src/report/answer.js';
import { ask as askText } from '../models/programs.js';
import { expectSound, planOf } from '../passes/small_programs.js';
import { errorOfSd } from '../runtime/statistics.js';

const chain = `
model M {
  m ~ normal(0, 2)
  a ~ normal(m, 1)
  b := a + sample normal(0, 0.5)
  c ~ normal(b, 1)
}
`;

const ask = (model: string, query: string, settings: Parameters<typeof askText>[1] = {}): Promise<Answer> =>
  askText(`${model}\nquery q = ${query}`, settings);

function variable(answer: Answer, name: string): VariableSummary {
  const found = answer.variables?.find((v) => v.name === name);
  if (found === undefined) throw new Error(`no ${name}: ${answer.error?.message}`);
  return found;
}

describe('of a chain of normals, exactly and by draws', () => {
  const cases: readonly (readonly [string, string, number, number])[] = [
    ['before evidence it is the prior predictive', 'predict(a)', 0, Math.sqrt(5)],
    ['a node that was seen is drawn again from its parents as inferred', 'predict(a | a = 2)', 1.6, Math.sqrt(1.8)],
    ['an equation is computed again with new inline draws', 'predict(b | a = 2)', 2, 0.5],
    ['other nodes keep their values', 'predict(c | a = 2, c = 5)', 2 + (3 * 0.25) / 1.25, Math.sqrt(0.2 + 1)],
    ['without parents it is the prior', 'predict(m | a = 2)', 0, 2],
    ['after surgery', 'predict(c | do(b = 3), a = 2)', 3, 1],
    ['of a node that is acted on there is nothing to draw', 'predict(b | do(b = 3))', 3, 0],
    ['an expression of new draws', 'predict(2 * a | a = 2)', 3.2, 2 * Math.sqrt(1.8)],
  ];

  test.each(cases)('%s: %s', async (_, query, mean, sd) => {
    const exact = await ask(chain, query);
    expect(exact.kind).toBe('posterior');
    expect(exact.exact).toBe(true);
    const [known] = exact.variables ?? [];
    expect(known?.mean).toBeCloseTo(mean, 9);
    expect(known?.sd).toBeCloseTo(sd, 9);
    const sampled = await ask(chain, query, { method: 'importance', samples: 40_000 });
    const [drawn] = sampled.variables ?? [];
    expect(Math.abs((drawn?.mean ?? Number.NaN) - mean)).toBeLessThanOrEqual(5 * (drawn?.se ?? 0));
    // What is acted on has no spread at all, but for rounding.
    const error = 4.5 * errorOfSd(sd, sampled.ess);
    expect(Math.abs((drawn?.sd ?? Number.NaN) - sd)).toBeLessThanOrEqual(error + 1e-12);
    expect(sampled.sample?.columns[0]?.values).toHaveLength(40_000);
  });

  test('a node that is computed from another new one follows it', async () => {
    const together = await ask(chain, 'predict(a, b - a | a = 2)');
    expect(variable(together, 'a').sd).toBeCloseTo(Math.sqrt(1.8), 9);
    expect(variable(together, 'b - a').mean).toBeCloseTo(0, 9);
    expect(variable(together, 'b - a').sd).toBeCloseTo(0.5, 9);
  });

  test('evidence weighs as without the new draws', async () => {
    const asked = await ask(chain, 'posterior(m | a = 2)', { method: 'importance', samples: 5000 });
    const predicted = await ask(chain, 'predict(c | a = 2)', { method: 'importance', samples: 5000 });
    expect(predicted.logEvidence).toBe(asked.logEvidence);
  });

  test('another world has no new draws', async () => {
    const refused = await ask(chain, 'predict(a[do(m = 1)] | a = 2)');
    expect(refused.error?.code).toBe('E0492');
  });
});

describe('of families and programs', () => {
  test('a family is drawn again member by member, on hidden members as inferred', async () => {
    const model = `
    const seen = [2.0, -1.0, 4.0]
    model M { for j in 0..3 { t[j] ~ normal(0, 1)  y[j] ~ normal(t[j], 2) } }`;
    const exact = await ask(model, 'predict(y, mean(y) | y = seen)');
    for (const [j, y] of [2, -1, 4].entries()) {
      expect(variable(exact, `y[${j}]`).mean).toBeCloseTo(y / 5, 9);
      expect(variable(exact, `y[${j}]`).sd).toBeCloseTo(Math.sqrt(0.8 + 4), 9);
    }
    expect(variable(exact, 'mean(y)').mean).toBeCloseTo(1 / 3, 9);
    const sampled = await ask(model, 'predict(y, mean(y) | y = seen)', { method: 'importance', samples: 20_000 });
    for (const { name, mean, se } of sampled.variables ?? [])
      expect(Math.abs(mean - variable(exact, name).mean)).toBeLessThan(5 * se);
  });

  test('a walk that was seen is walked anew from its start', async () => {
    const model = 'model W { x[0] ~ normal(0, 1)  for t in 1..4 { x[t] ~ normal(0.5 * x[t - 1] + 1, 1) } }';
    const anew = await ask(model, 'predict(x | x = [9, 9, 9, 9])');
    const prior = await ask(model, 'posterior(x)');
    for (const { name, mean, sd } of prior.variables ?? []) {
      expect(variable(anew, name).mean).toBeCloseTo(mean, 9);
      expect(variable(anew, name).sd).toBeCloseTo(sd, 9);
    }
  });

  test('hidden draws that are no nodes are made anew, in loops, branches and recursion too', async () => {
    const model = `
    fn walk(s) { if sample bernoulli(0.5) { return s }  return walk(s + 1) }
    model R {
      rate ~ gamma(2, 1)
      k := walk(0)
      var total = 0
      for day in 0..3 { if rate > 0 { let n = sample poisson(rate)  total = total + n } }
      count := total + k
    }`;
    const sampled = await ask(model, 'predict(count, k | rate = 2, k = 3)', { method: 'importance', samples: 20_000 });
    const count = variable(sampled, 'count');
    // Both are new: three Poisson of rate 2, and a geometric of mean 1 and variance 2.
    expect(Math.abs(count.mean - 7)).toBeLessThan(5 * count.se);
    // Fourth cumulants add up to 3 · 2 + 26, which is half the square of the variance.
    expect(Math.abs(count.sd - Math.sqrt(8))).toBeLessThan(4.5 * errorOfSd(Math.sqrt(8), sampled.ess, 0.5));
    expect(Math.abs(variable(sampled, 'k').mean - 1)).toBeLessThan(5 * variable(sampled, 'k').se);
    const held = variable(
      await ask(model, 'predict(count | rate = 2, k = 3)', { method: 'importance', samples: 20_000 }),
      'count',
    );
    expect(Math.abs(held.mean - 9)).toBeLessThan(5 * held.se);
  });

  test("a model's own observations stay as they are", async () => {
    const model = 'model M { p ~ beta(1, 1)  k ~ binomial(10, p)  observe k = 7 }';
    const exact = await ask(model, 'predict(k)');
    // The beta-binomial of 10 draws after 7 of 10.
    expect(variable(exact, 'k').mean).toBeCloseTo(10 * (8 / 12), 6);
    const sampled = variable(await ask(model, 'predict(k)', { method: 'importance', samples: 20_000 }), 'k');
    expect(Math.abs(sampled.mean - 80 / 12)).toBeLessThan(5 * sampled.se);
  });

  test.each([
    'for t in 0..9 { if t > 4 { z[t] ~ poisson(exp(x[t])) }  y[t] ~ normal(x[t], 1) }',
    'var n = 0  while sample bernoulli(0.5) { n = n + 1  y[n] ~ normal(n, 1)  z[n] ~ poisson(1 + abs(y[n])) }',
    'for t in 0..9 { y[t] ~ normal(part(t), 1)  observe 1.0 ~ normal(y[t], 1)  z[t] ~ bernoulli(0.5) }',
  ])('the program with new draws is well formed, and engines agree on it: %s', (statements) => {
    const text = `
    fn part(t) { if sample bernoulli(0.5) or t < 1 { return 0.0 }  return sample normal(0, 1) + part(t - 1) }
    model M { for t in 0..9 { x[t] ~ normal(0, 1) }  ${statements} }
    query q = predict(y | x[3] = 1) using importance`;
    const plan = planOf(text);
    if (!('program' in plan)) throw new Error(plan.join('\n'));
    expectSound(plan, text);
  });
});
