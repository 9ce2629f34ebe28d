import { logGamma } from '../../../exact/matrix/linear.js';
import type { UnitColumn } from '../../estimate/units.js';
import { counterOf } from './counts.js';
import type { LocalScore } from './score.js';

/**
 * BIC of tables: the greatest log likelihood of the node given each combination of its parents, less half a logarithm of the rows for each free entry of the
 * table (Schwarz, Annals of Statistics 6, 1978).
 */
export function labelBic(columns: readonly UnitColumn[]): LocalScore {
  const { levels, count } = counterOf(columns);
  const penalty = Math.log(columns[0]?.values.length ?? 1) / 2;
  return (node, parents) => {
    let likelihood = 0;
    count(node, parents, (counts, total) => {
      for (const n of counts) if (n > 0) likelihood += n * Math.log(n / total);
    });
    const combinations = parents.reduce((product, p) => product * levels[p]!, 1);
    return likelihood - penalty * (levels[node]! - 1) * combinations;
  };
}

/**
 * The logarithm of the marginal likelihood of tables under Dirichlet priors that are worth `weight` rows in all, spread evenly (Heckerman, Geiger and
 * Chickering, "Learning Bayesian networks", Machine Learning 20, 1995, equation 35: BDeu). Combinations of parents that no row has add nothing.
 */
export function bdeu(columns: readonly UnitColumn[], weight: number): LocalScore {
  const { levels, count } = counterOf(columns);
  return (node, parents) => {
    const combinations = parents.reduce((product, p) => product * levels[p]!, 1);
    const row = weight / combinations;
    const cell = row / levels[node]!;
    const [ofRow, ofCell] = [logGamma(row), logGamma(cell)];
    let sum = 0;
    count(node, parents, (counts, total) => {
      sum += ofRow - logGamma(row + total);
      for (const n of counts) if (n > 0) sum += logGamma(cell + n) - ofCell;
    });
    return sum;
  };
}
