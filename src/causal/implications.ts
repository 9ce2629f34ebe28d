import { type IndexedGraph, neighbours } from './indexed.js';
import { minimalSeparator, minimalSeparators } from './separators.js';

/** Two observed variables that are independent given others. */
export type Independence = { readonly x: number; readonly y: number; readonly given: ReadonlySet<number> };

/** Pairs of observed nodes that no edge joins. */
function* apartPairs(graph: IndexedGraph): Generator<readonly [number, number]> {
  const joined = new Uint8Array(graph.count);
  for (let x = 0; x < graph.count; x++) {
    if (graph.nodes[x]!.latent) continue;
    joined.fill(0);
    for (const list of [graph.parents, graph.children, graph.spouses])
      for (const v of neighbours(list, x)) joined[v] = 1;
    for (let y = x + 1; y < graph.count; y++) if (joined[y] === 0 && !graph.nodes[y]!.latent) yield [x, y];
  }
}

const problemOf = (graph: IndexedGraph, x: number, y: number) => ({
  x: new Set([x]),
  y: new Set([y]),
  forced: new Set<number>(),
  allowed: new Set(graph.nodes.flatMap(({ latent }, v) => (latent || v === x || v === y ? [] : [v]))),
});

/** For each pair of observed variables that can be separated one minimal set that does: all that the graph forbids data to show follows. */
export function* basisOfImplications(graph: IndexedGraph): Generator<Independence> {
  for (const [x, y] of apartPairs(graph)) {
    const given = minimalSeparator(graph, problemOf(graph, x, y));
    if (given !== null) yield { x, y, given };
  }
}

/** Every pair of observed variables with every minimal set that separates it, one after another with polynomial delay. */
export function* implications(graph: IndexedGraph): Generator<Independence> {
  for (const [x, y] of apartPairs(graph))
    for (const given of minimalSeparators(graph, problemOf(graph, x, y))) yield { x, y, given };
}
