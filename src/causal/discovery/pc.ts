import { adjacentIn, arrowMark, closeByMeek, hasMark, lineMark, orient, type Pattern } from '../meek.js';
import { judgeTriples } from './colliders.js';
import type { DiscoveryAlgorithm } from './discovery.js';
import type { KnownArrows } from './knowledge.js';
import { directedEdge, type MarkedEdge, type MarkedGraph, markedGraph, undirectedEdge } from './marked_graph.js';
import { skeletonOf } from './skeleton.js';
import { type ConstraintProblem, type ConstraintResult, testedAlgorithm } from './tested.js';

/**
 * PC (Spirtes, Glymour and Scheines, Causation, Prediction, and Search, 2000, section 5.4.2): skeleton by tests, colliders, what was known, then
 * Meek's rules. With true independencies the result is the CPDAG of the graph, or the part of its class that agrees with what was known. Where
 * tests contradict each other an arrowhead is left out if it would turn another round or make a circle; clearer triples go first, so that the
 * order of the columns does not matter.
 */
export function pcGraph(problem: ConstraintProblem): ConstraintResult {
  const { names, colliders: rule, known } = problem;
  const search = { ...problem, count: names.length };
  const skeleton = skeletonOf(search);
  const { colliders, undecided, open } = judgeTriples(search, skeleton, rule);
  const g: Pattern = { count: names.length, marks: skeleton.joined.map((joined) => (joined === 0 ? 0 : lineMark)) };
  orientKnown(g, known);
  let conflicts = 0;
  const may = (a: number, b: number): boolean =>
    hasMark(g, a, b, arrowMark) ||
    (hasMark(g, a, b, lineMark) && known.forbidden[a * g.count + b] === 0 && !leadsTo(g, b, a));
  for (const { x, middle, y } of colliders)
    if (may(x, middle) && may(y, middle)) {
      orient(g, x, middle);
      orient(g, y, middle);
    } else conflicts += 1;
  closeByMeek(g, { allowed: may, open });
  return { graph: graphOfPattern(g, names), undecided, conflicts, untried: null };
}

/** Makes arrows of lines whose other direction is forbidden. */
function orientKnown(g: Pattern, { count, forbidden }: KnownArrows): void {
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++) if (hasMark(g, a, b, lineMark) && forbidden[b * count + a] === 1) orient(g, a, b);
}

/** Whether arrows lead from one node to another. */
function leadsTo(g: Pattern, from: number, to: number): boolean {
  const seen = new Uint8Array(g.count);
  const waiting = [from];
  for (let v = waiting.pop(); v !== undefined; v = waiting.pop()) {
    if (v === to) return true;
    for (let w = 0; w < g.count; w++)
      if (seen[w] === 0 && hasMark(g, v, w, arrowMark)) {
        seen[w] = 1;
        waiting.push(w);
      }
  }
  return false;
}

/** The marked graph of a pattern. */
export function graphOfPattern(g: Pattern, names: readonly string[]): MarkedGraph {
  const edges: MarkedEdge[] = [];
  for (let a = 0; a < g.count; a++)
    for (let b = 0; b < g.count; b++) {
      if (!adjacentIn(g, a, b)) continue;
      if (hasMark(g, a, b, arrowMark)) edges.push(directedEdge(a, b));
      else if (a < b && hasMark(g, a, b, lineMark)) edges.push(undirectedEdge(a, b));
    }
  return markedGraph(names, edges);
}

/** PC on data. */
export const pc: DiscoveryAlgorithm = testedAlgorithm(
  'pc',
  'PC: by tests, where all common causes are among the columns',
  pcGraph,
);
