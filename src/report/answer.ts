/** What a query gives back. The printers of this folder turn it into JSON, CSV and text; nothing here prints. */
import type { Estimand } from '../causal/identify/estimand.js';
import type { Approximation } from '../inference/backend.js';
import type { Histogram } from '../inference/statistics/histogram.js';
import type { IrType } from '../ir/ir.js';
import type { Diagnostic } from '../syntax/diagnostic.js';

/** What kind of answer it is; see `docs/command_line.md`. */
export type AnswerKind = 'value' | 'distribution' | 'posterior' | 'identification' | 'choice';

/** A number, a label of an enum, or a bool: what a cell of a distribution or a choice can be. */
export type Scalar = number | string | boolean;

/** One row of a distribution (its probability), or one candidate of a choice (its score). */
export type Mass = {
  readonly value: Scalar;
  readonly p: number;
  readonly se: number;
  /** Standard error of the value itself, where it is an estimate: an effect that some graphs of a class have. */
  readonly valueSe?: number;
};

/** Summary of one scalar of a posterior: `mu`, `theta[0]`, `box.x`. Quantiles are weighted. */
export type VariableSummary = {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  /** Monte Carlo standard error of the mean; 0 if exact. */
  readonly se: number;
  readonly median: number;
  readonly q05: number;
  readonly q95: number;
  readonly ess: number | null;
  readonly rhat: number | null;
};

/** Shape of one variable of a posterior: `weightedHistogram` with at most `histogramBins` bins. For the terminal only. */
export type NamedHistogram = { readonly name: string; readonly histogram: Histogram };

/** The draws behind a posterior: one column for each row of its table, and weights that sum to 1. For host programs only. */
export type Sample = {
  readonly weights: Float64Array;
  /** Where each chain begins, of draws that follow each other in chains. */
  readonly chains?: Int32Array;
  readonly columns: readonly { readonly name: string; readonly type: IrType; readonly values: Float64Array }[];
};

/** Bins that a line of text has room for. */
export const histogramBins = 24;

/**
 * One step of the derivation of an estimand: the equation that it uses on what the step before left, the rule of the do-calculus that gives it
 * (1, 2, 3; 0 for a law of probability), and the separation that licenses the rule, or the name of the law.
 */
export type DerivationStep = { readonly rule: number; readonly because: string; readonly gives: string };

/** Whether an effect can be known from observation, and how. */
export type Identification = {
  readonly identifiable: boolean;
  readonly strategy: string | null;
  readonly estimand: string | null;
  readonly latex: string | null;
  /** The estimand as data, where it is one of probabilities and not of worlds. */
  readonly tree?: Estimand;
  readonly steps: readonly DerivationStep[];
  readonly hedge: string | null;
};

/** What is known of a number that data and assumptions do not fix: it lies between these, and `how` names the argument. */
export type Bounds = {
  readonly low: number;
  readonly high: number;
  /** Standard errors of the ends, by the sampling of units; 0 where the ends are exact. */
  readonly lowSe: number;
  readonly highSe: number;
  readonly how: string;
};

/** A test that an estimate from data was put to: a refutation that it should survive, or how much of what is hidden would undo it. */
export type Check = {
  /** `placebo`, `random cause`, `subset`, `e-value`, … */
  readonly name: string;
  /** What came out: an estimate for a refutation, a strength for a sensitivity. */
  readonly value: number;
  /** Its standard error; null where it has none. */
  readonly se: number | null;
  /** False where the estimate is refuted; null for a figure without a verdict. */
  readonly passed: boolean | null;
  /** One sentence that says what the number means. */
  readonly meaning: string;
};

/** What tells whether an answer can be trusted. */
export type AnswerDiagnostics = {
  /** Shape of the Pareto tail of the weights; above 0.7 an importance estimate can't be trusted. */
  readonly khat: number | null;
  /** Share of proposals or simulations that were accepted. */
  readonly acceptance: number | null;
  /** Distinct particles of the first step that those of the least varied replica descend from. */
  readonly ancestors: number | null;
  /** The greatest R-hat of the quantities asked for; above 1.01 the chains have not mixed. */
  readonly rhat: number | null;
  /** The least effective sample size of their 5 % and 95 % quantiles. */
  readonly tailEss: number | null;
  /** Draws in other worlds that had no factual partner. */
  readonly unaligned: number;
};

/** The answer of one query. `null` stands for what does not apply. */
export type Answer = {
  /** The name in the file; null for a question that is not in a file. */
  readonly name: string | null;
  /** The expression as written, without name and `in`, `given`, `using`. */
  readonly text: string;
  readonly model: string | null;
  readonly kind: AnswerKind;
  /** The number; for a choice, what was chosen. */
  readonly value: Scalar | null;
  readonly se: number | null;
  /** The 95 % Monte Carlo interval of the answer. */
  readonly interval: readonly [number, number] | null;
  readonly exact: boolean;
  readonly method: string | null;
  readonly approximation: Approximation | null;
  readonly draws: number;
  readonly ess: number | null;
  readonly logEvidence: number | null;
  readonly logEvidenceSe: number | null;
  readonly seconds: number;
  readonly diagnostics: AnswerDiagnostics;
  readonly distribution: readonly Mass[] | null;
  readonly variables: readonly VariableSummary[] | null;
  readonly identification: Identification | null;
  readonly warnings: readonly Diagnostic[];
  /** Why there is no answer; then `value`, `distribution`, `variables` and `identification` are null. */
  readonly error: Diagnostic | null;
  /** What is known where no number is: then `value` is null, or is one of the numbers between them. */
  readonly bounds?: Bounds;
  /** What an estimate from data was put to. */
  readonly checks?: readonly Check[];
  /** Shapes of the posterior's variables, by name. Shown on a terminal, not part of the JSON. */
  readonly histograms?: readonly NamedHistogram[];
  /** Draws of the posterior's variables, where it was sampled. Not part of the JSON. */
  readonly sample?: Sample;
};

/** An answer with nothing in it yet: spread it and fill in what is known. */
export const blankAnswer = (name: string | null, text: string, model: string | null, kind: AnswerKind): Answer => ({
  name,
  text,
  model,
  kind,
  value: null,
  se: null,
  interval: null,
  exact: false,
  method: null,
  approximation: null,
  draws: 0,
  ess: null,
  logEvidence: null,
  logEvidenceSe: null,
  seconds: 0,
  diagnostics: { khat: null, acceptance: null, ancestors: null, rhat: null, tailEss: null, unaligned: 0 },
  distribution: null,
  variables: null,
  identification: null,
  warnings: [],
  error: null,
});

/** All answers of one run, in the order of the file. */
export type Report = {
  /** Path of the file as given, or `-`. */
  readonly file: string;
  readonly seed: string;
  readonly answers: readonly Answer[];
};
