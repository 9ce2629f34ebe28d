import type { Identification } from '../../report/answer.js';
import { type Estimand, probability, product, quotient, sum } from '../identify/estimand.js';
import type { CausalQuery } from '../identify/identify.js';
import { identification } from '../identify/strategy.js';
import { estimandLatex, estimandText } from '../identify/write_estimand.js';
import { type IndexedGraph, namesOf } from '../indexed.js';
import { adjustmentClass, minimalAdjustmentSetOfClass } from './adjustment.js';
import { type GraphClass, isTooLarge } from './members.js';
import { closeDirections, copyOf, direct, type PartlyDirected } from './partly_directed.js';
import { possibleDescendants } from './possible.js';

/**
 * Whether P(outcome | do(action), given) is the same function of what is observed in all graphs of a class. Without hidden causes it is, unless an edge of
 * unknown direction at what is acted on begins a causal path to an outcome in one of them; then it is the product over the nodes above the outcomes, those that
 * lines join taken together (Perkovic, "Identifying causal effects in maximally oriented partially directed acyclic graphs", UAI 2020,
 * theorem 3.6). The hedge of an effect that is not says where two members differ.
 * The message of a question that has no answer says why, and is one for E0672.
 */
export function identificationInClass(
  graphs: GraphClass,
  query: CausalQuery,
): { readonly ok: true; readonly value: Identification } | { readonly ok: false; readonly message: string } {
  const { first, partly } = graphs;
  if (partly === null) return { ok: true, value: identification(first, query) };
  if (query.experiments.length > 0) return { ok: false, message: 'experiments count for one graph, not for several' };
  const { action, given } = query;
  const outcome = [...query.outcome, ...given];
  const at = (names: readonly string[]): Set<number> => new Set(names.map((name) => first.indexOf.get(name)!));
  const [x, y] = [at(action), at(outcome)];
  const path = pathOverLine(partly, x, y);
  if (path !== null) {
    if (given.length > 0)
      return { ok: false, message: 'the effect on outcome and condition together differs between the graphs' };
    return { ok: true, value: notIdentified(first, path) };
  }
  const moved = new Set([...x].flatMap((v) => [...possibleDescendants(partly, v).keys()]));
  if ([...y].every((v) => !moved.has(v)))
    return { ok: true, value: identified('no effect', probability(query.outcome, given)) };
  if (given.length === 0) {
    // Where too many graphs would have to be looked at for a set, the product serves as well.
    const set = isTooLarge(adjustmentClass(graphs, { x })) ? null : minimalAdjustmentSetOfClass(graphs, { x, y });
    if (set !== null && action.length > 0) {
      const z = namesOf(first, set);
      const estimand = sum(z, product([probability(outcome, [...action, ...z]), probability(z)]));
      return { ok: true, value: identified(set.size === 0 ? 'no confounding' : 'adjustment', estimand) };
    }
  }
  const joint = truncated(first, partly, x, y);
  const below = sum(query.outcome, joint);
  return { ok: true, value: identified('truncated factorisation', given.length > 0 ? quotient(joint, below) : joint) };
}

const identified = (strategy: string, estimand: Estimand): Identification => ({
  identifiable: true,
  strategy,
  estimand: estimandText(estimand),
  latex: estimandLatex(estimand),
  tree: estimand,
  steps: [],
  hedge: null,
});

function notIdentified(graph: IndexedGraph, path: readonly number[]): Identification {
  const names = path.map((v) => graph.nodes[v]!.name);
  const [a, b] = names;
  return {
    identifiable: false,
    strategy: null,
    estimand: null,
    latex: null,
    steps: [],
    hedge: `${a} -- ${b}: in a graph of the class it is ${names.join(' -> ')}, a causal path, and in another ${b} -> ${a}; both agree on all that is observed`,
  };
}

/** A causal path from x to y in some member that meets x only at its start and begins with a line of the class; null where there is none. */
function pathOverLine(
  partly: PartlyDirected,
  x: ReadonlySet<number>,
  y: ReadonlySet<number>,
): readonly number[] | null {
  for (const start of x)
    for (const second of partly.lines[start]!) {
      if (x.has(second)) continue;
      const told = copyOf(partly);
      direct(told, start, second);
      closeDirections(told, [[start, second]]);
      for (const [node, path] of possibleDescendants(told, second, x)) if (y.has(node)) return [start, ...path];
    }
  return null;
}

/** The product over the nodes from which arrows lead to y outside of x, in groups that lines join, summed over all but y. */
function truncated(
  graph: IndexedGraph,
  partly: PartlyDirected,
  x: ReadonlySet<number>,
  y: ReadonlySet<number>,
): Estimand {
  const above = new Set(y);
  for (const v of above) for (const w of partly.parents[v]!) if (!x.has(w)) above.add(w);
  const grouped = new Set<number>();
  const factors: Estimand[] = [];
  for (const v of [...above].sort((a, b) => a - b)) {
    if (grouped.has(v)) continue;
    const reached = new Set([v]);
    for (const u of reached) for (const w of partly.lines[u]!) reached.add(w);
    const group = [...reached].filter((u) => above.has(u));
    for (const u of group) grouped.add(u);
    const causes = new Set(group.flatMap((u) => [...partly.parents[u]!]));
    for (const u of group) causes.delete(u);
    factors.push(probability(namesOf(graph, group), namesOf(graph, causes)));
  }
  return sum(
    namesOf(
      graph,
      [...above].filter((v) => !y.has(v)),
    ),
    product(factors),
  );
}
