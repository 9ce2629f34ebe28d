import { type IndexedGraph, withEdges } from './indexed.js';
import { descendants, downwards, reach } from './reach.js';
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
  return (
    [...given].every((v) => !below?.has(v) && !set.has(v) && !y.has(v)) &&
    interceptsAll(graph, x, y, set) &&
    separated(withoutEffects(graph, x), x, set, given) &&
    separated(withoutEffects(graph, set), set, y, new Set([...x, ...given]))
  );
}

/** Whether every causal path from x to y meets the set. */
function interceptsAll(
  graph: IndexedGraph,
  x: ReadonlySet<number>,
  y: ReadonlySet<number>,
  set: ReadonlySet<number>,
): boolean {
  const { arrivals } = reach(withoutEffects(graph, set), x, downwards, null);
  return [...y].every((v) => arrivals[v] === 0);
}

/**
 * The greatest front-door set; null where there is none. Nodes that x is confounded with are left out; then, until nothing changes, those
 * that are confounded with y given x (Jeong, Tian and Bareinboim, "Finding and listing front-door adjustment sets", NeurIPS 2022, section 3).
 */
export function greatestFrontDoorSet(graph: IndexedGraph, question: FrontDoorQuestion): ReadonlySet<number> | null {
  const { x, y, must, mustNot } = question;
  const confounded = connected(withoutEffects(graph, x), x, []).arrivals;
  let set = new Set<number>();
  for (let v = 0; v < graph.count; v++) {
    const out = graph.nodes[v]!.latent || mustNot.has(v) || x.has(v) || y.has(v) || confounded[v] !== 0;
    if (!out) set.add(v);
  }
  for (;;) {
    const { arrivals } = connected(withoutEffects(graph, set), y, x);
    const kept = new Set([...set].filter((v) => arrivals[v] === 0));
    if (kept.size === set.size) break;
    set = kept;
  }
  for (const v of must) if (!set.has(v)) return null;
  return interceptsAll(graph, x, y, set) ? set : null;
}

/** All front-door sets, one after another with polynomial delay. */
export function* frontDoorSets(graph: IndexedGraph, question: FrontDoorQuestion): Generator<ReadonlySet<number>> {
  const greatest = greatestFrontDoorSet(graph, question);
  if (greatest === null) return;
  function* branch(must: ReadonlySet<number>, open: readonly number[]): Generator<ReadonlySet<number>> {
    const mustNot = new Set(graph.nodes.keys());
    for (const v of [...must, ...open]) mustNot.delete(v);
    if (greatestFrontDoorSet(graph, { ...question, must, mustNot }) === null) return;
    const [next, ...rest] = open;
    if (next === undefined) yield new Set([...must].sort((a, b) => a - b));
    else {
      yield* branch(must, rest);
      yield* branch(new Set([...must, next]), rest);
    }
  }
  const free = [...greatest].filter((v) => !question.must.has(v));
  yield* branch(question.must, free);
}

/**
 * A front-door set of which no node can be left out: nodes of the greatest one are dropped while what is left holds one, many at once where that
 * goes, so that the search costs as many looks as the set has nodes, times a logarithm.
 */
export function minimalFrontDoorSet(graph: IndexedGraph, question: FrontDoorQuestion): ReadonlySet<number> | null {
  let set = greatestFrontDoorSet(graph, question);
  if (set === null) return null;
  const drop = (nodes: readonly number[]): void => {
    const gone = new Set(nodes.filter((v) => set?.has(v)));
    if (gone.size === 0) return;
    const mustNot = new Set<number>();
    for (let w = 0; w < graph.count; w++) if (set?.has(w) !== true || gone.has(w)) mustNot.add(w);
    const smaller = greatestFrontDoorSet(graph, { ...question, mustNot });
    if (smaller !== null) set = smaller;
    else if (nodes.length > 1) {
      const half = nodes.length >> 1;
      drop(nodes.slice(0, half));
      drop(nodes.slice(half));
    }
  };
  drop([...set].filter((v) => !question.must.has(v)));
  return set;
}
