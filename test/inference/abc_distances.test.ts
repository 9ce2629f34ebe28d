/** Runs without a finite distance from what was seen: none of them is an answer. */
import { describe, expect, test } from 'vitest';
import type { Answer, VariableSummary } from '../../src/report/answer.js';
import { ask } from '../models/programs.js';

const first = ({ variables }: Answer): VariableSummary => variables![0]!;
const codes = ({ warnings }: Answer): readonly string[] => warnings.map((w) => w.code);

const samples = 'model M { mu ~ normal(0, 1)  n ~ poisson(3)  ys := [sample normal(mu, 1) for i in 0..n] }\n';
const threes = (count: number): string => `[${new Array(count).fill('3.0').join(', ')}]`;

describe('a share of runs', () => {
  test('has none of another length than what was seen, and says where that leaves too few', async () => {
    const using = 'abc(quantile = 0.05, simulations = 20000)';
    const got = await ask(`${samples}query q = posterior(n, mu | ys ~= ${threes(9)}) using ${using}`);
    // Of 20,000 runs 54 have nine elements, give or take 7.
    expect(Math.abs(got.draws - 54)).toBeLessThan(4.5 * 7.4);
    expect([first(got).mean, first(got).sd]).toEqual([9, 0]);
    expect(Number.isFinite(got.approximation!.epsilon)).toBe(true);
    expect(codes(got)).toContain('W0637');
    const found = got.warnings.find((w) => w.code === 'W0637');
    expect(found?.message).toContain(`${got.draws} of 20000`);
    expect(found?.message).toContain('1000');
  });

  test('is an error where there is none with a distance', async () => {
    for (const using of ['abc(quantile = 0.05, simulations = 20000)', 'abc_smc(particles = 200)']) {
      const got = await ask(`${samples}query q = E(mu | ys ~= ${threes(40)}) using ${using}`);
      expect(got.error?.code).toBe('E0610');
    }
  });

  test('is the whole of the runs with a distance at most', async () => {
    // Half of the runs have a distance, infinite or no number otherwise: those with theta > 0, whose mean is that of a half-normal.
    for (const y of ['if theta > 0 then theta else infinity', 'log(theta)']) {
      const model = `model M { theta ~ normal(0, 1)  y := ${y} }\n`;
      for (const distance of ['euclidean', 'manhattan', 'maximum', 'mahalanobis', 'wasserstein_1']) {
        const using = `abc(quantile = 0.8, simulations = 10000, distance = ${distance})`;
        const got = await ask(`${model}query q = posterior(theta | y ~= 1.0) using ${using}`);
        expect(Math.abs(got.draws - 5000)).toBeLessThan(4.5 * 50);
        expect(Math.abs(first(got).mean - Math.sqrt(2 / Math.PI))).toBeLessThan(4.5 * first(got).se!);
        expect(codes(got)).toEqual(['W0637']);
      }
    }
  });

  test('where runs end early too', async () => {
    const model = `model M { theta ~ normal(0, 1)
      for i in 0..3 { y[i] := (if theta > 0 then theta else infinity) + sample normal(0, 1) }
    }\n`;
    const got = await ask(
      `${model}query q = posterior(theta | y ~= [1.0, 1.0, 1.0]) using abc(quantile = 0.8, simulations = 10000, scale = none)`,
    );
    expect(Math.abs(got.draws - 5000)).toBeLessThan(4.5 * 50);
    expect(codes(got)).toEqual(['W0637']);
  });

  test('and a width so great that its reach is infinite', async () => {
    const model = 'model M { theta ~ normal(0, 1)  y := if theta > 0 then theta else infinity }\n';
    const using = 'abc(epsilon = 1e308, kernel = gaussian, simulations = 2000)';
    const got = await ask(`${model}query q = P(theta > 0 | y ~= 1.0) using ${using}`);
    expect(got.value).toBe(1);
    expect(Math.abs(got.draws - 1000)).toBeLessThan(4.5 * 23);
  });

  test('says nothing where there are enough', async () => {
    const model = 'model M { theta ~ normal(0, 1)  y := if theta > 0 then theta else infinity }\n';
    const got = await ask(`${model}query q = E(theta | y ~= 1.0) using abc(quantile = 0.2, simulations = 10000)`);
    expect([got.draws, codes(got)]).toEqual([2000, []]);
  });
});

test.each(['quantile = 0.5', 'ess = 0.5'])(
  'a generation of abc_smc has no run without a finite distance, by %s',
  async (by) => {
    // Scales shrink with the candidates: in those of later generations what was near is far beyond the bound of this distance.
    const model = `fn steep(a, b) = if a[0] > 1.2 then infinity else abs(a[0] - b[0])
    model M { theta ~ normal(0, 1)  y ~ normal(theta, 0.1) }\n`;
    const using = `abc_smc(particles = 200, distance = steep, adapt = true, scale = sd, ${by}, generations = 5)`;
    const got = await ask(`${model}query q = posterior(theta | y ~= 1.0) using ${using}`);
    expect(Number(got.approximation!.epsilon)).toBeLessThan(1);
    expect(Math.abs(first(got).mean - 1)).toBeLessThan(0.5);
  },
);
