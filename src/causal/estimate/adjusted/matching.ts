import { CholeskyDecomposition, inverse, Matrix } from 'ml-matrix';
import { designOf } from '../design.js';
import { type MethodArguments, namedBy } from '../methods/method.js';
import { linear, logisticRegression, symmetrical, weightedLeastSquares } from '../regression.js';
import { type Effect, type Remark, type Units, unestimable } from '../units.js';
import { nearestAmong, type Points } from './nearest.js';
import { isBinary, overlap } from './overlap.js';

/** Units of the same exposure by which the variance of an outcome given covariates is told. */
const forVariance = 2;

/**
 * Matching with replacement: what a unit's outcome would have been under the other exposure is the mean of its nearest neighbours there, all
 * that tie counted, each corrected by a linear regression for how its covariates differ (Abadie and Imbens, Econometrica 74, 2006; with
 * correction Journal of Business and Economic Statistics 29, 2011). Near is by the Mahalanobis distance of the covariates, or by the logit of
 * the probability of exposure. The error is theirs (2006, theorem 7; with ties Abadie, Drukker, Herr and Imbens, Stata Journal 4, 2004,
 * section 3), of outcomes corrected by the regressions, which leaves nothing of the probabilities' own error where these are right.
 */
export function matching(units: Units, asked: MethodArguments): Effect {
  const { rows, outcome, exposure, covariates, arms, among } = units;
  if (!isBinary(units)) return unestimable('matching needs an exposure of two values');
  if (covariates.length === 0) return unestimable('there are no covariates to match on');
  const count = asked.options.get('neighbours')?.number ?? 1;
  const calliper = asked.options.get('calliper')?.number ?? Number.POSITIVE_INFINITY;
  const onPropensity = namedBy(asked, 'on')[0] === 'propensity';
  const { matrix } = designOf(covariates, rows);
  const remarks: Remark[] = [];
  let points: Points | null;
  if (onPropensity) {
    const fit = logisticRegression(matrix, exposure.values);
    if (fit === null) return unestimable('the covariates tell exposed and others apart without error (no overlap)');
    remarks.push(...overlap(fit.probabilities));
    points = standardised(Float64Array.from({ length: rows }, (_, r) => linear(matrix, r, fit.coefficients)));
  } else points = whitened(matrix);
  if (points === null) return unestimable('some covariates can be computed from the others');
  const having = [0, 1].map((x) => [...exposure.values.keys()].filter((r) => exposure.values[r] === x));
  if (having.some((those) => those.length <= Math.max(count, forVariance)))
    return unestimable('an arm has fewer units than neighbours are wanted');
  const search = having.map((those) => nearestAmong(points, those));

  // Whom each unit is compared with, and how much each counts in that.
  const targets: number[] = [];
  const partners = new Map<number, readonly number[]>();
  let unmatched = 0;
  for (let r = 0; r < rows; r++) {
    if (among !== null && exposure.values[r] !== among) continue;
    const found = search[1 - exposure.values[r]!]!(r, count, calliper);
    if (found.length === 0) unmatched += 1;
    else {
      partners.set(r, found);
      targets.push(r);
    }
  }
  if (targets.length === 0) return unestimable('no unit has a match within the calliper');
  const used = new Float64Array(rows);
  const usedSquares = new Float64Array(rows);
  for (const found of partners.values())
    for (const r of found) {
      used[r]! += 1 / found.length;
      usedSquares[r]! += 1 / found.length ** 2;
    }

  // A regression in each arm among those that serve as matches; without enough of them nothing is corrected.
  let corrected = true;
  const predicted = having.map((those) => {
    const fit = weightedLeastSquares(
      matrix.subMatrixRow(those, 0, matrix.columns - 1),
      Float64Array.from(those, (r) => outcome.values[r]!),
      Float64Array.from(those, (r) => used[r]!),
    );
    if (fit === null && those.some((r) => used[r]! > 0)) corrected = false;
    return Float64Array.from({ length: rows }, (_, r) => (fit === null ? 0 : linear(matrix, r, fit.coefficients)));
  });
  const residual = (r: number): number => outcome.values[r]! - predicted[exposure.values[r]!]![r]!;
  const contrast = (r: number): number => {
    const found = partners.get(r)!;
    let sum = 0;
    for (const { sign, value } of arms) {
      if (exposure.values[r] === value) sum += sign * outcome.values[r]!;
      else if (value === 0 || value === 1)
        sum += sign * (predicted[value]![r]! + found.reduce((total, m) => total + residual(m), 0) / found.length);
      else sum = Number.NaN;
    }
    return sum;
  };
  const contrasts = targets.map(contrast);
  const value = contrasts.reduce((sum, c) => sum + c, 0) / targets.length;
  if (!Number.isFinite(value)) return unestimable('an arm of the comparison has no units');
  let variance = contrasts.reduce((sum, c) => sum + (c - value) ** 2, 0);
  for (let r = 0; r < rows; r++) {
    const sign = arms.find((arm) => arm.value === exposure.values[r])?.sign ?? 0;
    const own = partners.has(r) ? 1 : 0;
    const factor = (own + used[r]!) ** 2 - own - usedSquares[r]!;
    if (sign === 0 || factor === 0) continue;
    const alike = search[exposure.values[r]!]!(r, forVariance, Number.POSITIVE_INFINITY);
    const mean = alike.reduce((sum, m) => sum + residual(m), 0) / alike.length;
    variance += factor * (alike.length / (alike.length + 1)) * (residual(r) - mean) ** 2;
  }
  if (unmatched > 0)
    remarks.push({
      code: 'W0642',
      message: `${unmatched} of ${targets.length + unmatched} units have no match within the calliper and were left out: the effect is that of the others`,
    });
  const by = onPropensity ? 'the probability of exposure' : 'covariates';
  const neighbours = count === 1 ? 'the nearest' : `the ${count} nearest`;
  return {
    ok: true,
    value,
    se: Math.sqrt(variance) / targets.length,
    how: `matched with ${neighbours} by ${by}${corrected ? ', corrected by regression' : ''}`,
    remarks,
  };
}

/** One coordinate in its own standard deviations. */
function standardised(values: Float64Array): Points {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const squares = values.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  const sd = Math.sqrt(squares / (values.length - 1));
  return { coordinates: sd > 0 ? values.map((v) => v / sd) : values, dimensions: 1 };
}

/** The design's columns but the first, turned so that the distance of Euclid is that of Mahalanobis; null where their covariance has no inverse. */
function whitened(design: Matrix): Points | null {
  const [rows, dimensions] = [design.rows, design.columns - 1];
  const columns = design.subMatrix(0, rows - 1, 1, dimensions);
  const centred = columns.clone().center('column');
  const covariance = centred
    .transpose()
    .mmul(centred)
    .div(rows - 1);
  const scale = covariance.diagonal().map((v) => 1 / Math.sqrt(v));
  if (scale.some((s) => !Number.isFinite(s))) return null;
  const scaling = Matrix.diag(scale);
  const cholesky = new CholeskyDecomposition(symmetrical(scaling.mmul(covariance).mmul(scaling)));
  if (!cholesky.isPositiveDefinite()) return null;
  const lower = cholesky.lowerTriangularMatrix;
  if (lower.diagonal().some((d) => d < 1e-6)) return null;
  const turned = centred.mmul(scaling).mmul(inverse(lower).transpose());
  return { coordinates: Float64Array.from(turned.to1DArray()), dimensions };
}
