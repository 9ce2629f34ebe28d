import { designOf, encode } from '../design.js';
import { linear, logistic, logisticRegression } from '../regression.js';
import { type Effect, standardErrorOf, type Units, unestimable } from '../units.js';

/**
 * The g-formula of a logistic model: the outcome's probability, predicted for each of those asked about with the exposure replaced by each arm's,
 * and averaged (standardisation: Hernán and Robins, Causal Inference: What If, 2020, chapter 13). The error counts that the coefficients are
 * estimated and the units a sample: the M-estimator of coefficients and mean together (Stefanski and Boos, American Statistician 56, 2002),
 * whose influences are those of the mean and, through its gradient, of the likelihood's score.
 */
export function logisticStandardisation(units: Units): Effect {
  const { rows, outcome, exposure, covariates, arms, among } = units;
  if (!outcome.values.every((y) => y === 0 || y === 1))
    return unestimable('a logistic regression needs an outcome of two values');
  const { matrix, places } = designOf([exposure, ...covariates], rows);
  const fit = logisticRegression(matrix, outcome.values);
  if (fit === null)
    return unestimable(
      'exposure and covariates tell the outcomes apart without error, or can be computed from each other',
    );
  const own = places.get(exposure.name) ?? [];
  const codes = arms.map(({ sign, value }) => ({ sign, code: encode(exposure, value) }));
  const influence = new Float64Array(rows);
  const gradient = new Float64Array(matrix.columns);
  let value = 0;
  let counted = 0;
  for (let r = 0; r < rows; r++) {
    if (among !== null && exposure.values[r] !== among) continue;
    counted += 1;
    const factual = encode(exposure, exposure.values[r]!);
    const at = linear(matrix, r, fit.coefficients);
    for (const { sign, code } of codes) {
      const moved = own.reduce((sum, place, k) => sum + (code[k]! - factual[k]!) * fit.coefficients[place]!, at);
      const p = logistic(moved);
      influence[r]! += sign * p;
      const slope = sign * p * (1 - p);
      for (let c = 0; c < gradient.length; c++) gradient[c]! += slope * matrix.get(r, c);
      own.forEach((place, k) => {
        gradient[place]! += slope * (code[k]! - factual[k]!);
      });
    }
    value += influence[r]!;
  }
  if (counted === 0) return unestimable('no row has the exposure that the question is about');
  value /= counted;
  for (let r = 0; r < rows; r++) {
    const asked = among === null || exposure.values[r] === among;
    influence[r] = asked ? (rows / counted) * (influence[r]! - value) : 0;
    const error = outcome.values[r]! - fit.probabilities[r]!;
    for (let i = 0; i < gradient.length; i++) {
      let step = 0;
      for (let j = 0; j < gradient.length; j++) step += fit.inverseInformation.get(i, j) * matrix.get(r, j);
      influence[r]! += (gradient[i]! / counted) * rows * step * error;
    }
  }
  return { ok: true, value, se: standardErrorOf(influence), how: 'standardised logistic regression', remarks: [] };
}
