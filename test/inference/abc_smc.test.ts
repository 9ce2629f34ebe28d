/** Population Monte Carlo under each distance, and what is said where it did not come as near as was asked. */
import { describe, expect, test } from 'vitest';
import type { Answer, VariableSummary } from '../../src/report/answer.js';
import { ask } from '../models/programs.js';

const measured = 'model M { theta ~ normal(0, 1)  y ~ normal(theta, 1) }\n';

const first = ({ variables }: Answer): VariableSummary => variables![0]!;

describe('distances', () => {
  const own = 'fn off(a, b) = abs(a[0] - b[0])\nfn mine(a, b) = 3 * off(a, b)\n';

  // Of single numbers each of them grows with their difference alone: near 0 all have the posterior N(1/2, 1/2).
  test.each(['euclidean', 'manhattan', 'maximum', 'mahalanobis', 'wasserstein_1', 'energy_distance', 'mmd', 'mine'])(
    'by %s',
    async (distance) => {
      const using = `abc_smc(particles = 1000, distance = ${distance}, acceptance = 0.05)`;
      const got = await ask(`${own}${measured}query q = posterior(theta | y ~= 1) using ${using}`);
      expect(got.error).toBe(null);
      const theta = first(got);
      expect(Math.abs(theta.mean - 0.5)).toBeLessThan(4.5 * theta.se!);
      expect(Math.abs(theta.sd - Math.SQRT1_2)).toBeLessThan((4.5 * Math.SQRT1_2) / Math.sqrt(2 * got.ess!));
    },
  );
});

describe('an epsilon that was not reached is told, however the run ended', () => {
  const dice = 'model Die { k ~ discrete_uniform(1, 6)  y := 2 * k }\n';
  const shown = (x: number): string => String(Number(x.toPrecision(4)));

  test.each([
    ['no run comes nearer', dice, 'E(k | y ~= 7)', 'epsilon = 0', /nearer/],
    [
      'simulations',
      measured,
      'E(theta | y ~= 1)',
      'particles = 500, simulations = 1500, epsilon = 0.001',
      /`simulations`/,
    ],
    [
      'simulations of the first generation',
      measured,
      'E(theta | y ~= 1)',
      'simulations = 2000, epsilon = 0.001',
      /`simulations`/,
    ],
    ['acceptance', measured, 'E(theta | y ~= 1)', 'particles = 200, epsilon = 0', /`acceptance`/],
    ['generations', measured, 'E(theta | y ~= 1)', 'particles = 200, generations = 2, epsilon = 0.01', /`generations`/],
    [
      'scales of each generation',
      measured,
      'E(theta | y ~= 1)',
      'particles = 200, adapt = true, scale = mad, generations = 2, epsilon = 0.01',
      /`generations`/,
    ],
  ])('by %s', async (_, model, question, options, hint) => {
    const got = await ask(`${model}query q = ${question} using abc_smc(${options})`);
    const [found, ...others] = got.warnings.filter((w) => w.code === 'W0636');
    expect(others).toEqual([]);
    expect(found?.message).toContain(`${shown(Number(got.approximation!.epsilon))}`);
    expect(found?.message).toContain(/epsilon = ([\d.]+)/.exec(options)![1]);
    expect(found?.hint).toMatch(hint);
    expect(got.warnings.map((w) => w.code)).not.toContain('W0605');
  });

  test('and nothing where it was reached, or none was asked for', async () => {
    for (const options of ['epsilon = 0.5', 'epsilon = 100', 'generations = 2', 'simulations = 3000']) {
      const got = await ask(`${measured}query q = E(theta | y ~= 1) using abc_smc(particles = 200, ${options})`);
      expect(got.warnings).toEqual([]);
    }
    const got = await ask(`${dice}query q = E(k | y ~= 8) using abc_smc(epsilon = 0)`);
    expect([got.value, got.warnings]).toEqual([4, []]);
  });

  test('of two runs the answer names the greater epsilon', async () => {
    const each = (given: string): string => `E(theta | y ~= ${given})`;
    const using = 'using abc(simulations = 5000)';
    const [close, far] = await Promise.all(['0', '4'].map((y) => ask(`${measured}query q = ${each(y)} ${using}`)));
    const both = await ask(`${measured}query q = ${each('0')} - ${each('4')} ${using}`);
    expect(Number(far!.approximation!.epsilon)).toBeGreaterThan(Number(close!.approximation!.epsilon));
    expect(both.approximation).toEqual(far!.approximation);
  });
});
