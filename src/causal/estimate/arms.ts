import type { Matrix } from 'ml-matrix';
import { type Design, encode } from './design.js';
import type { Fit } from './regression.js';
import type { Units } from './units.js';

/** The sum of the arms' signs: 0 of a difference, 1 of a level. */
export const totalSign = ({ arms }: Pick<Units, 'arms'>): number => arms.reduce((sum, { sign }) => sum + sign, 0);

/**
 * The weights of a linear model's coefficients in a contrast: the mean row of those asked about, the exposure replaced by each arm's. Null where
 * none is asked about.
 */
export function contrastWeights({ matrix, places }: Design, units: Units): Float64Array | null {
  const { rows, exposure, arms, among } = units;
  const total = totalSign(units);
  const weights = new Float64Array(matrix.columns);
  let counted = 0;
  for (let r = 0; r < rows; r++) {
    if (among !== null && exposure.values[r] !== among) continue;
    counted += 1;
    if (total !== 0) for (let c = 0; c < weights.length; c++) weights[c]! += total * matrix.get(r, c);
  }
  if (counted === 0) return null;
  for (let c = 0; c < weights.length; c++) weights[c]! /= counted;
  const own = places.get(exposure.name) ?? [];
  for (const place of own) weights[place] = 0;
  for (const { sign, value } of arms)
    encode(exposure, value).forEach((code, k) => {
      weights[own[k]!]! += sign * code;
    });
  return weights;
}

/** A weighted sum of coefficients, with its variance. */
export function combined(
  weights: ArrayLike<number>,
  { coefficients, covariance }: { readonly coefficients: Fit['coefficients']; readonly covariance: Matrix },
): { readonly value: number; readonly variance: number } {
  let value = 0;
  let variance = 0;
  for (let i = 0; i < weights.length; i++) {
    value += weights[i]! * coefficients[i]!;
    for (let j = 0; j < weights.length; j++) variance += weights[i]! * weights[j]! * covariance.get(i, j);
  }
  return { value, variance };
}
