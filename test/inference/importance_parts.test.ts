import { expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { webassembly } from '../../src/codegen/wasm/kernel.js';
import { newDraws } from '../../src/ir/draws.js';
import { blockSize, defaultLimits, type KernelOptions } from '../../src/ir/engine.js';
import { interpret } from '../../src/ir/interpret.js';
import { mainName } from '../../src/passes/assemble.js';
import type { Answer } from '../../src/report/answer.js';
import { type Crew, type Job, type Pool, serialPool } from '../../src/runtime/jobs.js';
import { open, uninterrupted } from '../models/programs.js';
import { planOf } from '../passes/small_programs.js';

/** Runs until there are so many successes: one takes about `wanted / chance` rounds. */
const waiting = (wanted: number, chance: number): string => `
  fn rounds(wanted: int, chance: real): int {
    var won = 0
    var played = 0
    while won < wanted {
      if sample bernoulli(chance) { won = won + 1 }
      played = played + 1
    }
    return played
  }
  model Waiting {
    time := rounds(${wanted}, ${chance})
    seen ~ normal(time, 10)
  }
  query q = E(time | seen = ${wanted / chance}) in Waiting`;

test.each([
  ['js', javascript],
  ['wasm', webassembly],
  ['interpreter', interpret],
])('a part of a block has the bits that it has in the block: %s', (_, engine) => {
  const plan = planOf(waiting(3, 0.2));
  if (!('program' in plan)) throw new Error(plan.join('\n'));
  const options: KernelOptions = { layout: 'particle', key: [3, 4], limits: defaultLimits, externs: {} };
  const kernel = engine(plan.program, mainName, options);
  const outputs = [{ kind: 'real' }] as const;
  const [first, from, to] = [2 * blockSize, 2 * blockSize + 100, 2 * blockSize + 333];
  const whole = newDraws(outputs, blockSize);
  kernel.fill(whole, first, first + blockSize, first);
  const part = newDraws(outputs, to - from);
  const counts = kernel.fill(part, from, to, from);
  const inside = <T extends Float64Array>(column: T) => column.subarray(from - first, to - first);
  expect(part.logWeight).toEqual(inside(whole.logWeight));
  expect(part.dimension).toEqual(inside(whole.dimension));
  expect(part.columns).toEqual(whole.columns.map((c) => (c instanceof Float64Array ? inside(c) : [])));
  const steps = (last: number): number => kernel.fill(newDraws(outputs, blockSize), first, last, first).steps;
  expect(counts.steps).toBe(steps(to) - steps(from));
});

test('blocks that take long are divided, and what comes out is the same', async () => {
  const sizes: number[] = [];
  const counting: Pool = {
    ...serialPool,
    open: <Setup, Input, Output>(job: Job<Setup, Input, Output>, setup: Setup): Crew<Input, Output> => {
      const crew = serialPool.open(job, setup);
      return {
        run: (inputs, heard, ahead) => {
          for (const { from, to } of inputs as readonly { readonly from: number; readonly to: number }[])
            sizes.push(to - from);
          return crew.run(inputs, heard, ahead);
        },
      };
    },
  };
  const settings = { method: 'importance', samples: 1500 };
  const ask = (pool: Pool): Promise<Answer> =>
    open(waiting(40, 0.01), settings).answer({ kind: 'named', name: 'q' }, { ...uninterrupted(), pool });
  const got = await ask(counting);
  expect(Math.max(...sizes)).toBeLessThan(blockSize);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1500);
  // Posterior of a negative binomial under a normal of deviation 10, by summation.
  let [z, mean, mass] = [0, 0, 0.01 ** 40];
  for (let n = 40; n < 20_000; n++) {
    const weight = mass * Math.exp(-(((n - 4000) / 10) ** 2) / 2);
    z += weight;
    mean += weight * n;
    mass *= (n / (n - 39)) * 0.99;
  }
  expect(got.se).toBeGreaterThan(0);
  expect(Math.abs(Number(got.value) - mean / z)).toBeLessThan(5 * (got.se ?? 0));
});
