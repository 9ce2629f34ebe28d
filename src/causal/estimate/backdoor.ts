/** Estimators of an effect that is known by adjusting for covariates. */
import { designOf, encode } from './design.js';
import { leastSquares, linear, logistic, logisticRegression } from './regression.js';
import { type Effect, standardErrorOf, type UnitColumn, type Units, unestimable } from './units.js';

/** Estimators by name; adding one is a function here. */
export const backdoorEstimators: Readonly<Record<string, (units: Units) => Effect>> = {
  saturated,
  linear: linearEstimate,
  ipw,
  aipw,
};

/** Cells of covariates that every arm must have units in before the saturated estimator is chosen. */
const mostCells = 200;

/** The estimator where none is named: cell by cell where covariates are few labels with units on both sides, else a linear regression. */
export function defaultEstimator(units: Units): string {
  if (units.covariates.some(({ levels }) => levels === null) || units.exposure.levels === null) return 'linear';
  const cells = units.covariates.reduce((product, { levels }) => product * (levels ?? 1), 1);
  return cells <= mostCells && saturated(units).ok ? 'saturated' : 'linear';
}

/** Linear regression of the outcome on exposure and covariates (the g-formula of a linear model), errors of equal variance. */
function linearEstimate({ rows, outcome, exposure, covariates, arms, among }: Units): Effect {
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

/** The row's cell of covariates, as one number. */
function cellOf(covariates: readonly UnitColumn[], row: number): number {
  let cell = 0;
  for (const { values, levels } of covariates) cell = cell * (levels ?? 1) + values[row]!;
  return cell;
}

/**
 * The mean outcome of each arm in each cell of the covariates, weighed by how many of those asked about are in it: the g-formula without a
 * model. Its error is that of the efficient influence function (Hahn, Econometrica 66, 1998).
 */
function saturated(units: Units): Effect {
  const { rows, outcome, exposure, covariates, arms, among } = units;
  if (covariates.some(({ levels }) => levels === null))
    return unestimable('a covariate is no label: cells would have one unit each');
  type Cell = { readonly count: Map<number, number>; readonly sum: Map<number, number>; total: number };
  const cells = new Map<number, Cell>();
  for (let r = 0; r < rows; r++) {
    const key = cellOf(covariates, r);
    const cell = cells.get(key) ?? { count: new Map<number, number>(), sum: new Map<number, number>(), total: 0 };
    cells.set(key, cell);
    const x = exposure.values[r]!;
    cell.count.set(x, (cell.count.get(x) ?? 0) + 1);
    cell.sum.set(x, (cell.sum.get(x) ?? 0) + outcome.values[r]!);
    cell.total += 1;
  }
  const asked = (cell: Cell): number => (among === null ? cell.total : (cell.count.get(among) ?? 0));
  const population = [...cells.values()].reduce((sum, cell) => sum + asked(cell), 0);
  if (population === 0) return unestimable('no row has the exposure that the question is about');
  for (const cell of cells.values())
    for (const arm of arms)
      if (asked(cell) > 0 && (cell.count.get(arm.value) ?? 0) === 0)
        return unestimable('there are covariates with which no unit has the exposure that is asked about (no overlap)');
  const mean = (cell: Cell, value: number): number => (cell.sum.get(value) ?? 0) / (cell.count.get(value) ?? 1);
  let value = 0;
  for (const cell of cells.values())
    for (const arm of arms) value += ((arm.sign * asked(cell)) / population) * mean(cell, arm.value);
  const influence = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const cell = cells.get(cellOf(covariates, r))!;
    const mine = among === null || exposure.values[r] === among ? 1 : 0;
    let at = 0;
    for (const arm of arms) {
      const level = mean(cell, arm.value);
      if (exposure.values[r] === arm.value)
        at += arm.sign * (asked(cell) / cell.count.get(arm.value)!) * (outcome.values[r]! - level);
      at += arm.sign * mine * level;
    }
    influence[r] = (rows / population) * (at - mine * value);
  }
  return { ok: true, value, se: standardErrorOf(influence), how: 'means of cells', remarks: [] };
}

/** Whether the exposure is one of two values, as weights by its probability need. */
const isBinary = ({ exposure }: Units): boolean =>
  exposure.levels === 2 || exposure.values.every((x) => x === 0 || x === 1);

/** Probabilities of exposure 1 further out than this are spoken of as poor overlap. */
const poorOverlap = 0.01;

/**
 * Means weighed by the inverse of each unit's probability of its exposure, by logistic regression, the weights of an arm adding to one (Hájek);
 * among the exposed the others are weighed by the odds. The error counts that the probabilities are estimated (M-estimation: Lunceford and
 * Davidian, Statistics in Medicine 23, 2004).
 */
function ipw(units: Units): Effect {
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
    remarks: overlap(fit.probabilities),
  };
}

function overlap(probabilities: Float64Array): Extract<Effect, { ok: true }>['remarks'] {
  const far = probabilities.filter((p) => p < poorOverlap || p > 1 - poorOverlap).length;
  if (far === 0) return [];
  return [
    {
      code: 'W0632',
      message: `${far} of ${probabilities.length} units have a probability of exposure under ${poorOverlap} or over ${1 - poorOverlap}: what is said of them rests on the model alone`,
    },
  ];
}

/** Parts that probabilities and outcomes are fitted without, in turn. */
const folds = 5;

/**
 * The doubly robust estimator with cross-fitting: outcome regressions corrected by weighted residuals, each unit's by models that have not seen it
 * (Robins, Rotnitzky and Zhao, JASA 89, 1994; Chernozhukov and others, Econometrics Journal 21, 2018).
 */
function aipw(units: Units): Effect {
  const { rows, outcome, exposure, covariates, arms, among } = units;
  if (!isBinary(units)) return unestimable('weighting needs an exposure of two values');
  if (among !== null && !exposure.values.includes(among))
    return unestimable('no row has the exposure that the question is about');
  const { matrix } = designOf(covariates, rows);
  const probabilities = new Float64Array(rows);
  const levels = new Map(arms.map((arm) => [arm.value, new Float64Array(rows)]));
  for (let fold = 0; fold < folds; fold++) {
    const inside = Array.from({ length: rows }, (_, r) => r).filter((r) => r % folds !== fold);
    const part = matrix.subMatrixRow(inside, 0, matrix.columns - 1);
    const fit = logisticRegression(
      part,
      Float64Array.from(inside, (r) => exposure.values[r]!),
    );
    if (fit === null) return unestimable('the covariates tell exposed and others apart without error (no overlap)');
    for (let r = fold; r < rows; r += folds)
      probabilities[r] = Math.min(1 - 1e-3, Math.max(1e-3, logistic(linear(matrix, r, fit.coefficients))));
    for (const [value, predicted] of levels) {
      const those = inside.filter((r) => exposure.values[r] === value);
      const outcomes = Float64Array.from(those, (r) => outcome.values[r]!);
      const regression = leastSquares(matrix.subMatrixRow(those, 0, matrix.columns - 1), outcomes);
      if (regression === null) return unestimable('an arm has too few units for a regression of its own');
      for (let r = fold; r < rows; r += folds) predicted[r] = linear(matrix, r, regression.coefficients);
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
    remarks: overlap(probabilities),
  };
}
