/**
 * The job of `pmmh`: a particle marginal Metropolis–Hastings chain (Andrieu, Doucet and Holenstein 2010, section 2.4.2) moves on by
 * some sweeps. The chain moves the noise z of the parameters; a filter estimates the likelihood of the proposed ones without bias and draws
 * a path; both are accepted or rejected together, with probability min(1, p(z') Ẑ' / (p(z) Ẑ)). The estimate of the present state is kept
 * and never made again: on the space of all random numbers of the filter this is plain Metropolis–Hastings, so the target is exact for any
 * number of particles.
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
import { type Block, copyOfBlock, endWindow } from '../mcmc/adapt.js';
import { blocksFor, isWild, mostSteps, windowEnds } from '../mcmc/chain.js';
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
import { schemes } from '../resampling/registry.js';
import { resamplingUniforms } from '../resampling/uniforms.js';
import { noiseOf } from '../standard_noise.js';
import { drawFromFilter, type FilterDraw } from './estimate.js';

/** What all chains of a run have in common. */
export type PmmhSetup = {
  /** With the noise of its parameters opened, and a `resample` at each pause. */
  readonly program: Program;
  readonly main: string;
  readonly opened: readonly NoiseKind[];
  /** The one that was chosen: what pauses is compiled to what it is compiled to. */
  readonly engine: Engine;
  readonly options: KernelOptions;
  readonly outputs: readonly IrType[];
  readonly particles: number;
  readonly resampling: string;
  readonly threshold: number;
  readonly warmup: number;
  /** Filters with parameters from the prior that look for a start: of how many with weight the best is taken, and how many are tried. */
  readonly candidates: number;
  readonly attempts: number;
};

/** A chain between two jobs. Plain data. */
export type PmmhState = {
  /** Filters that were run so far, which also tells the noise of one from that of another. */
  readonly time: number;
  readonly sweeps: number;
  readonly z: Float64Array;
  readonly draw: FilterDraw;
  readonly blocks: readonly Block[];
};

/**
 * What acceptance adapts to. Under the noise of the estimates even the smallest steps are often rejected: with a standard deviation of 1.8,
 * where the cost is least, 7 % is best (Sherlock, Thiery, Roberts and Rosenthal 2015), with little noise 23 %.
 */
const target = 0.15;

/** Blocks of noise that a chain has for itself. */
const blocksOfChain = 2 ** 32;

export const pmmhJob: Job<PmmhSetup, ChainInput<PmmhState>, ChainOutput<PmmhState>> = {
  name: 'pmmh',
  prepare: (setup) => {
    const { program, main, engine, options, opened, outputs, warmup, particles, threshold } = setup;
    const filtering = pausingWork(program, main, { ...options, pauses: 'resamples', form: pausingFormOf(engine) });
    const settings = { particles, threshold, scheme: schemes[setup.resampling]! };
    const ends = windowEnds.map((share) => Math.round(share * warmup));
    const d = opened.length;
    const random = new Int32Array(4);
    const normal = (): number => nextNormal(random);
    const uniform = (): number => nextUniform(random);
    const values = new Float64Array(d);

    return function* ({ chain, state, sweeps: wanted }): Pieces<ChainOutput<PmmhState>> {
      const key = derivedKey(options.key, chain);
      const counts = noCounts();
      let time = state?.time ?? 0;
      const next = (): void => {
        time += 1;
        seedParticle(key[0], key[1], time, random);
      };
      /** Null where all particles die. */
      const filter = function* (z: Float64Array, wild: boolean): Pieces<FilterDraw | null> {
        for (let i = 0; i < d; i++) values[i] = noiseOf(opened[i]!, z[i]!);
        const block = chain * blocksOfChain + (time - 1) * Math.ceil(particles / blockSize);
        const pick = uniform();
        counts.runs += particles;
        try {
          const uniforms = (step: number): (() => number) => resamplingUniforms(key, time, step);
          const { draw, steps } = yield* filtering((kernel) =>
            drawFromFilter(kernel, settings, values, block, uniforms, pick),
          );
          counts.steps += steps;
          return draw;
        } catch (thrown) {
          if (wild && isFault(thrown)) return null;
          throw thrown;
        }
      };
      const begin = function* (): Pieces<Pick<PmmhState, 'z' | 'draw'> | null> {
        let best: { readonly z: Float64Array; readonly draw: FilterDraw } | null = null;
        let found = 0;
        while (time < setup.attempts && found < setup.candidates && (found === 0 || counts.steps < mostSteps)) {
          next();
          const z = new Float64Array(d);
          for (let i = 0; i < d; i++) z[i] = normal();
          const draw = yield* filter(z, false);
          if (draw === null) continue;
          found += 1;
          const better =
            best === null ||
            draw.dimension < best.draw.dimension ||
            (draw.dimension === best.draw.dimension && draw.logWeight > best.draw.logWeight);
          if (better) best = { z, draw };
        }
        return best;
      };

      const from = state ?? (yield* begin());
      if (from === null) return noStart(counts);
      let { z, draw } = from;
      const blocks = (state?.blocks ?? blocksFor(d, 1)).map(copyOfBlock);
      let sweeps = state?.sweeps ?? 0;

      /** Proposes new parameters, or with no block another path of the same ones. */
      const move = function* (block: Block | null, adapts: boolean): Pieces<void> {
        next();
        const make = (proposed: Float64Array): Pieces<FilterDraw | null> => filter(proposed, isWild(proposed));
        const found = yield* walk(block, { z, made: draw }, { normal, uniform, make, target: adapts ? target : null });
        counts.proposed += 1;
        if (!found.accepted) return;
        counts.accepted += 1;
        z = found.z;
        draw = found.made;
      };
      const sweep = function* (adapts: boolean): Pieces<void> {
        if (blocks.length === 0) yield* move(null, adapts);
        for (const block of blocks) {
          yield* move(block, adapts);
          if (adapts && ends.includes(sweeps + 1)) endWindow(block);
        }
        sweeps += 1;
        counts.unaligned += draw.unaligned;
      };
      const standing: Sweeping<PmmhState> = {
        sweeps,
        sweep,
        output: (k) => draw.outputs[k],
        dimension: () => draw.dimension,
        counts,
        read: () => ({ time, sweeps, z, draw, blocks }),
      };
      return yield* makeSweeps(standing, outputs, warmup, wanted);
    };
  },
  transfer: buffersOf,
};
