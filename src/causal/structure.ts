/** What a mixed graph is made of: blankets, c-components, projections. */
import { edgesOf, type IndexedEdge, type IndexedGraph, indexEdges, neighbours } from './indexed.js';
import { marksOf } from './reach.js';
import { moralGraph } from './separators.js';

/**
 * The Markov blanket of a set of nodes: the least set that separates it from all others. Neighbours in the moral graph of the whole
 * graph (Richardson 2003, section 2.4); in a graph without `<->` parents, children and the children's other parents.
 */
export function markovBlanket(graph: IndexedGraph, of: ReadonlySet<number>): Set<number> {
  const moral = moralGraph(graph, marksOf(graph.count, graph.nodes.keys()));
  const blanket = new Set<number>();
  for (const v of of) for (const w of moral(v)) if (!of.has(w)) blanket.add(w);
  return blanket;
}

/** The c-components (districts) among some nodes: those that `<->` joins inside of them, each in the order of the graph. */
export function components(graph: IndexedGraph, among: ReadonlySet<number>): readonly ReadonlySet<number>[] {
  const seen = new Set<number>();
  const found: Set<number>[] = [];
  for (const v of [...among].sort((a, b) => a - b)) {
    if (seen.has(v)) continue;
    const component = [v];
    seen.add(v);
    for (let k = 0; k < component.length; k++)
      for (const w of neighbours(graph.spouses, component[k]!))
        if (among.has(w) && !seen.has(w)) {
          seen.add(w);
          component.push(w);
        }
    found.push(new Set(component.sort((a, b) => a - b)));
  }
  return found;
}

/** An order in which causes stand before effects; null where the graph has a cycle. Of several the one that keeps to the order of nodes. */
export function topologicalOrder(graph: IndexedGraph): readonly number[] | null {
  const waiting = new Int32Array(graph.count);
  for (let v = 0; v < graph.count; v++) waiting[v] = graph.parents.starts[v + 1]! - graph.parents.starts[v]!;
  const order = [...waiting.keys()].filter((v) => waiting[v] === 0);
  for (let k = 0; k < order.length; k++)
    for (const child of neighbours(graph.children, order[k]!)) {
      waiting[child]! -= 1;
      if (waiting[child] === 0) order.push(child);
    }
  return order.length === graph.count ? order : null;
}

/** The graph of some nodes, with the edges between them. */
export function subgraph(graph: IndexedGraph, keep: ReadonlySet<number>): IndexedGraph {
  const kept = [...keep].sort((a, b) => a - b);
  const index = new Map(kept.map((v, i) => [v, i]));
  const edges: IndexedEdge[] = [];
  for (const { from, to, kind } of edgesOf(graph)) {
    const [a, b] = [index.get(from), index.get(to)];
    if (a !== undefined && b !== undefined) edges.push({ from: a, to: b, kind });
  }
  return indexEdges(
    kept.map((v) => graph.nodes[v]!),
    edges,
  );
}

/**
 * The graph of the other nodes with the same separations and the same effects among them (Verma and Pearl, "Equivalence and synthesis of
 * causal models", UAI 1990): what a hidden node passes on becomes an edge, and what it causes a `<->`.
 */
export function latentProjection(graph: IndexedGraph, hidden: ReadonlySet<number>): IndexedGraph {
  const key = ({ from, to, kind }: IndexedEdge): string =>
    kind === '->' ? `${from}>${to}` : `${Math.min(from, to)}=${Math.max(from, to)}`;
  const edges = new Map(edgesOf(graph).map((e) => [key(e), e]));
  const add = (edge: IndexedEdge): void => {
    if (edge.from !== edge.to && !edges.has(key(edge))) edges.set(key(edge), edge);
  };
  for (const v of hidden) {
    const around = [...edges.values()].filter((e) => e.from === v || e.to === v);
    const children = around.flatMap((e) => (e.kind === '->' && e.from === v ? [e.to] : []));
    const parents = around.flatMap((e) => (e.kind === '->' && e.to === v ? [e.from] : []));
    const spouses = around.flatMap((e) => (e.kind === '<->' ? [e.from === v ? e.to : e.from] : []));
    for (const e of around) edges.delete(key(e));
    for (const [k, child] of children.entries()) {
      for (const from of parents) add({ from, to: child, kind: '->' });
      for (const other of [...spouses, ...children.slice(k + 1)]) add({ from: other, to: child, kind: '<->' });
    }
  }
  const left = indexEdges(graph.nodes, [...edges.values()], graph.indexOf);
  return subgraph(left, new Set([...graph.nodes.keys()].filter((v) => !hidden.has(v))));
}

/** The graph without the nodes that are marked as latent. */
export const withoutLatents = (graph: IndexedGraph): IndexedGraph =>
  latentProjection(graph, new Set(graph.nodes.flatMap(({ latent }, v) => (latent ? [v] : []))));
