import { edgesOf, type IndexedEdge, type IndexedGraph } from './indexed.js';
import { ancestors } from './reach.js';

/** A path between two nodes: its nodes, its edges, and whether it is open given what is seen. */
export type SeenPath = {
  readonly nodes: readonly number[];
  readonly edges: readonly IndexedEdge[];
  readonly open: boolean;
};

/** Steps of the search, more of which no picture needs. */
const mostSteps = 200_000;

/**
 * All paths between two nodes that visit no node twice, shortest first, each open or closed given some nodes: closed at a collider that nothing seen lies
 * below, and at any other node that is seen (Pearl, Causality, 2009, definition 1.2.3; `<->` has arrowheads at both ends). Not complete where
 * the search would take too long: there may be exponentially many.
 */
export function pathsBetween(
  graph: IndexedGraph,
  x: number,
  y: number,
  given: ReadonlySet<number>,
): { readonly paths: readonly SeenPath[]; readonly complete: boolean } {
  const around: { readonly other: number; readonly edge: IndexedEdge }[][] = graph.nodes.map(() => []);
  for (const edge of edgesOf(graph)) {
    around[edge.from]!.push({ other: edge.to, edge });
    around[edge.to]!.push({ other: edge.from, edge });
  }
  const above = ancestors(graph, given);
  const headAt = ({ to, kind }: IndexedEdge, v: number): boolean => kind === '<->' || to === v;
  const isOpen = (nodes: readonly number[], edges: readonly IndexedEdge[]): boolean =>
    nodes.slice(1, -1).every((v, k) => {
      const collider = headAt(edges[k]!, v) && headAt(edges[k + 1]!, v);
      return collider ? above.has(v) : !given.has(v);
    });
  const paths: SeenPath[] = [];
  const nodes = [x];
  const edges: IndexedEdge[] = [];
  let steps = 0;
  const walk = (): void => {
    const last = nodes.at(-1)!;
    if (last === y) {
      paths.push({ nodes: [...nodes], edges: [...edges], open: isOpen(nodes, edges) });
      return;
    }
    for (const { other, edge } of around[last]!) {
      if (nodes.includes(other)) continue;
      steps += 1;
      if (steps > mostSteps) return;
      nodes.push(other);
      edges.push(edge);
      walk();
      nodes.pop();
      edges.pop();
    }
  };
  walk();
  return { paths: paths.sort((a, b) => a.nodes.length - b.nodes.length), complete: steps <= mostSteps };
}
