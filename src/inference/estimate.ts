import type { IrType } from '../ir/ir.js';
import type { FormName } from '../syntax/tree.js';
import type { Dependence } from './backend.js';
import type { NamedColumn } from './columns.js';
import { errorsUnder } from './dependence.js';
import { fillInfluence, levelIn } from './influence.js';
import {
  type BlockMoments,
  effectiveSampleSizeOf,
  logEvidenceOf,
  meanOf,
  varianceOf,
} from './statistics/block_moments.js';
import {
  type Errors,
  type Interval,
  independentErrors,
  normalInterval,
  normalReach,
  probabilityInterval,
  unseenInterval,
} from './statistics/interval.js';
import {
  meanAndDeviation,
  weightedCorrelation,
  weightedCovariance,
  weightedMean,
  weightedStandardDeviation,
  weightedVariance,
} from './statistics/moments.js';
import { weightedQuantile } from './statistics/quantile.js';
import { sortDraws } from './statistics/sorted_draws.js';
import { type Estimate, effectiveSampleSize, logEvidence, type Weights } from './statistics/weights.js';

/** A number with its Monte Carlo error. `spread` is the standard deviation that the error is measured against by the stopping rule. */
export type NumberEstimate = Estimate & { readonly interval: Interval; readonly spread: number };

/** Draws that know nothing of each other. */
const independent: Dependence = { kind: 'independent' };

/** One value of a discrete target with its probability. */
type MassEstimate = { readonly value: number; readonly probability: Estimate };

/** Forms whose answer is one number. */
export type NumericForm = Extract<FormName, 'P' | 'E' | 'Var' | 'Sd' | 'Median' | 'Q' | 'Cov' | 'Corr' | 'evidence'>;

/**
 * The answer of a numeric form from weighted draws of its targets (self-normalised importance estimates), with the error that they have
 * as they hang together. The error of a single replica is NaN: nothing is known of it.
 */
export function estimate(
  form: NumericForm,
  columns: readonly Float64Array[],
  weights: Weights,
  types: readonly IrType[],
  dependence: Dependence = independent,
): NumberEstimate {
  const found =
    dependence.kind === 'independent'
      ? estimateAsDrawn(form, columns, weights, types)
      : estimateOfDependent(form, columns, weights, types, errorsUnder(dependence, weights));
  const differing = form === 'evidence' ? weights.relative.length : weights.positive;
  return withoutRounding(differing < 2 ? ofOneDraw(found, form, types) : found);
}

/** A single draw always equals itself: its error of 0 would say that nothing is left to know, where nothing is known. */
function ofOneDraw({ value, spread }: NumberEstimate, form: NumericForm, types: readonly IrType[]): NumberEstimate {
  const unknown = { value, se: Number.NaN };
  const bounded = form === 'P' || (form === 'E' && types[0]?.kind === 'bool');
  const interval: Interval = bounded ? probabilityInterval(unknown, 1) : [Number.NaN, Number.NaN];
  return { ...unknown, interval, spread };
}

/** Value and spread are those of independent draws; the error is made of what each draw contributes to it. */
function estimateOfDependent(
  form: NumericForm,
  columns: readonly Float64Array[],
  weights: Weights,
  types: readonly IrType[],
  errors: Errors,
): NumberEstimate {
  if (form === 'Median' || form === 'Q') return estimateAsDrawn(form, columns, weights, types, errors);
  const { value, spread } = estimateAsDrawn(form, columns, weights, types);
  const influence = new Float64Array(weights.relative.length);
  fillInfluence(form, columns, weights, types, influence, errors);
  const found = { value, se: Number.isNaN(value) ? value : errors.of(influence) };
  if (form === 'P' || form === 'E')
    return estimateOfMean(
      form,
      found,
      spread,
      effectiveSampleSize(weights),
      types[0] ?? { kind: 'real' },
      errors.reach,
    );
  return measured(found, spread, errors.reach);
}

/** Forms whose answer is a mean, or less. */
export type MeanForm = Extract<NumericForm, 'P' | 'E' | 'evidence'>;

/** As `estimate`, for draws of one target that were summed up. */
export function estimateOfMoments(form: MeanForm, moments: BlockMoments, type: IrType): NumberEstimate {
  const isEvidence = form === 'evidence';
  const found = isEvidence
    ? measured(logEvidenceOf(moments), Math.sqrt(moments.unevenness * moments.count) / moments.weight)
    : estimateOfMean(form, meanOf(moments), Math.sqrt(varianceOf(moments)), effectiveSampleSizeOf(moments), type);
  return withoutRounding((isEvidence ? moments.count : moments.positive) < 2 ? ofOneDraw(found, form, [type]) : found);
}

/** What differs between draws in the last bits only does not differ. */
function withoutRounding(found: NumberEstimate): NumberEstimate {
  if (Number.isNaN(found.se) && Number.isFinite(found.value)) return found;
  if (found.se > roundingError * Math.abs(found.value)) return found;
  return found.se === 0 ? found : { value: found.value, se: 0, interval: [found.value, found.value], spread: 0 };
}

/** Relative standard error below which a number is taken for the same in every draw. */
const roundingError = 1e-14;

const measured = (e: Estimate, spread: number, reach = normalReach): NumberEstimate => ({
  ...e,
  interval: normalInterval(e, reach),
  spread,
});

/**
 * @param deviation the standard deviation of the draws
 * @param reach how far the interval reaches, in standard errors
 */
function estimateOfMean(
  form: 'P' | 'E',
  { value, se }: Estimate,
  deviation: number,
  ess: number,
  type: IrType,
  reach = normalReach,
): NumberEstimate {
  const mean = { value, se };
  if (form === 'P') {
    return {
      ...mean,
      interval: probabilityInterval(mean, ess, reach),
      spread: Math.sqrt(Math.max(0, value * (1 - value))),
    };
  }
  if (type.kind === 'bool' && se === 0) return { ...mean, interval: unseenInterval(value, ess, [0, 1]), spread: 0 };
  return measured(mean, deviation, reach);
}

function estimateAsDrawn(
  form: NumericForm,
  columns: readonly Float64Array[],
  weights: Weights,
  types: readonly IrType[],
  errors: Errors = independentErrors,
): NumberEstimate {
  const [a = new Float64Array(0), b = a] = columns;
  const sd = (values: Float64Array): number => weightedStandardDeviation(values, weights).value;
  switch (form) {
    case 'P':
    case 'E': {
      const { deviation, ...mean } = meanAndDeviation(a, weights);
      return estimateOfMean(form, mean, deviation, effectiveSampleSize(weights), types[0] ?? { kind: 'real' });
    }
    case 'Var': {
      const variance = weightedVariance(a, weights);
      return measured(variance, variance.se * Math.sqrt(effectiveSampleSize(weights)));
    }
    case 'Sd':
      return measured(weightedStandardDeviation(a, weights), sd(a));
    case 'Median':
    case 'Q': {
      const p = form === 'Q' ? levelIn(b, weights) : 0.5;
      const kind = types[0]?.kind === 'real' ? 'continuous' : 'discrete';
      const q = weightedQuantile(a, weights, sortDraws(a, weights), p, kind, undefined, errors);
      return { value: q.value, se: q.se, interval: q.interval, spread: sd(a) };
    }
    case 'Cov':
      return measured(weightedCovariance(a, b, weights), sd(a) * sd(b));
    case 'Corr':
      return measured(weightedCorrelation(a, b, weights), 1);
    case 'evidence': {
      const total = logEvidence(weights);
      return measured(total, total.se * Math.sqrt(weights.relative.length));
    }
  }
}

/** The distribution of a discrete target: every value that has weight, in order. */
export function massOf(
  column: NamedColumn,
  weights: Weights,
  dependence: Dependence = independent,
): readonly MassEstimate[] {
  const errors = errorsUnder(dependence, weights);
  const values = new Set<number>();
  for (const [i, value] of column.values.entries()) if ((weights.relative[i] ?? 0) > 0) values.add(value);
  const indicator = new Float64Array(column.values.length);
  const influence = new Float64Array(column.values.length);
  return [...values]
    .sort((x, y) => x - y)
    .map((value) => {
      for (let i = 0; i < indicator.length; i++) indicator[i] = column.values[i] === value ? 1 : 0;
      const probability = weightedMean(indicator, weights, influence);
      if (weights.positive < 2) return { value, probability: { value: probability.value, se: Number.NaN } };
      if (errors === independentErrors) return { value, probability };
      return { value, probability: { value: probability.value, se: errors.of(influence) } };
    });
}
