import { CholeskyDecomposition, inverse, Matrix } from 'ml-matrix';
import { totalSign } from '../arms.js';
import { designOf } from '../design.js';
import { type MethodArguments, namedBy } from '../methods/method.js';
import { linear, logisticRegression, symmetrical, weightedLeastSquares } from '../regression.js';
import { type Effect, type Remark, type Units, unestimable } from '../units.js';
import { nearestAmong, type Points, placesOf } from './nearest.js';
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
  if (matrix.columns === 1) return unestimable('all units have the same covariates: there is nothing to match on');
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
  const places = placesOf(points);
  const { placeOf, pointAt } = places;
  const sizes = having.map((those) => {
    const counts = new Int32Array(pointAt.length);
    for (const r of those) counts[placeOf[r]!]! += 1;
    return counts;
  });
  const search = sizes.map((counts) => nearestAmong(points, places, counts));

  // Whom the units at a place are compared with, and how much each unit counts in that; units at one place are alike.
  const targets: number[] = [];
  const partners = [new Map<number, readonly number[]>(), new Map<number, readonly number[]>()];
  const usedAt = sizes.map((counts) => new Float64Array(counts.length));
  const usedSquaresAt = sizes.map((counts) => new Float64Array(counts.length));
  let unmatched = 0;
  for (let r = 0; r < rows; r++) {
    if (among !== null && exposure.values[r] !== among) continue;
    const [place, other] = [placeOf[r]!, 1 - exposure.values[r]!];
    const found = partners[other]!.get(place) ?? search[other]!(place, count, calliper, false);
    partners[other]!.set(place, found);
    if (found.length === 0) {
      unmatched += 1;
      continue;
    }
    targets.push(r);
    const size = found.reduce((sum, p) => sum + sizes[other]![p]!, 0);
    for (const p of found) {
      usedAt[other]![p]! += 1 / size;
      usedSquaresAt[other]![p]! += 1 / size ** 2;
    }
  }
  if (targets.length === 0) return unestimable('no unit has a match within the calliper');
  const used = (r: number): number => usedAt[exposure.values[r]!]![placeOf[r]!]!;
  const usedSquares = (r: number): number => usedSquaresAt[exposure.values[r]!]![placeOf[r]!]!;

  // A regression in each arm among those that serve as matches; without enough of them nothing is corrected.
  let corrected = true;
  const predicted = having.map((those) => {
    const fit = weightedLeastSquares(
      matrix.subMatrixRow(those, 0, matrix.columns - 1),
      Float64Array.from(those, (r) => outcome.values[r]!),
      Float64Array.from(those, used),
    );
    if (fit === null && those.some((r) => used(r) > 0)) corrected = false;
    return Float64Array.from({ length: rows }, (_, r) => (fit === null ? 0 : linear(matrix, r, fit.coefficients)));
  });
  const residual = (r: number): number => outcome.values[r]! - predicted[exposure.values[r]!]![r]!;
  const residuals = sizes.map((counts) => new Float64Array(counts.length));
  for (let r = 0; r < rows; r++) residuals[exposure.values[r]!]![placeOf[r]!]! += residual(r);
  /** The sum of residuals at some places, and of how many units. */
  const summed = (x: number, found: readonly number[]): readonly [number, number] => [
    found.reduce((sum, p) => sum + residuals[x]![p]!, 0),
    found.reduce((sum, p) => sum + sizes[x]![p]!, 0),
  ];
  const contrast = (r: number): number => {
    const other = 1 - exposure.values[r]!;
    const [sum, size] = summed(other, partners[other]!.get(placeOf[r]!)!);
    const level = (value: number): number =>
      exposure.values[r] === value
        ? outcome.values[r]!
        : value === other
          ? predicted[other]![r]! + sum / size
          : Number.NaN;
    return arms.reduce((total, { sign, value }) => total + sign * level(value), 0);
  };
  const contrasts = targets.map(contrast);
  const value = contrasts.reduce((sum, c) => sum + c, 0) / targets.length;
  if (!Number.isFinite(value)) return unestimable('an arm of the comparison has no units');
  let variance = contrasts.reduce((sum, c) => sum + (c - value) ** 2, 0);
  const matched = new Set(targets);
  const around = [new Map<number, readonly number[]>(), new Map<number, readonly number[]>()];
  for (let r = 0; r < rows; r++) {
    const x = exposure.values[r]!;
    const sign = arms.find((arm) => arm.value === x)?.sign ?? 0;
    const own = matched.has(r) ? 1 : 0;
    const factor = (own + used(r)) ** 2 - own - usedSquares(r);
    if (sign === 0 || factor === 0) continue;
    const place = placeOf[r]!;
    const alike = around[x]!.get(place) ?? search[x]!(place, forVariance, Number.POSITIVE_INFINITY, true);
    around[x]!.set(place, alike);
    const [sum, size] = summed(x, alike);
    const here = alike.includes(place) ? 1 : 0;
    const [others, mean] = [size - here, (sum - here * residual(r)) / (size - here)];
    variance += factor * (others / (others + 1)) * (residual(r) - mean) ** 2;
  }
  if (unmatched > 0)
    remarks.push({
      code: 'W0642',
      message: `${unmatched} of ${targets.length + unmatched} units have no match within the calliper and were left out: the effect is that of the others`,
    });
  const by = onPropensity ? 'the probability of exposure' : 'covariates';
  const neighbours = count === 1 ? 'the nearest' : `the ${count} nearest`;
  const exposed = totalSign(units) === 0 ? targets.filter((r) => exposure.values[r] === 1) : [];
  return {
    ok: true,
    value,
    se: Math.sqrt(variance) / targets.length,
    differences: Float64Array.from(exposed, contrast),
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
