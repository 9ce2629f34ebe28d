/** Linear, instrumental and logistic regression, with what their standard errors are made of. */
import { CholeskyDecomposition, inverse, Matrix } from 'ml-matrix';

/** Coefficients with their covariance, and how far each unit lies from its prediction. */
export type Fit = {
  readonly coefficients: Float64Array;
  readonly covariance: Matrix;
  readonly residuals: Float64Array;
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
  covariance: Matrix,
  means: Float64Array,
): { readonly coefficients: Float64Array; readonly covariance: Matrix } {
  const change = Matrix.eye(means.length);
  for (let c = 1; c < means.length; c++) change.set(0, c, -means[c]!);
  return {
    coefficients: Float64Array.from(change.mmul(coefficients).to1DArray()),
    covariance: change.mmul(covariance).mmul(change.transpose()),
  };
}

/** Ordinary least squares with the covariance of equal error variances; null where a column is a sum of others or rows are too few. */
export const leastSquares = (design: Matrix, outcome: Float64Array): Fit | null =>
  twoStageLeastSquares(design, design, outcome);

/**
 * Two-stage least squares of the outcome on a design, by instruments: columns as many or more (Wooldridge, Econometric Analysis of Cross Section
 * and Panel Data, 2010, section 5.2). Both have a column of ones first. Null where the instruments do not tell the design's columns apart.
 */
export function twoStageLeastSquares(design: Matrix, instruments: Matrix, outcome: Float64Array): Fit | null {
  const rows = design.rows;
  const freedom = rows - design.columns;
  if (freedom < 1) return null;
  const x = centred(design);
  const z = centred(instruments);
  const y = Matrix.columnVector([...outcome]);
  const zt = z.matrix.transpose();
  const weigh = inverseOf(zt.mmul(z.matrix));
  if (weigh === null) return null;
  const projected = z.matrix.mmul(weigh.mmul(zt.mmul(x.matrix)));
  const bread = inverseOf(projected.transpose().mmul(projected));
  if (bread === null) return null;
  const beta = bread.mmul(projected.transpose().mmul(y));
  const residuals = Float64Array.from(y.sub(x.matrix.mmul(beta)).to1DArray());
  let squares = 0;
  for (const e of residuals) squares += e * e;
  return { ...uncentred(beta, bread.mul(squares / freedom), x.means), residuals };
}

/** The F statistic of the hypothesis that some coefficients are zero, and its degrees of freedom above. */
export function jointF({ coefficients, covariance }: Fit, places: readonly number[]): number {
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
export type LogisticFit = {
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
  let beta = new Float64Array(columns);
  let current = likelihood(design, outcome, beta);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const information = Matrix.zeros(columns, columns);
    const score = Matrix.zeros(columns, 1);
    for (let r = 0; r < rows; r++) {
      const p = current.probabilities[r]!;
      const row = design.getRow(r);
      for (let i = 0; i < columns; i++) {
        score.set(i, 0, score.get(i, 0) + row[i]! * (outcome[r]! - p));
        for (let j = 0; j <= i; j++) information.set(i, j, information.get(i, j) + row[i]! * row[j]! * p * (1 - p));
      }
    }
    for (let i = 0; i < columns; i++) for (let j = 0; j < i; j++) information.set(j, i, information.get(i, j));
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
