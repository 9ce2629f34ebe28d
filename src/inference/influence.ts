import type { IrType } from '../ir/ir.js';
import { levelIn, type NumericForm } from './estimate.js';
import {
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

/**
 * The contributions of each draw to a sum of estimates, each times a slope. Estimates may have different numbers of draws: those with
 * the same number came from the same noise. Null where all are exact.
 */
export function combined(
  terms: readonly { readonly influence: Float64Array | null; readonly slope: number }[],
): Float64Array | null {
  const sampled = terms.flatMap(({ influence, slope }) => (influence === null ? [] : [{ influence, slope }]));
  if (sampled.length === 0) return null;
  const sum = new Float64Array(Math.max(...sampled.map(({ influence }) => influence.length)));
  for (const { influence, slope } of sampled) {
    if (slope === 0) continue;
    for (let i = 0; i < influence.length; i++) sum[i] = sum[i]! + slope * influence[i]!;
  }
  return sum;
}
