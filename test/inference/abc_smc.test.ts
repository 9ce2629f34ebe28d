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
