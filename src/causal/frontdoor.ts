import { type IndexedGraph, withEdges } from './indexed.js';
import { setsFoundBy, turnedWherePossible } from './listing.js';
import { descendants, downwards, leave, marksOf, type Rules, reach, rules } from './reach.js';
import { connected, separated } from './separation.js';

/** Between what a front-door set is looked for, and of what it may consist. */
export type FrontDoorQuestion = {
  readonly x: ReadonlySet<number>;
  readonly y: ReadonlySet<number>;
  readonly must: ReadonlySet<number>;
  readonly mustNot: ReadonlySet<number>;
};

/** The graph without the edges out of some nodes. */
const withoutEffects = (graph: IndexedGraph, of: ReadonlySet<number>): IndexedGraph =>
  withEdges(graph, ({ from, kind }) => kind === '<->' || !of.has(from));

/**
 * Whether a set is a front door between x and y: it meets all causal paths, nothing confounds x and the set, and given x nothing
 * confounds the set and y (Pearl, Causality, 2009, definition 3.3.3); all this given some other nodes, none of them an effect of x
 * (Fulcher, Shpitser, Marealle and Tchetgen Tchetgen, JRSS B 82, 2020, section 2).
 */
export function isFrontDoorSet(
  graph: IndexedGraph,
  question: FrontDoorQuestion,
  set: ReadonlySet<number>,
  given: ReadonlySet<number> = new Set(),
): boolean {
  const { x, y } = question;
  const below = given.size === 0 ? null : descendants(graph, x);
  const { arrivals } = reach(withoutEffects(graph, set), x, downwards, null);
  return (
    [...given].every((v) => !below?.has(v) && !set.has(v) && !y.has(v)) &&
    [...y].every((v) => arrivals[v] === 0) &&
    separated(withoutEffects(graph, x), x, set, given) &&
    separated(withoutEffects(graph, set), set, y, new Set([...x, ...given]))
  );
}

/** Classes of nodes: neither given nor in the set, given, in the set. */
const conditioned = 1;
const member = 2;

/** Open walks in the graph without the edges out of the set: nothing comes up to a node of it, and nothing goes down from one. */
const aroundSet: Rules = rules(
  [leave.all, leave.all, leave.children, leave.children],
  [leave.all, leave.none, leave.parents | leave.spouses, leave.parents | leave.spouses],
  [leave.parents | leave.spouses, leave.none, leave.none, leave.none],
);

/** Causal walks that end in the set. */
const downToSet: Rules = rules(
  [leave.children, leave.none, leave.children, leave.none],
  [leave.children, leave.none, leave.children, leave.none],
  [leave.none, leave.none, leave.none, leave.none],
);

const cameUp = 1 << 1;

/** Marks of the nodes that a front-door set may hold: observed ones that nothing confounds x with. */
function candidates(graph: IndexedGraph, { x, y, mustNot }: FrontDoorQuestion): Uint8Array {
  const confounded = connected(withoutEffects(graph, x), x, []).arrivals;
  return Uint8Array.from(graph.nodes, ({ latent }, v) =>
    latent || mustNot.has(v) || x.has(v) || y.has(v) || confounded[v] !== 0 ? 0 : 1,
  );
}

/**
 * The greatest front-door set among candidates that lacks some of them; null where there is none, or where it lacks what it must have. Nodes that are
 * confounded with y given x are left out until nothing changes (Jeong, Tian and Bareinboim, "Finding and listing front-door adjustment sets",
 * NeurIPS 2022, section 3).
 */
function greatestAmong(
  graph: IndexedGraph,
  { x, y, must }: FrontDoorQuestion,
  may: Uint8Array,
  lacks: Iterable<number>,
  has: Iterable<number> = [],
): Set<number> | null {
  const classes = new Uint8Array(graph.count);
  for (let v = 0; v < graph.count; v++) if (may[v] === 1) classes[v] = member;
  for (const v of lacks) classes[v] = 0;
  for (const v of x) classes[v] = conditioned;
  for (let changed = true; changed; ) {
    changed = false;
    const { arrivals } = reach(graph, y, aroundSet, classes);
    for (let v = 0; v < graph.count; v++)
      if (classes[v] === member && (arrivals[v]! & ~cameUp) !== 0) {
        classes[v] = 0;
        changed = true;
      }
  }
  for (const list of [must, has]) for (const v of list) if (classes[v] !== member) return null;
  const { arrivals } = reach(graph, x, downToSet, classes, marksOf(graph.count, y));
  for (const v of y) if (arrivals[v] !== 0) return null;
  const set = new Set<number>();
  for (let v = 0; v < graph.count; v++) if (classes[v] === member) set.add(v);
  return set;
}

/** The greatest front-door set; null where there is none. */
export const greatestFrontDoorSet = (graph: IndexedGraph, question: FrontDoorQuestion): Set<number> | null =>
  greatestAmong(graph, question, candidates(graph, question), []);

/** All front-door sets, one after another with polynomial delay; a minimal one first. */
export function* frontDoorSets(graph: IndexedGraph, question: FrontDoorQuestion): Generator<ReadonlySet<number>> {
  const may = candidates(graph, question);
  const greatest = greatestAmong(graph, question, may, []);
  if (greatest === null) return;
  const free = [...greatest].filter((v) => !question.must.has(v));
  yield* setsFoundBy(free, (has, lacks) =>
    has.size + lacks.size === 0
      ? minimalWithin(graph, question, greatest)
      : greatestAmong(graph, question, may, lacks, has),
  );
}

/** A front-door set of which no node can be left out. */
export function minimalFrontDoorSet(graph: IndexedGraph, question: FrontDoorQuestion): ReadonlySet<number> | null {
  const greatest = greatestFrontDoorSet(graph, question);
  return greatest === null ? null : minimalWithin(graph, question, greatest);
}

function minimalWithin(graph: IndexedGraph, question: FrontDoorQuestion, greatest: Set<number>): ReadonlySet<number> {
  const free = [...greatest].filter((v) => !question.must.has(v));
  return turnedWherePossible(greatest, free, (set, nodes) => {
    const kept = new Uint8Array(graph.count);
    for (const v of set) kept[v] = 1;
    return greatestAmong(graph, question, kept, nodes);
  });
}
