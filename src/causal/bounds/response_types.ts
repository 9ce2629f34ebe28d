import { type IndexedGraph, neighbours } from '../indexed.js';
import { assignments } from './joint_table.js';

/**
 * Response types (Balke and Pearl, "Bounds on treatment effects from studies with imperfect compliance", JASA 92, 1997): all that a hidden cause can
 * do to a node is to choose the function by which it answers to its parents.
 */
export type NodeTypes = {
  readonly node: number;
  /** Those that vary. */
  readonly parents: readonly number[];
  /** The value of the node for each assignment of the parents (the first parent's value changes fastest), one list for each type. */
  readonly answers: readonly Uint8Array[];
};

/** An assumption: raising the cause never lowers (1), or never raises (-1), the effect in any unit, all else left alone. */
export type Monotone = { readonly cause: number; readonly effect: number; readonly direction: 1 | -1 };

/** Nodes whose value is held fast while others vary; by number. */
export type Fixed = ReadonlyMap<number, number>;

/** The parents of a node that vary. */
const varying = (graph: IndexedGraph, node: number, fixed: Fixed): readonly number[] =>
  [...neighbours(graph.parents, node)].filter((p) => !fixed.has(p));

/** How many types a node has; may be infinite. */
export const typeCount = (graph: IndexedGraph, sizes: readonly number[], node: number, fixed: Fixed): number =>
  sizes[node]! ** varying(graph, node, fixed).reduce((product, p) => product * sizes[p]!, 1);

/** All types of a node, without those that an assumption forbids. */
export function typesOf(
  graph: IndexedGraph,
  sizes: readonly number[],
  node: number,
  monotone: readonly Monotone[],
  fixed: Fixed,
): NodeTypes {
  const parents = varying(graph, node, fixed);
  const places = parents.reduce((product, p) => product * sizes[p]!, 1);
  const answers: Uint8Array[] = [];
  const answer = new Array<number>(places).fill(0);
  const all = Array.from({ length: places }, (_, k) => k);
  for (const _ of assignments(
    all,
    all.map(() => sizes[node]!),
    answer,
  ))
    answers.push(Uint8Array.from(answer));
  const rules = monotone.filter(({ effect, cause }) => effect === node && parents.includes(cause));
  return {
    node,
    parents,
    answers: answers.filter((a) =>
      rules.every(({ cause, direction }) => isMonotone(a, parents, sizes, cause, direction)),
    ),
  };
}

function isMonotone(
  answer: Uint8Array,
  parents: readonly number[],
  sizes: readonly number[],
  cause: number,
  direction: 1 | -1,
): boolean {
  let stride = 1;
  for (const p of parents) {
    if (p === cause) break;
    stride *= sizes[p]!;
  }
  for (let k = 0; k < answer.length; k++) {
    const level = Math.floor(k / stride) % sizes[cause]!;
    if (level > 0 && direction * (answer[k]! - answer[k - stride]!) < 0) return false;
  }
  return true;
}

/** The answer of a type where its parents have these values, which are indexed by node. */
export function answerOf(
  { parents }: NodeTypes,
  answer: Uint8Array,
  sizes: readonly number[],
  values: readonly number[],
): number {
  let place = 0;
  for (let k = parents.length - 1; k >= 0; k--) place = place * sizes[parents[k]!]! + values[parents[k]!]!;
  return answer[place]!;
}
