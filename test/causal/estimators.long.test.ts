/** Each estimator on 200 tables of a known model: right on average, and its error the one that it says. */
import { expect, test } from 'vitest';
import { generator } from './discrete_scm.js';
import { noiseOf, scenarios } from './simulated_units.js';

test.each(scenarios.map((s) => [s.name, s] as const))(
  '%s',
  (_, { truth, rows, estimate }) => {
    const many = 200;
    const noise = noiseOf(generator(71));
    const effects = Array.from({ length: many }, () => {
      const effect = estimate(noise, rows);
      if (!effect.ok) throw new Error(effect.reason);
      return effect;
    });
    const mean = effects.reduce((sum, e) => sum + e.value, 0) / many;
    const spread = Math.sqrt(effects.reduce((sum, e) => sum + (e.value - mean) ** 2, 0) / (many - 1));
    const said = effects.reduce((sum, e) => sum + e.se, 0) / many;
    expect(Math.abs(mean - truth)).toBeLessThan((4.5 * spread) / Math.sqrt(many));
    expect(Math.abs(spread / said - 1)).toBeLessThan(0.15);
    // Intervals of 1.96 errors hold the truth in about 95 of 100; 4.5 of its standard deviations are 7 of 100.
    const held = effects.filter((e) => Math.abs(e.value - truth) < 1.96 * e.se).length / many;
    expect(held).toBeGreaterThan(0.95 - 4.5 * Math.sqrt((0.95 * 0.05) / many));
  },
  60_000,
);
