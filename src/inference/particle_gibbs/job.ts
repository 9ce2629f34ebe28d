/**
 * The job of `particle_gibbs`: a chain moves on by some sweeps (Andrieu, Doucet and Holenstein 2010, section 2.4.3). A sweep draws a
 * path of the states by conditional SMC with the parameters as they are, and then moves the parameters by random-walk
 * Metropolis-Hastings with the noise of the path as it is: the states follow the parameters, by the same noise.
 */
import { pausingFormOf, pausingWork } from '../../codegen/pausing.js';
import { blockSize, type Engine, type KernelOptions } from '../../ir/engine.js';
import { isFault } from '../../ir/faults.js';
import type { IrType, NoiseKind, Program } from '../../ir/ir.js';
import type { Job, Pieces } from '../../runtime/jobs.js';
import { nextNormal } from '../../runtime/random/normal.js';
import { derivedKey } from '../../runtime/random/seed.js';
import { seedParticle } from '../../runtime/random/source.js';
import { nextUniform } from '../../runtime/random/uniform.js';
import { type Block, copyOfBlock, endWindow, targetAcceptance } from '../mcmc/adapt.js';
import { blocksFor, isWild, windowEnds } from '../mcmc/chain.js';
import { walk } from '../mcmc/parameter_walk.js';
import {
  buffersOf,
  type ChainInput,
  type ChainOutput,
  makeSweeps,
  noCounts,
  noStart,
  type Sweeping,
} from '../mcmc/sweeps.js';
import { noiseOf } from '../standard_noise.js';
import { conditionalFilter, retrace, type Traced } from './conditional.js';

/** What all chains of a run have in common. */
export type GibbsSetup = {
  /** With the noise of its parameters opened, and a `resample` at each pause. */
  readonly program: Program;
  readonly main: string;
  readonly opened: readonly NoiseKind[];
  /** The one that was chosen: what pauses is compiled to what it is compiled to. */
  readonly engine: Engine;
  /** In the layout of streams by particle. */
  readonly options: KernelOptions;
  readonly outputs: readonly IrType[];
  readonly particles: number;
  readonly threshold: number;
  readonly warmup: number;
  /** Filters with parameters from the prior in which a start must be found. */
  readonly attempts: number;
};

/** A chain between two jobs. Plain data. */
type GibbsState = {
  /** Sweeps and attempts so far, which tell the noise of one from that of another. */
  readonly time: number;
  readonly sweeps: number;
  readonly z: Float64Array;
  readonly traced: Traced;
  readonly blocks: readonly Block[];
};

/** Moves of each block of parameters in a sweep: cheap beside a filter. */
const movesOfSweep = 5;
/** Blocks of noise that a chain has for itself. */
const blocksOfChain = 2 ** 32;

export const gibbsJob: Job<GibbsSetup, ChainInput<GibbsState>, ChainOutput<GibbsState>> = {
  name: 'particle_gibbs',
  prepare: (setup) => {
    const { program, main, engine, options, opened, outputs, particles, threshold, warmup } = setup;
    const filtering = pausingWork(program, main, { ...options, pauses: 'resamples', form: pausingFormOf(engine) });
    const settings = { particles, threshold };
    const ends = windowEnds.map((share) => Math.round(share * warmup));
    const d = opened.length;
    const random = new Int32Array(4);
    const normal = (): number => nextNormal(random);
    const uniform = (): number => nextUniform(random);
    const given = (z: Float64Array): readonly number[] => Array.from(z, (value, i) => noiseOf(opened[i]!, value));

    return function* ({ chain, state, sweeps: wanted }): Pieces<ChainOutput<GibbsState>> {
      const key = derivedKey(options.key, chain);
      const counts = noCounts();
      let time = state?.time ?? 0;
      const next = (): number => {
        time += 1;
        seedParticle(key[0], key[1], time, random);
        return chain * blocksOfChain + (time - 1) * Math.ceil(particles / blockSize);
      };
      /** The path with other parameters; null where they end in a fault far out. */
      const follow = function* (z: Float64Array, path: Traced['path']): Pieces<Traced | null> {
        counts.runs += 1;
        try {
          const { traced, steps } = yield* filtering((kernel) => retrace(kernel, given(z), path));
          counts.steps += steps;
          return traced;
        } catch (thrown) {
          if (isWild(z) && isFault(thrown)) return null;
          throw thrown;
        }
      };
      /** Draws another path. */
      const renew = function* (z: Float64Array, kept: Traced | null): Pieces<Traced | null> {
        const block = next();
        if (kept === null) for (let i = 0; i < d; i++) z[i] = normal();
        const before = random.slice();
        const { path, steps } = yield* filtering((kernel) => {
          random.set(before);
          return conditionalFilter(kernel, settings, given(z), kept?.path ?? null, block, uniform);
        });
        counts.runs += particles;
        counts.steps += steps;
        return path === null ? kept : yield* follow(z, path);
      };
      const begin = function* (): Pieces<Pick<GibbsState, 'z' | 'traced'> | null> {
        for (const z = new Float64Array(d); time < setup.attempts; ) {
          const traced = yield* renew(z, null);
          if (traced !== null) return { z, traced };
        }
        return null;
      };

      const from = state ?? (yield* begin());
      if (from === null) return noStart(counts);
      let { z, traced } = from;
      const blocks = (state?.blocks ?? blocksFor(d, 1)).map(copyOfBlock);
      let sweeps = state?.sweeps ?? 0;

      const move = function* (block: Block, adapts: boolean): Pieces<void> {
        const { path } = traced;
        const make = (proposed: Float64Array): Pieces<Traced | null> => follow(proposed, path);
        const target = adapts ? targetAcceptance(block.members.length) : null;
        const found = yield* walk(block, { z, made: traced }, { normal, uniform, make, target });
        counts.proposed += 1;
        if (!found.accepted) return;
        counts.accepted += 1;
        z = found.z;
        traced = found.made;
      };
      const sweep = function* (adapts: boolean): Pieces<void> {
        traced = (yield* renew(z, traced)) ?? traced;
        for (const block of blocks) {
          for (let k = 0; k < movesOfSweep; k++) yield* move(block, adapts);
          if (adapts && ends.includes(sweeps + 1)) endWindow(block);
        }
        sweeps += 1;
      };
      const standing: Sweeping<GibbsState> = {
        sweeps,
        sweep,
        output: (k) => traced.outputs[k],
        dimension: () => traced.dimension,
        counts,
        read: () => ({ time, sweeps, z, traced, blocks }),
      };
      return yield* makeSweeps(standing, outputs, warmup, wanted);
    };
  },
  transfer: buffersOf,
};
