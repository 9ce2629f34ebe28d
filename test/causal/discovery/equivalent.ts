/** Graphs that say the same independencies, by listing all of them. */
import {
  type MarkedEdge,
  type MarkedGraph,
  markedGraph,
  undirectedEdge,
} from '../../../src/causal/discovery/marked_graph.js';
import { edgesOf, type IndexedEdge, type IndexedGraph, indexEdges } from '../../../src/causal/indexed.js';
import { ancestors } from '../../../src/causal/reach.js';
import { separated } from '../../../src/causal/separation.js';
import { topologicalOrder } from '../../../src/causal/structure.js';

/** Every way to mark the edges of a graph. */
export function orientations(graph: IndexedGraph, kinds: readonly ('->' | '<-' | '<->')[]): readonly IndexedGraph[] {
  const edges = edgesOf(graph);
  const found: IndexedGraph[] = [];
  const go = (chosen: readonly IndexedEdge[]): void => {
    const next = edges[chosen.length];
    if (next === undefined) {
      found.push(indexEdges(graph.nodes, chosen));
      return;
    }
    for (const kind of kinds)
      go([
        ...chosen,
        kind === '<-' ? { from: next.to, to: next.from, kind: '->' } : { from: next.from, to: next.to, kind },
      ]);
  };
  go([]);
  return found;
}

/** Which pairs are separated by which sets, as one text. */
export function statements(graph: IndexedGraph): string {
  const bits: string[] = [];
  for (let x = 0; x < graph.count; x++)
    for (let y = x + 1; y < graph.count; y++)
      for (let set = 0; set < 1 << graph.count; set++) {
        if (((set >> x) & 1) + ((set >> y) & 1) > 0) continue;
        const given = [...graph.nodes.keys()].filter((v) => ((set >> v) & 1) === 1);
        bits.push(separated(graph, [x], [y], given) ? '1' : '0');
      }
  return bits.join('');
}

/** Marks that all graphs have in common; where they differ a circle, or a line of two tails. */
export function commonMarks(
  names: readonly string[],
  members: readonly IndexedGraph[],
  otherwise: 'tail' | 'circle',
): MarkedGraph {
  const marksIn = new Map<string, Set<MarkedEdge['atA']>>();
  const note = (a: number, b: number, mark: MarkedEdge['atA']): void => {
    const key = `${a},${b}`;
    marksIn.set(key, (marksIn.get(key) ?? new Set()).add(mark));
  };
  for (const member of members)
    for (const { from, to, kind } of edgesOf(member)) {
      note(from, to, 'arrow');
      note(to, from, kind === '->' ? 'tail' : 'arrow');
    }
  const markAt = (a: number, b: number): MarkedEdge['atA'] => {
    const [one, ...others] = marksIn.get(`${a},${b}`)!;
    return others.length === 0 ? one! : otherwise;
  };
  const edges = edgesOf(members[0]!).map(({ from, to }) => ({
    a: from,
    b: to,
    atA: markAt(to, from),
    atB: markAt(from, to),
  }));
  return markedGraph(
    names,
    // A line has two tails where an edge points either way.
    otherwise === 'circle'
      ? edges
      : edges.map((e) => (e.atA === 'tail' && e.atB === 'tail' ? undirectedEdge(e.a, e.b) : e)),
  );
}

/** Whether a mixed graph is ancestral: no node is above one that it is joined with by an edge into both, and there is no circle. */
export function isAncestral(graph: IndexedGraph): boolean {
  if (topologicalOrder(graph) === null) return false;
  return edgesOf(graph).every(
    ({ from, to, kind }) => kind === '->' || !(ancestors(graph, [from]).has(to) || ancestors(graph, [to]).has(from)),
  );
}
