import type { UnitColumn } from '../../estimate/units.js';
import type { LocalScore } from './score.js';

/** Variances below this share of a column's own count as nothing left: the parents determine it. */
const leastShare = 1e-12;

/**
 * BIC of linear mechanisms with normal noise: the greatest log likelihood of the node given its parents, less half a logarithm of the rows for each
 * coefficient, the intercept and the variance (Schwarz, Annals of Statistics 6, 1978; Geiger and Heckerman, UAI 1994). Everything is read off
 * one covariance matrix, in time cubic in the number of parents whatever the rows.
 */
export const gaussianBic = (columns: readonly UnitColumn[]): LocalScore =>
  covarianceBic(covarianceOf(columns), columns.length, columns[0]?.values.length ?? 0);

/** The same from the covariance matrix of some number of rows. */
export function covarianceBic(covariance: Float64Array, count: number, rows: number): LocalScore {
  const penalty = Math.log(rows) / 2;
  // Room for the lower triangle of the greatest system so far.
  let room = new Float64Array(64);
  return (node, parents) => {
    const size = parents.length;
    if (room.length < (size + 1) * (size + 1)) room = new Float64Array(2 * (size + 1) * (size + 1));
    const left = residualVariance(covariance, count, node, parents, room);
    return -(rows / 2) * (Math.log(2 * Math.PI * left) + 1) - penalty * (size + 2);
  };
}

/** The covariance matrix, row by row, divided by the number of rows. */
export function covarianceOf(columns: readonly UnitColumn[]): Float64Array {
  const count = columns.length;
  const rows = columns[0]?.values.length ?? 0;
  const centred = columns.map(({ values }) => {
    let mean = 0;
    for (const v of values) mean += v / rows;
    return values.map((v) => v - mean);
  });
  const matrix = new Float64Array(count * count);
  for (let a = 0; a < count; a++)
    for (let b = 0; b <= a; b++) {
      const [u, v] = [centred[a]!, centred[b]!];
      let sum = 0;
      for (let k = 0; k < rows; k++) sum += u[k]! * v[k]!;
      matrix[a * count + b] = sum / rows;
      matrix[b * count + a] = sum / rows;
    }
  return matrix;
}

/** The variance that is left of a node when parents are regressed out: the last pivot of a Cholesky factor; parents that others determine are left out. */
function residualVariance(
  covariance: Float64Array,
  count: number,
  node: number,
  parents: readonly number[],
  factor: Float64Array,
): number {
  const size = parents.length;
  const width = size + 1;
  for (let i = 0; i <= size; i++) {
    const at = i === size ? node : parents[i]!;
    for (let j = 0; j <= i; j++) {
      const other = j === size ? node : parents[j]!;
      let sum = covariance[at * count + other]!;
      for (let k = 0; k < j; k++) sum -= factor[i * width + k]! * factor[j * width + k]!;
      if (i === j) {
        const least = leastShare * covariance[at * count + at]!;
        if (i === size) return Math.max(sum, least);
        factor[i * width + i] = sum > least ? Math.sqrt(sum) : 0;
      } else {
        const pivot = factor[j * width + j]!;
        factor[i * width + j] = pivot === 0 ? 0 : sum / pivot;
      }
    }
  }
  return 0;
}
