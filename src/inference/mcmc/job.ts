/** The job of `mh`: a chain moves on by some sweeps. */
import { compileTraced } from '../../codegen/traced.js';
import type { KernelOptions } from '../../ir/engine.js';
import type { Constant, IrType, NoiseKind, Program } from '../../ir/ir.js';
import { isScalarType } from '../../ir/values.js';
import type { Job } from '../../runtime/jobs.js';
import { derivedKey } from '../../runtime/random/seed.js';
import { type ChainState, resumeChain, startChain } from './chain.js';
import type { ChainOutput } from './chains.js';
import { newSites, type Sites } from './sites.js';

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

/** A chain, by its number, and how many sweeps it is to make; `state` is null before its start. */
export type ChainInput<State> = { readonly chain: number; readonly state: State | null; readonly sweeps: number };

export const chainJob: Job<ChainSetup, ChainInput<ChainState>, ChainOutput<ChainState>> = {
  name: 'mh',
  prepare: (setup) => {
    const { program, main, options, outputs, warmup } = setup;
    let sites: Sites | null = null;
    const kernel = compileTraced(program, main, options, (noise, hi, lo) => sites!.ask(noise, hi, lo));
    const kinds = [...setup.opened, ...kernel.sites.map((site) => site.noise)];
    return ({ chain: number, state, sweeps }) => {
      const key = derivedKey(options.key, number);
      sites = newSites(key);
      const chainOptions = { key, kinds, outputs: outputs.length, warmup };
      const begun = state === null ? startChain(kernel, sites, chainOptions, setup.attempts, setup.scale) : null;
      const from = state ?? begun?.state ?? null;
      const before = { runs: begun?.runs ?? 0, steps: begun?.steps ?? 0 };
      if (from === null)
        return {
          ...before,
          proposed: 0,
          accepted: 0,
          unaligned: 0,
          state: null,
          dimension: new Float64Array(0),
          columns: [],
        };
      const chain = resumeChain(kernel, sites, from, chainOptions);
      const first = Math.min(sweeps, Math.max(0, warmup - from.sweeps));
      for (let s = 0; s < first; s++) chain.sweep(true);
      const kept = sweeps - first;
      const columns = outputs.map((type) => (isScalarType(type) ? new Float64Array(kept) : new Array<Constant>(kept)));
      const dimension = new Float64Array(kept);
      const { counts } = chain;
      if (first > 0) {
        counts.proposed = 0;
        counts.accepted = 0;
        counts.unaligned = 0;
      }
      for (let s = 0; s < kept; s++) {
        chain.sweep(false);
        dimension[s] = chain.dimension();
        columns.forEach((column, k) => {
          const value = chain.output(k);
          if (column instanceof Float64Array) column[s] = typeof value === 'number' ? value : Number.NaN;
          else column[s] = value;
        });
      }
      return {
        ...counts,
        runs: counts.runs + before.runs,
        steps: counts.steps + before.steps,
        state: chain.read(),
        dimension,
        columns,
      };
    };
  },
  transfer: ({ dimension, columns }) =>
    [dimension, ...columns].flatMap((c) => (c instanceof Float64Array ? [c.buffer] : [])),
};
