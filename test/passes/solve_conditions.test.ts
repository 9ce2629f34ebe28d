import { describe, expect, test } from 'vitest';
import { ask } from '../models/programs.js';

const exactly = async (model: string, query: string, using: string): Promise<readonly [number, number, number]> => {
  const exact = await ask(`${model} query q = ${query}`);
  const sampled = await ask(`${model} query q = ${query} using ${using}`);
  expect(exact.exact).toBe(true);
  expect(sampled.error).toBe(null);
  return [Number(exact.value), Number(sampled.value), sampled.se ?? Number.NaN];
};

describe('conditions on sums of draws', () => {
  test.each([
    ['E(a | a + b = 7)', 'a + b'],
    ['E(a | b - a = 2)', 'b - a'],
    ['E(a | 2 * a + b = 9)', 'a product'],
    ['E(a + b | a + b + c = 12)', 'three'],
    ['E(a | c = 3, a + b = 4)', 'two conditions'],
    ['P(a > 3 | a + b = c + 2)', 'draws on both sides'],
  ])('%s: %s', async (query) => {
    const model = 'model M { a ~ binomial(6, 0.4)  b ~ poisson(a + 1)  c ~ discrete_uniform(0, 9) }';
    const [exact, value, se] = await exactly(model, query, 'smc(particles = 2000, alive = false)');
    expect(se).toBeGreaterThan(0);
    expect(Math.abs(value - exact)).toBeLessThan(5 * se);
  });

  test('weigh as before: the evidence stays', async () => {
    const model = 'model M { a ~ binomial(6, 0.4)  b ~ binomial(a + 3, 0.7)  observe a + b == 5 }';
    const [exact, value, se] = await exactly(model, 'evidence()', 'smc(particles = 2000, alive = false)');
    expect(Math.abs(value - exact)).toBeLessThan(5 * se);
    // The share of lucky runs would be known to 1 / sqrt(16,000 p) alone.
    expect(se).toBeLessThan(0.5 * Math.sqrt((1 - Math.exp(exact)) / (16000 * Math.exp(exact))));
  });
});
