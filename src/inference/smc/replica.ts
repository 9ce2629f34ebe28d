/** The job of `smc`: one independent run of a particle filter. */
import { framedWork, pausingFormOf, pausingWork } from '../../codegen/pausing.js';
import { blockSize, type Engine, type KernelOptions } from '../../ir/engine.js';
import type { Program } from '../../ir/ir.js';
import { finished, type Job, type Pieces } from '../../runtime/jobs.js';
import { schemes } from '../resampling/registry.js';
import { resamplingUniforms } from '../resampling/uniforms.js';
import { aliveRows, runAlive } from './alive.js';
import { runFilter } from './filter.js';
import { distinctEves, type Population } from './population.js';

/** What all replicas of a run have in common. */
export type ReplicaSetup = {
  /** With a `resample` at each pause. */
  readonly program: Program;
  readonly main: string;
  readonly engine: Engine;
  readonly options: KernelOptions;
  readonly particles: number;
  /** Name of the scheme of resampling. */
  readonly resampling: string;
  readonly threshold: number;
  /** Most trials at a pause of the alive filter; null: the plain filter. */
  readonly trials: number | null;
};

/** What a replica gives; `ancestors` are the particles of the first step that those with weight descend from. */
export type ReplicaResult = Omit<Population, 'eve'> & { readonly ancestors: number };

/** Replica number → its particles. Each has blocks of noise of its own. */
export const smcReplica: Job<ReplicaSetup, number, ReplicaResult> = {
  name: 'smc',
  prepare: (setup) => {
    const run = prepareFilter(setup);
    return function* (replica): Pieces<ReplicaResult> {
      const { eve, ...population } = yield* run(replica);
      return { ...population, ancestors: distinctEves(eve, population.logWeight) };
    };
  },
  transfer: ({ logWeight, dimension, columns }) =>
    [logWeight, dimension, ...columns].flatMap((c) => (c instanceof Float64Array ? [c.buffer] : [])),
};

/**
 * Runs one replica.
 *
 * @param paused called each time that all particles stand at a pause, before they run on
 */
export const runReplica = (setup: ReplicaSetup, replica: number, paused: () => void): Population =>
  finished(prepareFilter(setup, paused)(replica));

const blocksOf = (rows: number): number => Math.ceil(rows / blockSize);

/** Compiles a filter, which takes the number of a replica; `paused` as for `runReplica`. */
export function prepareFilter(
  setup: ReplicaSetup,
  paused: () => void = () => {},
): (replica: number) => Pieces<Population> {
  const { program, main, engine, options, particles, resampling, threshold, trials } = setup;
  const noise =
    (replica: number) =>
    (step: number): (() => number) => {
      paused();
      return resamplingUniforms(options.key, replica, step);
    };
  const pausing = { ...options, pauses: 'resamples', form: pausingFormOf(engine) } as const;
  if (trials === null) {
    const filtering = pausingWork(program, main, pausing);
    const settings = { particles, scheme: schemes[resampling]!, threshold };
    return (replica) =>
      filtering((kernel) => runFilter(kernel, settings, replica * blocksOf(particles), noise(replica)));
  }
  const filtering = framedWork(program, main, pausing);
  const settings = { particles, trials };
  return (replica) =>
    filtering((kernel) => runAlive(kernel, settings, replica * blocksOf(aliveRows(particles)), noise(replica)));
}
