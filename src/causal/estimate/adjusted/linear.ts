import { designOf, encode } from '../design.js';
import { leastSquares, linear } from '../regression.js';
import { type Effect, standardErrorOf, type Units, unestimable } from '../units.js';

/** Linear regression of the outcome on exposure and covariates (the g-formula of a linear model), errors of equal variance. */
export function linearRegression({ rows, outcome, exposure, covariates, arms, among }: Units): Effect {
  const design = designOf([exposure, ...covariates], rows);
  const fit = leastSquares(design.matrix, outcome.values);
  if (fit === null) return unestimable('some columns can be computed from the others, or there are too few rows');
  // The mean row of each arm's population, the exposure replaced; its combination with the coefficients is the contrast.
  const weights = new Float64Array(design.matrix.columns);
  const total = arms.reduce((sum, { sign }) => sum + sign, 0);
  let counted = 0;
  for (let r = 0; r < rows; r++) {
    if (among !== null && exposure.values[r] !== among) continue;
    counted += 1;
    for (let c = 0; c < weights.length; c++) weights[c]! += total * design.matrix.get(r, c);
  }
  if (counted === 0) return unestimable('no row has the exposure that the question is about');
  for (let c = 0; c < weights.length; c++) weights[c]! /= counted;
  const places = design.places.get(exposure.name) ?? [];
  for (const place of places) weights[place] = 0;
  for (const { sign, value } of arms)
    encode(exposure, value).forEach((code, k) => {
      weights[places[k]!]! += sign * code;
    });
  let value = 0;
  let variance = 0;
  for (let i = 0; i < weights.length; i++) {
    value += weights[i]! * fit.coefficients[i]!;
    for (let j = 0; j < weights.length; j++) variance += weights[i]! * weights[j]! * fit.covariance.get(i, j);
  }
  // Where the level is asked for and not a difference, the covariates' own sampling adds to the error.
  if (total !== 0) {
    const predicted = new Float64Array(rows);
    for (let r = 0; r < rows; r++) {
      predicted[r] = linear(design.matrix, r, fit.coefficients);
      encode(exposure, exposure.values[r]!).forEach((code, k) => {
        predicted[r]! -= code * fit.coefficients[places[k]!]!;
      });
    }
    variance += (total * standardErrorOf(predicted)) ** 2;
  }
  return { ok: true, value, se: Math.sqrt(variance), how: 'linear regression', remarks: [] };
}
