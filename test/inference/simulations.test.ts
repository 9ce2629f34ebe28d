/** Simulations in jobs: what comes out hangs neither on who does them nor on their order, and a stop leaves what was done. */
import { describe, expect, test } from 'vitest';
import type { Progress } from '../../src/inference/backend.js';
import { closest, joinAccepted, newGathering, noneAccepted } from '../../src/inference/rejection/accepted.js';
import { defaultLimits } from '../../src/ir/engine.js';
import { type FormRun, runForm } from '../../src/plan/run_form.js';
import { type Crew, finished, type Job, type Pool, type Stop, serialPool } from '../../src/runtime/jobs.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { planOf } from '../passes/small_programs.js';

const measured = 'model M { theta ~ normal(0, 1)  for i in 0..3 { y[i] ~ normal(theta, 1) } }\n';
const queries = {
  rejection: `${measured}query q = posterior(theta | y[0] = 1, y[1] > 0) using rejection(samples = 2000)`,
  share: `${measured}query q = posterior(theta | y ~= [1.0, 0.0, 2.0]) using abc(quantile = 0.01, simulations = 30000)`,
  within: `${measured}query q = posterior(theta | y ~= [1.0, 0.0, 2.0]) using abc(epsilon = 1, accept = 500)`,
  moved: `${measured}query q = posterior(theta | y ~= [1.0, 0.0, 2.0]) using abc_smc(particles = 300, acceptance = 0.1)`,
} as const;

/** Two workers that take jobs in turns, the last job first, and hand over copies. */
const backwards: Pool = {
  workers: 2,
  open: <Setup, Input, Output>(job: Job<Setup, Input, Output>, setup: Setup): Crew<Input, Output> => {
    const crew = [job.prepare(setup), job.prepare(setup)];
    return {
      *run(inputs, heard) {
        const outputs: Output[] = new Array(inputs.length);
        for (let k = inputs.length - 1; k >= 0; k--) {
          const output = structuredClone(finished(crew[k % 2]!(structuredClone(inputs[k]!))));
          outputs[k] = output;
          heard?.(k, output);
        }
        yield inputs.length;
        return outputs;
      },
    };
  },
};

function run(text: string, pool: Pool, stop: (progress: Progress) => Stop = () => undefined): FormRun {
  const plan = planOf(text);
  if (!('program' in plan)) throw new Error(plan.join('\n'));
  const settings = {
    key: keyFromSeed('1'),
    engine: 'js',
    limits: defaultLimits,
    memoryLimit: 1e9,
    externs: {},
    pool,
  } as const;
  const running = runForm(plan, settings);
  let step = running.next();
  while (step.done !== true) step = running.next(stop(step.value));
  return step.value;
}

const drawsOf = ({ weights, targets, course }: FormRun) => ({ weights, targets, course });

describe.each(Object.entries(queries))('%s', (_, text) => {
  test('is the same whoever does the jobs, and in whatever order', () => {
    expect(drawsOf(run(text, backwards))).toEqual(drawsOf(run(text, serialPool)));
  });
});

const long = {
  rejection: `${measured}query q = posterior(theta | y[0] = 1, y[1] > 0) using rejection(simulations = 600000)`,
  share: `${measured}query q = posterior(theta | y ~= [1.0, 0.0, 2.0]) using abc(quantile = 0.01, simulations = 600000)`,
  within: `${measured}query q = posterior(theta | y ~= [1.0, 0.0, 2.0]) using abc(epsilon = 0.2, accept = 2000)`,
  moved: `${measured}query q = posterior(theta | y ~= [1.0, 0.0, 2.0]) using abc_smc(particles = 2000)`,
} as const;

test.each(Object.entries(long))('%s: stopped, it answers from what was done', (_, text) => {
  let pauses = 0;
  const part = run(text, serialPool, ({ draws }) => {
    if (draws > 0) pauses++;
    return pauses === 4 ? 'time' : undefined;
  });
  expect(part.course.stopped).toBe('time');
  expect(part.count).toBeGreaterThan(0);
  expect(part.targets[0]?.[0]?.values.every(Number.isFinite)).toBe(true);
  expect(pauses).toBeLessThan(6);
});

describe('accepted runs', () => {
  const some = (candidates: readonly number[], distances: readonly number[]) => {
    const gathering = newGathering([0]);
    const draws = {
      logWeight: new Float64Array(candidates.length),
      dimension: new Float64Array(candidates.length),
      columns: [Float64Array.from(candidates, (c) => 10 * c)],
    };
    for (const [i, candidate] of candidates.entries()) gathering.add(draws, i, candidate, distances[i]!);
    return gathering.finish();
  };

  test('the closest of a whole are the closest of the closest of its parts', () => {
    const first = some([0, 1, 2, 3], [5, 1, 3, 3]);
    const second = some([4, 5, 6], [3, 0, 9]);
    const whole = closest(joinAccepted([first, second]), 3);
    expect(whole).toEqual(closest(joinAccepted([closest(first, 3), closest(second, 3)]), 3));
    expect(Array.from(whole.candidates)).toEqual([1, 2, 5]);
    expect(Array.from(whole.columns[0] ?? [], Number)).toEqual([10, 20, 50]);
  });

  test('none are none', () => {
    expect(joinAccepted([noneAccepted(2), noneAccepted(2)]).columns).toHaveLength(2);
  });
});
