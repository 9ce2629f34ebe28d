import { blocksOf } from './blocks.js';
import { judgeTriples } from './colliders.js';
import type { DiscoveryAlgorithm } from './discovery.js';
import { applyRules } from './fci_rules.js';
import type { KnownArrows } from './knowledge.js';
import { arrow, circle, graphOfMatrix, type MarkMatrix, matrixOfSkeleton, none, tail } from './marked_graph.js';
import { firstSubset, pairOf, type Skeleton, type SkeletonProblem, skeletonOf } from './skeleton.js';
import { type ConstraintProblem, type ConstraintResult, testedAlgorithm } from './tested.js';

/**
 * FCI (Spirtes, Meek and Richardson, in Computation, Causation, and Discovery, 1999; orientation by the ten rules of Zhang, "On the completeness of
 * orientation rules for causal discovery in the presence of latent confounders and selection bias", Artificial Intelligence 172, 2008): columns may
 * have hidden common causes, and rows may have been selected. With true independencies the result is the partial ancestral graph: an arrow or
 * a tail stands where all graphs of the class have it, a circle elsewhere. An arrow at a says that a is no cause of b, a tail that it is one.
 * What is known is used as such marks: a forbidden arrow from a to b is an arrow at a, a required one is a tail at a and an arrow at b.
 */
export function fciGraph(problem: ConstraintProblem): ConstraintResult {
  const { names, colliders: rule } = problem;
  const search: SkeletonProblem = { ...problem, count: names.length };
  const first = skeletonOf(search);
  const { skeleton, untried } = pruned(search, first, orientColliders(search, first, rule).graph);
  const { graph, judged, conflicts } = orientColliders(search, skeleton, rule);
  applyRules(graph, {
    separates: (v, x, y) => skeleton.separators.get(pairOf(names.length, x, y))?.includes(v) ?? false,
    open: judged.open,
  });
  return { graph: graphOfMatrix(graph, names), undecided: judged.undecided, conflicts, untried };
}

/** Circles everywhere, then what is known, then colliders. */
function orientColliders(search: SkeletonProblem, skeleton: Skeleton, rule: ConstraintProblem['colliders']) {
  const graph = matrixOfSkeleton(search.count, skeleton.joined, circle);
  markKnown(graph, search.known);
  const judged = judgeTriples(search, skeleton, rule);
  let conflicts = 0;
  const { count, marks } = graph;
  for (const { x, middle, y } of judged.colliders)
    if (marks[x * count + middle] === tail || marks[y * count + middle] === tail) conflicts += 1;
    else {
      marks[x * count + middle] = arrow;
      marks[y * count + middle] = arrow;
    }
  return { graph, judged, conflicts };
}

function markKnown({ count, marks }: MarkMatrix, { forbidden, required }: KnownArrows): void {
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++) {
      if (marks[a * count + b] === none) continue;
      if (forbidden[a * count + b] === 1) marks[b * count + a] = arrow;
      if (required[a * count + b] === 1) marks[b * count + a] = tail;
    }
}

/** Sets that are tried at most before and while sets of one size are, when edges are removed by possible d-separation. */
const mostSets = 100_000;

type Pool = { readonly x: number; readonly y: number; readonly nodes: readonly number[] };

/**
 * The skeleton without edges between variables that a set of possible d-separation separates: of nodes in Possible-D-SEP of an end that lie on a path between both
 * ends (Colombo, Maathuis, Kalisch and Richardson, Annals of Statistics 40, 2012, section 3). Sets grow for all edges together, so that where there are too many
 * of a size, edges are left in the same way whatever the order of the columns; `untried` is that size, or null.
 */
function pruned(
  search: SkeletonProblem,
  { joined, separators }: Skeleton,
  graph: MarkMatrix,
): { readonly skeleton: Skeleton; readonly untried: number | null } {
  const { count, test, alpha, most } = search;
  const left = joined.slice();
  const found = new Map(separators);
  let pools = poolsOf(search, joined, graph);
  let tried = 0;
  for (let size = 1; size <= most && pools.length > 0; size++) {
    tried += pools.reduce((sum, { nodes }) => sum + choose(nodes.length, size), 0);
    if (tried > mostSets) return { skeleton: { joined: left, separators: found }, untried: size };
    for (const { x, y, nodes } of pools) {
      if (left[x * count + y] === 0) continue;
      const set = firstSubset([nodes], size, (given) => test.test(x, y, given).p > alpha);
      if (set === null) continue;
      left[x * count + y] = 0;
      left[y * count + x] = 0;
      found.set(pairOf(count, x, y), set);
    }
    pools = pools.filter(({ x, y, nodes }) => left[x * count + y] === 1 && nodes.length > size);
  }
  return { skeleton: { joined: left, separators: found }, untried: null };
}

/** For each end of each edge that may go: what sets are made of. */
function poolsOf({ count, known }: SkeletonProblem, joined: Uint8Array, graph: MarkMatrix): readonly Pool[] {
  const blocks = blocksOf(count, joined);
  const pools: Pool[] = [];
  for (let x = 0; x < count; x++) {
    const possible = possibleSeparators(graph, x);
    for (let y = 0; y < count; y++) {
      const required = known.required[x * count + y]! + known.required[y * count + x]! > 0;
      if (joined[x * count + y] === 0 || required) continue;
      const block = blocks[x * count + y]!;
      const near = (v: number): boolean => blocks.subarray(v * count, (v + 1) * count).includes(block);
      pools.push({ x, y, nodes: possible.filter((v) => v !== y && near(v)) });
    }
  }
  return pools;
}

/** The number of subsets of a size. */
function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 0; i < k; i++) product *= (n - i) / (i + 1);
  return Math.max(0, Math.round(product));
}

/**
 * Possible-D-SEP of x: what a path leads to on which each inner node is a collider or has neighbours on the path that are joined (Spirtes, Glymour and
 * Scheines 2000, section 6.7).
 */
function possibleSeparators({ count, marks }: MarkMatrix, x: number): readonly number[] {
  const reached = new Uint8Array(count);
  const seen = new Uint8Array(count * count);
  const waiting: (readonly [number, number])[] = [];
  const visit = (from: number, to: number): void => {
    if (seen[from * count + to] === 1) return;
    seen[from * count + to] = 1;
    reached[to] = 1;
    waiting.push([from, to]);
  };
  for (let v = 0; v < count; v++) if (marks[x * count + v] !== none) visit(x, v);
  for (let edge = waiting.pop(); edge !== undefined; edge = waiting.pop()) {
    const [u, v] = edge;
    for (let w = 0; w < count; w++) {
      if (w === u || w === x || marks[v * count + w] === none) continue;
      const collider = marks[u * count + v] === arrow && marks[w * count + v] === arrow;
      if (collider || marks[u * count + w] !== none) visit(v, w);
    }
  }
  return [...reached.keys()].filter((v) => reached[v] === 1);
}

/** FCI on data. */
export const fci: DiscoveryAlgorithm = testedAlgorithm(
  'fci',
  'FCI: by tests, where columns may have hidden common causes',
  fciGraph,
);
