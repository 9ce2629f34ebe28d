import { describe, expect, test } from 'vitest';
import { distanceMoved, propose, spreadOf } from '../../src/inference/smc/moves.js';
import { ask } from '../models/programs.js';

const line = `
const xs = [1.1, 2.4, 3.7, 4.4]
const ys = [1.1, 1.7, 1.9, 2.7]
model Line {
  k ~ normal(0, 5)
  m ~ normal(0, 5)
  s ~ gamma(1, 1)
  for i in 0..4 { observe ys[i] ~ normal(m + k * xs[i], s) }
}
`;

describe('one block of data', () => {
  test('has its posterior and evidence', async () => {
    const answer = await ask(`${line}query q = posterior(k, m, s) using smc(particles = 500)`);
    expect(answer.error).toBe(null);
    for (const [name, value] of [
      ['k', 0.432164],
      ['m', 0.59468],
      ['s', 0.483196],
    ] as const) {
      const got = answer.variables?.find((v) => v.name === name);
      expect(got?.se).toBeLessThan(0.05);
      expect(Math.abs((got?.mean ?? 0) - value)).toBeLessThan(5 * (got?.se ?? 0));
    }
    expect(Math.abs((answer.logEvidence ?? 0) + 7.9789365237)).toBeLessThan(5 * (answer.logEvidenceSe ?? 0));
    expect(answer.logEvidenceSe).toBeLessThan(0.2);
  });

  test('that is far from the prior is reached, which draws from the prior do not', async () => {
    const far = `
      model Far { mu ~ normal(0, 1000)  for y in [5.5, 6.5] { observe y ~ normal(mu, 0.01) } }
      query q = posterior(mu)`;
    const answer = await ask(`${far} using smc(particles = 300)`);
    expect(Math.abs((answer.variables?.[0]?.mean ?? 0) - 6)).toBeLessThan(5 * (answer.variables?.[0]?.se ?? 0));
    // The sum of both densities with mu integrated out.
    const exact = Math.log(1 / (2 * Math.PI * 0.01 * Math.sqrt(2e6))) - 0.25 / 1e-4;
    expect(Math.abs((answer.logEvidence ?? 0) - exact)).toBeLessThan(5 * (answer.logEvidenceSe ?? 0) + 0.01);
    expect(answer.variables?.[0]?.sd).toBeGreaterThan(0.005);
  });

  test('with tempered = false is importance sampling', async () => {
    const answer = await ask(`${line}query q = posterior(k) using smc(particles = 500, tempered = false)`);
    expect(answer.error).toBe(null);
    expect(answer.ess).toBeLessThan(1000);
  });
});

test('what cannot be tempered is said', async () => {
  const answer = await ask(`
    model M { n ~ poisson(3)  var s = 0.0  for i in 0..n { s = s + sample normal(0, 1) }  observe 1 ~ normal(s, 1) }
    query q = posterior(n) using smc(particles = 500, tempered = true)`);
  expect(answer.error).toBe(null);
  expect(answer.warnings.map((w) => w.code)).toContain('W0631');
});

describe('moves', () => {
  const points = [Float64Array.of(0, 1, 2, 3, 4), Float64Array.of(0, 2, 4, 6, 9)];

  test('spread as the population does', () => {
    const factor = spreadOf(points);
    expect(factor[0]).toBeCloseTo(Math.sqrt(2), 12);
    expect(factor[1]).toBe(0);
    // Row 2 times row 1 is the covariance.
    expect(factor[2]! * factor[0]!).toBeCloseTo(4.4, 12);
    expect(factor[2]! ** 2 + factor[3]! ** 2).toBeCloseTo(9.76, 12);
  });

  test('go along the factor', () => {
    const to = points.map((p) => p.slice());
    propose(points, spreadOf(points), 0.5, () => 1, to);
    expect(to[0]![2]).toBeCloseTo(2 + 0.5 * Math.sqrt(2), 12);
  });

  test('are far where populations are independent', () => {
    expect(distanceMoved(points, points)).toBe(0);
    const shifted = points.map((p) => p.map((_, i) => p[(i + 2) % 5]!));
    expect(distanceMoved(points, shifted)).toBeGreaterThan(0.8);
  });
});
