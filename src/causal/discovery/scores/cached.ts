import type { LocalScore } from './score.js';

/** A score that remembers what it was asked. */
type CachedScore = {
  readonly local: LocalScore;
  /** Different pairs of a node and a set of parents so far. */
  readonly asked: () => number;
};

/** The same score; each node with each set of parents is scored once. Parents come in rising order. */
export function cachedScore(score: LocalScore): CachedScore {
  const known = new Map<string, number>();
  return {
    local: (node, parents) => {
      const key = String.fromCharCode(node, ...parents);
      const before = known.get(key);
      if (before !== undefined) return before;
      const value = score(node, parents);
      known.set(key, value);
      return value;
    },
    asked: () => known.size,
  };
}

/** The score of a graph: parents of each node, in any order. */
export const graphScore = (score: LocalScore, parents: readonly Iterable<number>[]): number =>
  parents.reduce(
    (sum, set, node) =>
      sum +
      score(
        node,
        [...set].sort((a, b) => a - b),
      ),
    0,
  );
