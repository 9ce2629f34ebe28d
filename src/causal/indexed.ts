import type { Graph, GraphNode } from './graph.js';

/** Neighbours of each node, one list after another: those of node v are `ends[starts[v]]` … `ends[starts[v + 1] - 1]`. */
type Adjacency = { readonly starts: Int32Array; readonly ends: Int32Array };

/** A graph whose nodes are numbers, made for walking. */
export type IndexedGraph = {
  readonly nodes: readonly GraphNode[];
  readonly count: number;
  readonly indexOf: ReadonlyMap<string, number>;
  readonly parents: Adjacency;
  readonly children: Adjacency;
  /** Ends of `<->`. */
  readonly spouses: Adjacency;
};

/** An edge between numbered nodes. */
export type IndexedEdge = { readonly from: number; readonly to: number; readonly kind: '->' | '<->' };

/**
 * The numbered form of a graph; nodes keep their order. A graph with undirected edges stands for several, which `graphClass` numbers one by one.
 */
export function indexGraph(graph: Graph): IndexedGraph {
  const indexOf = new Map(graph.nodes.map(({ name }, i) => [name, i]));
  const at = (name: string): number => {
    const index = indexOf.get(name);
    if (index === undefined) throw new Error(`graph: an edge ends at '${name}', which is no node`);
    return index;
  };
  return indexEdges(
    graph.nodes,
    graph.edges.map(({ from, to, kind }) => {
      if (kind === '--') throw new Error(`graph: it is not known which way '${from} -- ${to}' points`);
      return { from: at(from), to: at(to), kind };
    }),
    indexOf,
  );
}

/** A graph of these nodes and edges. */
export function indexEdges(
  nodes: readonly GraphNode[],
  edges: readonly IndexedEdge[],
  indexOf: ReadonlyMap<string, number> = new Map(nodes.map(({ name }, i) => [name, i])),
): IndexedGraph {
  const count = nodes.length;
  const directed = edges.filter((e) => e.kind === '->');
  const bidirected = edges.filter((e) => e.kind === '<->');
  return {
    nodes,
    count,
    indexOf,
    parents: adjacency(count, directed, (e) => [[e.to, e.from]]),
    children: adjacency(count, directed, (e) => [[e.from, e.to]]),
    spouses: adjacency(count, bidirected, (e) => [
      [e.from, e.to],
      [e.to, e.from],
    ]),
  };
}

function adjacency(
  count: number,
  edges: readonly IndexedEdge[],
  pairsOf: (edge: IndexedEdge) => readonly (readonly [number, number])[],
): Adjacency {
  const pairs = edges.flatMap(pairsOf);
  const starts = new Int32Array(count + 1);
  for (const [node] of pairs) starts[node + 1]! += 1;
  for (let v = 0; v < count; v++) starts[v + 1]! += starts[v]!;
  const next = starts.slice();
  const ends = new Int32Array(pairs.length);
  for (const [node, end] of pairs) ends[next[node]!++] = end;
  return { starts, ends };
}

/** The neighbours of a node. */
export const neighbours = ({ starts, ends }: Adjacency, node: number): Int32Array =>
  ends.subarray(starts[node]!, starts[node + 1]!);

/** All edges, each once. */
export function edgesOf({ count, children, spouses }: IndexedGraph): readonly IndexedEdge[] {
  const edges: IndexedEdge[] = [];
  for (let v = 0; v < count; v++) {
    for (const to of neighbours(children, v)) edges.push({ from: v, to, kind: '->' });
    for (const to of neighbours(spouses, v)) if (v < to) edges.push({ from: v, to, kind: '<->' });
  }
  return edges;
}

/** The same nodes with the edges that pass. */
export const withEdges = (graph: IndexedGraph, keep: (edge: IndexedEdge) => boolean): IndexedGraph =>
  indexEdges(graph.nodes, edgesOf(graph).filter(keep), graph.indexOf);

/** The graph with names for people. */
export const namedGraph = (graph: IndexedGraph): Graph => ({
  nodes: graph.nodes,
  edges: edgesOf(graph).map(({ from, to, kind }) => ({
    from: graph.nodes[from]!.name,
    to: graph.nodes[to]!.name,
    kind,
  })),
});

/** Names of a set of nodes, in the order of the graph. */
export const namesOf = (graph: IndexedGraph, set: Iterable<number>): readonly string[] =>
  [...set].sort((a, b) => a - b).map((v) => graph.nodes[v]!.name);
