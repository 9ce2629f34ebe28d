/** Particles whose parameters are moved after resampling: right where the answer is known, and varied where a plain filter is not. */
import { describe, expect, test } from 'vitest';
import { ask } from '../models/programs.js';

const steps = 25;
const seen = Array.from({ length: steps }, (_, t) => (2 + Math.sin(1.7 * t)).toFixed(2)).join(', ');
const drift = `const seen = [${seen}]
model Drift {
  m ~ normal(0, 3)
  x[0] ~ normal(m, 1)
  observe seen[0] ~ normal(x[0], 1)
  for t in 1..${steps} { x[t] ~ normal(m + 0.5 * (x[t - 1] - m), 0.5)  observe seen[t] ~ normal(x[t], 1) }
}
`;
const using = 'using smc(particles = 100, replicas = 8';

describe('rejuvenation', () => {
  test('finds the posterior and the evidence of a level under a walk', async () => {
    for (const form of ['E(m)', 'evidence()']) {
      const exact = await ask(`${drift}query q = ${form} using exact`);
      const moved = await ask(`${drift}query q = ${form} ${using}, rejuvenate = 2)`);
      expect(exact.exact).toBe(true);
      expect(moved.se).toBeGreaterThan(0);
      expect(Math.abs(Number(moved.value) - Number(exact.value))).toBeLessThan(5 * moved.se!);
    }
  });

  test('keeps parameters varied, where resampling leaves few of them', async () => {
    const valuesOf = async (option: string): Promise<number> => {
      const { sample } = await ask(`${drift}query q = posterior(m) ${using}${option})`);
      return new Set(sample?.columns[0]?.values.subarray(0, 100)).size;
    };
    expect(await valuesOf('')).toBeLessThan(25);
    expect(await valuesOf(', rejuvenate = 3')).toBeGreaterThan(50);
  });

  test('that cannot be is refused, and the filter runs without it', async () => {
    const free = 'model Free { x ~ normal(0, 1)  y ~ normal(x, 1) }\n';
    for (const [program, query] of [
      [free, 'E(x | y = 1) using smc(particles = 50, rejuvenate = 1, alive = true)'],
      [`${drift}`, 'E(m) using smc(particles = 50, rejuvenate = 1, alive = true)'],
    ] as const) {
      const { warnings, value } = await ask(`${program}query q = ${query}`);
      expect(warnings.map(({ code }) => code)).toContain('W0635');
      expect(value).not.toBeNull();
    }
  });
});
