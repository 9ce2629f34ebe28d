/** What jobs of chains have in common: they take a chain up where it stood, make sweeps, and keep what those behind the warm-up gave. */
import type { Constant, IrType } from '../../ir/ir.js';
import { isScalarType } from '../../ir/values.js';
import type { Pieces } from '../../runtime/jobs.js';

/** A chain, by its number, and how many sweeps it is to make; `state` is null before its start. */
export type ChainInput<State> = { readonly chain: number; readonly state: State | null; readonly sweeps: number };

/** How often proposals were made and accepted, and what runs cost. */
type ChainCounts = { proposed: number; accepted: number; runs: number; steps: number; unaligned: number };

export const noCounts = (): ChainCounts => ({ proposed: 0, accepted: 0, runs: 0, steps: 0, unaligned: 0 });

/** What a job of a chain gives: the draws of the sweeps behind the warm-up, and where the chain stands. Plain data. */
export type ChainOutput<State> = ChainCounts & {
  /** Null where no run from the prior had a weight. */
  readonly state: State | null;
  readonly dimension: Float64Array;
  readonly columns: readonly (Float64Array | readonly Constant[])[];
};

/** A chain behind its start. */
export type Sweeping<State> = {
  /** Sweeps that it has made before. */
  readonly sweeps: number;
  /** Makes one; `adapts` says whether proposals learn from it. */
  readonly sweep: (adapts: boolean) => Pieces<void>;
  /** Output k of where it stands. */
  readonly output: (k: number) => Constant | undefined;
  readonly dimension: () => number;
  readonly counts: ChainCounts;
  readonly read: () => State;
};

/** Makes `wanted` sweeps: first those that are left of the warm-up, whose proposals do not count, then those whose draws are kept. */
export function* makeSweeps<State>(
  chain: Sweeping<State>,
  outputs: readonly IrType[],
  warmup: number,
  wanted: number,
): Pieces<ChainOutput<State>> {
  const { counts } = chain;
  const first = Math.min(wanted, Math.max(0, warmup - chain.sweeps));
  for (let s = 0; s < first; s++) yield* chain.sweep(true);
  if (first > 0) Object.assign(counts, { proposed: 0, accepted: 0, unaligned: 0 });
  const kept = wanted - first;
  const columns = outputs.map((type) => (isScalarType(type) ? new Float64Array(kept) : new Array<Constant>(kept)));
  const dimension = new Float64Array(kept);
  for (let s = 0; s < kept; s++) {
    yield* chain.sweep(false);
    dimension[s] = chain.dimension();
    columns.forEach((column, k) => {
      const value = chain.output(k) ?? Number.NaN;
      if (column instanceof Float64Array) column[s] = typeof value === 'number' ? value : Number.NaN;
      else column[s] = value;
    });
  }
  return { ...counts, state: chain.read(), dimension, columns };
}

/** What there is of a chain that found no start. */
export const noStart = (counts: ChainCounts): ChainOutput<never> => ({
  ...counts,
  state: null,
  dimension: new Float64Array(0),
  columns: [],
});

/** The buffers of an output, which a worker gives away. */
export const buffersOf = ({ dimension, columns }: ChainOutput<unknown>): readonly ArrayBufferLike[] =>
  [dimension, ...columns].flatMap((c) => (c instanceof Float64Array ? [c.buffer] : []));
