/** Answers as a host program sees them: one type for each kind, with draws as typed columns. */
import type { Approximation } from '../inference/backend.js';
import type { IrType } from '../ir/ir.js';
import type {
  AnswerDiagnostics,
  Bounds,
  Check,
  Identification,
  Mass,
  Answer as Reported,
  Sample,
  Scalar,
  VariableSummary,
} from '../report/answer.js';
import type { Diagnostic } from '../syntax/diagnostic.js';

/** What every answer carries. */
export type AnswerBase = {
  /** The query's name in the text; null for a question asked by `.query('…')`. */
  readonly name: string | null;
  /** The question as written, values of a host program as `${…}`. */
  readonly text: string;
  readonly model: string | null;
  /** Whether the answer has no Monte Carlo error. */
  readonly exact: boolean;
  readonly method: string | null;
  readonly approximation: Approximation | null;
  /** How many draws were made; 0 where none were needed. */
  readonly drawn: number;
  /** Effective sample size; null where nothing was sampled. */
  readonly ess: number | null;
  readonly logEvidence: number | null;
  readonly logEvidenceSe: number | null;
  readonly seed: string;
  readonly seconds: number;
  readonly diagnostics: AnswerDiagnostics;
  readonly warnings: readonly Diagnostic[];
  /** What is known of a number that is not fixed; null where nothing is to be said. */
  readonly bounds: Bounds | null;
  /** What an estimate from data was put to; empty for other answers. */
  readonly checks: readonly Check[];
};

/** A number with its Monte Carlo standard error, 0 where the answer is exact. */
export type NumberAnswer = AnswerBase & {
  readonly kind: 'value';
  readonly value: number;
  readonly se: number;
  /** The 95 % Monte Carlo interval. */
  readonly interval: readonly [number, number] | null;
};

/** The distribution of something discrete: `P(drug)`. */
export type DistributionAnswer = AnswerBase & {
  readonly kind: 'distribution';
  readonly value: null;
  readonly distribution: readonly Mass[];
};

/** What `posterior(…)` gives: a summary of each variable, and the draws. `Names` are the variables, as written. */
export type PosteriorAnswer<Names extends string = string> = AnswerBase & {
  readonly kind: 'posterior';
  readonly value: null;
  readonly variables: Named<Names, VariableSummary>;
  /** Null where the posterior is known exactly: ask with the method `importance` for draws of it. */
  readonly draws: Draws<Names> | null;
};

/** What `argmax` and `argmin` choose, with the score of each candidate. */
export type ChoiceAnswer = AnswerBase & {
  readonly kind: 'choice';
  readonly value: Scalar;
  readonly candidates: readonly Mass[];
};

/** What `identify` finds. */
export type IdentificationAnswer = AnswerBase & {
  readonly kind: 'identification';
  readonly value: null;
  readonly identification: Identification;
};

/** An answer of any kind; `kind` tells them apart. */
export type AnyAnswer = NumberAnswer | DistributionAnswer | PosteriorAnswer | ChoiceAnswer | IdentificationAnswer;

/** Entries by name. Variables that are arrays or records have an entry for each part, `theta[0]`, and none of their own. */
export type Named<Names extends string, T> = { readonly [name in Names]?: T } & {
  readonly [name: string]: T | undefined;
};

/**
 * One variable of a posterior, draw by draw: `Float64Array` for reals; `Int32Array` for ints and `Uint8Array` (0, 1) for bools,
 * as long as every draw has the variable and it fits, else `Float64Array` with NaN where it is absent; labels for enums, null where absent.
 */
export type DrawColumn = Float64Array | Int32Array | Uint8Array | readonly (string | null)[];

/** Weighted draws of a posterior. */
export type Draws<Names extends string = string> = {
  readonly length: number;
  /** Weight of each draw; they sum to 1. */
  readonly weights: Float64Array;
  /** Where each chain begins, of draws that follow each other in chains; null where they follow no order. */
  readonly chains: Int32Array | null;
  readonly columns: Named<Names, DrawColumn>;
};

/** The answer for the host; `reported` is without error. */
export function answerFor(reported: Reported, seed: string): AnyAnswer {
  const { name, text, model, exact, method, approximation, draws, ess, logEvidence, logEvidenceSe } = reported;
  const { seconds, diagnostics, warnings } = reported;
  const base: AnswerBase = {
    ...{ name, text, model, exact, method, approximation, drawn: draws, ess, logEvidence, logEvidenceSe },
    ...{ seed, seconds, diagnostics, warnings, bounds: reported.bounds ?? null, checks: reported.checks ?? [] },
  };
  switch (reported.kind) {
    case 'value': {
      const { value, se, interval } = reported;
      const number = typeof value === 'number' ? value : Number(value ?? Number.NaN);
      return { ...base, kind: 'value', value: number, se: se ?? (exact ? 0 : Number.NaN), interval };
    }
    case 'distribution':
      return { ...base, kind: 'distribution', value: null, distribution: reported.distribution ?? [] };
    case 'posterior': {
      const variables = Object.fromEntries((reported.variables ?? []).map((v) => [v.name, v]));
      const { sample } = reported;
      return {
        ...base,
        kind: 'posterior',
        value: null,
        variables,
        draws: sample === undefined ? null : drawsOf(sample),
      };
    }
    case 'choice':
      return { ...base, kind: 'choice', value: reported.value ?? Number.NaN, candidates: reported.distribution ?? [] };
    case 'identification': {
      const { identification } = reported;
      if (identification === null) throw new Error('embed: an identification without a result');
      return { ...base, kind: 'identification', value: null, identification };
    }
  }
}

const drawsOf = ({ weights, columns, chains }: Sample): Draws => ({
  length: weights.length,
  weights,
  chains: chains ?? null,
  columns: Object.fromEntries(columns.map(({ name, type, values }) => [name, columnOf(type, values)])),
});

function columnOf(type: IrType, values: Float64Array): DrawColumn {
  switch (type.kind) {
    case 'int':
      return values.every((v) => (v | 0) === v) ? Int32Array.from(values) : values;
    case 'bool':
      return values.every((v) => v === 0 || v === 1) ? Uint8Array.from(values) : values;
    case 'enum':
      return Array.from(values, (v) => type.members[v] ?? null);
    default:
      return values;
  }
}
