import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adjusted } from '../../src/inference/abc/adjust.js';
import { logKernel } from '../../src/inference/abc/kernel.js';
import { choleskyOf, medianDeviation, scalesOf } from '../../src/inference/abc/measure.js';
import type { Answer, VariableSummary } from '../../src/report/answer.js';
import { ask } from '../models/programs.js';
import { errorOfSd } from '../runtime/statistics.js';
import { stream } from './statistics_draws.js';

const measured = 'model M { theta ~ normal(0, 1)  y ~ normal(theta, 1) }\n';
const posterior = (using: string, given = 'y ~= 1', before = measured): Promise<Answer> =>
  ask(`${before}query q = posterior(theta | ${given}) using ${using}`);

const first = ({ variables }: Answer): VariableSummary => variables![0]!;

const near = (got: Answer, mean: number, sd: number): void => {
  const theta = first(got);
  expect(Math.abs(theta.mean - mean)).toBeLessThan(4.5 * theta.se!);
  expect(Math.abs(theta.sd - sd)).toBeLessThan(4.5 * errorOfSd(sd, got.ess));
};

/** What comes within a distance of `seen` of samples from normal(theta, 0.2) with theta from normal(0, 3): by simulation of its own. */
function withinWasserstein(seen: readonly number[], size: number, epsilon: number) {
  const { normal, uniform } = stream(11);
  const ordered = seen.toSorted((a, b) => a - b);
  const steps = seen.length * size;
  const kept: number[] = [];
  for (let run = 0; run < 60_000; run++) {
    // Theta is uniform where it can come near at all, and kept in proportion to its prior.
    const theta = 1 + 2 * uniform();
    if (uniform() > Math.exp((1 - theta ** 2) / 18)) continue;
    const drawn = Array.from({ length: size }, () => theta + 0.2 * normal()).toSorted((a, b) => a - b);
    let distance = 0;
    for (let k = 0; k < steps; k++)
      distance += Math.abs(drawn[Math.floor(k / seen.length)]! - ordered[Math.floor(k / size)]!) / steps;
    if (distance <= epsilon) kept.push(theta);
  }
  const mean = kept.reduce((a, b) => a + b) / kept.length;
  const variance = kept.reduce((sum, x) => sum + (x - mean) ** 2, 0) / kept.length;
  return { mean, sd: Math.sqrt(variance), draws: kept.length };
}

describe('abc', () => {
  // Acceptance, mean and sd of N(theta; 0, 1) [Phi(1 + e - theta) - Phi(1 - e - theta)] / Z.
  test.each([
    [0.1, 0.04392082, 0.49916736, 0.70769511],
    [0.5, 0.21741462, 0.47959408, 0.72127826],
    [1, 0.4213504, 0.42320577, 0.75802439],
    [2, 0.74330251, 0.2555663, 0.85258516],
  ])('a normal within %f', async (epsilon, share, mean, sd) => {
    const simulations = 40_000;
    const got = await posterior(`abc(epsilon = ${epsilon}, simulations = ${simulations})`);
    near(got, mean, sd);
    const error = Math.sqrt((share * (1 - share)) / simulations);
    expect(Math.abs(got.diagnostics.acceptance! - share)).toBeLessThan(4.5 * error);
    expect(got.approximation).toEqual({ kind: 'abc', epsilon });
    expect(got.logEvidence).toBe(null);
  });

  test('a gaussian kernel of width e is noise of that size', async () => {
    near(await posterior('abc(epsilon = 1, kernel = gaussian, simulations = 40000)'), 1 / 3, Math.sqrt(2 / 3));
  });

  test('an epanechnikov kernel weighs by distance', async () => {
    const got = await posterior('abc(epsilon = 2, kernel = epanechnikov, simulations = 40000)');
    // Noise with the density 3/8 (1 - d²/4) on [-2, 2]: by quadrature.
    const step = 0.001;
    let [z, m, s] = [0, 0, 0];
    for (let d = -2 + step / 2; d < 2; d += step) {
      const weight = (1 - (d * d) / 4) * Math.exp(-((1 + d) ** 2) / 4);
      z += weight;
      m += (weight * (1 + d)) / 2;
      s += weight * (0.5 + ((1 + d) / 2) ** 2);
    }
    near(got, m / z, Math.sqrt(s / z - (m / z) ** 2));
  });

  test('epsilon 0 is exact, and its acceptance is the evidence', async () => {
    const coin = 'model Coin { theta ~ beta(1, 1)  k ~ binomial(5, theta) }\n';
    const got = await posterior('abc(epsilon = 0, simulations = 30000)', 'k ~= 2', coin);
    near(got, 3 / 7, Math.sqrt(12 / 49 / 8));
    expect(got.approximation).toBe(null);
    expect(Math.abs(got.logEvidence! - Math.log(1 / 6))).toBeLessThan(4.5 * got.logEvidenceSe!);
    const evidence = await ask(`${coin}query q = evidence(k ~= 2) using abc(epsilon = 0, simulations = 30000)`);
    expect(Math.abs(Number(evidence.value) - Math.log(1 / 6))).toBeLessThan(4.5 * evidence.se!);
  });

  test('the closest share, and a number of accepted draws', async () => {
    const share = await posterior('abc(quantile = 0.02, simulations = 30000)');
    expect(share.draws).toBe(600);
    expect(share.diagnostics.acceptance).toBeCloseTo(0.02, 10);
    near(share, 0.5, Math.SQRT1_2);
    const accepted = await posterior('abc(epsilon = 0.5, accept = 700)');
    expect(accepted.draws).toBe(700);
    // Simulations are made until so many are accepted, so their number is what varies.
    const within = 0.21741462;
    const error = within * Math.sqrt((1 - within) / 700);
    expect(Math.abs(accepted.diagnostics.acceptance! - within)).toBeLessThan(4.5 * error);
  });

  test('the closest share is what the closest of all runs are', async () => {
    // Within the greatest distance of the share, from as many runs, are the same draws.
    const share = await posterior('abc(quantile = 0.01, simulations = 20000)');
    const within = await posterior(`abc(epsilon = ${share.approximation!.epsilon}, simulations = 20000)`);
    expect(within.sample).toEqual(share.sample);
  });

  test('exact evidence beside it stays exact', async () => {
    const model = 'model M { theta ~ normal(0, 1)  y ~ normal(theta, 1)  z ~ normal(theta, 1) }\n';
    const got = await posterior('abc(epsilon = 0.05, simulations = 200000)', 'y ~= 1, z = 1', model);
    near(got, 2 / 3, Math.sqrt(1 / 3));
  });

  test.each(['abc(epsilon = 0.1, simulations = 60000)', 'abc_smc(epsilon = 0.1, particles = 500)'])(
    'a condition beside it, by %s',
    async (using) => {
      for (const seed of ['1', '2', '3', '4']) {
        const got = await ask(`${measured}query q = posterior(theta | y ~= 1, theta > 0) using ${using}`, { seed });
        const theta = first(got);
        // A normal with mean 1/2 and variance 1/2, above 0.
        expect(Math.abs(theta.mean - 0.7889)).toBeLessThan(4.5 * theta.se! + 0.002);
      }
    },
  );

  test('linear and local adjustment take the bias of a wide epsilon away', async () => {
    near(await posterior('abc(epsilon = 1.5, adjust = linear, simulations = 40000)'), 0.5, Math.SQRT1_2);
    near(await posterior('abc(epsilon = 1.5, adjust = local, simulations = 40000)'), 0.5, Math.SQRT1_2);
  });

  test('summaries are scaled: one that is noise does not drown one that informs', async () => {
    const model =
      'model M { theta ~ uniform(0, 10)  s := theta + 1 + 0.1 * sample normal(0, 1)  t := 2 + 10 * sample normal(0, 1) }\n';
    const using = (scale: string): string => `abc(quantile = 0.002, simulations = 50000${scale})`;
    const scaled = await posterior(using(''), 's ~= 4, t ~= 2', model);
    const bare = await posterior(using(', scale = none'), 's ~= 4, t ~= 2', model);
    expect(Math.abs(first(scaled).mean - 3)).toBeLessThan(4.5 * first(scaled).se!);
    expect(first(scaled).sd).toBeLessThan(first(bare).sd);
  });

  test.each([
    ['a distance of your own', 'fn mine(a, b) = abs(a[0] - b[0])', 'distance = mine'],
    ['mahalanobis', '', 'distance = mahalanobis'],
    ['manhattan', '', 'distance = manhattan, scale = sd'],
    ['maximum', '', 'distance = maximum, scale = mad'],
  ])('%s', async (_, fn, options) => {
    near(
      await posterior(`abc(quantile = 0.03, simulations = 20000, ${options})`, 'y ~= 1', `${fn}\n${measured}`),
      0.5,
      Math.SQRT1_2,
    );
  });

  test('samples of different sizes by wasserstein_1', async () => {
    const model =
      'const seen = [1.8, 2.0, 2.1, 2.4, 1.7]\nmodel M { theta ~ normal(0, 3)  ys ~ iid(normal(theta, 0.2), 8) }\n';
    const got = await posterior(
      'abc(quantile = 0.005, simulations = 40000, distance = wasserstein_1)',
      'ys ~= seen',
      model,
    );
    const { mean, sd, draws } = withinWasserstein([1.8, 2.0, 2.1, 2.4, 1.7], 8, Number(got.approximation!.epsilon));
    const error = Math.hypot(first(got).se!, sd / Math.sqrt(draws));
    expect(Math.abs(first(got).mean - mean)).toBeLessThan(4.5 * error);
    expect(Math.abs(first(got).sd - sd)).toBeLessThan(4.5 * Math.hypot(errorOfSd(sd, got.ess), errorOfSd(sd, draws)));
  });

  test('statements in the model compare too, in loops and branches', async () => {
    const model = `const seen = [0.9, 1.1, 1.0]
      model M { theta ~ normal(0, 1)  two ~ bernoulli(0.5)
        for i in 0..3 { y[i] ~ normal(theta, 1)  observe y[i] ~= seen[i] }
        if two { observe sample normal(theta, 1) ~= 1.0 } else { observe sample normal(theta, 1) ~= 1.0 }
      }\n`;
    const got = await ask(
      `${model}query q = posterior(theta) using abc(epsilon = 1, scale = none, simulations = 100000)`,
    );
    const same = `model N { theta ~ normal(0, 1)  for i in 0..4 { y[i] ~ normal(theta, 1) } }
      query q = posterior(theta | y ~= [0.9, 1.1, 1.0, 1.0]) using abc(epsilon = 1, scale = none, simulations = 100000)`;
    const [a, b] = [first(got), first(await ask(same))];
    expect(Math.abs(a.mean - b.mean)).toBeLessThan(4.5 * Math.hypot(a.se!, b.se!));
  });

  test.each([
    ['nothing near', 'y ~= 1000', 'abc(epsilon = 0.1, simulations = 2000)', 'E0610'],
    ['nothing compared', 'y = 1', 'abc()', 'E0492'],
    ['a distance that gives no number', 'y ~= 1', 'abc(distance = pair)', 'E0492'],
    ['two ~= for a distance of samples', 'y ~= 1, theta ~= 2', 'abc(distance = mmd)', 'E0492'],
  ])('%s is an error', async (_, given, using, code) => {
    const got = await posterior(using, given, `fn pair(a, b) = [a[0], b[0]]\n${measured}`);
    expect(got.error?.code).toBe(code);
  });

  test('the error names the nearest run', async () => {
    const got = await posterior('abc(epsilon = 0.1, simulations = 2000)', 'y ~= 1000');
    expect(got.error?.message).toMatch(
      /None of 2000 simulations comes within 0.1 .* the nearest seen is 99\d\.\d+ away/,
    );
  });
});

describe('abc_smc', () => {
  test('a normal within a distance', async () => {
    const got = await posterior('abc_smc(epsilon = 0.5, particles = 3000)');
    near(got, 0.47959408, 0.72127826);
    expect(got.draws).toBe(3000);
    expect(got.approximation).toMatchObject({ kind: 'abc', epsilon: 0.5 });
  });

  test.each(['ess = 0.5', 'neighbours = 40', 'adapt = true', 'adjust = linear', 'scale = mad'])(
    'with %s',
    async (option) => {
      near(await posterior(`abc_smc(particles = 1500, ${option}, acceptance = 0.05)`), 0.5, Math.SQRT1_2);
    },
  );

  test('the summary that informs is found among those that do not', async () => {
    const model =
      'model M { theta ~ uniform(0, 10)  s := theta + 1 + 0.1 * sample normal(0, 1)  t := 2 + 10 * sample normal(0, 1) }\n';
    const got = await posterior('abc_smc(particles = 500)', 's ~= 4, t ~= 2', model);
    expect(Math.abs(first(got).mean - 3)).toBeLessThan(4.5 * first(got).se! + 0.01);
    expect(first(got).sd).toBeLessThan(0.2);
  });

  test('models are chosen: particles jump between them', async () => {
    const coins = 'model Coins { second ~ bernoulli(0.5)  result ~ bernoulli(if second then 0.4 else 0.8) }\n';
    const zero = await ask(
      `${coins}query q = P(second | result ~= false) using abc_smc(epsilon = 0, particles = 2000)`,
    );
    expect(Math.abs(Number(zero.value) - 0.75)).toBeLessThan(4.5 * zero.se!);
    const priors = `model Priors { second ~ bernoulli(0.5)  theta ~ beta(if second then 10 else 1, 1)  k ~ binomial(5, theta) }\n`;
    const two = await ask(`${priors}query q = P(second | k ~= 2) using abc_smc(epsilon = 0, particles = 2000)`);
    expect(Math.abs(Number(two.value) - 0.0990099)).toBeLessThan(4.5 * two.se!);
    // The first has 1 / 6, the second C(5, 2) B(12, 4) / B(10, 1).
    const evidence = 0.5 / 6 + (0.5 * 10 * 10 * 6) / (12 * 13 * 14 * 15);
    expect(Math.abs(two.logEvidence! - Math.log(evidence))).toBeLessThan(4.5 * two.logEvidenceSe!);
  });

  test('a limit of simulations ends it', async () => {
    const got = await posterior('abc_smc(particles = 200, simulations = 5000)');
    expect(first(got).name).toBe('theta');
  });

  test('without a parameter outside of loops it says so', async () => {
    const model = 'model M { var s = 0.0  for i in 0..40 { s = s + sample normal(0, 1) }  theta := s }\n';
    const got = await posterior('abc_smc()', 'theta ~= 1', model);
    expect(got.error?.message).toContain('no parameter to move');
  });
});

describe('parts', () => {
  test('the median absolute deviation is the middle one of the deviations from the middle', () => {
    const middle = (values: readonly number[]): number => {
      const ordered = values.toSorted((x, y) => x - y);
      return (ordered[(ordered.length - 1) >> 1]! + ordered[ordered.length >> 1]!) / 2;
    };
    const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), (values) => {
        const centre = middle(values);
        const expected = middle(values.map((x) => Math.abs(x - centre)));
        expect(medianDeviation(Float64Array.from(values))).toBe(expected);
      }),
    );
    expect(medianDeviation(new Float64Array(0))).toBeNaN();
  });

  test('scales: median deviations, and where those are 0 the standard deviation', () => {
    expect(medianDeviation(Float64Array.of(1, 1, 2, 2, 4, 6, 9))).toBe(1);
    const rows = [
      [0, 5, 3],
      [1, 5, 3],
      [2, 5, 3],
      [3, 9, 3],
    ].map((row) => Float64Array.from(row));
    const [first, second, third] = scalesOf(rows, 3, 'mad');
    expect(first).toBe(1);
    expect(second).toBeCloseTo(Math.sqrt(3), 12);
    expect(third).toBe(1);
    expect(scalesOf(rows, 1, 'sd')[0]).toBeCloseTo(Math.sqrt(1.25), 12);
  });

  test('kernels are 1 at 0 and fall to their reach', () => {
    for (const kernel of ['uniform', 'epanechnikov', 'gaussian'] as const)
      expect(logKernel(kernel, 0, 2)).toBeCloseTo(0, 12);
    expect(logKernel('uniform', 2.1, 2)).toBe(-Infinity);
    expect(logKernel('epanechnikov', 1, 2)).toBeCloseTo(Math.log(0.75), 12);
    expect(logKernel('epanechnikov', 2, 2)).toBe(-Infinity);
    expect(logKernel('gaussian', 2, 2)).toBeCloseTo(-0.5, 12);
  });

  test('regression adjustment of what is linear leaves the residuals', () => {
    const rows = [0, 1, 2, 3, 4].map((s) => Float64Array.of(s, 2 * s, s * s));
    const seen = Float64Array.of(1, 2, 1);
    const theta = Float64Array.from(rows, (row) => 3 + 2 * row[0]! - row[2]!);
    const [column] = adjusted([theta], [{ kind: 'real' }], rows, seen, new Float64Array(5).fill(1));
    for (const value of Array.from(column ?? [], Number)) expect(value).toBeCloseTo(4, 9);
    const whole = Float64Array.of(1, 2, 3, 4, 5);
    expect(adjusted([whole], [{ kind: 'int' }], rows, seen, new Float64Array(5).fill(1))).toEqual([whole]);
  });

  test('a factor of a covariance gives it back', () => {
    const covariance = [Float64Array.of(4, 2), Float64Array.of(2, 5)];
    const lower = choleskyOf(covariance);
    expect(lower[0]![0]! ** 2).toBeCloseTo(4, 6);
    expect(lower[1]![0]! * lower[0]![0]!).toBeCloseTo(2, 6);
    expect(lower[1]![0]! ** 2 + lower[1]![1]! ** 2).toBeCloseTo(5, 6);
  });
});
