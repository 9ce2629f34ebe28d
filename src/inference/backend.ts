import type { Kernel } from '../ir/engine.js';
import type { Constant, IrType } from '../ir/ir.js';
import type { BlockMoments } from './statistics/block_moments.js';

/** How a run went. */
export type Course = {
  /** Draws in other worlds without a factual partner. */
  readonly unaligned: number;
  /** Loop iterations and calls that were run. */
  readonly steps: number;
  /** What stopped the run before its end, if anything did. */
  readonly stopped: 'time' | 'memory' | 'abort' | null;
  /** Whether the stopping rule was met, or the budget was spent. */
  readonly converged: boolean;
};

/** Weighted draws of a question's targets: what every sampling method ends in. */
export type Posterior = Course & {
  /** Log weight of each draw; -Infinity where the evidence fails. */
  readonly logWeights: Float64Array;
  /** One column for each output of `main`, in order: numbers, or whole values. */
  readonly columns: readonly (Float64Array | readonly Constant[])[];
};

/** What is left of draws that are not kept. */
export type Summary = Course & {
  /** Of the first output, a scalar; of zeros where there is none. */
  readonly moments: BlockMoments;
  /** The greatest log weights, in no order: more of them than k-hat is fitted to, or all that are not -Infinity. */
  readonly greatest: Float64Array;
};

/** How far a run has come; `total` and `ess` are null where they are not known. */
export type Progress = { readonly draws: number; readonly total: number | null; readonly ess: number | null };

/** One option of a method, as written in `using method(option = value)`. */
export type OptionSchema = {
  readonly name: string;
  readonly meaning: string;
  /** Null: the method decides. */
  readonly default: number | null;
  readonly accepts: (value: number) => boolean;
};

/** A compiled question, ready to be sampled from. */
export type Task<Found = Posterior> = {
  readonly kernel: Kernel;
  readonly outputs: readonly IrType[];
  /** Rough number of elementary operations of one particle, without its loops. */
  readonly size: number;
  /** Judges, from the draws so far, whether every answer is accurate enough. */
  readonly accurate: (found: Found) => boolean;
  /** Bytes that the kept draws may take. */
  readonly memoryLimit: number;
  readonly options: Readonly<Record<string, number | null>>;
};

/** What a question contains that a method must be able to deal with. */
export type Requirements = { readonly approximate: boolean; readonly resample: boolean };

/**
 * An inference method: one object, one folder, one line in `registry.ts`. `run` gives its progress between blocks of work, and returns the
 * posterior; the caller may stop it at any of these points and gets what there is.
 */
export type Backend = {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionSchema[];
  /** Null if it can answer, else the reason why not. */
  readonly suits: (requirements: Requirements) => string | null;
  readonly run: (task: Task) => Generator<Progress, Posterior, 'time' | 'abort' | undefined>;
  /** As `run`, where no more is asked than the mean of at most one scalar output: draws are summed up as they come. */
  readonly runForMean: (task: Task<Summary>) => Generator<Progress, Summary, 'time' | 'abort' | undefined>;
};
