import type { IrType } from '../ir/ir.js';
import { levelIn, type NumericForm } from './estimate.js';
import {
  norm,
  weightedCorrelation,
  weightedCovariance,
  weightedMean,
  weightedStandardDeviation,
} from './statistics/moments.js';
import { weightedQuantile } from './statistics/quantile.js';
import { sortDraws } from './statistics/sorted_draws.js';
import type { Weights } from './statistics/weights.js';

/**
 * What each draw contributes to the error of a form's estimate: the error is their sum, and its variance the sum of their squares.
 * The contributions of two estimates from the same draws multiply to their covariance, and a function of estimates has the
 * contributions that its derivatives make of theirs (van der Vaart, Asymptotic Statistics, 1998, chapter 20).
 */
export function influenceOf(
  form: NumericForm,
  columns: readonly Float64Array[],
  weights: Weights,
  types: readonly IrType[],
): Float64Array {
  const [a = new Float64Array(weights.relative.length), b = a] = columns;
  const influence = new Float64Array(a.length);
  switch (form) {
    case 'P':
    case 'E':
      weightedMean(a, weights, influence);
      break;
    case 'Var':
      weightedCovariance(a, a, weights, influence);
      break;
    case 'Sd':
      weightedStandardDeviation(a, weights, influence);
      break;
    case 'Median':
    case 'Q': {
      const p = form === 'Q' ? levelIn(b, weights) : 0.5;
      const kind = types[0]?.kind === 'real' ? 'continuous' : 'discrete';
      weightedQuantile(a, weights, sortDraws(a, weights), p, kind, influence);
      break;
    }
    case 'Cov':
      weightedCovariance(a, b, weights, influence);
      break;
    case 'Corr':
      weightedCorrelation(a, b, weights, influence);
      break;
    case 'evidence': {
      const { relative, total } = weights;
      for (let i = 0; i < relative.length; i++) influence[i] = relative[i]! / total - 1 / relative.length;
      break;
    }
  }
  return influence;
}

/** A term of a sum: the contributions of each draw (null where it is exact), their standard error, and what the term is multiplied by. */
export type Term = { readonly influence: Float64Array | null; readonly se: number; readonly slope: number };

/**
 * The contributions of each draw to a sum of estimates, and its standard error. Estimates may have different numbers of draws: those
 * with the same number came from the same noise. Null and 0 where all are exact; what is left where errors cancel is rounding, no error.
 */
export function combined(terms: readonly Term[]): { readonly influence: Float64Array | null; readonly se: number } {
  let sum: Float64Array | null = null;
  let uncancelled = 0;
  for (const { influence, se, slope } of terms) {
    if (influence === null || slope === 0) continue;
    sum = added(sum, influence, slope);
    uncancelled += Math.abs(slope * se);
  }
  const se = sum === null ? 0 : norm(sum);
  return { influence: sum, se: se < rounding * uncancelled ? 0 : se };
}

/** A share of the errors of the terms below which an error counts as none. */
const rounding = 1e-9;

function added(sum: Float64Array | null, influence: Float64Array, slope: number): Float64Array {
  const long = new Float64Array(Math.max(sum?.length ?? 0, influence.length));
  if (sum !== null) long.set(sum);
  for (let i = 0; i < influence.length; i++) long[i] = long[i]! + slope * influence[i]!;
  return long;
}
