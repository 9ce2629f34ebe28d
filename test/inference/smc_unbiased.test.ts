/** Filters of few particles against importance sampling on random programs: the evidence is unbiased whatever the number of particles. */
import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { withPauses } from '../../src/inference/smc/pauses.js';
import { prepareFilter } from '../../src/inference/smc/replica.js';
import type { NoiseLayout } from '../../src/ir/engine.js';
import { isFault } from '../../src/ir/faults.js';
import type { Program } from '../../src/ir/ir.js';
import { verify } from '../../src/ir/verify.js';
import { some } from '../../src/ir/walk.js';
import { engines } from '../../src/plan/engines.js';
import { finished } from '../../src/runtime/jobs.js';
import { options } from '../codegen/agree.js';
import { randomProgram } from '../ir/arbitrary_program.js';

type Mean = { readonly mean: number; readonly se: number };

const meanOf = (numbers: readonly number[]): Mean => {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const variance = numbers.reduce((a, b) => a + (b - mean) ** 2, 0) / (numbers.length - 1);
  return { mean, se: Math.sqrt(variance / numbers.length) };
};

/** The evidence and the mean of the first output times the weight, by draws from the prior. */
function byImportance(program: Program, layout: NoiseLayout): { readonly z: Mean; readonly x: Mean } {
  const kernel = javascript(program, 'main', options(layout));
  const zs: number[] = [];
  const xs: number[] = [];
  for (let block = 0; block < 8; block++) {
    const { logWeight, columns } = kernel.runBlock(block, 1024);
    logWeight.forEach((log, p) => {
      const w = Math.exp(log);
      zs.push(w);
      xs.push(w === 0 ? 0 : w * bounded(Number(columns[0]![p])));
    });
  }
  return { z: meanOf(zs), x: meanOf(xs) };
}

/** Outputs of random programs may be of any size. */
const bounded = (x: number): number => (Number.isNaN(x) ? 0 : Math.atan(x));

type Filter = ReturnType<typeof prepareFilter>;

const filterOf = (program: Program, layout: NoiseLayout, trials: number | null): Filter =>
  prepareFilter({
    program,
    main: 'main',
    engine: engines.js,
    options: { ...options(layout), key: [7, 11] },
    particles: 8,
    resampling: 'systematic',
    threshold: 1,
    trials,
  });

/** Whether weights differ at a pause, in some replica: else nothing is resampled, and all is as by importance. */
const resamples = (filter: Filter): boolean => [0, 1, 2].some((replica) => finished(filter(replica)).resampled > 0);

function byFilter(filter: Filter, replicas: number): { readonly z: Mean; readonly x: Mean } {
  const zs: number[] = [];
  const xs: number[] = [];
  for (let replica = 0; replica < replicas; replica++) {
    const { logWeight, columns } = finished(filter(replica));
    let z = 0;
    let x = 0;
    logWeight.forEach((log, p) => {
      const w = Math.exp(log) / 8;
      z += w;
      if (w > 0) x += w * bounded(Number(columns[0]![p]));
    });
    zs.push(z);
    xs.push(x);
  }
  return { z: meanOf(zs), x: meanOf(xs) };
}

describe.each([
  ['the plain filter', null],
  ['the alive filter', 200],
] as const)('%s', (_, trials) => {
  test('is unbiased on random programs in which it resamples', () => {
    const [wished, replicas] = trials === null ? [12, 300] : [6, 120];
    let compared = 0;
    for (let seed = 300; seed < 480 && compared < wished; seed++) {
      const { program, layouts } = randomProgram(seed, 8);
      const layout = trials === null ? layouts[seed % layouts.length]! : 'particle';
      const paused = withPauses(program, 'main', layout);
      expect(verify(paused.program)).toEqual([]);
      if (!paused.pauses) continue;
      if (Object.values(program.functions).some((f) => some(f.body, (i) => i.kind === 'score' && i.abduct))) continue;
      try {
        const filter = filterOf(paused.program, layout, trials);
        if (!resamples(filter)) continue;
        const [wanted, found] = [byImportance(program, layout), byFilter(filter, replicas)];
        // Weights with tails that neither side knows well say nothing.
        if (!(wanted.z.se < 0.1 * wanted.z.mean) || !(found.z.se < 0.15 * found.z.mean)) continue;
        for (const k of ['z', 'x'] as const) {
          const se = Math.hypot(wanted[k].se, found[k].se);
          const rounding = 1e-12 * Math.max(1, Math.abs(wanted[k].mean));
          expect(Math.abs(wanted[k].mean - found[k].mean), `${seed} ${k}`).toBeLessThanOrEqual(4.5 * se + rounding);
        }
        compared += 1;
      } catch (thrown) {
        if (!isFault(thrown)) throw thrown;
      }
    }
    expect(compared).toBe(wished);
  });
});
