import type { Graph } from '../../causal/graph.js';
import { type IndexedEdge, type IndexedGraph, indexGraph } from '../../causal/indexed.js';
import { pathsBetween, type SeenPath } from '../../causal/paths.js';

/** What is shown of a graph beside its nodes and edges: what is seen, and the paths between two nodes. */
export type GraphView = {
  readonly given: ReadonlySet<string>;
  /** Null where no two nodes were named. */
  readonly between: {
    /** For each edge whether it lies on a path that is open, or on closed ones only; null: on none. */
    readonly edges: readonly ('open' | 'closed' | null)[];
    /** Paths in words, shortest first: `x <- z -> y`. */
    readonly paths: readonly { readonly text: string; readonly open: boolean }[];
    /** Whether these are all. */
    readonly complete: boolean;
  } | null;
};

/** The view of a graph with directed edges and `<->`. All names are of its nodes. */
export function graphView(
  graph: Graph,
  given: readonly string[],
  ends: readonly [x: string, y: string] | null,
): GraphView {
  if (ends === null) return { given: new Set(given), between: null };
  const indexed = indexGraph(graph);
  const at = (name: string): number => indexed.indexOf.get(name)!;
  const { paths, complete } = pathsBetween(indexed, at(ends[0]), at(ends[1]), new Set(given.map(at)));
  const ways = new Map<string, 'open' | 'closed'>();
  for (const { edges, open } of paths)
    for (const edge of edges) if (open || !ways.has(keyOf(edge))) ways.set(keyOf(edge), open ? 'open' : 'closed');
  return {
    given: new Set(given),
    between: {
      edges: graph.edges.map(({ from, to, kind }) =>
        kind === '--' ? null : (ways.get(keyOf({ from: at(from), to: at(to), kind })) ?? null),
      ),
      paths: paths.map((path) => ({ text: wordsOf(indexed, path), open: path.open })),
      complete,
    },
  };
}

const keyOf = ({ from, to, kind }: IndexedEdge): string =>
  kind === '<->' && to < from ? `${to} ${kind} ${from}` : `${from} ${kind} ${to}`;

function wordsOf(graph: IndexedGraph, { nodes, edges }: SeenPath): string {
  const words = nodes.flatMap((v, k) => {
    const edge = edges[k - 1];
    const arrow = edge === undefined ? [] : [edge.kind === '<->' ? '<->' : edge.to === v ? '->' : '<-'];
    return [...arrow, graph.nodes[v]!.name];
  });
  return words.join(' ');
}
