import type { IndexedGraph } from './indexed.js';

/**
 * How a walk comes to a node: at its start, up an edge from a child, down an edge from a parent, or across a `<->`. The last two
 * come with an arrowhead.
 */
export const arrival = { start: 0, up: 1, down: 2, across: 3 } as const;

/** Where a walk may go from a node: to its parents, children, spouses; added together. */
export const leave = { none: 0, parents: 1, children: 2, spouses: 4, all: 7 } as const;

/**
 * What a walk may do at a node: entry `4 * class + arrival` says where it may go on to. Each node is of one class, a small number. Every
 * graphical criterion is such a table (van der Zander, Liskiewicz and Textor, "Separators and adjustment sets in causal graphs", Artificial
 * Intelligence 270, 2019, section 3).
 */
export type Rules = Uint8Array;

/** One row of rules for each class, by arrival. */
export const rules = (
  ...rows: readonly (readonly [start: number, up: number, down: number, across: number])[]
): Rules => Uint8Array.from(rows.flat());

/** Anything a walk can come to: causes of causes. */
const upwards: Rules = rules([leave.parents, leave.parents, leave.none, leave.none]);
/** Effects of effects. */
export const downwards: Rules = rules([leave.children, leave.none, leave.children, leave.none]);

/** What a search found: which arrivals each node had, as bits `1 << arrival`, and how it was first come to. */
export type Reached = {
  readonly arrivals: Uint8Array;
  /** For entry `4 * node + arrival` the entry that the walk came from, -1 at its start; null where it was not asked for. */
  readonly from: Int32Array | null;
};

/**
 * Nodes that walks from some nodes come to, in time linear in the graph.
 *
 * @param classOf the class of each node; null: all are of class 0
 * @param until stops the search when a node of this mark (1) is come to
 */
export function reach(
  graph: IndexedGraph,
  starts: Iterable<number>,
  table: Rules,
  classOf: Uint8Array | null,
  until: Uint8Array | null = null,
  remember = false,
): Reached {
  const { count, parents, children, spouses } = graph;
  const arrivals = new Uint8Array(count);
  const from = remember ? new Int32Array(4 * count).fill(-1) : null;
  let queue = new Int32Array(64);
  let last = 0;
  const push = (node: number, by: number, origin: number): void => {
    const bit = 1 << by;
    if ((arrivals[node]! & bit) !== 0) return;
    arrivals[node]! |= bit;
    if (from !== null) from[4 * node + by] = origin;
    if (last === queue.length) {
      const longer = new Int32Array(2 * last);
      longer.set(queue);
      queue = longer;
    }
    queue[last++] = 4 * node + by;
  };
  for (const node of starts) push(node, arrival.start, -1);
  for (let first = 0; first < last; first++) {
    const entry = queue[first]!;
    const node = entry >> 2;
    const by = entry & 3;
    if (until !== null && by !== arrival.start && until[node] === 1) break;
    const allowed = table[4 * (classOf === null ? 0 : classOf[node]!) + by]!;
    if ((allowed & leave.parents) !== 0) {
      const { starts: s, ends } = parents;
      for (let k = s[node]!; k < s[node + 1]!; k++) push(ends[k]!, arrival.up, entry);
    }
    if ((allowed & leave.children) !== 0) {
      const { starts: s, ends } = children;
      for (let k = s[node]!; k < s[node + 1]!; k++) push(ends[k]!, arrival.down, entry);
    }
    if ((allowed & leave.spouses) !== 0) {
      const { starts: s, ends } = spouses;
      for (let k = s[node]!; k < s[node + 1]!; k++) push(ends[k]!, arrival.across, entry);
    }
  }
  return { arrivals, from };
}

/** Marks of a set: 1 for each member. */
export function marksOf(count: number, set: Iterable<number>, mark = 1): Uint8Array {
  const marks = new Uint8Array(count);
  for (const node of set) marks[node] = mark;
  return marks;
}

/** The set of nodes that have a mark. */
function markedBy(marks: Uint8Array): Set<number> {
  const set = new Set<number>();
  for (let v = 0; v < marks.length; v++) if (marks[v] !== 0) set.add(v);
  return set;
}

/** The ancestors of some nodes, themselves included, as marks. */
export const ancestorMarks = (graph: IndexedGraph, of: Iterable<number>): Uint8Array =>
  reach(graph, of, upwards, null).arrivals;

/** The ancestors of some nodes, themselves included. */
export const ancestors = (graph: IndexedGraph, of: Iterable<number>): Set<number> => markedBy(ancestorMarks(graph, of));

/** The descendants of some nodes, themselves included. */
export const descendants = (graph: IndexedGraph, of: Iterable<number>): Set<number> =>
  markedBy(reach(graph, of, downwards, null).arrivals);
