/** Graphs with cycles, and acyclic ones that have the same separations. */

import { graphNode } from './graph.js';
import { edgesOf, type IndexedEdge, type IndexedGraph, indexEdges, neighbours } from './indexed.js';
import type { Path } from './separation.js';

/** The number of the cycle (strongly connected component) that each node belongs to, by Tarjan's algorithm (SIAM Journal on Computing 1, 1972) with a stack of its own. */
export function cycles({ count, children }: IndexedGraph): Int32Array {
  const component = new Int32Array(count).fill(-1);
  const found = new Int32Array(count).fill(-1);
  const lowest = new Int32Array(count);
  const next = children.starts.slice();
  const open: number[] = [];
  let time = 0;
  let components = 0;
  for (let start = 0; start < count; start++) {
    const way = found[start] === -1 ? [start] : [];
    for (let v = way.at(-1); v !== undefined; v = way.at(-1)) {
      if (found[v] === -1) {
        found[v] = time;
        lowest[v] = time;
        time += 1;
        open.push(v);
      }
      if (next[v]! < children.starts[v + 1]!) {
        const child = children.ends[next[v]!++]!;
        if (found[child] === -1) way.push(child);
        else if (component[child] === -1) lowest[v] = Math.min(lowest[v]!, found[child]!);
        continue;
      }
      way.pop();
      const above = way.at(-1);
      if (above !== undefined) lowest[above] = Math.min(lowest[above]!, lowest[v]!);
      if (lowest[v] !== found[v]) continue;
      for (let member = -1; member !== v; ) {
        member = open.pop()!;
        component[member] = components;
      }
      components += 1;
    }
  }
  return component;
}

/** An acyclic graph in which each cycle has a node of its own, behind those of the graph. */
type Acyclic = {
  readonly graph: IndexedGraph /** Nodes of the graph that it was made of; the others stand for cycles. */;
  readonly real: number;
};

/**
 * An acyclic graph whose separations among the nodes of a graph with cycles are the sigma-separations of that graph: what points at one node of a cycle points
 * at all of them, and the nodes of a cycle share a common cause (Bongers, Forré, Peters and Mooij, Annals of Statistics 49, 2021, definition
 * 3.7). Both go by a latent node for each cycle, so that the graph grows by its nodes and not by their pairs.
 */
export function acyclification(graph: IndexedGraph): Acyclic {
  const { count } = graph;
  const cycle = cycles(graph);
  const sizes = new Map<number, number>();
  for (const number of cycle) sizes.set(number, (sizes.get(number) ?? 0) + 1);
  const nodes = [...graph.nodes];
  const placeOf = new Map<number, number>();
  for (const [number, size] of sizes)
    if (size > 1) {
      placeOf.set(number, nodes.length);
      nodes.push(graphNode(`cycle ${placeOf.size}`, { latent: true }));
    }
  const entry = (v: number): number => placeOf.get(cycle[v]!) ?? v;
  const edges: IndexedEdge[] = [];
  for (let v = 0; v < count; v++) if (entry(v) !== v) edges.push({ from: entry(v), to: v, kind: '->' });
  const met = new Set<number>();
  for (const { from, to, kind } of edgesOf(graph)) {
    const ends = kind === '->' ? [from, entry(to)] : [entry(from), entry(to)].sort((a, b) => a - b);
    const [a, b] = [ends[0]!, ends[1]!];
    // Arrows and common causes inside of a cycle are in its node already.
    if (cycle[from] === cycle[to]) continue;
    const key = (a * nodes.length + b) * 2 + (kind === '->' ? 0 : 1);
    if (met.has(key)) continue;
    met.add(key);
    edges.push({ from: a, to: b, kind });
  }
  return { graph: indexEdges(nodes, edges), real: count };
}

/**
 * The same path without nodes that stand for cycles: one that paths lead out of is an arrow or a common cause, and one where two arrowheads meet is a
 * node of its cycle from which arrows lead to what is given.
 *
 * @param seen marks of what is given and of what lies above it
 */
export function withoutCycleNodes({ nodes, arrows }: Path, { graph, real }: Acyclic, seen: Uint8Array): Path {
  const left: { readonly nodes: number[]; readonly arrows: Path['arrows'][number][] } = {
    nodes: [nodes[0]!],
    arrows: [],
  };
  for (let k = 1; k < nodes.length; k++) {
    const v = nodes[k]!;
    const before = left.nodes.at(-1)!;
    if (before < real) {
      left.nodes.push(v);
      left.arrows.push(arrows[k - 1]!);
      continue;
    }
    const into = left.arrows.at(-1)!;
    const out = arrows[k - 1]!;
    const collider = into !== '<-' && out !== '->';
    if (collider) {
      const inner = [...neighbours(graph.children, before)].filter((child) => seen[child] !== 0);
      left.nodes[left.nodes.length - 1] = inner.find((child) => !nodes.includes(child)) ?? inner[0]!;
      left.nodes.push(v);
      left.arrows.push(out);
      continue;
    }
    left.nodes[left.nodes.length - 1] = v;
    left.arrows[left.arrows.length - 1] =
      into === '->' && out === '->' ? '->' : into === '<-' && out === '<-' ? '<-' : '<->';
  }
  return left;
}
