/** Linear, instrumental and logistic regression, with what their standard errors are made of. */
import { CholeskyDecomposition, EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';

/** Coefficients with their covariance, and how far each unit lies from its prediction. */
export type Fit = {
  readonly coefficients: Float64Array;
  /** For errors of equal variance. */
  readonly covariance: Matrix;
  readonly residuals: Float64Array;
  /** The covariance less the variance of errors: the inverse of X'X, in least squares. */
  readonly bread: Matrix;
};

/** The inverse of a symmetric positive definite matrix after scaling its diagonal to one; null where a column is a sum of others. */
function inverseOf(symmetric: Matrix): Matrix | null {
  const size = symmetric.rows;
  const scale = Array.from({ length: size }, (_, k) => 1 / Math.sqrt(symmetric.get(k, k)));
  if (scale.some((s) => !Number.isFinite(s))) return null;
  const scaled = new Matrix(size, size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      scaled.set(i, j, symmetric.get(Math.max(i, j), Math.min(i, j)) * (scale[i]! * scale[j]!));
  const cholesky = new CholeskyDecomposition(scaled);
  if (!cholesky.isPositiveDefinite()) return null;
  const lower = cholesky.lowerTriangularMatrix;
  for (let k = 0; k < size; k++) if (lower.get(k, k) < 1e-6) return null;
  const inverted = inverse(scaled);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) inverted.set(i, j, inverted.get(i, j) * scale[i]! * scale[j]!);
  return inverted;
}

/** Centres all columns but the first, of ones, which makes products of columns of greatly different size safe. */
function centred(matrix: Matrix): { readonly matrix: Matrix; readonly means: Float64Array } {
  const means = new Float64Array(matrix.columns);
  const copy = matrix.clone();
  for (let c = 1; c < matrix.columns; c++) {
    for (let r = 0; r < matrix.rows; r++) means[c]! += matrix.get(r, c);
    means[c]! /= matrix.rows;
    for (let r = 0; r < matrix.rows; r++) copy.set(r, c, matrix.get(r, c) - means[c]!);
  }
  return { matrix: copy, means };
}

/** Coefficients on centred columns as those on the columns themselves. */
function uncentred(
  coefficients: Matrix,
  bread: Matrix,
  means: Float64Array,
): { readonly coefficients: Float64Array; readonly bread: Matrix } {
  const change = Matrix.eye(means.length);
  for (let c = 1; c < means.length; c++) change.set(0, c, -means[c]!);
  return {
    coefficients: Float64Array.from(change.mmul(coefficients).to1DArray()),
    bread: change.mmul(bread).mmul(change.transpose()),
  };
}

/** Ordinary least squares with the covariance of equal error variances; null where a column is a sum of others or rows are too few. */
export function leastSquares(design: Matrix, outcome: Float64Array): Fit | null {
  const { rows, columns } = design;
  const freedom = rows - columns;
  if (freedom < 1) return null;
  const { matrix, means } = centred(design);
  const entries = Float64Array.from(matrix.to1DArray());
  const bread = inverseOf(productsOf(entries, columns, null));
  if (bread === null) return null;
  const beta = bread.mmul(momentsOf(entries, columns, outcome));
  const slopes = beta.to1DArray();
  let squares = 0;
  const residuals = outcome.map((y, r) => {
    let left = y;
    for (let c = 0; c < columns; c++) left -= slopes[c]! * entries[r * columns + c]!;
    squares += left * left;
    return left;
  });
  const fitted = uncentred(beta, bread, means);
  return { ...fitted, covariance: Matrix.mul(fitted.bread, squares / freedom), residuals };
}

/** X' W X of a matrix whose rows stand one behind the other, W the diagonal of some weights; null for ones. */
function productsOf(entries: Float64Array, columns: number, weights: Float64Array | null): Matrix {
  const sums = new Float64Array(columns * columns);
  for (let at = 0, r = 0; at < entries.length; at += columns, r++)
    for (let i = 0; i < columns; i++) {
      const entry = entries[at + i]! * (weights === null ? 1 : weights[r]!);
      for (let j = 0; j <= i; j++) sums[i * columns + j]! += entry * entries[at + j]!;
    }
  const products = new Matrix(columns, columns);
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < columns; j++) products.set(i, j, sums[Math.max(i, j) * columns + Math.min(i, j)]!);
  return products;
}

/** X' y of a matrix whose rows stand one behind the other. */
function momentsOf(entries: Float64Array, columns: number, y: Float64Array): Matrix {
  const sums = new Float64Array(columns);
  for (let at = 0, r = 0; at < entries.length; at += columns, r++)
    for (let i = 0; i < columns; i++) sums[i]! += entries[at + i]! * y[r]!;
  return Matrix.columnVector(sums);
}

/** Least squares where rows count by weights, some maybe 0; the covariance is that of errors whose variance goes with the inverse of the weight. */
export function weightedLeastSquares(design: Matrix, outcome: Float64Array, weights: Float64Array): Fit | null {
  const kept = [...weights.keys()].filter((r) => weights[r]! > 0);
  const freedom = kept.length - design.columns;
  if (freedom < 1) return null;
  const scaled = new Matrix(kept.length, design.columns);
  kept.forEach((r, k) => {
    for (let c = 0; c < design.columns; c++) scaled.set(k, c, Math.sqrt(weights[r]!) * design.get(r, c));
  });
  const transposed = scaled.transpose();
  const bread = inverseOf(transposed.mmul(scaled));
  if (bread === null) return null;
  const scaledOutcome = Matrix.columnVector(kept.map((r) => Math.sqrt(weights[r]!) * outcome[r]!));
  const coefficients = Float64Array.from(bread.mmul(transposed.mmul(scaledOutcome)).to1DArray());
  const residuals = Float64Array.from(outcome, (y, r) => y - linear(design, r, coefficients));
  const squares = kept.reduce((sum, r) => sum + weights[r]! * residuals[r]! ** 2, 0);
  return { coefficients, covariance: Matrix.mul(bread, squares / freedom), residuals, bread };
}

/**
 * The k-class estimator: two-stage least squares at k = 1, least squares at k = 0, limited-information maximum likelihood at the k of
 * `limitedInformation` (Davidson and MacKinnon, Estimation and Inference in Econometrics, 1993, section 18.5).
 */
export function kClass(design: Matrix, instruments: Matrix, outcome: Float64Array, k: number): Fit | null {
  const rows = design.rows;
  const freedom = rows - design.columns;
  if (freedom < 1) return null;
  const x = centred(design);
  const z = centred(instruments);
  const y = Matrix.columnVector(outcome);
  const projected = projection(z.matrix, x.matrix);
  if (projected === null) return null;
  // X'(I - k M) X = k X'PX + (1 - k) X'X, with P the projection on the instruments and M = I - P.
  const mixed = k === 1 ? projected : Matrix.add(Matrix.mul(projected, k), Matrix.mul(x.matrix, 1 - k));
  const mixedT = mixed.transpose();
  const bread = inverseOf(k === 1 ? mixedT.mmul(mixed) : symmetrical(mixedT.mmul(x.matrix)));
  if (bread === null) return null;
  const beta = bread.mmul(mixedT.mmul(y));
  const residuals = Float64Array.from(y.sub(x.matrix.mmul(beta)).to1DArray());
  let squares = 0;
  for (const e of residuals) squares += e * e;
  const fitted = uncentred(beta, bread, x.means);
  return { ...fitted, covariance: Matrix.mul(fitted.bread, squares / freedom), residuals };
}

/** The mean of a matrix and its transpose: rounding taken out of one that is symmetric. */
export const symmetrical = (matrix: Matrix): Matrix => Matrix.mul(Matrix.add(matrix, matrix.transpose()), 0.5);

/** What some columns are predicted to be from others; null where these can be computed from each other. */
function projection(on: Matrix, columns: Matrix): Matrix | null {
  const transposed = on.transpose();
  const weigh = inverseOf(transposed.mmul(on));
  return weigh === null ? null : on.mmul(weigh.mmul(transposed.mmul(columns)));
}

/**
 * The k of limited-information maximum likelihood: the least root of |W1 - k W| = 0, where W1 and W are products of what is left of outcome and
 * endogenous columns by the included columns, and by all instruments (Anderson and Rubin 1949; Davidson and MacKinnon 1993, section 18.5).
 * 1 where there are as many instruments as endogenous columns. Null where columns can be computed from each other.
 *
 * @param included what stands on both sides, ones first
 * @param instruments all outside columns, the included ones among them
 */
export function limitedInformation(endogenous: Matrix, included: Matrix, instruments: Matrix): number | null {
  const left = (on: Matrix): Matrix | null => {
    const predicted = projection(centred(on).matrix, centred(withOnes(endogenous)).matrix);
    if (predicted === null) return null;
    const rest = Matrix.sub(centred(withOnes(endogenous)).matrix, predicted).subMatrix(
      0,
      endogenous.rows - 1,
      1,
      endogenous.columns,
    );
    return symmetrical(rest.transpose().mmul(rest));
  };
  const [outer, inner] = [left(included), left(instruments)];
  if (outer === null || inner === null) return null;
  const cholesky = new CholeskyDecomposition(inner);
  if (!cholesky.isPositiveDefinite()) return null;
  const half = inverse(cholesky.lowerTriangularMatrix);
  const roots = new EigenvalueDecomposition(symmetrical(half.mmul(outer).mmul(half.transpose())), {
    assumeSymmetric: true,
  }).realEigenvalues;
  return Math.min(...roots);
}

/** The columns with one of ones before them. */
function withOnes(matrix: Matrix): Matrix {
  const all = Matrix.ones(matrix.rows, matrix.columns + 1);
  for (let r = 0; r < matrix.rows; r++) for (let c = 0; c < matrix.columns; c++) all.set(r, c + 1, matrix.get(r, c));
  return all;
}

/**
 * The covariance of coefficients of least squares whatever the variances of errors are: White's with the factor n / (n - k) (HC1); with clusters
 * whatever the errors inside of a cluster have in common, with G / (G - 1) times (n - 1) / (n - k) (Liang and Zeger, Biometrika 73, 1986). Null
 * for a single cluster.
 */
export function robustCovariance(
  design: Matrix,
  { residuals, bread }: Fit,
  clusters: Float64Array | null,
): Matrix | null {
  const { rows, columns } = design;
  const scores = new Map<number, Float64Array>();
  for (let r = 0; r < rows; r++) {
    const key = clusters === null ? r : clusters[r]!;
    const score = scores.get(key) ?? new Float64Array(columns);
    scores.set(key, score);
    for (let c = 0; c < columns; c++) score[c]! += design.get(r, c) * residuals[r]!;
  }
  if (scores.size < 2) return null;
  const meat = Matrix.zeros(columns, columns);
  for (const score of scores.values())
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++) meat.set(i, j, meat.get(i, j) + score[i]! * score[j]!);
  const groups = scores.size;
  const factor = clusters === null ? 1 : (groups / (groups - 1)) * ((rows - 1) / rows);
  return bread
    .mmul(meat)
    .mmul(bread)
    .mul(factor * (rows / (rows - columns)));
}

/** The F statistic of the hypothesis that some coefficients are zero, and its degrees of freedom above. */
export function jointF(
  { coefficients, covariance }: Pick<Fit, 'coefficients' | 'covariance'>,
  places: readonly number[],
): number {
  const block = new Matrix(places.length, places.length);
  places.forEach((i, a) => {
    for (const [b, j] of places.entries()) block.set(a, b, covariance.get(i, j));
  });
  const b = Matrix.columnVector(places.map((k) => coefficients[k]!));
  const inverted = inverseOf(block);
  // A fit without any error leaves nothing to doubt.
  if (inverted === null) return Number.POSITIVE_INFINITY;
  return b.transpose().mmul(inverted).mmul(b).get(0, 0) / places.length;
}

/** A logistic regression: coefficients, probabilities, and the inverse of the information. */
type LogisticFit = {
  readonly coefficients: Float64Array;
  readonly probabilities: Float64Array;
  readonly inverseInformation: Matrix;
};

const mostIterations = 60;
const converged = 1e-10;

/**
 * Logistic regression of outcomes 0 and 1 by Newton's method (iteratively reweighted least squares), with halved steps where the likelihood would
 * fall. Null where it has no maximum: some combination of columns tells the outcomes apart without error.
 */
export function logisticRegression(design: Matrix, outcome: Float64Array): LogisticFit | null {
  const { rows, columns } = design;
  const entries = Float64Array.from(design.to1DArray());
  let beta = new Float64Array(columns);
  let current = likelihood(design, outcome, beta);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const { probabilities } = current;
    const information = productsOf(
      entries,
      columns,
      probabilities.map((p) => p * (1 - p)),
    );
    const score = momentsOf(
      entries,
      columns,
      outcome.map((y, r) => y - probabilities[r]!),
    );
    const inverted = inverseOf(information);
    if (inverted === null) return null;
    const step = inverted.mmul(score).to1DArray();
    let size = 1;
    let next = beta;
    let found = current;
    for (; size > 1e-6; size /= 2) {
      next = beta.map((b, k) => b + size * step[k]!);
      found = likelihood(design, outcome, next);
      if (found.value >= current.value) break;
    }
    const gain = found.value - current.value;
    beta = next;
    current = found;
    if (current.value > -1e-8 * rows) return null;
    if (gain < converged * Math.abs(current.value))
      return { coefficients: beta, probabilities: current.probabilities, inverseInformation: inverted };
  }
  return null;
}

function likelihood(
  design: Matrix,
  outcome: Float64Array,
  beta: Float64Array,
): { readonly value: number; readonly probabilities: Float64Array } {
  const probabilities = new Float64Array(design.rows);
  let value = 0;
  for (let r = 0; r < design.rows; r++) {
    const p = logistic(linear(design, r, beta));
    probabilities[r] = p;
    value += Math.log(Math.max(outcome[r] === 1 ? p : 1 - p, Number.MIN_VALUE));
  }
  return { value, probabilities };
}

/** The linear predictor of a row. */
export function linear(design: Matrix, row: number, beta: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < beta.length; c++) sum += design.get(row, c) * beta[c]!;
  return sum;
}

export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
