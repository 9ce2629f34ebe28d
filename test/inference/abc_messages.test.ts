/** What methods without a likelihood say where they have no answer, or a doubtful one: advice that they can follow. */
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/report/answer.js';
import { ask } from '../models/programs.js';

const models = `
model M { mu ~ normal(0, 1)  x ~ normal(mu, 1)  z ~ normal(mu, 0.001)  w ~ normal(mu, 0.02) }
model Die { k ~ discrete_uniform(1, 6)  y := 2 * k }
`;
const said = (query: string): Promise<Answer> => ask(`${models}query q = ${query}`);

describe('no run with a distance', () => {
  test.each([
    ['nan', 'abc_smc(particles = 200)'],
    ['infinity', 'abc_smc(particles = 200)'],
    ['nan', 'abc(quantile = 0.01, simulations = 2000)'],
    ['infinity', 'abc(quantile = 0.01, simulations = 2000)'],
    ['nan', 'abc(epsilon = 1, simulations = 2000)'],
  ])('of what is %s, by %s', async (seen, using) => {
    const { error } = await said(`E(mu | x ~= ${seen}) in M using ${using}`);
    expect(error?.code).toBe('E0610');
    expect(error?.message).toMatch(/^None of \d+ simulations is at a finite distance from what was seen:/);
    expect(error?.message).not.toMatch(/exact|quantile|within/);
  });

  test.each(['abc_smc(particles = 200)', 'abc(simulations = 2000)'])(
    'exact evidence that no run agrees with is told as that, by %s',
    async (using) => {
      const { error } = await said(`E(mu | x ~= 1, mu > 100) in M using ${using}`);
      expect(error?.message).toMatch(/^None of \d+ simulations agrees with the exact evidence beside '~='\.$/);
    },
  );
});
