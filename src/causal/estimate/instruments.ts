/** Effects by instruments; `units.covariates` are what the instruments are conditioned on. */
import type { Matrix } from 'ml-matrix';
import type { Check } from '../../report/answer.js';
import { chiSquaredTail } from '../independence/tail.js';
import { combined, contrastWeights, totalSign } from './arms.js';
import { designOf } from './design.js';
import { numberText } from './number_text.js';
import { jointF, kClass, leastSquares, limitedInformation } from './regression.js';
import { type Effect, standardErrorOf, type UnitColumn, type Units, unestimable } from './units.js';

/** An instrument is called weak below this first-stage F (Staiger and Stock, Econometrica 65, 1997). */
const weak = 10;

const tooFew = 'some columns can be computed from the others, or the instruments say nothing of the exposure';

/** The effect in a linear model: two-stage least squares, covariates on both stages. */
export const twoStage = (units: Units, instruments: readonly UnitColumn[]): Effect =>
  linearModel(units, instruments, () => 1, 'two-stage least squares');

/**
 * The effect in a linear model by limited-information maximum likelihood, which is nearly unbiased with many or weak instruments (Anderson and
 * Rubin, Annals of Mathematical Statistics 20, 1949); with one instrument it is two-stage least squares.
 */
const limitedInformationEffect = (units: Units, instruments: readonly UnitColumn[]): Effect =>
  linearModel(
    units,
    instruments,
    (outside) => {
      const { rows, outcome, exposure, covariates } = units;
      const exposed = designOf([exposure], rows).matrix;
      const endogenous = exposed.clone();
      for (let r = 0; r < rows; r++) endogenous.set(r, 0, outcome.values[r]!);
      return limitedInformation(endogenous, designOf(covariates, rows).matrix, outside);
    },
    'limited-information maximum likelihood',
  );

/** A k-class estimate with the F of its first stage, and a remark where the instruments are weak. */
function linearModel(
  units: Units,
  instruments: readonly UnitColumn[],
  kOf: (outside: Matrix) => number | null,
  name: string,
): Effect {
  const { rows, outcome, exposure, covariates } = units;
  const design = designOf([exposure, ...covariates], rows);
  const outside = designOf([...instruments, ...covariates], rows);
  const first = leastSquares(outside.matrix, exposure.values);
  const k = kOf(outside.matrix);
  const fit = k === null ? null : kClass(design.matrix, outside.matrix, outcome.values, k);
  if (first === null || fit === null) return unestimable(tooFew);
  const weights = contrastWeights(design, { ...units, among: null });
  if (weights === null) return unestimable('there are no units');
  const { value, variance } = combined(weights, fit);
  const strength = jointF(
    first,
    instruments.flatMap((z) => outside.places.get(z.name) ?? []),
  );
  return {
    ok: true,
    value,
    se: Math.sqrt(variance),
    how: `${name}, first-stage F ${strength.toPrecision(5)}`,
    figures: agreement(fit.residuals, outside.matrix, outside.matrix.columns - design.matrix.columns),
    remarks: weakness(strength),
  };
}

/** Instruments that disagree are spoken of below this p-value, which comes by chance once in a thousand estimates. */
const disagreement = 0.001;

/**
 * Whether more instruments than are needed tell the same effect: what is left of the outcome must not hang on them (Sargan, Econometrica 26,
 * 1958). Nothing where there are as many as needed.
 */
function agreement(residuals: Float64Array, instruments: Matrix, surplus: number): readonly Check[] {
  const explained = surplus > 0 ? leastSquares(instruments, residuals) : null;
  if (explained === null) return [];
  const squares = (of: Float64Array): number => of.reduce((sum, e) => sum + e * e, 0);
  const total = squares(residuals);
  if (!(total > 0)) return [];
  const p = chiSquaredTail(residuals.length * Math.max(0, 1 - squares(explained.residuals) / total), surplus);
  const said =
    p < disagreement
      ? 'the instruments contradict each other, so that not all of them are valid'
      : 'the instruments tell the same effect';
  return [
    {
      name: 'instruments agree',
      value: p,
      se: null,
      passed: p >= disagreement,
      meaning: `${said} (Sargan's test, p = ${numberText(p)})`,
    },
  ];
}

const weakness = (strength: number): Extract<Effect, { ok: true }>['remarks'] =>
  strength < weak
    ? [
        {
          code: 'W0633',
          message: `the instruments are weak: F of the first stage is ${strength.toPrecision(3)}, and below ${weak} an estimate by two stages leans towards that of a plain regression, and errors are too small`,
        },
      ]
    : [];

/**
 * Wald's estimate: by how much the outcome differs between the two values of the instrument, over by how much the exposure does. The effect in a
 * linear model, and otherwise the effect among those whose exposure follows the instrument, if nobody does the opposite of it (Imbens and
 * Angrist, Econometrica 62, 1994). Its error does not suppose equal variances.
 */
function wald(units: Units, instruments: readonly UnitColumn[]): Effect {
  const { rows, outcome, exposure, covariates, arms } = units;
  const [instrument, ...others] = instruments;
  if (instrument === undefined || others.length > 0) return unestimable("Wald's estimate is made with one instrument");
  if (covariates.length > 0) return unestimable("Wald's estimate conditions on nothing: use two_stage");
  if (totalSign(units) !== 0)
    return unestimable('an instrument tells differences alone: ask for E(y[do(x = a)] - y[do(x = b)])');
  if ((exposure.levels ?? 2) > 2) return unestimable('the exposure has more than two labels');
  const values = [...new Set(instrument.values)].sort((a, b) => a - b);
  const [low, high] = values;
  if (low === undefined || high === undefined || values.length > 2)
    return unestimable("Wald's estimate needs an instrument of two values");
  const sides = [low, high].map((value) => [...instrument.values.keys()].filter((r) => instrument.values[r] === value));
  const means = ({ values: of }: UnitColumn): readonly number[] =>
    sides.map((those) => those.reduce((sum, r) => sum + of[r]!, 0) / those.length);
  const [y, x] = [means(outcome), means(exposure)];
  const moved = x[1]! - x[0]!;
  if (moved === 0) return unestimable('the instrument says nothing of the exposure');
  const ratio = (y[1]! - y[0]!) / moved;
  const scale = arms.reduce((sum, { sign, value }) => sum + sign * value, 0);
  const influence = new Float64Array(rows);
  sides.forEach((those, side) => {
    for (const r of those) {
      const off = outcome.values[r]! - y[side]! - ratio * (exposure.values[r]! - x[side]!);
      influence[r] = ((side === 1 ? 1 : -1) * (rows / those.length) * scale * off) / moved;
    }
  });
  const first = leastSquares(designOf([instrument], rows).matrix, exposure.values);
  const strength = first === null ? Number.POSITIVE_INFINITY : jointF(first, [1]);
  return {
    ok: true,
    value: scale * ratio,
    se: standardErrorOf(influence),
    how: `Wald's ratio, ${numberText(y[1]! - y[0]!)} over ${numberText(moved)}, first-stage F ${strength.toPrecision(5)}`,
    remarks: weakness(strength),
  };
}

/** What `estimator =` may be where instruments are used. */
export const instrumentEstimators: Readonly<
  Record<string, (units: Units, instruments: readonly UnitColumn[]) => Effect>
> = { two_stage: twoStage, liml: limitedInformationEffect, wald };
