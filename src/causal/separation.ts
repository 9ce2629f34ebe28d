import type { IndexedGraph } from './indexed.js';
import { ancestorMarks, arrival, leave, marksOf, type Reached, type Rules, reach, rules } from './reach.js';

/** Classes of nodes for separation: not conditioned on, conditioned on, and (where colliders are judged at once) above such a node. */
const conditioned = 1;
const above = 2;

/**
 * Open walks, a walk bouncing at what is conditioned on: it goes down past a collider and comes up again if it finds something seen
 * there (Shachter, "Bayes-Ball", UAI 1998; with `<->` as an arrowhead at both ends, Richardson 2003).
 */
const bouncing: Rules = rules(
  [leave.all, leave.all, leave.children, leave.children],
  [leave.all, leave.none, leave.parents | leave.spouses, leave.parents | leave.spouses],
);

/** The same where it is known which nodes lie above something seen: then walks are paths. */
const direct: Rules = rules(
  [leave.all, leave.all, leave.children, leave.children],
  [leave.all, leave.none, leave.parents | leave.spouses, leave.parents | leave.spouses],
  [leave.all, leave.all, leave.all, leave.all],
);

/** Nodes that open walks from `x` come to, given `z`: all that hang together with `x`, and those of `z` at which walks end. */
export const connected = (graph: IndexedGraph, x: Iterable<number>, z: Iterable<number>): Reached =>
  reach(graph, x, bouncing, marksOf(graph.count, z, conditioned));

/** Whether all paths between x and y are closed given z (d-separation; m-separation where there are `<->`). Linear in the graph. */
export function separated(graph: IndexedGraph, x: Iterable<number>, y: Iterable<number>, z: Iterable<number>): boolean {
  const targets = marksOf(graph.count, y);
  for (const node of x) if (targets[node] === 1) return false;
  const { arrivals } = reach(graph, x, bouncing, marksOf(graph.count, z, conditioned), targets);
  for (const node of y) if (arrivals[node] !== 0) return false;
  return true;
}

/** A path: its nodes, and between them how each edge points. */
export type Path = { readonly nodes: readonly number[]; readonly arrows: readonly ('->' | '<-' | '<->')[] };

/**
 * A shortest path between x and y that is open given z; null where there is none. A shortest open walk of an acyclic graph visits no node
 * twice: leaving out a loop leaves it open, since a collider made that way has something seen below it.
 */
export function openPath(
  graph: IndexedGraph,
  x: Iterable<number>,
  y: Iterable<number>,
  z: ReadonlySet<number>,
): Path | null {
  const classes = ancestorMarks(graph, z);
  for (let v = 0; v < graph.count; v++) if (classes[v] !== 0) classes[v] = z.has(v) ? conditioned : above;
  const targets = marksOf(graph.count, y);
  const { arrivals, from } = reach(graph, x, direct, classes, targets, true);
  if (from === null) return null;
  let shortest: Path | null = null;
  for (const node of y)
    for (let by: number = arrival.up; by <= arrival.across; by++) {
      if ((arrivals[node]! & (1 << by)) === 0) continue;
      const path = pathTo(4 * node + by, from);
      if (shortest === null || path.nodes.length < shortest.nodes.length) shortest = path;
    }
  return shortest;
}

function pathTo(end: number, from: Int32Array): Path {
  const nodes: number[] = [];
  const arrows: Path['arrows'][number][] = [];
  for (let entry = end; entry !== -1; entry = from[entry]!) {
    nodes.unshift(entry >> 2);
    const by = entry & 3;
    if (by !== arrival.start) arrows.unshift(by === arrival.up ? '<-' : by === arrival.down ? '->' : '<->');
  }
  return { nodes, arrows };
}
