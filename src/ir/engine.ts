/** What every engine (reference interpreter, JavaScript, later WebAssembly) offers to the inference methods. */

import type { Key } from '../runtime/random/seed.js';
import type { DiagnosticCode } from '../syntax/codes.js';
import type { Constant, PlaceId, Program } from './ir.js';

/** Particles in a block: the unit of work, of noise streams and of parallel division. */
export const blockSize = 1024;

/**
 * Where a draw's noise comes from. The layout is part of an answer's meaning: all engines implement it to the bit.
 * - addressed: a counter-based generator, one independent value for each (particle, address, site, request); worlds share it
 * - column: one fast stream for each (address, site) and block of particles, consumed in particle order
 * - particle: one stream for each particle, consumed in the order of execution
 */
export type NoiseLayout = 'addressed' | 'column' | 'particle';

/** What one particle may use up; a particle that goes beyond is a fault E07xx. */
export type Limits = {
  /** Loop iterations and calls in one particle. */
  readonly steps: number;
  /** Depth of calls in one particle. */
  readonly depth: number;
  /** Elements of one array. */
  readonly elements: number;
  /** Elements that updates of arrays copy in one particle, in an engine that copies; left out: any number. */
  readonly copied?: number;
};

/** The limits where the host sets none. */
export const defaultLimits: Limits = { steps: 1e8, depth: 5000, elements: 1e8 };

/** What a program is run with: all that decides its bits beside the program itself. */
export type KernelOptions = {
  readonly layout: NoiseLayout;
  readonly key: Key;
  readonly limits: Limits;
  readonly externs: Readonly<Record<string, (...args: Constant[]) => Constant>>;
};

/** What a block of particles gave. Columns are in the order of main's results: numbers, or whole values for arrays, tuples and records. */
export type BlockResult = {
  readonly count: number;
  readonly logWeight: Float64Array;
  /** Continuous dimensions of the scores of each particle; runs of the lowest dimension win. */
  readonly dimension: Float64Array;
  readonly columns: readonly (Float64Array | readonly Constant[])[];
  /** Draws in other worlds that had no factual partner, summed over the block. */
  readonly unaligned: number;
  /** Loop iterations and calls, summed over the block. */
  readonly steps: number;
};

/** Room for the draws of a run, particle 0 first: what `BlockResult` holds, for as many particles as the arrays are long. */
export type Draws = {
  readonly logWeight: Float64Array;
  readonly dimension: Float64Array;
  readonly columns: readonly (Float64Array | Constant[])[];
  /** Values of the parameters that `main` has beside the root address, all scalars: one column each. Left out where there are none. */
  readonly given?: readonly Float64Array[];
};

/** What was counted while particles ran. */
export type Counts = { readonly steps: number; readonly unaligned: number };

/** Blocks that were run and summed up; its arrays hold until the next call. */
type SummedBlocks = Counts & {
  /** A row for each block, as `sumBlock` gives it. */
  readonly rows: Float64Array;
  /** Log weights of their draws that are above the limit. */
  readonly above: Float64Array;
  /** Whether one more block was run, and counted, whose draws with weight are not all of the dimension; it stands in the room. */
  readonly mixed: boolean;
};

/** Draws that are summed up in a room of the kernel's own: to the bit as `src/runtime/sums/sums.ts`. */
export type Summing = {
  /**
   * Runs `draws` particles from the first of a block on, as `fill`, and sums up block after block: as many as there is room for, at least
   * one, up to the first that is mixed.
   *
   * @param dimension of the draws that are summed up
   * @param least the limit above which log weights are wanted
   */
  readonly blocks: (block: number, draws: number, dimension: number, least: number) => SummedBlocks;
  /** The room of the block that ran last: log weights and dimensions, which may be changed, and the log weights that `survey` found. */
  readonly room: () => {
    readonly logWeight: Float64Array;
    readonly dimension: Float64Array;
    readonly above: Float64Array;
  };
  /** As `surveyBlock`, of the draws in the room. */
  readonly survey: (count: number, least: number) => Float64Array;
  /** As `sumBlock`, of the draws in the room. */
  readonly sum: (count: number, max: number) => Float64Array;
};

/** A program made ready to run. Blocks may be run in any order, each any number of times, with the same result. */
export type Kernel = {
  readonly runBlock: (block: number, count: number) => BlockResult;
  /**
   * Runs particles `from` to `to - 1`, each into the place of its number less `base` (left out: 0); `from` is the first of a block, or in
   * the particle layout any one.
   * Gives the same draws as `runBlock`.
   */
  readonly fill: (draws: Draws, from: number, to: number, base?: number) => Counts;
  /** Where draws are summed up by the engine itself. Left out: `fill` and JavaScript do it. */
  readonly summing?: Summing;
  /** Set where an engine could not do its work and left it to the interpreter: slow, with the same bits. */
  readonly interpreted?: boolean;
  /** Set where an engine could not compile the program and left it to another one: its name, and why, in words that follow "because". */
  readonly left?: Left;
};

/** Which engine took the place of one that could not compile a program, and why, in words that follow "because". */
export type Left = { readonly to: string; readonly because: string };

/**
 * Prepares function `main` of a bound program: it takes the root address and yields the outputs. It may have parameters besides
 * (numbers, bools, members of enums): `fill` takes their values from `Draws.given`, and `runBlock` of such a program throws.
 */
export type Engine = (program: Program, main: string, options: KernelOptions) => Kernel;

/** Thrown inside a run, caught by the method that runs it and turned into a diagnostic with the place's line. */
export type Fault = {
  readonly fault: true;
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly at: PlaceId;
};
