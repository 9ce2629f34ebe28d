/**
 * The job of `particle_gibbs`: a chain moves on by some sweeps (Andrieu, Doucet and Holenstein 2010, section 2.4.3). A sweep draws a
 * path of the states by conditional SMC with the parameters as they are, and then moves the parameters by random-walk
 * Metropolis-Hastings with the noise of the path as it is: the states follow the parameters, by the same noise.
 */
import { compileResumable } from '../../codegen/resumable.js';
import { blockSize, type KernelOptions } from '../../ir/engine.js';
import { isFault } from '../../ir/faults.js';
import type { Constant, IrType, NoiseKind, Program } from '../../ir/ir.js';
import { isScalarType } from '../../ir/values.js';
import type { Job } from '../../runtime/jobs.js';
import { nextNormal } from '../../runtime/random/normal.js';
import { derivedKey } from '../../runtime/random/seed.js';
import { seedParticle } from '../../runtime/random/source.js';
import { nextUniform } from '../../runtime/random/uniform.js';
import { adapt, type Block, endWindow, observe, stepOf, targetAcceptance } from '../mcmc/adapt.js';
import { blocksFor, isWild, windowEnds } from '../mcmc/chain.js';
import type { ChainOutput } from '../mcmc/chains.js';
import type { ChainInput } from '../mcmc/job.js';
import { noiseOf } from '../standard_noise.js';
import { conditionalFilter, retrace, type Traced } from './conditional.js';

/** What all chains of a run have in common. */
export type GibbsSetup = {
  /** With the noise of its parameters opened, and a `resample` at each pause. */
  readonly program: Program;
  readonly main: string;
  readonly opened: readonly NoiseKind[];
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
export type GibbsState = {
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
    const { program, main, options, opened, outputs, particles, threshold, warmup } = setup;
    const kernel = compileResumable(program, main, { ...options, pauses: 'resamples' });
    const settings = { particles, threshold };
    const ends = windowEnds.map((share) => Math.round(share * warmup));
    const d = opened.length;
    const random = new Int32Array(4);
    const uniform = (): number => nextUniform(random);
    const given = (z: Float64Array): readonly number[] => Array.from(z, (value, i) => noiseOf(opened[i]!, value));

    return ({ chain, state, sweeps: wanted }) => {
      const key = derivedKey(options.key, chain);
      const counts = { proposed: 0, accepted: 0, runs: 0, steps: 0, unaligned: 0 };
      let time = state?.time ?? 0;
      const next = (): number => {
        time += 1;
        seedParticle(key[0], key[1], time, random);
        return chain * blocksOfChain + (time - 1) * Math.ceil(particles / blockSize);
      };
      /** The path with other parameters; null where they end in a fault far out. */
      const follow = (z: Float64Array, path: Traced['path']): Traced | null => {
        counts.runs += 1;
        try {
          const { traced, steps } = retrace(kernel, given(z), path);
          counts.steps += steps;
          return traced;
        } catch (thrown) {
          if (isWild(z) && isFault(thrown)) return null;
          throw thrown;
        }
      };
      /** Draws another path. */
      const renew = (z: Float64Array, kept: Traced | null): Traced | null => {
        const block = next();
        if (kept === null) for (let i = 0; i < d; i++) z[i] = nextNormal(random);
        const { path, steps } = conditionalFilter(kernel, settings, given(z), kept?.path ?? null, block, uniform);
        counts.runs += particles;
        counts.steps += steps;
        return path === null ? kept : follow(z, path);
      };
      const begin = (): Pick<GibbsState, 'z' | 'traced'> | null => {
        for (const z = new Float64Array(d); time < setup.attempts; ) {
          const traced = renew(z, null);
          if (traced !== null) return { z, traced };
        }
        return null;
      };

      const from = state ?? begin();
      if (from === null) return { ...counts, state: null, dimension: new Float64Array(0), columns: [] };
      let { z, traced } = from;
      const blocks = (state?.blocks ?? blocksFor(d, 1)).map(({ members, factor, scale, window }) => ({
        members,
        factor: factor.slice(),
        scale: scale.slice(),
        window: window.slice(),
      }));
      let sweeps = state?.sweeps ?? 0;

      const move = (block: Block, adapts: boolean): void => {
        const { members } = block;
        const u = Float64Array.from(members, () => nextNormal(random));
        const step = new Float64Array(members.length);
        stepOf(block, u, step);
        const proposed = z.slice();
        let prior = 0;
        members.forEach((index, i) => {
          proposed[index] = z[index]! + step[i]!;
          prior += 0.5 * (z[index]! ** 2 - proposed[index]! ** 2);
        });
        const chance = uniform();
        const made = follow(proposed, traced.path);
        let probability = 0;
        if (made !== null && made.logWeight > Number.NEGATIVE_INFINITY) {
          if (made.dimension !== traced.dimension) probability = made.dimension < traced.dimension ? 1 : 0;
          else probability = Math.min(1, Math.exp(made.logWeight - traced.logWeight + prior));
        }
        counts.proposed += 1;
        if (made !== null && chance < probability) {
          z = proposed;
          traced = made;
          counts.accepted += 1;
        }
        if (!adapts) return;
        adapt(block, u, probability, targetAcceptance(members.length));
        observe(block, z);
      };
      const sweep = (adapts: boolean): void => {
        traced = renew(z, traced) ?? traced;
        for (const block of blocks) {
          for (let k = 0; k < movesOfSweep; k++) move(block, adapts);
          if (adapts && ends.includes(sweeps + 1)) endWindow(block);
        }
        sweeps += 1;
      };

      const first = Math.min(wanted, Math.max(0, warmup - sweeps));
      for (let s = 0; s < first; s++) sweep(true);
      if (first > 0) Object.assign(counts, { proposed: 0, accepted: 0 });
      const kept = wanted - first;
      const columns = outputs.map((type) => (isScalarType(type) ? new Float64Array(kept) : new Array<Constant>(kept)));
      const dimension = new Float64Array(kept);
      for (let s = 0; s < kept; s++) {
        sweep(false);
        dimension[s] = traced.dimension;
        columns.forEach((column, k) => {
          const value = traced.outputs[k] ?? Number.NaN;
          if (column instanceof Float64Array) column[s] = typeof value === 'number' ? value : Number.NaN;
          else column[s] = value;
        });
      }
      return { ...counts, state: { time, sweeps, z, traced, blocks }, dimension, columns };
    };
  },
  transfer: ({ dimension, columns }) =>
    [dimension, ...columns].flatMap((c) => (c instanceof Float64Array ? [c.buffer] : [])),
};
