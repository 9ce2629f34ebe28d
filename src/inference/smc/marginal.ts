/**
 * A filter with the parameters of a model fixed: the likelihood of the parameters, estimated without bias, and one path of the states
 * (Andrieu, Doucet and Holenstein 2010, section 2.2). What methods over parameters are made of: `pmmh`, `smc2`.
 */
import type { Constant } from '../../ir/ir.js';
import { logMean, newRelative, readWeights } from './population.js';
import { prepareFilter, type ReplicaSetup } from './replica.js';

/** What one run of a filter says of a set of parameters. */
export type Marginal = {
  /** The log of an unbiased estimate of their likelihood; -Infinity where all particles died. */
  readonly logLikelihood: number;
  /** Continuous dimensions of the scores. */
  readonly dimension: number;
  /** The outputs of one particle, chosen by the last weights; null where all died. */
  readonly path: readonly Constant[] | null;
  /** Loop iterations and calls. */
  readonly steps: number;
};

/**
 * Compiles the filter of a program whose `main` takes parameters beside its address (as `openNoise` makes).
 *
 * @returns takes the parameters, the number of the run (each has noise of its own), and a uniform that chooses the path
 */
export function prepareMarginal(
  setup: ReplicaSetup,
): (given: readonly number[], run: number, uniform: number) => Marginal {
  const filter = prepareFilter(setup);
  const relative = newRelative(setup.particles);
  return (given, run, uniform) => {
    const { logWeight, dimension, columns, steps } = filter(run, given);
    readWeights(logWeight, relative);
    const { weights, total } = relative;
    if (total === 0) return { logLikelihood: Number.NEGATIVE_INFINITY, dimension: 0, path: null, steps };
    let chosen = 0;
    let sum = weights[0]!;
    for (let p = 1; p < weights.length && sum <= uniform * total; p++) {
      sum += weights[p]!;
      if (weights[p]! > 0) chosen = p;
    }
    return {
      logLikelihood: logMean(relative),
      dimension: dimension[chosen]!,
      path: columns.map((column): Constant => column[chosen]!),
      steps,
    };
  };
}
