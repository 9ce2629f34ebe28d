import type { Engine, Kernel, KernelOptions } from '../ir/engine.js';
import type { Constant, IrType, PlaceId, Program } from '../ir/ir.js';
import type { Analysis } from '../passes/analyse.js';
import type { Comparison } from '../passes/comparison.js';
import type { Pool, Stop } from '../runtime/jobs.js';
import type { DiagnosticCode } from '../syntax/codes.js';
import type { BlockMoments } from './statistics/block_moments.js';
import type { Estimate } from './statistics/weights.js';

/** How an answer differs from the exact question: `{ kind: 'abc', epsilon: 2 }`. */
export type Approximation = { readonly kind: string; readonly [option: string]: number | string | boolean };

/** Something that a method has to say of its run, beyond what the thresholds of `src/plan/trust.ts` judge. */
export type Finding = {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string | null;
  /** Null: the question as a whole. */
  readonly at: PlaceId | null;
};

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
  /** Share of proposals or simulations that were accepted. */
  readonly acceptance: number | null;
  /** Distinct particles of the first step that the least varied replica descends from. */
  readonly ancestors: number | null;
  readonly approximation: Approximation | null;
  readonly findings: readonly Finding[];
};

/** The course of a run that has nothing special to tell. */
export const plainCourse: Pick<Course, 'acceptance' | 'ancestors' | 'approximation' | 'findings'> = {
  acceptance: null,
  ancestors: null,
  approximation: null,
  findings: [],
};

/**
 * How draws hang together, which decides what errors their estimates have.
 * - independent: not at all
 * - replicas: draws of one replica do, in any way; replicas are independent of each other. `starts` says where each begins. They are runs of
 *   a filter, or draws on the points of one scrambling each.
 * - chains: the draws of a chain follow each other in time; chains are independent of each other. All weights are equal.
 */
export type Dependence =
  | { readonly kind: 'independent' }
  | { readonly kind: 'replicas'; readonly starts: Int32Array; readonly of?: 'scramblings' }
  | { readonly kind: 'chains'; readonly starts: Int32Array };

/** Weighted draws of a question's targets: what every sampling method ends in. */
export type Posterior = Course & {
  /** Log weight of each draw; -Infinity where the evidence fails. */
  readonly logWeights: Float64Array;
  /** One column for each output of `main`, in order: numbers, or whole values. */
  readonly columns: readonly (Float64Array | readonly Constant[])[];
  readonly dependence: Dependence;
  /** Whether each draw has a weight of its own, so that their tail can be judged, though draws hang together. */
  readonly weighedAlone?: boolean;
  /** Whether the mean of the weights estimates the evidence, without bias; a chain's weights know nothing of it. */
  readonly measuresEvidence: boolean;
  /** The log evidence, where draws without weight were not kept and the weights cannot tell it. */
  readonly logEvidence?: Estimate;
};

/** What is left of draws that are not kept. */
export type Summary = Course & {
  /** Of the first output, a scalar; of zeros where there is none. */
  readonly moments: BlockMoments;
  /** The greatest log weights, in no order: more of them than k-hat is fitted to, or all that are not -Infinity. */
  readonly greatest: Float64Array;
};

/** How far a run has come; `total`, `ess` and `acceptance` are null where they are not known. */
export type Progress = {
  readonly draws: number;
  readonly total: number | null;
  readonly ess: number | null;
  readonly acceptance?: number | null;
  /** Bytes of the draws that are kept, of which the answer is still to be made; more of those that take longer than independent ones. */
  readonly bytes?: number;
};

/** What stands behind the name of an option; null: the method decides. A name is a word (`systematic`) or a function of the program. */
export type OptionValue = number | string | boolean | null;

/** One option of a method, as written in `using method(option = value)`. */
export type OptionSchema = {
  readonly name: string;
  readonly meaning: string;
  readonly default: OptionValue;
  /** Whether `explain` passes over it where it has its default. */
  readonly unsaid?: boolean;
  readonly accepts: (value: OptionValue) => boolean;
  /** What it accepts, in words that follow "takes". */
  readonly wants: string;
};

/** The chosen options of a method, by name: each of its schema, those left out with their defaults. */
export type Options = Readonly<Record<string, OptionValue>>;

/** A compiled question, ready to be sampled from. */
export type Task<Found = Posterior> = {
  /** Runs of the question as it is: independent weighted draws. Compiled where it is first asked for. */
  readonly kernel: () => Kernel;
  /** The question, bound and optimised: `mainName` takes the root address and yields the outputs. */
  readonly program: Program;
  readonly facts: Analysis;
  /** How approximate evidence is to be compared: `main` then yields, behind the outputs, the summaries and what was seen. Null: there is none. */
  readonly comparison: Comparison | null;
  /** What kernels of the program, or of programs made of it, are compiled with. */
  readonly kernelOptions: KernelOptions;
  /** Makes such kernels. */
  readonly engine: Engine;
  /** Where long work is done. */
  readonly pool: Pool;
  readonly outputs: readonly IrType[];
  /** Rough number of elementary operations of one particle, without its loops. */
  readonly size: number;
  /** Judges, from the draws so far, whether every answer is accurate enough. */
  readonly accurate: (found: Found) => boolean;
  /** Bytes that the kept draws may take. */
  readonly memoryLimit: number;
  readonly options: Options;
};

/** What a question contains that a method must be able to deal with. */
export type Requirements = {
  /** Evidence by `~=` is in it. */
  readonly approximate: boolean;
  readonly resample: boolean;
  /** Worlds share noise of draws. */
  readonly sharedNoise: boolean;
  /** The log evidence is asked for. */
  readonly evidence: boolean;
};

/**
 * What a method has compiled of a question, and how that runs.
 * - whole: by the engine, from start to end
 * - pausing: as WebAssembly or JavaScript (`src/codegen/pausing.ts`), pausing at each `resample`; framed: never in lockstep
 */
export type Runs = {
  readonly kind: 'whole' | 'pausing' | 'framed';
  readonly program: Program;
  readonly options: KernelOptions;
};

/**
 * An inference method: one object, one folder, one line in `registry.ts`. `run` gives its progress between blocks of work, and returns the
 * posterior; the caller may stop it at any of these points and gets what there is.
 */
export type Backend = {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionSchema[];
  /** Whether it opens the noise of draws (`src/passes/open_noise.ts`): the program then has what their mechanisms are made of. */
  readonly opensNoise?: boolean | ((options: Options) => boolean);
  /** Whether conditions on sums of draws are solved for one of them beforehand (`src/passes/solve_conditions.ts`). */
  readonly solvesConditions?: boolean;
  /**
   * Whether it looks at nothing but the whole weight of a run: then scores can be weighed together
   * (`src/passes/statistics/statistics.ts`).
   */
  readonly weighsWhole?: boolean;
  /**
   * For methods whose draws come of independent blocks: null where the options fix their number, so that a run can be divided into
   * shards; else what must be given, in words. Left out: no run can be divided.
   */
  readonly undivided?: (options: Options) => string | null;
  /**
   * How many runs of the program the options settle, where more than `samples`, `simulations` and `particles` decides that; null where it is
   * found on the way.
   */
  readonly settledRuns?: (options: Options) => number | null;
  /**
   * What is compiled, so that it can be told which engine really runs it. 'traced': functions of the noise of a run (`src/codegen/traced.ts`).
   * Left out: the question as it is, or something much like it, by the engine.
   */
  readonly runs?: 'traced' | ((task: Task) => Runs);
  /** What `explain` says of a run beside its options; null: nothing. */
  readonly tells?: (program: Program, options: Options) => string | null;
  /** Null if it can answer, else the reason why not. */
  readonly suits: (requirements: Requirements) => string | null;
  readonly run: (task: Task) => Generator<Progress, Posterior, Stop>;
  /** Whether draws are kept whatever is asked. */
  readonly keeps?: (options: Options) => boolean;
  /** As `run`, where no more is asked than the mean of at most one scalar output: draws are summed up as they come. Null: it keeps them. */
  readonly runForMean: ((task: Task<Summary>) => Generator<Progress, Summary, Stop>) | null;
};
