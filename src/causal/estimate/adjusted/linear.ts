import { combined, contrastWeights, totalSign } from '../arms.js';
import { designOf, encode } from '../design.js';
import { leastSquares, linear } from '../regression.js';
import { type Effect, standardErrorOf, type Units, unestimable } from '../units.js';

/** Linear regression of the outcome on exposure and covariates (the g-formula of a linear model), errors of equal variance. */
export function linearRegression(units: Units): Effect {
  const { rows, outcome, exposure, covariates } = units;
  const design = designOf([exposure, ...covariates], rows);
  const fit = leastSquares(design.matrix, outcome.values);
  if (fit === null) return unestimable('some columns can be computed from the others, or there are too few rows');
  const weights = contrastWeights(design, units);
  if (weights === null) return unestimable('no row has the exposure that the question is about');
  const { value, variance } = combined(weights, fit);
  const total = totalSign(units);
  if (total === 0) {
    const freedom = rows - design.matrix.columns;
    return { ok: true, value, se: Math.sqrt(variance), how: 'linear regression', remarks: [], freedom };
  }
  // Where the level is asked for and not a difference, the covariates' own sampling adds to the error.
  const places = design.places.get(exposure.name) ?? [];
  const counted = units.among === null ? null : units.among;
  const predicted: number[] = [];
  for (let r = 0; r < rows; r++) {
    if (counted !== null && exposure.values[r] !== counted) continue;
    let level = linear(design.matrix, r, fit.coefficients);
    encode(exposure, exposure.values[r]!).forEach((code, k) => {
      level -= code * fit.coefficients[places[k]!]!;
    });
    predicted.push(level);
  }
  const sampling = (total * standardErrorOf(Float64Array.from(predicted))) ** 2;
  return { ok: true, value, se: Math.sqrt(variance + sampling), how: 'linear regression', remarks: [] };
}
