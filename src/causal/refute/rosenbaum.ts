import { normalCdf } from '../../exact/normal.js';
import { numberText } from '../estimate/number_text.js';
import type { Refutation } from './refutation.js';

/**
 * The greatest p-value, one-sided, of the hypothesis that the exposure does nothing, over all hidden biases that make one unit of a pair at most gamma times as
 * likely (in odds) to be the exposed one (Rosenbaum, Observational Studies, 2002, section 4.3). For differences of two values McNemar's test, exact; else
 * Wilcoxon's signed rank, by its normal limit. Pairs without a difference are left out.
 */
export function greatestP(differences: ArrayLike<number>, gamma: number): number {
  const told = Array.from(differences).filter((d) => d !== 0);
  if (told.length === 0) return 1;
  const chance = gamma / (1 + gamma);
  const sizes = told.map(Math.abs);
  if (sizes.every((s) => s === sizes[0])) return binomialTail(told.length, told.filter((d) => d > 0).length, chance);
  const ranks = ranksOf(sizes);
  let [sum, mean, variance] = [0, 0, 0];
  told.forEach((d, k) => {
    if (d > 0) sum += ranks[k]!;
    mean += chance * ranks[k]!;
    variance += chance * (1 - chance) * ranks[k]! ** 2;
  });
  return 1 - normalCdf((sum - mean) / Math.sqrt(variance));
}

/** P(X >= least) of a binomial X. */
function binomialTail(count: number, least: number, chance: number): number {
  let log = count * Math.log(1 - chance);
  let tail = 0;
  for (let k = 0; k <= count; k++) {
    if (k >= least) tail += Math.exp(log);
    log += Math.log(((count - k) / (k + 1)) * (chance / (1 - chance)));
  }
  return Math.min(1, tail);
}

/** Ranks from 1, those of ties averaged. */
function ranksOf(values: readonly number[]): readonly number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to += 1;
    for (let k = from; k < to; k++) ranks[order[k]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** The p-value up to which an effect is said to be there. */
const level = 0.05;

/** No bias greater than this is looked at. */
const greatestBias = 100;

/** The least bias at which the effect could be none: 1 where even without bias it could. */
export function biasNeeded(differences: ArrayLike<number>): number {
  if (greatestP(differences, 1) > level) return 1;
  if (greatestP(differences, greatestBias) <= level) return greatestBias;
  let [low, high] = [1, greatestBias];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (greatestP(differences, middle) > level) high = middle;
    else low = middle;
  }
  return low;
}

/** How unequal the odds of exposure within matched pairs would have to be before the effect could be none. */
export const rosenbaum: Refutation = ({ effect }) => {
  const { differences } = effect;
  if (differences === undefined || differences.length < 10) return null;
  const sign = effect.value < 0 ? -1 : 1;
  const gamma = biasNeeded(Float64Array.from(differences, (d) => sign * d));
  return {
    name: 'rosenbaum bound',
    value: gamma,
    se: null,
    passed: null,
    meaning:
      gamma === 1
        ? 'already without hidden bias the matched differences could be chance'
        : `a hidden bias that makes the odds of exposure within pairs ${numberText(gamma)} to 1 could explain the matched differences`,
  };
};
