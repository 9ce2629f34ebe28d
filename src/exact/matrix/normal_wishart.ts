/** Weights that are those of a normal-Wishart distribution: found by their values, integrated, and its moments. */
import {
  between,
  dot,
  inverted,
  logDeterminant,
  logMultivariateGamma,
  pairsOf,
  type Rows,
  rootOf,
  rowsOf,
  symmetric,
  times,
} from './linear.js';

/** What is drawn: one symmetric matrix or none, and vectors as long as it has rows. */
export type Point = { readonly matrix: Rows; readonly vectors: Rows };

/** Whether the drawn matrix plays the covariance of the vectors (inverse Wishart) or its inverse (Wishart). */
export type Role = 'covariance' | 'precision';

/**
 * P ~ Wishart(nu, psi⁻¹) and, given P, vectors that are jointly normal: means `means`, covariance of vectors k and l
 * `spread[k][l]` P⁻¹. The drawn matrix is P or its inverse, by its role. `logTotal` is the log of the integral of the weight.
 */
export type NormalWishart = {
  readonly kind: 'normal-wishart';
  readonly role: Role;
  readonly size: number;
  readonly nu: number;
  readonly psi: Rows;
  readonly means: Rows;
  readonly spread: Rows;
  readonly logTotal: number;
};

const precisionOf = ({ matrix }: Point, role: Role): Rows => (role === 'precision' ? matrix : inverted(matrix));

/**
 * The functions that the log of the weight is to be a sum of: 1, log |P|, the elements of P, P v, and v' P w, for all vectors.
 */
export function featuresOf(point: Point, role: Role): readonly number[] {
  const p = precisionOf(point, role);
  const images = point.vectors.map((v) => times(p, v));
  return [
    1,
    logDeterminant(p),
    ...pairsOf(p.length).map(([i, j]) => (i === j ? 1 : 2) * p[i]![j]!),
    ...images.flat(),
    ...pairsOf(images.length).map(([k, l]) => dot(point.vectors[k]!, images[l]!)),
  ];
}

/** The distribution whose density is proportional to a sum of the features' exponential; null where that has no finite integral. */
export function distributionOf(
  coefficients: readonly number[],
  size: number,
  count: number,
  role: Role,
): NormalWishart | null {
  let next = 0;
  const take = (n: number): readonly number[] => {
    next += n;
    return coefficients.slice(next - n, next);
  };
  const [constant = 0, power = 0] = take(2);
  const inner = symmetricOf(take(pairsOf(size).length), size, 1);
  const linear = Array.from({ length: count }, () => take(size));
  const quadratic = symmetricOf(take(pairsOf(count).length), count, 2);
  const precision = quadratic.map((row) => row.map((x) => -x));
  if (count > 0 && rootOf(precision) === null) return null;
  const spread = count === 0 ? [] : inverted(precision);
  const means = spread.map((row) =>
    Array.from({ length: size }, (_, i) => row.reduce((sum, x, l) => sum + x * linear[l]![i]!, 0)),
  );
  // The vectors are integrated out, and the measure is that of P.
  const ownPower = (role === 'covariance' ? power - (size + 1) : power) - count / 2;
  const left = rowsOf(size, (i, j) => {
    let sum = inner[i]![j]!;
    for (let k = 0; k < count; k++) sum += (linear[k]![i]! * means[k]![j]! + linear[k]![j]! * means[k]![i]!) / 4;
    return sum;
  });
  const psi = left.map((row) => row.map((x) => -2 * x));
  const nu = 2 * ownPower + size + 1;
  if (!(nu > size - 1) || rootOf(psi) === null) return null;
  const logTotal =
    constant +
    0.5 * count * size * Math.log(2 * Math.PI) -
    (count === 0 ? 0 : 0.5 * size * logDeterminant(precision)) +
    0.5 * nu * (size * Math.LN2 - logDeterminant(psi)) +
    logMultivariateGamma(size, nu / 2);
  return { kind: 'normal-wishart', role, size, nu, psi, means, spread, logTotal };
}

/** A symmetric matrix from what its pairs weigh; `share` is 2 where a pair of its diagonal counts once and is to count twice. */
function symmetricOf(weights: readonly number[], size: number, share: 1 | 2): Rows {
  const at = new Map(pairsOf(size).map(([i, j], k) => [`${i} ${j}`, weights[k]!]));
  return rowsOf(size, (i, j) => {
    const weight = at.get(i <= j ? `${i} ${j}` : `${j} ${i}`)!;
    return i === j ? share * weight : weight;
  });
}

/** The mean of P⁻¹; null where it has none. */
export const meanCovariance = ({ nu, psi, size }: NormalWishart): Rows | null =>
  nu > size + 1 ? psi.map((row) => row.map((x) => x / (nu - size - 1))) : null;

/** The mean of P. */
export const meanPrecision = ({ nu, psi }: NormalWishart): Rows => inverted(psi).map((row) => row.map((x) => nu * x));

/** Cov(tr(A Σ), tr(B Σ)) for Σ = P⁻¹, A and B symmetric (von Rosen 1988); infinite where there is none. */
export function covarianceOfCovariances({ nu, psi, size }: NormalWishart, a: Rows, b: Rows): number {
  const over = nu - size - 1;
  if (!(over > 2)) return Number.POSITIVE_INFINITY;
  const bottom = (nu - size) * over ** 2 * (over - 2);
  return (2 * traceOf(a, psi) * traceOf(b, psi) + 2 * over * traceOf(a, sandwich(psi, b))) / bottom;
}

/** Cov(tr(A P), tr(B P)) for A and B symmetric. */
export function covarianceOfPrecisions({ nu, psi }: NormalWishart, a: Rows, b: Rows): number {
  return 2 * nu * traceOf(a, sandwich(inverted(psi), b));
}

/** m b m. */
const sandwich = (m: Rows, b: Rows): Rows =>
  symmetric(
    rowsOf(m.length, (i, j) =>
      between(
        m[i]!,
        b,
        m.map((row) => row[j]!),
      ),
    ),
  );

/** tr(a b). */
export const traceOf = (a: Rows, b: Rows): number =>
  a.reduce(
    (sum, row, i) =>
      sum +
      dot(
        row,
        b.map((r) => r[i]!),
      ),
    0,
  );
