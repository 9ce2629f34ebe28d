import { logGamma } from '../../../exact/matrix/linear.js';
import type { UnitColumn } from '../../estimate/units.js';
import { type Counter, counterOf } from './counts.js';
import type { LocalScore } from './score.js';
import { family, ofSets } from './sets.js';

/** A score of labels with its ceiling (de Campos and Ji, "Efficient structure learning of Bayesian networks using constraints", JMLR 12, 2011, section 4). */
type LabelScore = { readonly score: LocalScore; readonly ceiling: LocalScore };

const cellsOf = ({ levels }: Counter, columns: readonly number[]): number =>
  columns.reduce((product, c) => product * levels[c]!, 1);

/**
 * BIC of tables: the greatest log likelihood of the node given each combination of its parents, less half a logarithm of the rows for each free entry of the
 * table (Schwarz, Annals of Statistics 6, 1978). The likelihood is a sum of n log n over the node with its parents, less the same over the
 * parents, so that a set of columns is counted once for all its nodes.
 */
export function labelBic(columns: readonly UnitColumn[]): LabelScore {
  const counter = counterOf(columns);
  const penalty = Math.log(columns[0]?.values.length ?? 1) / 2;
  const likelihood = ofSets((set) => {
    let sum = 0;
    for (const n of counter.count(set)) sum += n * Math.log(n);
    return sum;
  });
  const penaltyOf: LocalScore = (node, parents) => penalty * (counter.levels[node]! - 1) * cellsOf(counter, parents);
  return {
    score: (node, parents) => likelihood(family(node, parents)) - likelihood(parents) - penaltyOf(node, parents),
    // No likelihood is above 1, and more parents have a greater penalty.
    ceiling: (node, parents) => -penaltyOf(node, parents),
  };
}

/**
 * The logarithm of the marginal likelihood of tables under Dirichlet priors that are worth `weight` rows in all, spread evenly (Heckerman, Geiger and
 * Chickering, "Learning Bayesian networks", Machine Learning 20, 1995, equation 35: BDeu): that of the node with its parents, less that of the parents.
 */
export function bdeu(columns: readonly UnitColumn[], weight: number): LabelScore {
  const counter = counterOf(columns);
  const marginal = ofSets((set) => {
    const cell = weight / cellsOf(counter, set);
    const prior = logGamma(cell);
    let sum = 0;
    for (const n of counter.count(set)) sum += logGamma(cell + n) - prior;
    return sum;
  });
  const met = ofSets((set) => counter.count(set).length);
  return {
    score: (node, parents) => marginal(family(node, parents)) - marginal(parents),
    // The first row of each combination is as likely as any other label, and more parents have no fewer combinations.
    ceiling: (node, parents) => -met(parents) * Math.log(counter.levels[node]!),
  };
}
