/** The contract of exact solvers: a question's program in, the laws of its outputs out; or why not. */
import type { Draws } from '../ir/engine.js';
import type { Constant, IrType, Program } from '../ir/ir.js';
import type { JointLaw, Law } from './law.js';

/** The pure functions of a family, see `Family` for their parameters. */
export type PureEntry =
  | 'logpdf'
  | 'cdf'
  | 'quantile'
  | 'survival'
  | 'logcdf'
  | 'require'
  | 'support'
  | 'mean'
  | 'variance';

/** A compiled pure function: parameters as in the IR, without an address. */
export type Evaluate = (...args: readonly Constant[]) => Constant;

/** So many runs: logs of weights, and what `main` yields. */
export type Run = (given: readonly Float64Array[], count: number) => Pick<Draws, 'logWeight' | 'columns'>;

/** A question's optimised program, ready to be solved. `main` takes the root address and yields scalars. */
export type Problem = {
  readonly program: Program;
  readonly main: string;
  readonly outputs: readonly IrType[];
  /** A family's entry, compiled when it is first asked for; null where the family does not have it. */
  readonly entry: (family: string, entry: PureEntry) => Evaluate | null;
  /** A function of the program that neither draws nor scores, compiled when it is first asked for. It has one result. */
  readonly pure: (name: string) => Evaluate;
  /** The program with the densities of families, which it lacks where they are only drawn from. */
  readonly complete: (program: Program, families: readonly string[]) => Program;
  /**
   * Runs a program made of this one, at values of the parameters that its `main` has beside the root address, one column each. It may
   * score the families named. Throws the faults of its runs.
   */
  readonly run: (program: Program, families: readonly string[]) => Run;
  /** Cells, states or arithmetic operations that may be spent before the solver refuses. */
  readonly budget: number;
  /** Whether means, variances and covariances answer the question, so that laws of kind `moments` are as good as others. */
  readonly momentsSuffice?: boolean;
};

/** An exact answer. Outputs are named by their position. What is dear is only computed when it is asked for. */
export type Solved = {
  /** Natural logarithm of the weight of the evidence; -Infinity where no run agrees with it. Then nothing else may be asked. */
  readonly logEvidence: number;
  /** Upper bound of the probability, given the evidence, of what was left out (of infinite supports, of endless loops); 0 if nothing was. */
  readonly leftOut: number;
  readonly marginal: (output: number) => Law;
  /** Null where it is not known. */
  readonly covariance: (a: number, b: number) => number | null;
  /** The law of several outputs at once; null where it is not known or too large. */
  readonly joint: (outputs: readonly number[]) => JointLaw | null;
  /** What was done, in sentences, for `explain`. */
  readonly how: readonly string[];
};

/** Why a solver cannot answer; the reason follows "because". */
export type Refusal = { readonly ok: false; readonly reason: string };

/**
 * An exact solver: one object, one folder, one line in `registry.ts`. Throws a `Fault` where a run of the program would have one
 * (a parameter out of range) with positive probability.
 */
export type Solver = {
  readonly name: string;
  readonly solve: (problem: Problem) => { readonly ok: true; readonly solved: Solved } | Refusal;
};

/** A refusal in one word. */
export const refuse = (reason: string): Refusal => ({ ok: false, reason });
