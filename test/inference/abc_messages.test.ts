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

describe('advice', () => {
  const hint = async (query: string, code: string): Promise<string | null> => {
    const answer = await said(query);
    const [found] = answer.warnings.filter((w) => w.code === code);
    expect(answer.error?.message ?? found?.code).toBe(code);
    return found!.hint;
  };

  test('of heavy weights names no method that refuses what is compared', async () => {
    for (const using of ['abc_smc(particles = 2000)', 'abc(simulations = 100000)']) {
      const text = await hint(`E(mu | x ~= 1, w = 3) in M using ${using}`, 'W0601');
      expect(text).not.toMatch(/\b(smc|mh)\b/);
      expect(text).toMatch(/~=/);
    }
    expect(await hint('E(mu | z = 1.5) in M using importance(samples = 1000)', 'W0601')).toMatch(/smc or mh/);
  });

  test('of few draws that count names another method than the one asked', async () => {
    const text = await hint('E(mu | z = 1.5) in M using smc(particles = 20, replicas = 2)', 'W0602');
    expect(text).not.toMatch(/\bsmc\b|samples/);
    expect(text).toMatch(/`particles`.*mh/);
    expect(await hint('E(mu | z = 1.5) in M using importance(samples = 1000)', 'W0602')).toMatch(/samples.*smc or mh/);
  });

  test('of few that were accepted', async () => {
    const text = await hint('E(mu | mu > 3.9) in M using rejection(simulations = 200000)', 'W0624');
    expect(text).not.toMatch(/abc/);
    expect(text).toMatch(/smc/);
    expect(await hint('E(mu | z ~= 1) in M using abc(epsilon = 0.00001, simulations = 1000000)', 'W0624')).toMatch(
      /abc_smc/,
    );
  });

  test('of a budget that was spent', async () => {
    const answer = await said('E(mu | x ~= 1) in M using abc(epsilon = 0.1, accept = 1000, simulations = 500)');
    const [found] = answer.warnings.filter((w) => w.code === 'W0605');
    expect(found?.message).toMatch(new RegExp(`${answer.draws} of the 1000`));
    expect(found?.hint).toMatch(/simulations/);
  });
});

describe('evidence that no run agrees with', () => {
  test.each([
    [
      'evidence(y ~= 7) in Die using abc(epsilon = 0, simulations = 20000)',
      /^None of 20000 simulations equals what was seen/,
    ],
    ['evidence(y ~= 7) in Die using abc(epsilon = 0)', /^None of \d+ simulations equals what was seen/],
    ['evidence(mu > 100) in M using rejection(simulations = 20000)', /^None of 20000 runs agrees with the evidence/],
    ['evidence(mu > 100) in M using importance', /^None of \d+ runs agrees with the evidence/],
  ])('%s', async (query, message) => {
    const answer = await said(query);
    expect(answer.value).toBe(Number.NEGATIVE_INFINITY);
    expect(answer.warnings.map((w) => w.code)).toEqual(['W0638']);
    expect(answer.warnings[0]?.message).toMatch(message);
  });
});
