import type { Dependence } from './backend.js';
import { chainsOf, effectiveSizeOfChains } from './statistics/chains.js';
import { type Errors, independentErrors, normalReach, studentQuantile } from './statistics/interval.js';
import { norm } from './statistics/moments.js';

/**
 * How errors of estimates come from the contributions of their draws (see `moments.ts`), given how the draws hang together.
 * - independent draws: the root of the sum of squares; the error is normal
 * - replicas: of their R sums, the root of R/(R - 1) times the sum of squares; Student's t with R - 1 degrees of freedom
 * - chains: the standard deviation of the contributions, as of independent draws, over the root of the effective sample size
 */
export function errorsUnder(dependence: Dependence): Errors {
  switch (dependence.kind) {
    case 'independent':
      return independentErrors;
    case 'replicas': {
      const { starts } = dependence;
      return {
        of: (influence) => errorOfReplicas(replicaSums(influence, starts)),
        reach: reachOfReplicas(starts.length),
      };
    }
    case 'chains': {
      const { starts } = dependence;
      return { of: (influence) => errorOfChains(influence, starts), reach: normalReach };
    }
  }
}

/** What the draws of each replica contribute together. */
export const replicaSums = (influence: Float64Array, starts: Int32Array): Float64Array =>
  Float64Array.from(starts, (start, r) => {
    let sum = 0;
    const end = starts[r + 1] ?? influence.length;
    for (let i = start; i < end; i++) sum += influence[i]!;
    return sum;
  });

/** NaN for a single replica, of whose error nothing is known: its particles may be equal because they descend from one. */
export function errorOfReplicas(sums: Float64Array): number {
  const replicas = sums.length;
  if (replicas < 2) return Number.NaN;
  return Math.sqrt(replicas / (replicas - 1)) * norm(sums);
}

/** Half the width of a 95 % interval, in standard errors, where there are so many replicas. */
export const reachOfReplicas = (replicas: number): number =>
  replicas < 2 ? Number.NaN : studentQuantile(replicas - 1);

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
