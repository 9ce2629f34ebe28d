/** Importance sampling on scrambled points: right answers, honest errors, small ones, the same for any number of workers. */
import { describe, expect, test } from 'vitest';
import { coordinatesOf, onPoints } from '../../../src/inference/importance/points/coordinates.js';
import { sequenceOf } from '../../../src/inference/importance/points/sobol.js';
import { newDraws } from '../../../src/ir/draws.js';
import { defaultLimits } from '../../../src/ir/engine.js';
import { mainName } from '../../../src/passes/assemble.js';
import { engines } from '../../../src/plan/engines.js';
import { keyFromSeed } from '../../../src/runtime/random/seed.js';
import { ask, open } from '../../models/programs.js';
import { planOf } from '../../passes/small_programs.js';

const sobol = (samples: number, more = ''): string => `using importance(samples = ${samples}, points = sobol${more})`;

/** A product of normals: a | y is normal(0.5, sqrt(0.5)), and y is normal(0, sqrt(2)). */
const normals = 'model M { a ~ normal(0, 1)  y ~ normal(a, 1) }\n';
const logEvidence = -0.5 * Math.log(2 * Math.PI * 2) - 0.25;

/** Draws of every kind of noise, by their distribution functions where they take any number of random numbers. */
const mixed = `model M {
  u ~ uniform(2, 4)  e ~ exponential(2)  g ~ gamma(2.5, 2)  b ~ beta(2, 3)  k ~ poisson(3)  c ~ bernoulli(0.3)
  n ~ normal(1, 2)
}
`;

test('a quantile of one noise, below which every scrambling has as many points, is not known exactly', async () => {
  let held = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { value, se, interval } = await ask(`model M { e ~ exponential(1) }\nquery q = Median(e) ${sobol(1024)}`, {
      seed: `${seed}`,
    });
    expect(se!).toBeGreaterThan(0);
    // The points at random would have an error of 1/32.
    expect(Math.abs((value as number) - Math.log(2))).toBeLessThan(0.01);
    if (interval![0] <= Math.log(2) && Math.log(2) <= interval![1]) held += 1;
  }
  expect(held).toBeGreaterThanOrEqual(36);
});

describe('known answers', () => {
  test.each([
    ['E(u)', 3],
    ['E(e)', 0.5],
    ['E(g)', 1.25],
    ['E(b)', 0.4],
    ['E(k)', 3],
    ['P(c)', 0.3],
    ['E(n)', 1],
    ['Var(n)', 4],
    ['E(u * e + n * g)', 1.5 + 1.25],
    ['P(n > 1 and e < 0.2)', 0.5 * (1 - Math.exp(-0.4))],
  ])('%s', async (form, exact) => {
    const { value, se, error } = await ask(`${mixed}query q = ${form} ${sobol(8192)}`);
    expect(error).toBeNull();
    expect(Math.abs(Number(value) - exact)).toBeLessThan(5 * se! + 1e-13);
    // Random draws have an error of the order of 0.01 here.
    expect(se!).toBeLessThan(0.006);
  });

  test('weights, the evidence, and draws of several targets', async () => {
    const answer = await ask(`${normals}query q = E(a | y = 1) ${sobol(8192)}`);
    expect(Math.abs(Number(answer.value) - 0.5)).toBeLessThan(5 * answer.se!);
    expect(Math.abs(answer.logEvidence! - logEvidence)).toBeLessThan(5 * answer.logEvidenceSe!);
    expect(answer.diagnostics.khat).not.toBeNull();
    const { variables } = await ask(`${normals}query q = posterior(a, a + y | y = 1) ${sobol(8192)}`);
    for (const [k, mean] of [0.5, 1.5].entries()) {
      expect(Math.abs(variables![k]!.mean - mean)).toBeLessThan(5 * variables![k]!.se);
      expect(Math.abs(variables![k]!.sd - Math.SQRT1_2)).toBeLessThan(0.01);
    }
  });

  test('worlds share coordinates', async () => {
    const text = `model M { z ~ normal(0, 1)  x := z + sample normal(0, 1)  y := 2 * x + z }
      query q = E(y[do(x = 1)] - y | x = 1) ${sobol(1024)}`;
    const { value } = await ask(text);
    expect(Math.abs(Number(value))).toBeLessThan(1e-12);
  });

  test('draws that cannot be coordinates are random', async () => {
    const text = `model M { n ~ poisson(3)  for i in 0..n { x[i] ~ normal(1, 1) }  s := sum(x) }
      query q = E(s) ${sobol(16_384)}`;
    const { value, se, warnings } = await ask(text);
    expect(Math.abs(Number(value) - 3)).toBeLessThan(5 * se!);
    expect(warnings).toEqual([]);
    const explained = open(text).explain({ kind: 'named', name: 'q' });
    expect(explained.ok && explained.value).toMatch(
      /points: +1 coordinate, 8 scramblings; the rest of the noise is random/,
    );
  });

  test('there is a warning where nothing can be one', async () => {
    const text = `fn walk(n: int): real { if n == 0 { return 0.0 }  return walk(n - 1) + sample normal(0, 1) }
      model M { s := walk(3) }
      query q = E(s) ${sobol(8192)}`;
    const { value, se, warnings } = await ask(text);
    expect(warnings.map((w) => w.code)).toContain('W0658');
    expect(Math.abs(Number(value))).toBeLessThan(5 * se!);
  });
});

describe('eight schools', () => {
  const text = `const y = [28, 8, -3, 7, -1, 1, 18, 12]
const se = [15, 10, 16, 11, 9, 11, 10, 18]
model Schools {
  mu ~ normal(0, 5)
  tau ~ half_cauchy(5)
  for j in 0..8 {
    eta[j] ~ normal(0, 1)
    theta[j] := mu + tau * eta[j]
    observe y[j] ~ normal(theta[j], se[j])
  }
}
`;
  // By quadrature over tau, everything else being normal.
  const exact = { mu: 4.396820713833, tau: 3.597705484098, logEvidence: -31.311347352293 };
  const run = (using: string) => ask(`${text}query q = posterior(mu, tau) using ${using}`);

  test('all noise a coordinate', async () => {
    const { variables, logEvidence: found, logEvidenceSe } = await run('importance(samples = 16384, points = sobol)');
    const [mu, tau] = variables!;
    expect(Math.abs(mu!.mean - exact.mu)).toBeLessThan(5 * mu!.se);
    expect(Math.abs(tau!.mean - exact.tau)).toBeLessThan(5 * tau!.se);
    expect(Math.abs(found! - exact.logEvidence)).toBeLessThan(5 * logEvidenceSe!);
  });

  test('where the planner integrates what it can, errors are far below a tenth of those of random draws', async () => {
    const even = await run('auto(samples = 65536, points = sobol)');
    const random = await run('importance(samples = 65536)');
    expect(Math.abs(even.logEvidence! - exact.logEvidence)).toBeLessThan(5 * even.logEvidenceSe!);
    for (const [k, mean] of [exact.mu, exact.tau].entries()) {
      const { mean: found, se } = even.variables![k]!;
      expect(Math.abs(found - mean)).toBeLessThan(5 * se);
      expect(random.variables![k]!.se / se).toBeGreaterThan(50);
    }
  });
});

describe('errors', () => {
  test('intervals cover as they say', async () => {
    const replications = 100;
    let [covered, covering] = [0, 0];
    for (let seed = 0; seed < replications; seed++) {
      const {
        interval,
        logEvidence: found,
        logEvidenceSe,
      } = await ask(`${normals}query q = E(a | y = 1) ${sobol(1024)}`, { seed: `s${seed}` });
      if (interval![0] <= 0.5 && interval![1] >= 0.5) covered += 1;
      // Student's t with 7 degrees of freedom.
      if (Math.abs(found! - logEvidence) < 2.3646 * logEvidenceSe!) covering += 1;
    }
    const sd = Math.sqrt(replications * 0.95 * 0.05);
    expect(Math.abs(covered - 0.95 * replications)).toBeLessThan(4 * sd);
    expect(Math.abs(covering - 0.95 * replications)).toBeLessThan(4 * sd);
  });

  test('fall faster than one over the number of points', async () => {
    const rms = async (samples: number): Promise<number> => {
      let squares = 0;
      for (let seed = 0; seed < 20; seed++) {
        const { value } = await ask(`${normals}query q = E(a | y = 1) ${sobol(samples)}`, { seed: `r${seed}` });
        squares += (Number(value) - 0.5) ** 2;
      }
      return Math.sqrt(squares / 20);
    };
    const slope = Math.log2((await rms(512)) / (await rms(32_768))) / 6;
    expect(slope).toBeGreaterThan(1);
  });

  test('without a number of samples the first round is enough here', async () => {
    const { draws, se, value } = await ask(`${normals}query q = E(a | y = 1) using importance(points = sobol)`);
    expect(draws).toBe(8 * 1024);
    expect(Math.abs(Number(value) - 0.5)).toBeLessThan(5 * se!);
  });
});

describe('how points are dealt out', () => {
  const run = (samples: number, more = '') => ask(`${normals}query q = E(a | y = 1) ${sobol(samples, more)}`);

  test('whole nets for each scrambling', async () => {
    expect((await run(1000)).draws).toBe(1024);
    expect((await run(1025)).draws).toBe(2048);
    expect((await run(1000, ', scrambles = 3')).draws).toBe(3 * 512);
    expect((await run(5, ', scrambles = 2')).draws).toBe(8);
  });

  test('each scrambling has the first points of the sequence, whatever jobs they come in', () => {
    const made = planOf(`${normals}query q = posterior(a) ${sobol(16_384)}`);
    if (!('program' in made)) throw new Error(made.join('\n'));
    const { program, noise } = coordinatesOf(made.program);
    expect(noise.map(({ noise: kind, name }) => [kind, name])).toEqual([['normal', 'a']]);
    const options = { layout: 'column', key: keyFromSeed('1'), limits: defaultLimits, externs: {} } as const;
    const dealing = { scramblings: 2, run: 1024 };
    const kernel = onPoints(engines.js(program, mainName, options), ['uniform'], options.key, dealing);
    const at = (from: number, to: number): Float64Array => {
      const draws = newDraws([{ kind: 'real' }], to - from);
      kernel.fill(draws, from, to, from);
      const [column] = draws.columns;
      if (!(column instanceof Float64Array)) throw new Error('no numbers');
      return column;
    };
    const whole = at(0, 4096);
    expect(Float64Array.from([...at(0, 1024), ...at(1024, 3072), ...at(3072, 4096)])).toEqual(whole);
    for (const r of [0, 1]) {
      const own = [...whole.subarray(1024 * r, 1024 * (r + 1)), ...whole.subarray(1024 * (r + 2), 1024 * (r + 3))];
      // One in each interval of 1/2048: the first 2048 points.
      expect(new Set(own.map((x) => Math.floor(x * 2048))).size).toBe(2048);
    }
    const plain = new Float64Array(1024);
    sequenceOf(0).fill(plain, 0, 0, 1024, [0, 0, 0, 0]);
    expect(whole.subarray(0, 1024)).not.toEqual(plain);
  });

  test('engines agree to the bit', async () => {
    const [js, interpreter, wasm] = await Promise.all(
      (['js', 'interpreter', 'wasm'] as const).map((engine) =>
        ask(`${mixed}query q = E(u * e + n * k) ${sobol(512)}`, { engine }),
      ),
    );
    expect(interpreter!.value).toBe(js!.value);
    expect(wasm!.value).toBe(js!.value);
    expect(interpreter!.se).toBe(js!.se);
  });
});
