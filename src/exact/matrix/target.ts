/** Targets that are linear in what is drawn: their laws. */
import type { Law } from '../law.js';
import { certain } from '../law.js';
import type { Problem } from '../solver.js';
import { between, dot, inverted, pairsOf, type Rows, rowsOf } from './linear.js';
import type { Normal } from './normal.js';
import {
  covarianceOfCovariances,
  covarianceOfPrecisions,
  meanCovariance,
  meanPrecision,
  type NormalWishart,
  type Point,
  traceOf,
} from './normal_wishart.js';

/** constant + tr(covariance P⁻¹) + tr(precision P) + Σ vectors[k]·v_k. */
export type Target = {
  readonly constant: number;
  readonly covariance: Rows;
  readonly precision: Rows;
  readonly vectors: Rows;
};

/** The functions that a target is to be a sum of. */
export function targetFeatures(point: Point): readonly number[] {
  const other = point.matrix.length === 0 ? [] : inverted(point.matrix);
  const upper = (m: Rows): readonly number[] => pairsOf(m.length).map(([i, j]) => m[i]![j]!);
  return [1, ...upper(point.matrix), ...upper(other), ...point.vectors.flat()];
}

/** The target with these coefficients; `role` says which of the two matrices was drawn. */
export function targetOf(
  coefficients: readonly number[],
  size: number,
  vectors: readonly number[],
  role: NormalWishart['role'],
): Target {
  let next = 0;
  const take = (n: number): readonly number[] => {
    next += n;
    return coefficients.slice(next - n, next);
  };
  const [constant = 0] = take(1);
  const matrix = (): Rows => {
    const weights = new Map(pairsOf(size).map(([i, j], k) => [`${i} ${j}`, k]));
    const own = take(weights.size);
    return rowsOf(size, (i, j) => (i === j ? 1 : 0.5) * own[weights.get(i <= j ? `${i} ${j}` : `${j} ${i}`)!]!);
  };
  const [drawn, other] = [matrix(), matrix()];
  const along = vectors.map((length) => take(length));
  return role === 'covariance'
    ? { constant, covariance: drawn, precision: other, vectors: along }
    : { constant, covariance: other, precision: drawn, vectors: along };
}

const isZero = (m: Rows): boolean => m.every((row) => row.every((x) => x === 0));

/** The law of a linear combination of jointly normal numbers. */
export function normalLaw(target: Target, normal: Normal): Law {
  const along = target.vectors.flat();
  if (along.every((x) => x === 0)) return certain(target.constant);
  const variance = between(along, normal.covariance, along);
  return { kind: 'normal', mean: target.constant + dot(along, normal.mean), sd: Math.sqrt(Math.max(0, variance)) };
}

/** Covariance of two targets; null where it is not known. */
export function covarianceOf(a: Target, b: Target, found: NormalWishart | Normal): number | null {
  if (found.kind === 'normal') return between(a.vectors.flat(), found.covariance, b.vectors.flat());
  const mixed = (x: Target, y: Target): boolean => !isZero(x.covariance) && !isZero(y.precision);
  if (mixed(a, b) || mixed(b, a)) return null;
  let sum = 0;
  if (!isZero(a.covariance) && !isZero(b.covariance)) sum += covarianceOfCovariances(found, a.covariance, b.covariance);
  if (!isZero(a.precision) && !isZero(b.precision)) sum += covarianceOfPrecisions(found, a.precision, b.precision);
  if (!isZero(a.vectors) && !isZero(b.vectors)) {
    const covariance = meanCovariance(found);
    if (covariance === null) return null;
    found.spread.forEach((row, k) => {
      row.forEach((share, l) => {
        sum += share * between(a.vectors[k]!, covariance, b.vectors[l]!);
      });
    });
  }
  return Number.isFinite(sum) ? sum : null;
}

/** The law of a target, or its moments; null where it has no mean. */
export function lawOf(target: Target, found: NormalWishart, problem: Problem): Law | null {
  const parts = [target.covariance, target.precision, target.vectors].filter((m) => !isZero(m)).length;
  if (parts === 0) return certain(target.constant);
  const mean = meanOf(target, found);
  if (mean === null) return null;
  const variance = covarianceOf(target, target, found);
  const known = { mean, variance: variance ?? Number.POSITIVE_INFINITY };
  const law = parts === 1 ? lineLaw(target, found, known, problem) : null;
  return law ?? { kind: 'moments', mean, variance };
}

function meanOf(target: Target, found: NormalWishart): number | null {
  const covariance = isZero(target.covariance) ? null : meanCovariance(found);
  if (covariance === null && !isZero(target.covariance)) return null;
  const hasVectors = !isZero(target.vectors);
  // Student's law with one degree of freedom or less has no mean.
  if (hasVectors && !(found.nu - found.size + 1 > 1)) return null;
  return (
    target.constant +
    (covariance === null ? 0 : traceOf(target.covariance, covariance)) +
    (isZero(target.precision) ? 0 : traceOf(target.precision, meanPrecision(found))) +
    (hasVectors ? target.vectors.reduce((sum, b, k) => sum + dot(b, found.means[k]!), 0) : 0)
  );
}

type Moments = { readonly mean: number; readonly variance: number };

/**
 * A quadratic form b' P⁻¹ b is inverse gamma, b' P b gamma, and a combination of the vectors along one direction has Student's law
 * (Muirhead 1982, theorems 3.2.10 and 3.2.12). Null for other targets.
 */
function lineLaw(target: Target, found: NormalWishart, moments: Moments, problem: Problem): Law | null {
  const { nu, size, psi } = found;
  const degrees = nu - size + 1;
  if (!isZero(target.vectors)) {
    const scale = alongOne(target.vectors, found);
    return scale === null
      ? null
      : byFamily(
          'student_t(real, real, real)',
          [degrees, 0, Math.sqrt(scale / degrees)],
          moments.mean,
          1,
          moments,
          problem,
        );
  }
  const isCovariance = !isZero(target.covariance);
  const line = rankOne(isCovariance ? target.covariance : target.precision);
  if (line === null) return null;
  const { sign, direction } = line;
  return isCovariance
    ? byFamily(
        'inverse_gamma(real, real)',
        [degrees / 2, between(direction, psi, direction) / 2],
        target.constant,
        sign,
        moments,
        problem,
      )
    : byFamily(
        'gamma(real, real)',
        [nu / 2, 1 / (2 * between(direction, inverted(psi), direction))],
        target.constant,
        sign,
        moments,
        problem,
      );
}

/** q b'Ψb where all vectors are weighed along one direction b: Σ spread[k][l] s_k s_l = q; null where they are not. */
function alongOne(weights: Rows, { spread, psi }: NormalWishart): number | null {
  const direction = weights.find((b) => b.some((x) => x !== 0))!;
  const length = dot(direction, direction);
  const shares = weights.map((b) => dot(b, direction) / length);
  const off = weights.some((b, k) =>
    b.some((x, i) => Math.abs(x - shares[k]! * direction[i]!) > 1e-9 * Math.sqrt(length)),
  );
  return off ? null : between(shares, spread, shares) * between(direction, psi, direction);
}

/** sign · b b' = m; null where the matrix has another rank. */
function rankOne(m: Rows): { readonly sign: 1 | -1; readonly direction: readonly number[] } | null {
  const at = m.reduce((best, row, i) => (Math.abs(row[i]!) > Math.abs(m[best]![best]!) ? i : best), 0);
  const greatest = m[at]![at]!;
  if (greatest === 0) return null;
  const sign = greatest > 0 ? 1 : -1;
  const direction = m[at]!.map((x) => x / (sign * Math.sqrt(Math.abs(greatest))));
  const off = m.some((row, i) =>
    row.some((x, j) => Math.abs(x - sign * direction[i]! * direction[j]!) > 1e-9 * Math.abs(greatest)),
  );
  return off ? null : { sign, direction };
}

/** offset + sign x for an x of a family of the library. */
function byFamily(
  family: string,
  params: readonly number[],
  offset: number,
  sign: 1 | -1,
  moments: Moments,
  problem: Problem,
): Law | null {
  const cdf = problem.entry(family, 'cdf');
  const quantile = problem.entry(family, 'quantile');
  if (cdf === null || quantile === null) return null;
  const positive = family !== 'student_t(real, real, real)';
  const below = (x: number): number => (positive && x <= 0 ? 0 : Number(cdf(...params, x)));
  return {
    kind: 'continuous',
    ...moments,
    cdf: (x) => (sign > 0 ? below(x - offset) : 1 - below(offset - x)),
    quantile: (p) => offset + sign * Number(quantile(...params, sign > 0 ? p : 1 - p)),
    entropy: null,
  };
}
