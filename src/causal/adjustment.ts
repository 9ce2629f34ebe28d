import { type IndexedGraph, withEdges } from './indexed.js';
import { setsFoundBy, turnedWherePossible } from './listing.js';
import { ancestors, descendants } from './reach.js';
import { openPath, type Path, separated } from './separation.js';
import { minimalSeparator, minimalSeparators, nearestSeparator, type SeparatorProblem } from './separators.js';

/** Which effect of the exposures on the outcomes is to be found by adjusting. */
export type Effect = 'total' | 'direct';

/** What is asked of adjustment sets. */
export type AdjustmentQuestion = {
  readonly x: ReadonlySet<number>;
  readonly y: ReadonlySet<number>;
  readonly effect: Effect;
  /** Nodes in every set, and nodes in none. */
  readonly must: ReadonlySet<number>;
  readonly mustNot: ReadonlySet<number>;
  /** Nodes on which the units were selected. */
  readonly selected: ReadonlySet<number>;
};

/** A question about the total effect of x on y, without any wishes. */
export const totalEffect = (x: ReadonlySet<number>, y: ReadonlySet<number>): AdjustmentQuestion => ({
  x,
  y,
  effect: 'total',
  must: new Set(),
  mustNot: new Set(),
  selected: new Set(),
});

/** Nodes on causal paths from x to y that meet x only at their start; x itself is not among them. */
export function causalNodes(graph: IndexedGraph, x: ReadonlySet<number>, y: ReadonlySet<number>): Set<number> {
  const below = descendants(
    withEdges(graph, ({ to, kind }) => kind === '<->' || !x.has(to)),
    x,
  );
  const above = ancestors(
    withEdges(graph, ({ from, kind }) => kind === '<->' || !x.has(from)),
    y,
  );
  return new Set([...below].filter((v) => above.has(v) && !x.has(v)));
}

/** The graph in which x and y must be separated, and nodes that no set may contain. */
type AdjustmentGraph = { readonly graph: IndexedGraph; readonly forbidden: ReadonlySet<number> };

/**
 * For the total effect the proper back-door graph, without the first edges of causal paths, and all that is caused on causal paths as
 * forbidden: the generalised adjustment criterion (Perkovic, Textor, Kalisch and Maathuis, JMLR 18, 2018, definition 4). For the direct effect
 * the graph without the edges from x to y, and the effects of y as forbidden (Pearl, Causality, 2009, theorem 5.3.1).
 */
export function adjustmentGraph(graph: IndexedGraph, { x, y, effect }: AdjustmentQuestion): AdjustmentGraph {
  if (effect === 'direct') {
    return {
      graph: withEdges(graph, ({ from, to, kind }) => kind === '<->' || !(x.has(from) && y.has(to))),
      forbidden: descendants(graph, y),
    };
  }
  const causal = causalNodes(graph, x, y);
  return {
    graph: withEdges(graph, ({ from, to, kind }) => kind === '<->' || !(x.has(from) && causal.has(to))),
    forbidden: descendants(graph, causal),
  };
}

/** Whether a set is valid, and where it is not why: nodes in it that are forbidden, or a path that it leaves or makes open. */
type Verdict =
  | { readonly valid: true }
  | { readonly valid: false; readonly forbidden: readonly number[]; readonly open: Path | null };

/**
 * Whether adjusting for a set gives the effect. Among selected units (conditioned on some nodes) x and y must also be separated given
 * them, and y must hang on selection in no way.
 */
export function isAdjustmentSet(graph: IndexedGraph, question: AdjustmentQuestion, set: ReadonlySet<number>): Verdict {
  const { x, y, selected } = question;
  const put = adjustmentGraph(graph, question);
  const forbidden = [...set].filter((v) => put.forbidden.has(v) || x.has(v) || y.has(v));
  const given = new Set([...set, ...selected]);
  const open = openPath(put.graph, x, y, given);
  const dependent = selected.size > 0 && !separated(put.graph, y, selected, []);
  if (forbidden.length === 0 && open === null && !dependent) return { valid: true };
  return { valid: false, forbidden, open };
}

/** The search for sets, or null where a forced node is forbidden. */
function problemOf(
  graph: IndexedGraph,
  question: AdjustmentQuestion,
): { readonly graph: IndexedGraph; readonly problem: SeparatorProblem } | null {
  const { x, y, must, mustNot, selected } = question;
  const put = adjustmentGraph(graph, question);
  for (const v of must) if (put.forbidden.has(v) || mustNot.has(v) || x.has(v) || y.has(v)) return null;
  if (selected.size > 0 && !separated(put.graph, y, selected, [])) return null;
  const allowed = new Set<number>();
  for (let v = 0; v < graph.count; v++) {
    const out = graph.nodes[v]!.latent || put.forbidden.has(v) || mustNot.has(v) || selected.has(v);
    if (!out) allowed.add(v);
  }
  return { graph: put.graph, problem: { x, y, forced: new Set([...must, ...selected]), allowed } };
}

/** The set without the nodes that are selected on: they are held fixed already. */
const withoutSelected = (set: ReadonlySet<number>, { selected }: AdjustmentQuestion): ReadonlySet<number> =>
  selected.size === 0 ? set : new Set([...set].filter((v) => !selected.has(v)));

/** One minimal adjustment set in time linear in the graph; null where there is none. */
export function minimalAdjustmentSet(graph: IndexedGraph, question: AdjustmentQuestion): ReadonlySet<number> | null {
  const put = problemOf(graph, question);
  if (put === null) return null;
  const set = minimalSeparator(put.graph, put.problem);
  return set === null ? null : withoutSelected(set, question);
}

/** All minimal adjustment sets, one after another with polynomial delay. */
export function* minimalAdjustmentSets(
  graph: IndexedGraph,
  question: AdjustmentQuestion,
): Generator<ReadonlySet<number>> {
  const put = problemOf(graph, question);
  if (put === null) return;
  for (const set of minimalSeparators(put.graph, put.problem)) yield withoutSelected(set, question);
}

/** All adjustment sets, one after another with polynomial delay; the first is the one nearest to x. */
export function* adjustmentSets(graph: IndexedGraph, question: AdjustmentQuestion): Generator<ReadonlySet<number>> {
  const put = problemOf(graph, question);
  if (put === null) return;
  const { problem } = put;
  const find = (has: ReadonlySet<number>, lacks: ReadonlySet<number>): ReadonlySet<number> | null => {
    const allowed = lacks.size === 0 ? problem.allowed : new Set([...problem.allowed].filter((v) => !lacks.has(v)));
    return nearestSeparator(put.graph, { ...problem, forced: new Set([...problem.forced, ...has]), allowed });
  };
  for (const set of setsFoundBy(freeIn(problem), find))
    yield withoutSelected(new Set([...set].sort((a, b) => a - b)), question);
}

/** Nodes that sets may have or lack. */
const freeIn = ({ x, y, forced, allowed }: SeparatorProblem): readonly number[] =>
  [...allowed].filter((v) => !x.has(v) && !y.has(v) && !forced.has(v));

/**
 * An adjustment set that no node can be added to, even with others; null where there is none. Nodes are forced into it while a valid set has all of them: what is
 * left out at the end is in no valid set around it.
 */
export function maximalAdjustmentSet(graph: IndexedGraph, question: AdjustmentQuestion): ReadonlySet<number> | null {
  const put = problemOf(graph, question);
  if (put === null) return null;
  const { problem } = put;
  const existsWith = (forced: ReadonlySet<number>): boolean =>
    nearestSeparator(put.graph, { ...problem, forced }) !== null;
  if (!existsWith(problem.forced)) return null;
  const set = turnedWherePossible(problem.forced, freeIn(problem), (forced, nodes) => {
    const more = new Set([...forced, ...nodes]);
    return existsWith(more) ? more : null;
  });
  return withoutSelected(new Set([...set].sort((a, b) => a - b)), question);
}

/**
 * The adjustment set with the least asymptotic variance of all, in linear and in nonparametric models without hidden common causes: the
 * observed parents of causal nodes that are not forbidden (Henckel, Perkovic and Maathuis, JRSS B 84, 2022, definition 3.12; Rotnitzky and
 * Smucler, JMLR 21, 2020). Null where it is no valid set, as with hidden causes it may be, or holds a node that no set may contain.
 */
export function optimalAdjustmentSet(graph: IndexedGraph, question: AdjustmentQuestion): ReadonlySet<number> | null {
  const { x, y, must, mustNot } = question;
  const causal = causalNodes(graph, x, y);
  const { forbidden } = adjustmentGraph(graph, { ...question, effect: 'total' });
  const set = new Set(must);
  for (const v of causal) {
    const { starts, ends } = graph.parents;
    for (let k = starts[v]!; k < starts[v + 1]!; k++) {
      const parent = ends[k]!;
      if (!forbidden.has(parent) && !x.has(parent)) set.add(parent);
    }
  }
  const usable = [...set].every((v) => !graph.nodes[v]!.latent && !mustNot.has(v));
  return usable && isAdjustmentSet(graph, question, set).valid ? set : null;
}

/**
 * Of the minimal adjustment sets that contain the forced nodes the one with the least asymptotic variance: the one nearest to y (Smucler,
 * Sapienza and Rotnitzky, Biometrika 109, 2022, theorem 2).
 */
export const optimalMinimalAdjustmentSet = minimalAdjustmentSet;
