import {
  arrowsOf,
  closeDirections,
  copyOf,
  direct,
  extension,
  linesOf,
  type PartlyDirected,
} from '../class/partly_directed.js';
import type { KnownArrows } from './knowledge.js';
import { directedEdge, type MarkedGraph, markedGraph, undirectedEdge } from './marked_graph.js';

/** The members of a class that agree with what is known, as a graph with the directions that follow; null where none does. */
export function knownClass(graph: PartlyDirected, { count, forbidden, required }: KnownArrows): PartlyDirected | null {
  const g = copyOf(graph);
  for (const [a, b] of [...linesOf(g)]) {
    const [forth, back] = [forbidden[a * count + b] === 1, forbidden[b * count + a] === 1];
    if (forth && back) return null;
    if (forth) direct(g, b, a);
    if (back) direct(g, a, b);
  }
  for (const [a, b] of arrowsOf(g)) if (forbidden[a * count + b] === 1) return null;
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++) if (required[a * count + b] === 1 && !g.children[a]!.has(b)) return null;
  if (extension(g) === null) return null;
  closeDirections(g);
  return g;
}

/** A partly directed graph over named nodes. */
export function markedOf(g: PartlyDirected, names: readonly string[]): MarkedGraph {
  const arrows = [...arrowsOf(g)].map(([from, to]) => directedEdge(from, to));
  return markedGraph(names, [...arrows, ...[...linesOf(g)].map(([a, b]) => undirectedEdge(a, b))]);
}
