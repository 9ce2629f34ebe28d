/** Sets of observed nodes by their names, and what they are in a graph. */
import type { IndexedGraph } from '../indexed.js';
import { ancestors } from '../reach.js';
import { components, subgraph } from '../structure.js';

/** A set of node names. */
export type Names = ReadonlySet<string>;

/** The members of the first that are not in the second. */
export const minus = (a: Iterable<string>, b: Names): Set<string> => new Set([...a].filter((v) => !b.has(v)));
/** Whether two sets have a member in common. */
export const meets = (a: Names, b: Names): boolean => [...a].some((v) => b.has(v));
/** Whether the first lies in the second. */
export const within = (a: Names, b: Names): boolean => [...a].every((v) => b.has(v));

/** The numbers of some nodes. */
export const at = (graph: IndexedGraph, names: Iterable<string>): Set<number> =>
  new Set(
    [...names].map((name) => {
      const index = graph.indexOf.get(name);
      if (index === undefined) throw new Error(`identify: no observed node '${name}'`);
      return index;
    }),
  );

/** The names of some nodes, in the order of the graph. */
export const names = (graph: IndexedGraph, set: Iterable<number>): Set<string> =>
  new Set([...set].sort((a, b) => a - b).map((v) => graph.nodes[v]!.name));

/** The ancestors of some nodes inside of a set, themselves included. */
export function ancestorsWithin(graph: IndexedGraph, inside: Names, of: Names): Set<string> {
  const part = subgraph(graph, at(graph, inside));
  return names(part, ancestors(part, at(part, of)));
}

/** The c-components inside of a set. */
export const componentsWithin = (graph: IndexedGraph, inside: Names): readonly Set<string>[] =>
  components(graph, at(graph, inside)).map((set) => names(graph, set));
