import { type IndexedEdge, type IndexedGraph, indexEdges } from './indexed.js';
import { ancestors } from './reach.js';
import { separated } from './separation.js';

/**
 * The maximal ancestral graph of the observed nodes: two are joined if no set of observed nodes separates them, and an edge points away from
 * a cause of its other end (Richardson and Spirtes, "Ancestral graph Markov models", Annals of Statistics 30, 2002, section 4.2). It says the same
 * independencies; unlike the latent projection it has one edge for each pair.
 */
export function maximalAncestralGraph(graph: IndexedGraph): IndexedGraph {
  const observed = [...graph.nodes.keys()].filter((v) => !graph.nodes[v]!.latent);
  const place = new Map(observed.map((v, k) => [v, k]));
  const above = new Map(observed.map((v) => [v, ancestors(graph, [v])]));
  const edges: IndexedEdge[] = [];
  for (const [k, x] of observed.entries())
    for (const y of observed.slice(k + 1)) {
      const given = observed.filter((v) => v !== x && v !== y && (above.get(x)!.has(v) || above.get(y)!.has(v)));
      if (separated(graph, [x], [y], given)) continue;
      const [a, b] = [place.get(x)!, place.get(y)!];
      if (above.get(y)!.has(x)) edges.push({ from: a, to: b, kind: '->' });
      else if (above.get(x)!.has(y)) edges.push({ from: b, to: a, kind: '->' });
      else edges.push({ from: a, to: b, kind: '<->' });
    }
  return indexEdges(
    observed.map((v) => graph.nodes[v]!),
    edges,
  );
}
