/** What a particle filter knows of parameters: an estimate of their likelihood, and a path drawn from the particles. */
import type { PausingKernel } from '../../codegen/pausing.js';
import type { Constant } from '../../ir/ir.js';
import type { Pieces } from '../../runtime/jobs.js';
import { type FilterSettings, runFilter } from '../smc/filter.js';
import { newRelative, readWeights } from '../smc/population.js';

/** The filter's estimate; null stands for a filter whose particles all died. */
export type FilterDraw = {
  /** log of the mean weight: exp of it is unbiased for the likelihood. */
  readonly logWeight: number;
  /** The lowest dimension of the scores of particles with weight; the others don't count. */
  readonly dimension: number;
  /** The outputs of one particle, drawn by weight. */
  readonly outputs: readonly Constant[];
  readonly unaligned: number;
};

/**
 * Runs the filter with the same parameters for all particles.
 *
 * @param values of the parameters that `main` has beside its address
 * @param block number of the block in which the noise of the particles begins
 * @param uniforms the noise of resampling at a step
 * @param pick a uniform number, which chooses the particle
 */
export function* drawFromFilter(
  kernel: PausingKernel,
  settings: FilterSettings,
  values: Float64Array,
  block: number,
  uniforms: (step: number) => () => number,
  pick: number,
): Pieces<{ readonly draw: FilterDraw | null; readonly steps: number }> {
  const { particles } = settings;
  const given = Array.from(values, (value) => new Float64Array(particles).fill(value));
  const { logWeight, dimension, columns, steps, unaligned } = yield* runFilter(
    kernel,
    settings,
    block,
    uniforms,
    given,
  );
  let lowest = Number.POSITIVE_INFINITY;
  for (let p = 0; p < particles; p++)
    if (logWeight[p]! > Number.NEGATIVE_INFINITY && dimension[p]! < lowest) lowest = dimension[p]!;
  if (lowest === Number.POSITIVE_INFINITY) return { draw: null, steps };
  const counted = logWeight.map((w, p) => (dimension[p]! > lowest ? Number.NEGATIVE_INFINITY : w));
  const relative = newRelative(particles);
  readWeights(counted, relative);
  let left = pick * relative.total;
  let chosen = 0;
  for (let p = 0; p < particles; p++) {
    if (relative.weights[p] === 0) continue;
    chosen = p;
    left -= relative.weights[p]!;
    if (left < 0) break;
  }
  return {
    draw: {
      logWeight: relative.max + Math.log(relative.total / particles),
      dimension: lowest,
      outputs: columns.map((column) => column[chosen]!),
      unaligned: unaligned / particles,
    },
    steps,
  };
}
