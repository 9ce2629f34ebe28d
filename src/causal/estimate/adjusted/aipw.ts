import type { Key } from '../../../runtime/random/seed.js';
import { noiseSource, particleState } from '../../../runtime/random/source.js';
import { designOf } from '../design.js';
import { leastSquares, linear, logistic, logisticRegression } from '../regression.js';
import { type Effect, standardErrorOf, type Units, unestimable } from '../units.js';
import { isBinary, overlap, overlapFigure } from './overlap.js';

/** Parts that probabilities and outcomes are fitted without, in turn. */
const folds = 5;

/** The key of the noise that divides rows into parts; the same for all tables, since an estimate is no draw. */
const dividing: Key = [0x61697077, 0];

/** The part of each row: parts of equal size, whatever the order of the rows means (Fisher–Yates). */
function foldsOf(rows: number): Int32Array {
  const state = new Int32Array(4);
  particleState(dividing, 0, state);
  const noise = noiseSource(state);
  const parts = Int32Array.from({ length: rows }, (_, r) => r % folds);
  for (let r = rows - 1; r > 0; r--) {
    const other = Math.floor(noise.uniform() * (r + 1));
    [parts[r], parts[other]] = [parts[other]!, parts[r]!];
  }
  return parts;
}

/**
 * The doubly robust estimator with cross-fitting: outcome regressions corrected by weighted residuals, each unit's by models that have not seen it
 * (Robins, Rotnitzky and Zhao, JASA 89, 1994; Chernozhukov and others, Econometrics Journal 21, 2018).
 */
export function aipw(units: Units): Effect {
  const { rows, outcome, exposure, covariates, arms, among } = units;
  if (!isBinary(units)) return unestimable('weighting needs an exposure of two values');
  if (among !== null && !exposure.values.includes(among))
    return unestimable('no row has the exposure that the question is about');
  const { matrix } = designOf(covariates, rows);
  const probabilities = new Float64Array(rows);
  const foldOf = foldsOf(rows);
  const levels = new Map(arms.map((arm) => [arm.value, new Float64Array(rows)]));
  for (let fold = 0; fold < folds; fold++) {
    const inside = [...foldOf.keys()].filter((r) => foldOf[r] !== fold);
    const outside = [...foldOf.keys()].filter((r) => foldOf[r] === fold);
    const part = matrix.subMatrixRow(inside, 0, matrix.columns - 1);
    const fit = logisticRegression(
      part,
      Float64Array.from(inside, (r) => exposure.values[r]!),
    );
    if (fit === null) return unestimable('the covariates tell exposed and others apart without error (no overlap)');
    for (const r of outside)
      probabilities[r] = Math.min(1 - 1e-3, Math.max(1e-3, logistic(linear(matrix, r, fit.coefficients))));
    for (const [value, predicted] of levels) {
      const those = inside.filter((r) => exposure.values[r] === value);
      const outcomes = Float64Array.from(those, (r) => outcome.values[r]!);
      const regression = leastSquares(matrix.subMatrixRow(those, 0, matrix.columns - 1), outcomes);
      if (regression === null) return unestimable('an arm has too few units for a regression of its own');
      for (const r of outside) predicted[r] = linear(matrix, r, regression.coefficients);
    }
  }
  const share = among === null ? 1 : exposure.values.filter((x) => x === among).length / rows;
  const influence = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const p = probabilities[r]!;
    const target = among === null ? 1 : among === 1 ? p : 1 - p;
    const mine = among === null || exposure.values[r] === among ? 1 : 0;
    for (const arm of arms) {
      const predicted = levels.get(arm.value)![r]!;
      const own = arm.value === 1 ? p : 1 - p;
      const residual = exposure.values[r] === arm.value ? (target / own) * (outcome.values[r]! - predicted) : 0;
      influence[r]! += (arm.sign * (residual + mine * predicted)) / share;
    }
  }
  const value = influence.reduce((sum, i) => sum + i, 0) / rows;
  for (let r = 0; r < rows; r++) {
    const mine = among === null || exposure.values[r] === among ? 1 : 0;
    influence[r]! -= (mine * value) / share;
  }
  return {
    ok: true,
    value,
    se: standardErrorOf(influence),
    how: 'doubly robust, cross-fitted',
    figures: [overlapFigure(units, probabilities)],
    remarks: overlap(probabilities),
  };
}
