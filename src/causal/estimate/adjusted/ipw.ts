import { designOf } from '../design.js';
import { linear, logistic, logisticRegression } from '../regression.js';
import { type Effect, standardErrorOf, type Units, unestimable } from '../units.js';
import { isBinary, overlap, overlapFigure } from './overlap.js';

/**
 * Means weighed by the inverse of each unit's probability of its exposure, by logistic regression, the weights of an arm adding to one (Hájek);
 * among the exposed the others are weighed by the odds. The error counts that the probabilities are estimated (M-estimation: Lunceford and
 * Davidian, Statistics in Medicine 23, 2004).
 */
export function ipw(units: Units): Effect {
  const { rows, outcome, exposure, covariates, arms, among } = units;
  if (!isBinary(units)) return unestimable('weighting needs an exposure of two values');
  if (among !== null && !exposure.values.includes(among))
    return unestimable('no row has the exposure that the question is about');
  const { matrix } = designOf(covariates, rows);
  const fit = logisticRegression(matrix, exposure.values);
  if (fit === null) return unestimable('the covariates tell exposed and others apart without error (no overlap)');
  const weight = (p: number, x: number): number => {
    const own = x === 1 ? p : 1 - p;
    return among === null ? 1 / own : (among === 1 ? p : 1 - p) / own;
  };
  const contrast = (beta: Float64Array, influence: Float64Array | null): number => {
    let value = 0;
    for (const arm of arms) {
      let sum = 0;
      let total = 0;
      for (let r = 0; r < rows; r++) {
        if (exposure.values[r] !== arm.value) continue;
        const w = weight(logistic(linear(matrix, r, beta)), arm.value);
        sum += w * outcome.values[r]!;
        total += w;
      }
      value += (arm.sign * sum) / total;
      if (influence === null) continue;
      for (let r = 0; r < rows; r++)
        if (exposure.values[r] === arm.value) {
          const w = weight(fit.probabilities[r]!, arm.value);
          influence[r]! += (arm.sign * rows * w * (outcome.values[r]! - sum / total)) / total;
        }
    }
    return value;
  };
  const influence = new Float64Array(rows);
  const value = contrast(fit.coefficients, influence);
  if (!Number.isFinite(value)) return unestimable('an arm of the comparison has no units');
  const slope = fit.coefficients.map((b, k) => {
    const h = 1e-5 * (1 + Math.abs(b));
    const moved = (by: number): number =>
      contrast(
        Float64Array.from(fit.coefficients, (c, j) => (j === k ? c + by : c)),
        null,
      );
    return (moved(h) - moved(-h)) / (2 * h);
  });
  for (let r = 0; r < rows; r++) {
    const error = exposure.values[r]! - fit.probabilities[r]!;
    for (let i = 0; i < slope.length; i++) {
      let step = 0;
      for (let j = 0; j < slope.length; j++) step += fit.inverseInformation.get(i, j) * matrix.get(r, j);
      influence[r]! += slope[i]! * rows * step * error;
    }
  }
  return {
    ok: true,
    value,
    se: standardErrorOf(influence),
    how: 'inverse probability weights',
    figures: [overlapFigure(units, fit.probabilities)],
    remarks: overlap(fit.probabilities),
  };
}
