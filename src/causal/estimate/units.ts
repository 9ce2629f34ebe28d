/** What estimators work on: the columns of a table that a question names, as numbers, without rows that lack one of them. */

import type { Check } from '../../report/answer.js';

/** A column: a quantity, or one of `levels` labels (bools have two). */
export type UnitColumn = { readonly name: string; readonly values: Float64Array; readonly levels: number | null };

/** One side of a contrast: the mean outcome with the exposure set to a value, taken with a sign. */
export type Arm = {
  readonly sign: number;
  readonly value: number;
  /** What the mediators are, where not what they would be: those of another exposure, or held at values in the order of a method's mediators. */
  readonly through?:
    | { readonly kind: 'of'; readonly value: number }
    | { readonly kind: 'held'; readonly values: readonly number[] };
};

/** A question about units: outcome and exposure, what is compared, and among whom. */
export type Units = {
  readonly rows: number;
  readonly outcome: UnitColumn;
  readonly exposure: UnitColumn;
  /** What is adjusted for. */
  readonly covariates: readonly UnitColumn[];
  /** What a method reads for itself: instruments, mediators, periods. */
  readonly others: readonly UnitColumn[];
  readonly arms: readonly Arm[];
  /** Only units with this exposure are asked about: 1 in the effect of treatment on the treated. Null: all. */
  readonly among: number | null;
  /** What the units asked about have in common, where not only they are among the rows: a value of some of `others`. */
  readonly group?: readonly { readonly name: string; readonly value: number }[];
};

/** Something to know about an estimate. */
export type Remark = { readonly code: 'W0632' | 'W0633' | 'W0641' | 'W0642' | 'W0643'; readonly message: string };

/** An estimate with its standard error, by the sampling of units; or why there is none, in words that follow "because". */
export type Effect =
  | {
      readonly ok: true;
      readonly value: number;
      readonly se: number;
      readonly how: string;
      readonly remarks: readonly Remark[];
      /** What tells how far the estimate can be trusted: how exposed and others overlap. */
      readonly figures?: readonly Check[];
      /** A 95 % interval where it is not that of a normal error. */
      readonly interval?: readonly [number, number];
      /** Degrees of freedom of value / se, where that is the t statistic of a coefficient of a linear regression. */
      readonly freedom?: number;
      /** Differences within matched pairs, exposed less unexposed, where units were matched. */
      readonly differences?: Float64Array;
    }
  | { readonly ok: false; readonly reason: string };

/** Computes an effect from units; what tells one estimator from another is this function alone. */
export type Estimator = (units: Units) => Effect;

export const unestimable = (reason: string): Effect => ({ ok: false, reason });

/** A column that a method reads for itself. */
export function columnOf({ others }: Units, name: string): UnitColumn {
  const column = others.find((c) => c.name === name);
  if (column === undefined) throw new Error(`estimate: no column '${name}'`);
  return column;
}

/**
 * A covariate with the labels alone that units have, numbered anew; a quantity that is the same for all is one label. So the design of a part of
 * the units has no columns that say nothing.
 */
export function withSeenLabels(column: UnitColumn): UnitColumn {
  const { name, values, levels } = column;
  if (levels === null)
    return values.some((v) => v !== values[0]) ? column : { name, values: values.map(() => 0), levels: 1 };
  const seen = new Uint8Array(levels);
  for (const v of values) seen[v] = 1;
  const places = new Int32Array(levels);
  let count = 0;
  for (let level = 0; level < levels; level++) if (seen[level] === 1) places[level] = count++;
  return count === levels ? column : { name, values: values.map((v) => places[v]!), levels: count };
}

/** The units at some rows, in their order; a row may stand more than once. */
export function unitsAt(units: Units, rows: ArrayLike<number>): Units {
  const part = (column: UnitColumn): UnitColumn => {
    const values = new Float64Array(rows.length);
    for (let k = 0; k < rows.length; k++) values[k] = column.values[rows[k]!]!;
    return { ...column, values };
  };
  return {
    ...units,
    rows: rows.length,
    outcome: part(units.outcome),
    exposure: part(units.exposure),
    covariates: units.covariates.map((column) => withSeenLabels(part(column))),
    others: units.others.map(part),
  };
}

/** The mean of influences is zero; the standard error of what they belong to is the root of their squares' sum over n. */
export function standardErrorOf(influence: Float64Array): number {
  let mean = 0;
  for (const i of influence) mean += i;
  mean /= influence.length;
  let squares = 0;
  for (const i of influence) squares += (i - mean) * (i - mean);
  return Math.sqrt(squares) / influence.length;
}
