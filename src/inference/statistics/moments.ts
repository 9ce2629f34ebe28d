import { blockSize } from '../../ir/engine.js';
import { reduceTree, sumByBlocks } from './tree_reduction.js';
import type { Estimate, Weights } from './weights.js';

/*
 * Self-normalised importance estimates with standard errors by the delta method (A. B. Owen, "Monte Carlo theory,
 * methods and examples", 2013, section 9.2). Each estimate is a smooth function of weighted means, so to first order
 * its error is the sum over draws of  w_i psi_i / sum w,  psi the influence function of the estimate, and its standard
 * error the root of the sum of squares.
 *
 * Every function takes an optional column `influence` and fills it with these summands, w_i psi_i / sum w. Estimates
 * from the same draws are correlated, and the columns carry it: the error of g(a, b) is `norm` of the column
 * dg/da * influence_a + dg/db * influence_b.
 *
 * Draws of weight zero count for nothing, whatever their value (a NaN too). Without any weight, results are NaN.
 * Values may be infinite; then a mean is infinite and its error NaN.
 */

/** The root of the sum of squares of a column, in the fixed tree: the standard error that an influence column means. */
export function norm(influence: Float64Array): number {
  const squares = sumByBlocks(influence.length, (from, to) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += influence[i]! * influence[i]!;
    return sum;
  });
  return Math.sqrt(squares);
}

/** The weighted mean, with se = sqrt(sum w^2 (f - m)^2) / sum w. */
export function weightedMean(values: Float64Array, weights: Weights, influence?: Float64Array): Estimate {
  const value = mean(values, weights);
  const psi = influence ?? new Float64Array(values.length);
  const { relative, total } = weights;
  for (let i = 0; i < psi.length; i++) {
    const w = relative[i]!;
    psi[i] = w === 0 ? 0 : (w / total) * (values[i]! - value);
  }
  return { value, se: Number.isNaN(value) ? value : norm(psi) };
}

/** The weighted mean with its error, and the weighted standard deviation, in two passes and without a column of influences. */
export function meanAndDeviation(values: Float64Array, weights: Weights): Estimate & { readonly deviation: number } {
  const value = mean(values, weights);
  const { relative, total } = weights;
  const spreads: number[] = [];
  const errors: number[] = [];
  const into = new Float64Array(2);
  for (let from = 0; from < values.length; from += blockSize) {
    deviationsIn(values, relative, value, from, Math.min(values.length, from + blockSize), into);
    spreads.push(into[0]!);
    errors.push(into[1]!);
  }
  const add = (a: number, b: number): number => a + b;
  const variance = reduceTree(spreads, add, 0) / total;
  return { value, se: Math.sqrt(reduceTree(errors, add, 0)) / total, deviation: Math.sqrt(variance) };
}

/** sum w (f - mean)^2 and sum w^2 (f - mean)^2. */
function deviationsIn(
  values: Float64Array,
  relative: Float64Array,
  mean: number,
  from: number,
  to: number,
  into: Float64Array,
): void {
  let spread = 0;
  let error = 0;
  for (let i = from; i < to; i++) {
    const w = relative[i]!;
    if (w === 0) continue;
    const deviation = values[i]! - mean;
    const weighted = w * deviation;
    spread += weighted * deviation;
    error += weighted * weighted;
  }
  into[0] = spread;
  into[1] = error;
}

/** The weighted variance sum w (f - m)^2 / sum w; influence (f - m)^2 - variance. Its bias, -1/ESS of it, is below the error. */
export function weightedVariance(values: Float64Array, weights: Weights, influence?: Float64Array): Estimate {
  return weightedCovariance(values, values, weights, influence);
}

/** The weighted standard deviation about a mean that is known, alone: the value of `weightedStandardDeviation`. */
export const deviationAbout = (mean: number, values: Float64Array, weights: Weights): number =>
  Math.sqrt(centredProduct(values, mean, values, mean, weights));

/** The weighted standard deviation; influence that of the variance divided by twice the deviation. */
export function weightedStandardDeviation(values: Float64Array, weights: Weights, influence?: Float64Array): Estimate {
  const psi = influence ?? new Float64Array(values.length);
  const variance = weightedVariance(values, weights, psi);
  const value = Math.sqrt(variance.value);
  if (value === 0) return { value, se: 0 };
  for (let i = 0; i < psi.length; i++) psi[i]! /= 2 * value;
  return { value, se: Number.isNaN(value) ? value : norm(psi) };
}

/** The weighted covariance; influence (f - mean f)(g - mean g) - covariance. */
export function weightedCovariance(
  first: Float64Array,
  second: Float64Array,
  weights: Weights,
  influence?: Float64Array,
): Estimate {
  const firstMean = mean(first, weights);
  const secondMean = mean(second, weights);
  const value = centredProduct(first, firstMean, second, secondMean, weights);
  const psi = influence ?? new Float64Array(first.length);
  const { relative, total } = weights;
  for (let i = 0; i < psi.length; i++) {
    const w = relative[i]!;
    psi[i] = w === 0 ? 0 : (w / total) * ((first[i]! - firstMean) * (second[i]! - secondMean) - value);
  }
  return { value, se: Number.isNaN(value) ? value : norm(psi) };
}

/**
 * The weighted correlation; with standardised a and b, influence a b - correlation * (a^2 + b^2) / 2.
 * NaN where a column does not vary.
 */
export function weightedCorrelation(
  first: Float64Array,
  second: Float64Array,
  weights: Weights,
  influence?: Float64Array,
): Estimate {
  const firstMean = mean(first, weights);
  const secondMean = mean(second, weights);
  const firstSd = Math.sqrt(centredProduct(first, firstMean, first, firstMean, weights));
  const secondSd = Math.sqrt(centredProduct(second, secondMean, second, secondMean, weights));
  const product = centredProduct(first, firstMean, second, secondMean, weights);
  const raw = product / firstSd / secondSd;
  const value = Math.max(-1, Math.min(1, raw));
  const psi = influence ?? new Float64Array(first.length);
  const { relative, total } = weights;
  for (let i = 0; i < psi.length; i++) {
    const w = relative[i]!;
    const a = (first[i]! - firstMean) / firstSd;
    const b = (second[i]! - secondMean) / secondSd;
    psi[i] = w === 0 ? 0 : (w / total) * (a * b - 0.5 * value * (a * a + b * b));
  }
  return { value, se: Number.isNaN(value) ? value : norm(psi) };
}

/** The weighted mean, alone. */
function mean(values: Float64Array, weights: Weights): number {
  const { relative, total } = weights;
  const sum = sumByBlocks(values.length, (from, to) => {
    let partial = 0;
    for (let i = from; i < to; i++) {
      const w = relative[i]!;
      if (w !== 0) partial += w * values[i]!;
    }
    return partial;
  });
  return sum / total;
}

/** sum w (f - mean f)(g - mean g) / sum w. */
function centredProduct(
  first: Float64Array,
  firstMean: number,
  second: Float64Array,
  secondMean: number,
  weights: Weights,
): number {
  const { relative, total } = weights;
  const sum = sumByBlocks(first.length, (from, to) => {
    let partial = 0;
    for (let i = from; i < to; i++) {
      const w = relative[i]!;
      if (w !== 0) partial += w * ((first[i]! - firstMean) * (second[i]! - secondMean));
    }
    return partial;
  });
  return sum / total;
}
