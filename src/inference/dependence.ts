import type { Dependence } from './backend.js';
import { chainsOf, effectiveSizeOfChains } from './statistics/chains.js';
import { type Errors, independentErrors, normalReach, studentQuantile } from './statistics/interval.js';
import { norm } from './statistics/moments.js';
import type { Weights } from './statistics/weights.js';

/**
 * How errors of estimates come from the contributions of their draws (see `moments.ts`), given how the draws hang together.
 * - independent draws: the root of the sum of squares; the error is normal
 * - replicas: that of the jackknife, which leaves out one after the other; Student's t with as many degrees of freedom as replicas
 *   count, less one
 * - chains: the standard deviation of the contributions, as of independent draws, over the root of the effective sample size
 */
export function errorsUnder(dependence: Dependence, weights: Weights): Errors {
  switch (dependence.kind) {
    case 'independent':
      return independentErrors;
    case 'replicas': {
      const { starts } = dependence;
      const shares = sharesOf(starts, weights);
      const effective = effectiveReplicas(shares);
      return {
        of: (influence) => errorOfReplicas(replicaSums(influence, starts, shares)),
        reach: reachOfReplicas(effective),
        uncertainty: 1 / Math.sqrt(2 * Math.max(1, effective - 1)),
        // Scrambled points fall so evenly that each replica may have the same number of n below a quantile; what it says of
        // the share there is known to a step of 1/n all the same, a rounding with a standard deviation of at most half of that.
        leastOfShare: Math.sqrt(starts.length) / (2 * weights.relative.length),
      };
    }
    case 'chains': {
      const { starts } = dependence;
      return {
        of: (influence) => errorOfChains(influence, starts),
        reach: normalReach,
        uncertainty: 0,
        leastOfShare: 0,
      };
    }
  }
}

/** The share of all weight that each replica has. */
export function sharesOf(starts: Int32Array, { relative, total }: Weights): Float64Array {
  return sumsOf(relative, starts).map((sum) => sum / total);
}

/** As many replicas of equal weight are worth as much: 1 over the sum of the squares of their shares (Kish 1965, section 11.7). */
export const effectiveReplicas = (shares: Float64Array): number =>
  1 / shares.reduce((sum, share) => sum + share * share, 0);

/**
 * What the draws of each replica contribute together, by how much the estimate changes without it. An estimate goes to where the replicas with
 * most weight are, so that what these seem to contribute is too little by their share: that divides it (the infinitesimal jackknife becomes
 * the jackknife; Efron and Stein 1981). Replicas of equal weight contribute their sums.
 */
export function replicaSums(influence: Float64Array, starts: Int32Array, shares: Float64Array): Float64Array {
  const rest = 1 - 1 / starts.length;
  return sumsOf(influence, starts).map((sum, r) => (sum * rest) / (1 - shares[r]!));
}

const sumsOf = (column: Float64Array, starts: Int32Array): Float64Array =>
  Float64Array.from(starts, (start, r) => {
    let sum = 0;
    const end = starts[r + 1] ?? column.length;
    for (let i = start; i < end; i++) sum += column[i]!;
    return sum;
  });

/** NaN for a single replica, of whose error nothing is known: its particles may be equal because they descend from one. */
export function errorOfReplicas(sums: Float64Array): number {
  const replicas = sums.length;
  if (replicas < 2) return Number.NaN;
  return Math.sqrt(replicas / (replicas - 1)) * norm(sums);
}

/** Half the width of a 95 % interval, in standard errors, where so many replicas count; at least 2 of several do. */
export const reachOfReplicas = (effective: number): number => studentQuantile(Math.max(1, effective - 1));

/** Draws of a chain below which nothing can be said of how they hang together. */
export const fewestOfChain = 4;

/** NaN where the chains are too short to tell; 0 where no draw contributes, and rounding alone where all draws are equal. */
export function errorOfChains(influence: Float64Array, starts: Int32Array): number {
  if (!chainsOf(influence, starts).every((chain) => chain.length >= fewestOfChain)) return Number.NaN;
  const alone = norm(influence);
  const [first] = influence;
  if (!(alone > 0) || influence.every((v) => v === first)) return alone;
  return alone * Math.sqrt(influence.length / effectiveSizeOfChains(chainsOf(influence, starts)));
}
