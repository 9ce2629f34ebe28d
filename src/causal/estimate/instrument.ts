import { designOf, encode } from './design.js';
import { jointF, leastSquares, twoStageLeastSquares } from './regression.js';
import { type Effect, type UnitColumn, type Units, unestimable } from './units.js';

/** An instrument is called weak below this first-stage F (Staiger and Stock, Econometrica 65, 1997). */
const weak = 10;

/**
 * The effect by instruments in a linear model: two-stage least squares, covariates on both stages. `units.covariates` are what is conditioned on.
 * The F of the first stage is told, with a remark where the instruments are weak.
 */
export function byInstruments(units: Units, instruments: readonly UnitColumn[]): Effect {
  const { rows, outcome, exposure, covariates, arms } = units;
  const design = designOf([exposure, ...covariates], rows);
  const outside = designOf([...instruments, ...covariates], rows);
  const first = leastSquares(outside.matrix, exposure.values);
  const fit = twoStageLeastSquares(design.matrix, outside.matrix, outcome.values);
  if (first === null || fit === null)
    return unestimable('some columns can be computed from the others, or the instruments say nothing of the exposure');
  const strength = jointF(
    first,
    instruments.flatMap(({ name }) => outside.places.get(name) ?? []),
  );
  const places = design.places.get(exposure.name) ?? [];
  const total = arms.reduce((sum, { sign }) => sum + sign, 0);
  const weights = new Float64Array(design.matrix.columns);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < weights.length; c++) weights[c]! += (total * design.matrix.get(r, c)) / rows;
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
  return {
    ok: true,
    value,
    se: Math.sqrt(variance),
    how: `two-stage least squares, first-stage F ${strength.toPrecision(5)}`,
    remarks:
      strength < weak
        ? [
            {
              code: 'W0633',
              message: `the instruments are weak: F of the first stage is ${strength.toPrecision(3)}, and below ${weak} the estimate leans towards that of a plain regression and its error is too small`,
            },
          ]
        : [],
  };
}
