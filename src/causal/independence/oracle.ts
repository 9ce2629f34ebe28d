import type { IndexedGraph } from '../indexed.js';
import { separated } from '../separation.js';
import type { IndependenceTest } from './test.js';

/**
 * The test that knows the graph: p is 1 where two nodes are separated and 0 where they are not.
 *
 * @param observed the nodes that x, y and given count, in order
 */
export const separationOracle = (graph: IndexedGraph, observed: readonly number[]): IndependenceTest => ({
  name: 'oracle',
  test: (x, y, given) => {
    const apart = separated(
      graph,
      [observed[x]!],
      [observed[y]!],
      given.map((v) => observed[v]!),
    );
    return { statistic: apart ? 0 : 1, p: apart ? 1 : 0, df: null, sparse: false };
  },
});
