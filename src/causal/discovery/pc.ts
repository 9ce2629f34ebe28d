import {
  arrowsOf,
  closeDirections,
  direct,
  linesOf,
  type PartlyDirected,
  partlyDirected,
} from '../class/partly_directed.js';
import { judgeTriples } from './colliders.js';
import type { DiscoveryAlgorithm } from './discovery.js';
import { markedOf } from './known_class.js';
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
  const g = partlyDirected(names.length, [], pairsOf(skeleton.joined, names.length));
  for (const [a, b] of [...linesOf(g)])
    if (known.forbidden[b * g.count + a] === 1) direct(g, a, b);
    else if (known.forbidden[a * g.count + b] === 1) direct(g, b, a);
  const allowed = (a: number, b: number): boolean => known.forbidden[a * g.count + b] === 0 && !leadsTo(g, b, a);
  const may = (a: number, b: number): boolean => g.children[a]!.has(b) || (g.lines[a]!.has(b) && allowed(a, b));
  let conflicts = 0;
  for (const { x, middle, y } of colliders)
    if (may(x, middle) && may(y, middle)) {
      for (const end of [x, y]) if (g.lines[end]!.has(middle)) direct(g, end, middle);
    } else conflicts += 1;
  closeDirections(g, [...arrowsOf(g)], { allowed, open });
  return { graph: markedOf(g, names), undecided, conflicts, untried: null };
}

function* pairsOf(joined: Uint8Array, count: number): Generator<readonly [number, number]> {
  for (let a = 0; a < count; a++) for (let b = a + 1; b < count; b++) if (joined[a * count + b] === 1) yield [a, b];
}

/** Whether arrows lead from one node to another. */
function leadsTo(g: PartlyDirected, from: number, to: number): boolean {
  const seen = new Set([from]);
  for (const v of seen) for (const w of g.children[v]!) seen.add(w);
  return seen.has(to);
}

/** PC on data. */
export const pc: DiscoveryAlgorithm = testedAlgorithm(
  'pc',
  'PC: by tests, where all common causes are among the columns',
  pcGraph,
);
