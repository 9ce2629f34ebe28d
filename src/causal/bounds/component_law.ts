import { type IndexedGraph, neighbours } from '../indexed.js';
import { components, topologicalOrder } from '../structure.js';
import { assignments, type JointTable, weightOf } from './joint_table.js';
import { plus, type Rational, rational, times, unit, zero } from './rational.js';

/**
 * What observation says of a c-component: the probability that its members have some values while the parents outside of it are set to some
 * (Tian and Pearl, "A general identification condition for causal effects", AAAI 2002: Q[C]). Values are indexed by node. Null where the
 * distribution has no such units.
 */
export type ComponentLaw = {
  readonly members: readonly number[];
  /** Parents outside of the component, sorted. */
  readonly outside: readonly number[];
  readonly at: (values: readonly number[]) => Rational | null;
};

/** The parents of some nodes that are none of them, sorted. */
const outsideOf = (graph: IndexedGraph, nodes: ReadonlySet<number>): readonly number[] =>
  [...new Set([...nodes].flatMap((v) => [...neighbours(graph.parents, v)]))]
    .filter((v) => !nodes.has(v))
    .sort((a, b) => a - b);

/** The law of a c-component of an acyclic graph whose nodes are those of the table. */
export function componentLaw(graph: IndexedGraph, table: JointTable, component: ReadonlySet<number>): ComponentLaw {
  const order = topologicalOrder(graph);
  if (order === null) throw new Error('bounds: the graph has a cycle');
  const members = order.filter((v) => component.has(v));
  // A member hangs on its component among what comes before, and on the parents of that: its Markov pillow.
  const pillows = members.map((v) => {
    const before = new Set(order.slice(0, order.indexOf(v) + 1));
    const own = components(graph, before).find((set) => set.has(v)) ?? new Set([v]);
    const all = [...own, ...outsideOf(graph, own)].sort((a, b) => a - b);
    return { all, given: all.filter((w) => w !== v) };
  });
  return {
    members,
    outside: outsideOf(graph, component),
    at: (values) => {
      let product = unit;
      for (const { all, given } of pillows) {
        if (product.above === 0n) return zero;
        const below = weightOf(table, given, values);
        if (below === 0n) return null;
        product = times(product, rational(weightOf(table, all, values), below));
      }
      return product;
    },
  };
}

/**
 * The law of members of a component that no other member is a cause of (inside of it): the sum over the others. It does not hang on the parents
 * of those others; of their values the first with which all is known are taken.
 */
export function marginalLaw(
  law: ComponentLaw,
  graph: IndexedGraph,
  sizes: readonly number[],
  kept: ReadonlySet<number>,
): ComponentLaw {
  const others = law.members.filter((v) => !kept.has(v));
  if (others.length === 0) return law;
  const read = new Set([...kept].flatMap((v) => [...neighbours(graph.parents, v)]));
  const free = law.outside.filter((v) => !read.has(v));
  const sumAt = (all: number[]): Rational | null => {
    let sum = zero;
    for (const _ of assignments(others, sizes, all)) {
      const term = law.at(all);
      if (term === null) return null;
      sum = plus(sum, term);
    }
    return sum;
  };
  return {
    members: law.members.filter((v) => kept.has(v)),
    outside: law.outside.filter((v) => read.has(v)),
    at: (values) => {
      const all = [...values];
      for (const _ of assignments(free, sizes, all)) {
        const sum = sumAt(all);
        if (sum !== null) return sum;
      }
      return null;
    },
  };
}
