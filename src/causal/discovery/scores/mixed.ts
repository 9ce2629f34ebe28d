import type { UnitColumn } from '../../estimate/units.js';
import { counterOf } from './counts.js';
import { covarianceOf } from './gaussian.js';
import type { LocalScore } from './score.js';
import { family, ofSets } from './sets.js';

/** Variances below this share of a column's own count as nothing left. */
const leastShare = 1e-12;

/**
 * BIC of labels and quantities together, where quantities are normal around a mean for each combination of labels, with one covariance (Lauritzen and Wermuth, Annals
 * of Statistics 17, 1989): a quantity is linear in its parents with an intercept for each combination of their labels, and a label depends on
 * quantities as in discriminant analysis. Likelihood and parameters of a node are those of it with its parents, less those of the parents
 * (Andrews, Ramsey and Cooper, International Journal of Data Science and Analytics 6, 2018, section 3), so that equivalent graphs have one
 * score. Of labels alone it is the BIC of tables, of quantities alone that of linear normal mechanisms.
 */
export function mixedBic(columns: readonly UnitColumn[]): LocalScore {
  const rows = columns[0]?.values.length ?? 0;
  const count = columns.length;
  const covariance = covarianceOf(columns);
  const { levels, numbered } = counterOf(columns);
  const centred = columns.map(({ values }) => {
    const mean = values.reduce((sum, v) => sum + v / rows, 0);
    return values.map((v) => v - mean);
  });
  const penalty = Math.log(rows) / 2;
  const isQuantity = (c: number): boolean => columns[c]!.levels === null;
  const joint = ofSets((set) => {
    const labels = set.filter((c) => !isQuantity(c));
    const quantities = set.filter(isQuantity);
    const size = quantities.length;
    const { place, met } = numbered(labels);
    const counts = new Float64Array(met);
    const sums = quantities.map(() => new Float64Array(met));
    for (let r = 0; r < rows; r++) counts[place[r]!]! += 1;
    for (const [k, c] of quantities.entries()) for (let r = 0; r < rows; r++) sums[k]![place[r]!]! += centred[c]![r]!;
    let likelihood = 0;
    for (const n of counts) likelihood += n * Math.log(n / rows);
    // What is left of the covariances when each combination of labels has its own means.
    const within = quantities.map((a, i) =>
      quantities.map((b, j) => {
        let between = 0;
        for (let cell = 0; cell < met; cell++) between += (sums[i]![cell]! * sums[j]![cell]!) / counts[cell]!;
        return covariance[a * count + b]! - between / rows;
      }),
    );
    const scale = quantities.map((c) => leastShare * covariance[c * count + c]!);
    likelihood -= (rows / 2) * (logDeterminant(within, scale) + size * (1 + Math.log(2 * Math.PI)));
    const cells = labels.reduce((product, c) => product * levels[c]!, 1);
    return likelihood - penalty * (cells - 1 + cells * size + (size * (size + 1)) / 2);
  });
  return (node, parents) => joint(family(node, parents)) - joint(parents);
}

/** The logarithm of the determinant of a covariance matrix, its pivots no less than the given ones. */
function logDeterminant(matrix: readonly (readonly number[])[], least: readonly number[]): number {
  const factor = matrix.map((row) => Float64Array.from(row));
  let sum = 0;
  for (const [i, row] of factor.entries()) {
    for (let j = 0; j <= i; j++) {
      let value = row[j]!;
      for (let k = 0; k < j; k++) value -= row[k]! * factor[j]![k]!;
      if (j < i) row[j] = value / factor[j]![j]!;
      else {
        const pivot = Math.max(value, least[i]!);
        sum += Math.log(pivot);
        row[i] = Math.sqrt(pivot);
      }
    }
  }
  return sum;
}
