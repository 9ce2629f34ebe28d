/** Chains over parameters with particle filters over states, against exact answers. */
import { expect, test } from 'vitest';
import type { ChainOutput } from '../../src/inference/mcmc/sweeps.js';
import { type PmmhSetup, type PmmhState, pmmhJob } from '../../src/inference/pmmh/job.js';
import { withPauses } from '../../src/inference/smc/pauses.js';
import { mainName } from '../../src/passes/assemble.js';
import { openNoise } from '../../src/passes/open_noise.js';
import { parametersOf } from '../../src/passes/parameters.js';
import { engines } from '../../src/plan/engines.js';
import { finished } from '../../src/runtime/jobs.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { ask } from '../models/programs.js';
import { planOf } from '../passes/small_programs.js';

const seen = (count: number): string =>
  Array.from({ length: count }, (_, t) => (2 + Math.sin(t) + Math.cos(3 * t)).toFixed(2)).join(', ');

const walk = (count: number, method: string): string => `const y = [${seen(count)}]
  model M {
    m ~ normal(0, 3)
    x[0] ~ normal(m, 1)
    observe y[0] ~ normal(x[0], 1)
    for t in 1..${count} { x[t] ~ normal(m + 0.5 * (x[t - 1] - m), 1)  observe y[t] ~ normal(x[t], 1) }
  }
  query q = posterior(m, x[${count - 1}]) using ${method}`;

test.each([
  ['a loop, of which m alone is a parameter', 100],
  ['an unrolled loop', 8],
])('a linear Gaussian model: %s', async (_, count) => {
  const found = await ask(walk(count, 'pmmh(particles = 40, samples = 2000, warmup = 200)'), { seed: '3' });
  const exact = await ask(walk(count, 'exact'));
  expect(found.error).toBeNull();
  expect(found.method).toBe('pmmh');
  expect(found.logEvidence).toBeNull();
  for (const [k, { name, mean, sd }] of (exact.variables ?? []).entries()) {
    const variable = found.variables?.[k];
    expect(variable?.name).toBe(name);
    const se = variable?.se ?? Number.NaN;
    expect(se).toBeLessThan(0.25 * sd!);
    expect(Math.abs(variable!.mean! - mean!) / se).toBeLessThan(4.5);
    expect(Math.abs(variable!.sd! / sd! - 1)).toBeLessThan(0.25);
  }
});

test('a model without parameters: paths alone', async () => {
  const found = await ask(
    `model M { var s = 0.0  for t in 0..3 { x[t] ~ normal(s, 1)  s = x[t]  observe 1.0 ~ normal(s, 1) } }
    query q = posterior(x[2]) using pmmh(particles = 20, samples = 3000, warmup = 10)`,
  );
  const [x] = found.variables ?? [];
  // The filter by hand: gains 1/2, 3/5, 8/13.
  const mean = [1 / 2, 3 / 5, 8 / 13].reduce((m, gain) => m + gain * (1 - m), 0);
  expect(Math.abs(x!.mean! - mean) / x!.se!).toBeLessThan(4.5);
});

const setupOf = (): PmmhSetup => {
  const plan = planOf(walk(30, 'importance'));
  if (!('program' in plan)) throw new Error(plan.join('\n'));
  const opened = openNoise(plan.program, parametersOf(plan.program));
  return {
    program: withPauses(opened.program, mainName, plan.layout.layout).program,
    main: mainName,
    opened: opened.noise.map(({ noise }) => noise),
    engine: engines.js,
    options: {
      layout: plan.layout.layout,
      key: keyFromSeed('paths'),
      limits: { steps: 1e6, depth: 100, elements: 1e6 },
      externs: {},
    },
    outputs: [{ kind: 'real' }, { kind: 'real' }],
    particles: 30,
    resampling: 'systematic',
    threshold: 0.5,
    warmup: 40,
    candidates: 3,
    attempts: 100,
  };
};

test('a chain that is taken up again goes on as if it had not stopped', () => {
  const setup = setupOf();
  const whole = finished(pmmhJob.prepare(setup)({ chain: 1, state: null, sweeps: 80 }));
  let state: typeof whole.state = null;
  const pieces: number[] = [];
  for (const sweeps of [1, 25, 30, 24]) {
    const piece: ChainOutput<PmmhState> = finished(
      pmmhJob.prepare(setup)({ chain: 1, state: structuredClone(state), sweeps }),
    );
    ({ state } = piece);
    pieces.push(...Array.from(piece.columns[0]!, Number));
  }
  expect(pieces).toEqual(Array.from(whole.columns[0]!, Number));
  expect(state).toEqual(whole.state);
});
