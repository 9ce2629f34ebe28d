/** The job of `mh`: a chain moves on by some sweeps. */
import { compileTraced } from '../../codegen/traced.js';
import type { KernelOptions } from '../../ir/engine.js';
import type { IrType, NoiseKind, Program } from '../../ir/ir.js';
import type { Job, Pieces } from '../../runtime/jobs.js';
import { derivedKey } from '../../runtime/random/seed.js';
import { type ChainState, resumeChain, startChain } from './chain.js';
import { newSites, type Sites } from './sites.js';
import { buffersOf, type ChainInput, type ChainOutput, makeSweeps, noCounts, noStart } from './sweeps.js';

/** What all chains of a run have in common. */
export type ChainSetup = {
  /** With the noise of draws opened. */
  readonly program: Program;
  readonly main: string;
  /** Kinds of the noise that main takes as parameters. */
  readonly opened: readonly NoiseKind[];
  readonly options: Omit<KernelOptions, 'layout'>;
  readonly outputs: readonly IrType[];
  /** Sweeps that adapt and are not kept. */
  readonly warmup: number;
  /** Runs from the prior that look for a start, at most. */
  readonly attempts: number;
  /** First steps, in standard deviations of the prior. */
  readonly scale: number;
};

export const chainJob: Job<ChainSetup, ChainInput<ChainState>, ChainOutput<ChainState>> = {
  name: 'mh',
  prepare: (setup) => {
    const { program, main, options, outputs, warmup } = setup;
    let sites: Sites | null = null;
    const kernel = compileTraced(program, main, options, (noise, hi, lo) => sites!.ask(noise, hi, lo));
    const kinds = [...setup.opened, ...kernel.sites.map((site) => site.noise)];
    return function* ({ chain: number, state, sweeps }): Pieces<ChainOutput<ChainState>> {
      const key = derivedKey(options.key, number);
      sites = newSites(key);
      const chainOptions = { key, kinds, outputs: outputs.length, warmup };
      const begun = state === null ? yield* startChain(kernel, sites, chainOptions, setup.attempts, setup.scale) : null;
      const from = state ?? begun?.state ?? null;
      const before = { runs: begun?.runs ?? 0, steps: begun?.steps ?? 0 };
      if (from === null) return noStart({ ...noCounts(), ...before });
      const chain = resumeChain(kernel, sites, from, chainOptions);
      chain.counts.runs += before.runs;
      chain.counts.steps += before.steps;
      return yield* makeSweeps(chain, outputs, warmup, sweeps);
    };
  },
  transfer: buffersOf,
};
