import { type IndexedGraph, neighbours } from './indexed.js';
import { ancestorMarks, marksOf } from './reach.js';
import { connected } from './separation.js';

/** Between what a separating set is looked for, and of what it may consist. */
export type SeparatorProblem = {
  readonly x: ReadonlySet<number>;
  readonly y: ReadonlySet<number>;
  /** Nodes that belong to every set. */
  readonly forced: ReadonlySet<number>;
  /** Nodes that may belong to it; those of x and y never do. */
  readonly allowed: ReadonlySet<number>;
};

/**
 * The separating set whose nodes are nearest to x: those of the allowed ancestors that open walks from x come to. Null where no allowed
 * set separates. Linear in the graph (van der Zander and Liskiewicz, "Finding minimal d-separators in linear time and applications", UAI 2019).
 */
export function nearestSeparator(graph: IndexedGraph, { x, y, forced, allowed }: SeparatorProblem): Set<number> | null {
  const ancestral = ancestorMarks(graph, [...x, ...y, ...forced]);
  const candidates = new Set(forced);
  for (const v of allowed) if (ancestral[v] !== 0 && !x.has(v) && !y.has(v)) candidates.add(v);
  const { arrivals } = connected(graph, x, candidates);
  for (const v of y) if (arrivals[v] !== 0) return null;
  const nearest = new Set(forced);
  for (const v of candidates) if (arrivals[v] !== 0) nearest.add(v);
  return nearest;
}

/**
 * A separating set of which no node but the forced ones can be left out; null where there is none. Linear in the graph. Of all minimal
 * sets it is the one nearest to y.
 */
export function minimalSeparator(graph: IndexedGraph, problem: SeparatorProblem): Set<number> | null {
  const whole = nearestSeparator(graph, { ...problem, x: problem.y, y: problem.x });
  if (whole === null) return null;
  return nearestSeparator(graph, { ...problem, allowed: whole });
}

/** An undirected graph: the neighbours of each node. */
type Neighbourhoods = (node: number) => readonly number[];

/**
 * The augmented (moral) graph of the marked nodes: two are neighbours if a path joins them whose inner nodes are all colliders
 * (Richardson, "Markov properties for acyclic directed mixed graphs", Scandinavian Journal of Statistics 30, 2003). The marked nodes must be
 * ancestral. Neighbours are found when they are asked for, since few of a great graph are.
 */
export function moralGraph({ parents, children, spouses }: IndexedGraph, marked: Uint8Array): Neighbourhoods {
  const known = new Map<number, readonly number[]>();
  const districts = new Map<number, readonly number[]>();
  /** The nodes that `<->` joins to one, with all their parents: all of them are neighbours. */
  const togetherWith = (v: number): readonly number[] => {
    const before = districts.get(v);
    if (before !== undefined) return before;
    const district = new Set([v]);
    for (const u of district) for (const w of neighbours(spouses, u)) if (marked[w] !== 0) district.add(w);
    const together = new Set(district);
    for (const u of district) for (const w of neighbours(parents, u)) together.add(w);
    const found = [...together];
    for (const u of district) districts.set(u, found);
    return found;
  };
  return (v) => {
    const before = known.get(v);
    if (before !== undefined) return before;
    const around = new Set(togetherWith(v));
    for (const child of neighbours(children, v))
      if (marked[child] !== 0) for (const w of togetherWith(child)) around.add(w);
    around.delete(v);
    const found = [...around];
    known.set(v, found);
    return found;
  };
}

/**
 * All minimal separating sets, one after another with polynomial delay: minimal vertex separators of the moral graph of the ancestors (Takata,
 * "Space-optimal, backtracking algorithms to list the minimal vertex separators of a graph", Discrete Applied Mathematics 158, 2010; van der
 * Zander, Liskiewicz and Textor 2019, section 4.3). Sets come with the forced nodes in them.
 */
export function* minimalSeparators(graph: IndexedGraph, problem: SeparatorProblem): Generator<ReadonlySet<number>> {
  const { x, y, forced, allowed } = problem;
  const marks = ancestorMarks(graph, [...x, ...y, ...forced]);
  const moral = moralGraph(graph, marks);
  // What is conditioned on in any case stands in no path of the moral graph.
  const gone = marksOf(graph.count, forced);
  const may = new Uint8Array(graph.count);
  // Others than ancestors stand in no such path.
  for (let v = 0; v < graph.count; v++)
    if (marks[v] !== 0 && gone[v] === 0 && allowed.has(v) && !x.has(v) && !y.has(v)) may[v] = 1;
  const start = closed(moral, gone, may, [...x], y);
  if (start === null) return;
  for (const set of separatorsFrom(moral, gone, may, y, start))
    yield new Set([...forced, ...set].sort((a, b) => a - b));
}

/** The side of x, as marks, and the minimal separator that ends it. */
type Side = { readonly inside: Uint8Array; readonly separator: readonly number[] };

/**
 * The greatest side around `inside` whose separator is the one nearest to it; null where y is next to the side. Nodes that may not
 * stand in a separator are on the side of the node that reaches them.
 */
function closed(
  moral: Neighbourhoods,
  gone: Uint8Array,
  may: Uint8Array,
  inside: readonly number[],
  y: ReadonlySet<number>,
): Side | null {
  const count = gone.length;
  const side = marksOf(count, inside);
  const border = new Uint8Array(count);
  const queue = [...inside];
  for (let k = 0; k < queue.length; k++) {
    for (const w of moral(queue[k]!)) {
      if (gone[w] === 1 || side[w] === 1) continue;
      if (y.has(w)) return null;
      if (may[w] === 1) border[w] = 1;
      else {
        side[w] = 1;
        queue.push(w);
      }
    }
  }
  // What y comes to without crossing the border; the part of the border next to it is the separator.
  const beyond = marksOf(count, y);
  const separator: number[] = [];
  const met = new Uint8Array(count);
  const far = [...y];
  for (let k = 0; k < far.length; k++) {
    for (const w of moral(far[k]!)) {
      if (gone[w] === 1 || beyond[w] === 1) continue;
      if (border[w] === 1) {
        if (met[w] === 0) separator.push(w);
        met[w] = 1;
      } else {
        beyond[w] = 1;
        far.push(w);
      }
    }
  }
  for (let k = 0; k < queue.length; k++) {
    for (const w of moral(queue[k]!)) {
      if (gone[w] === 1 || side[w] === 1 || met[w] === 1) continue;
      side[w] = 1;
      queue.push(w);
    }
  }
  return { inside: side, separator };
}

function* separatorsFrom(
  moral: Neighbourhoods,
  gone: Uint8Array,
  may: Uint8Array,
  y: ReadonlySet<number>,
  start: Side,
): Generator<readonly number[]> {
  // Nodes are taken to the side of x one after another; what was not taken stays on the other side of all that follows.
  const kept = new Uint8Array(gone.length);
  const entered = ({ inside, separator }: Side) => {
    const fixed = separator.filter((v) => kept[v] === 0);
    for (const v of fixed) kept[v] = 1;
    return { inside, fixed };
  };
  yield start.separator;
  // A stack of its own: sides may lie in each other by thousands.
  const open = [entered(start)];
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    // Undone in the opposite order: v moves over while those before it stay.
    const v = last.fixed.pop();
    if (v === undefined) {
      open.pop();
      continue;
    }
    kept[v] = 0;
    const next = closed(moral, gone, may, [...membersOf(last.inside), v], y);
    if (next === null || overlaps(next.inside, kept)) continue;
    yield next.separator;
    open.push(entered(next));
  }
}

function membersOf(marks: Uint8Array): readonly number[] {
  const members: number[] = [];
  for (let v = 0; v < marks.length; v++) if (marks[v] === 1) members.push(v);
  return members;
}

function overlaps(a: Uint8Array, b: Uint8Array): boolean {
  for (let v = 0; v < a.length; v++) if (a[v] === 1 && b[v] === 1) return true;
  return false;
}
