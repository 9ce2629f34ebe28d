/** Studies of many seeds: intervals hold the exact answer as often as they say; and the outbreak against a program in another language. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { answer, open } from '../models/programs.js';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const measured = 'model M { theta ~ normal(0, 1)  y ~ normal(theta, 1) }\n';
const priors =
  'model P { second ~ bernoulli(0.5)  theta ~ beta(if second then 10 else 1, 1)  k ~ binomial(5, theta) }\n';
const seeds = 400;

describe('95 % intervals', () => {
  test.each([
    ['abc', `${measured}query q = E(theta | y ~= 1) using abc(epsilon = 0.5, accept = 300)`, 0.47959408],
    ['abc_smc', `${measured}query q = E(theta | y ~= 1) using abc_smc(epsilon = 0.5, particles = 300)`, 0.47959408],
    [
      'abc_smc with a condition beside',
      `${measured}query q = E(theta | y ~= 1, theta > 0) using abc_smc(epsilon = 0.1, particles = 300)`,
      0.7889,
    ],
    [
      'abc_smc between models',
      `${priors}query q = P(second | k ~= 2) using abc_smc(epsilon = 0, particles = 300)`,
      0.0990099,
    ],
    ['rejection', `${measured}query q = E(theta | y = 1) using rejection(samples = 300)`, 0.5],
    [
      'evidence by rejection',
      `${measured}query q = evidence(y = 1) using rejection(simulations = 2000)`,
      -0.25 - 0.5 * Math.log(4 * Math.PI),
    ],
  ])('of %s', { timeout: 600_000 }, async (_, text, exact) => {
    let held = 0;
    let sum = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const { interval, value, se } = await answer(open(text, { seed: String(seed) }), 'q');
      if (interval![0] <= exact && exact <= interval![1]) held++;
      sum += (Number(value) - exact) / se!;
    }
    // Four standard errors of the share, and of the mean of the standardised errors.
    expect(Math.abs(held / seeds - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / seeds));
    expect(Math.abs(sum / seeds)).toBeLessThan(4 / Math.sqrt(seeds) + 0.05);
  });
});

describe('the outbreak', () => {
  const model = readFileSync(path.join(examples, 'outbreak.scm'), 'utf8').replace(/^query[\s\S]*/m, '');
  const ask = (using: string) =>
    answer(
      open(`${model}\nquery q = posterior(beta, gamma | in_bed ~= school.in_bed) using ${using}`, {}, examples),
      'q',
    );

  // The same simulator in NumPy, the nearest thousand of a million: beta 2.081, gamma 0.667 within 108.2, with errors of about 0.006 and 0.002.
  test('the nearest of a million', { timeout: 600_000 }, async () => {
    const got = await ask('abc(quantile = 0.001, simulations = 1000000, scale = none)');
    const [beta, gamma] = got.variables!;
    expect(Math.abs(beta!.mean - 2.081)).toBeLessThan(4.5 * Math.hypot(beta!.se!, 0.006));
    expect(Math.abs(gamma!.mean - 0.667)).toBeLessThan(4.5 * Math.hypot(gamma!.se!, 0.002));
    expect(Number(got.approximation!.epsilon)).toBeCloseTo(108.2, -0.5);
  });

  test('population Monte Carlo comes nearer with fewer simulations', { timeout: 600_000 }, async () => {
    const got = await ask('abc_smc(particles = 1000, scale = none)');
    expect(Number(got.approximation!.epsilon)).toBeLessThan(108);
    expect(Number(got.approximation!.simulations)).toBeLessThan(1_000_000);
    expect(got.variables![0]!.mean).toBeGreaterThan(1.5);
    expect(got.variables![0]!.mean).toBeLessThan(2.3);
  });
});
