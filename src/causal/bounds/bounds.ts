import type { CounterfactualEvent } from '../identify/counterfactual.js';
import { type IndexedGraph, neighbours } from '../indexed.js';
import { ancestors, descendants } from '../reach.js';
import { components, subgraph, topologicalOrder } from '../structure.js';
import { type ComponentLaw, componentLaw, marginalLaw } from './component_law.js';
import { assignments, type JointTable, marginalTable, weightOf } from './joint_table.js';
import { numberOf, overOne, plus, type Rational, rational, rationalOf, times, unit, zero } from './rational.js';
import { type Compatible, compatible, type ResponseSpace, type Row, responseSpace } from './response_polytope.js';
import { answerOf, type Fixed, type Monotone } from './response_types.js';
import { maximum, minimum, vertexOf } from './simplex.js';
import { type Conjunction, conjunctionOf, openComponents } from './worlds.js';

/** A sum of probabilities of events across worlds, each times a weight, among the units for which `given` holds. */
export type Quantity = {
  readonly terms: readonly { readonly weight: number; readonly events: readonly CounterfactualEvent[] }[];
  readonly given: readonly CounterfactualEvent[];
};

/** What is known besides the observed distribution. */
export type Knowledge = {
  /** Probabilities of events, as experiments give them: y = 1 in the world of do(x = 1). */
  readonly experiments: readonly { readonly events: readonly CounterfactualEvent[]; readonly probability: number }[];
  readonly monotone: readonly { readonly cause: string; readonly effect: string; readonly direction: 1 | -1 }[];
};

/** All that is known of a quantity, or in a sentence without its beginning why nothing is computed. */
export type Bounded =
  | {
      readonly ok: true;
      readonly low: number;
      readonly high: number;
      /** Whether every number between the ends is the answer of some model of the graph that fits the distribution. */
      readonly sharp: boolean;
      /** The share of units that would have to be others before the distribution fits the graph; 0 where it does. */
      readonly gap: number;
      /** How many response types the linear program has; 0 where none was needed. */
      readonly types: number;
    }
  | { readonly ok: false; readonly reason: string };

/**
 * Bounds of a causal or counterfactual quantity from the distribution of discrete nodes (Balke and Pearl, UAI 1994 and JASA 1997; Sachs, Jonzon,
 * Gabriel and Sjölander, JCGS 32, 2023). Each c-component whose part the observed distribution leaves open is written by its response types, with
 * one joint distribution; the rest is known. With one such component this is a linear program, solved exactly, and where a hidden cause of all of
 * its members is what its `<->` stand for, the bounds are sharp. Several are put into one program that forgets that they are independent but for
 * what is known of each: valid bounds that may be too wide.
 *
 * The graph is acyclic and has no latent node (`withoutLatents`); its nodes are those of the table, in the same order.
 */
export function boundsOf(
  graph: IndexedGraph,
  table: JointTable,
  quantity: Quantity,
  knowledge: Partial<Knowledge> = {},
): Bounded {
  const monotone = knowledge.monotone ?? [];
  const experiments = knowledge.experiments ?? [];
  const events = [
    ...quantity.terms.flatMap((t) => t.events),
    ...quantity.given,
    ...experiments.flatMap((e) => e.events),
  ];
  const asked = { experiments, monotone };
  const near = sceneAround(graph, table, events, false);
  const wide = sceneAround(graph, table, events, true);
  const first = inScene(near, quantity, asked);
  const larger = near.graph.count < wide.graph.count;
  // Other members of the components than causes of what is asked about may tell something too, as long as there is room for them.
  const second = larger && 'ok' in first && first.ok && first.low < first.high ? inScene(wide, quantity, asked) : first;
  if ('tooMany' in first) return refused(`a linear program of ${first.tooMany} response types or rows would be needed`);
  if (!first.ok || !('ok' in second) || !second.ok) return first.ok && larger ? { ...first, sharp: false } : first;
  const [low, high] = [Math.max(first.low, second.low), Math.min(first.high, second.high)];
  return low <= high ? { ...second, low, high } : first;
}

const refused = (reason: string): Bounded => ({ ok: false, reason });

type Scene = { readonly graph: IndexedGraph; readonly table: JointTable };

/** Nodes that tell something of the named ones: their causes, and the rest of their components with its causes. */
export function relevantNodes(graph: IndexedGraph, named: Iterable<string>): Set<number> {
  const keep = causesOf(graph, named);
  const parts = components(graph, new Set(graph.nodes.keys()));
  for (let before = -1; before !== keep.size; ) {
    before = keep.size;
    for (const part of parts)
      if ([...part].some((v) => keep.has(v))) for (const v of ancestors(graph, part)) keep.add(v);
  }
  return keep;
}

const causesOf = (graph: IndexedGraph, named: Iterable<string>): Set<number> =>
  ancestors(
    graph,
    [...named].map((name) => graph.indexOf.get(name) ?? -1),
  );

/** The part of a graph that matters: causes of what is asked about, and if `wide` all that tells something of them. */
function sceneAround(
  graph: IndexedGraph,
  table: JointTable,
  events: readonly CounterfactualEvent[],
  wide: boolean,
): Scene {
  const named = events.flatMap(({ variable, action }) => [variable, ...Object.keys(action)]);
  const keep = wide ? relevantNodes(graph, named) : causesOf(graph, named);
  if (keep.size === graph.count) return { graph, table };
  return {
    graph: subgraph(graph, keep),
    table: marginalTable(
      table,
      [...keep].sort((a, b) => a - b),
    ),
  };
}

type Wide = { readonly tooMany: number };

function inScene({ graph, table }: Scene, quantity: Quantity, { experiments, monotone }: Knowledge): Bounded | Wide {
  const numerators = quantity.terms.map((t) => conjunctionOf(graph, [...t.events, ...quantity.given]));
  const denominator = conjunctionOf(graph, quantity.given);
  const tried = experiments.map((e) => conjunctionOf(graph, e.events));
  const openOf = (list: readonly Conjunction[]): readonly ReadonlySet<number>[] => {
    const open = new Set(list.flatMap((c) => openComponents(graph, c)).flatMap((part) => [...part]));
    return components(graph, new Set(graph.nodes.keys())).filter((part) => [...part].some((v) => open.has(v)));
  };
  const asked = openOf([...numerators, denominator]);
  const parts = asked.length === 0 ? asked : openOf([...numerators, denominator, ...tried]);
  const rules = monotone.map(
    ({ cause, effect, direction }): Monotone => ({
      cause: graph.indexOf.get(cause) ?? -1,
      effect: graph.indexOf.get(effect) ?? -1,
      direction,
    }),
  );
  const weights = quantity.terms.map(({ weight }) => rationalOf(weight));
  // What is conditioned on has a known probability where it is of the observed world; a ratio of unknowns is not taken apart.
  const factual = quantity.given.every(({ action }) => Object.keys(action).length === 0);
  const apart = factual && experiments.length === 0 ? apartAt(graph, [...numerators, denominator], parts) : [];
  const sum = { low: 0, high: 0, gap: 0, types: 0 };
  try {
    const values = table.sizes.map(() => 0);
    for (const _ of assignments(apart, table.sizes, values)) {
      if (weightOf(table, apart, values) === 0n) continue;
      const fixed = new Map(apart.map((v) => [v, values[v]!]));
      const space = parts.length === 0 ? nothing : responseSpace(graph, table, parts, rules, fixed);
      if ('tooMany' in space) return space;
      const steps = space.columns.length * walksOf(graph, table, [...numerators, denominator, ...tried], parts, apart);
      if (steps > mostSteps) return { tooMany: steps };
      const chances = chanceIn({ graph, table }, space, fixed);
      const costs = space.columns.map((_column, j) =>
        numerators.reduce((total, c, k) => plus(total, times(weights[k]!, chances(c, j))), zero),
      );
      const known = experiments.map(({ probability }, k): Row => {
        const entries = new Map(space.columns.map((_column, j) => [j, chances(tried[k]!, j)]));
        return { entries, right: rationalOf(probability), weight: unit };
      });
      const fitting = compatible({ ...space, rows: [...space.rows, ...(parts.length === 0 ? [] : known)] });
      const ends = factual
        ? endsOf(fitting, costs)
        : ratioEnds(
            fitting,
            costs,
            space.columns.map((_column, j) => chances(denominator, j)),
          );
      if (ends === null) return refused('what is conditioned on never happens');
      sum.low += ends.low;
      sum.high += ends.high;
      sum.gap += fitting.gap;
      sum.types += parts.length === 0 ? 0 : space.columns.length;
    }
  } catch (thrown) {
    if (thrown === noUnits) return refused('some circumstance that has to be known is met with in no row');
    throw thrown;
  }
  const scale = factual ? observedChance(graph, table, quantity.given) : 1;
  if (scale === 0) return refused('what is conditioned on never happens');
  const [only, ...others] = parts;
  const sharp = only === undefined || (others.length === 0 && isClique(graph, only));
  return { ok: true, low: sum.low / scale, high: sum.high / scale, sharp, gap: sum.gap, types: sum.types };
}

/** Assignments of known nodes that are summed over, over all columns and programs. */
const mostSteps = 100_000;

/** Over how many assignments the known nodes of some events are summed, at all values of those that are held fast. */
function walksOf(
  graph: IndexedGraph,
  { sizes }: JointTable,
  events: readonly Conjunction[],
  parts: readonly ReadonlySet<number>[],
  apart: readonly number[],
): number {
  const open = new Set(parts.flatMap((part) => [...part]));
  const held = apart.reduce((product, v) => product * sizes[v]!, 1);
  return events.reduce((sum, { matters }) => {
    const summed = [...graph.nodes.keys()].filter((v) => matters[v]!.length > 0 && !open.has(v) && !apart.includes(v));
    return sum + held * summed.reduce((product, v) => product * sizes[v]!, 1);
  }, 0);
}

/** The probability of events of the observed world. */
function observedChance(graph: IndexedGraph, table: JointTable, events: readonly CounterfactualEvent[]): number {
  const values = table.sizes.map(() => 0);
  const seen = new Map<number, number>();
  for (const { variable, value } of events) {
    const v = graph.indexOf.get(variable) ?? -1;
    if ((seen.get(v) ?? value) !== value) return 0;
    seen.set(v, value);
    values[v] = value;
  }
  const nodes = [...seen.keys()].sort((a, b) => a - b);
  return numberOf(rational(weightOf(table, nodes, values), table.total));
}

/**
 * Nodes at each of whose values a program of its own may be solved: nothing that is set changes them, they are known, and each member of an open
 * component either reads them, so that it answers anew at each value, or reads nothing, so that its distribution is known.
 */
function apartAt(
  graph: IndexedGraph,
  events: readonly Conjunction[],
  parts: readonly ReadonlySet<number>[],
): readonly number[] {
  const members = parts.flatMap((part) => [...part]);
  const acted = new Set(events.flatMap(({ worlds }) => worlds.flatMap((action) => [...action.keys()])));
  const touched = descendants(graph, acted);
  return [...graph.nodes.keys()].filter((v) => {
    if (touched.has(v) || members.includes(v) || members.length === 0) return false;
    return members.every((u) => {
      const parents = [...neighbours(graph.parents, u)];
      return parents.length === 0 || parents.includes(v);
    });
  });
}

/** One column of no members: what is asked does not hang on any type. */
const nothing: ResponseSpace = {
  members: [],
  columns: [[]],
  rows: [{ entries: new Map([[0, unit]]), right: unit, weight: unit }],
};

/** Thrown where a law that is needed is not known. */
const noUnits = new Error('bounds: no units');

/** Whether every two members are joined. */
const isClique = (graph: IndexedGraph, part: ReadonlySet<number>): boolean =>
  [...part].every((v) => {
    const spouses = new Set(neighbours(graph.spouses, v));
    return [...part].every((w) => w === v || spouses.has(w));
  });

/** The probability of a conjunction, with some nodes at the values that they are held at, where the open components are of one column's types. */
function chanceIn(
  { graph, table }: Scene,
  space: ResponseSpace,
  fixed: Fixed,
): (event: Conjunction, column: number) => Rational {
  const { sizes } = table;
  const order = topologicalOrder(graph) ?? [];
  const place = new Map(space.members.map(({ node }, k) => [node, k]));
  const plain = components(graph, new Set(graph.nodes.keys()))
    .filter((part) => [...part].every((v) => !place.has(v)))
    .map((part) => ({ part, law: componentLaw(graph, table, part) }));
  const laws = new Map<Conjunction, readonly ComponentLaw[]>();
  const memory = new Map<ComponentLaw, Map<string, Rational>>();
  const lawsFor = (event: Conjunction): readonly ComponentLaw[] => {
    const known = laws.get(event);
    if (known !== undefined) return known;
    const made = plain.flatMap(({ part, law }) => {
      const kept = new Set([...part].filter((v) => event.matters[v]!.length > 0));
      return kept.size === 0 ? [] : [marginalLaw(law, graph, sizes, kept)];
    });
    laws.set(event, made);
    return made;
  };
  const lawAt = (law: ComponentLaw, values: readonly number[]): Rational => {
    const key = [...law.members, ...law.outside].map((v) => values[v]).join();
    const kept = memory.get(law) ?? new Map<string, Rational>();
    memory.set(law, kept);
    const before = kept.get(key);
    if (before !== undefined) return before;
    const found = law.at(values);
    if (found === null) throw noUnits;
    kept.set(key, found);
    return found;
  };
  return (event, column) => {
    const types = space.columns[column]!;
    const worlds = event.worlds.map((action) => sizes.map((_, v) => action.get(v) ?? 0));
    const wanted = new Map(event.events.map(({ world, node, value }) => [`${world}/${node}`, value]));
    for (const { world, node, value } of event.events) {
      if ((wanted.get(`${world}/${node}`) ?? value) !== value) return zero;
      const set = event.worlds[world]!.get(node);
      if (set !== undefined && set !== value) return zero;
    }
    const fits = (world: number, v: number): boolean =>
      (wanted.get(`${world}/${v}`) ?? worlds[world]![v]!) === worlds[world]![v]!;
    /** The probability of what is known components' part, once all nodes have their values. */
    const weigh = (): Rational => {
      let product = unit;
      for (const law of lawsFor(event)) {
        // A parent may matter in one world only: each value is read where the member that reads it is.
        const values = sizes.map(() => 0);
        for (const v of law.members)
          for (const w of event.matters[v]!) {
            values[v] = worlds[w]![v]!;
            for (const p of neighbours(graph.parents, v)) values[p] = worlds[w]![p]!;
          }
        product = times(product, lawAt(law, values));
        if (product.above === 0n) return zero;
      }
      return product;
    };
    const walk = (k: number): Rational => {
      const v = order[k];
      if (v === undefined) return weigh();
      const where = event.matters[v]!;
      if (where.length === 0) return walk(k + 1);
      const own = place.get(v);
      if (own !== undefined) {
        for (const w of where) {
          worlds[w]![v] = answerOf(space.members[own]!, types[own]!, sizes, worlds[w]!);
          if (!fits(w, v)) return zero;
        }
        return walk(k + 1);
      }
      let sum = zero;
      const held = fixed.get(v);
      for (let value = held ?? 0; value < (held === undefined ? sizes[v]! : held + 1); value++) {
        for (const w of where) worlds[w]![v] = value;
        if (where.every((w) => fits(w, v))) sum = plus(sum, walk(k + 1));
      }
      return sum;
    };
    return walk(0);
  };
}

type Ends = { readonly low: number; readonly high: number };

function endsOf({ program, vertex }: Compatible, costs: readonly Rational[]): Ends {
  const { wholes, below } = overOne(program.kept.map((j) => costs[j]!));
  const [least, greatest] = [minimum(vertex, wholes), maximum(vertex, wholes)];
  if (least.kind !== 'optimal' || greatest.kind !== 'optimal') throw new Error('bounds: a probability without bounds');
  const scale = rational(1n, below * program.scale);
  return { low: numberOf(times(least.value, scale)), high: numberOf(times(greatest.value, scale)) };
}

/**
 * The ends of a quotient over the polytope: with all unknowns divided by the denominator it is linear again (Charnes and Cooper, Naval Research Logistics
 * Quarterly 9, 1962). Null where the denominator is zero everywhere.
 */
function ratioEnds({ program }: Compatible, above: readonly Rational[], below: readonly Rational[]): Ends | null {
  const { polytope, kept } = program;
  const factors = overOne(kept.map((j) => below[j]!));
  const last = polytope.right.length;
  const columns = polytope.columns.map((column, place) =>
    factors.wholes[place] === 0n ? column : [...column, { row: last, value: factors.wholes[place]! }],
  );
  const sizeColumn = polytope.right.flatMap((b, row) => (b === 0n ? [] : [{ row, value: -b }]));
  const vertex = vertexOf({
    columns: [...columns, sizeColumn],
    right: [...polytope.right.map(() => 0n), factors.below],
  });
  if (vertex === null) return null;
  const costs = overOne(kept.map((j) => above[j]!));
  const wholes = [...costs.wholes, 0n];
  const [least, greatest] = [minimum(vertex, wholes), maximum(vertex, wholes)];
  if (least.kind !== 'optimal' || greatest.kind !== 'optimal') throw new Error('bounds: a probability without bounds');
  const scale = rational(1n, costs.below);
  return { low: numberOf(times(least.value, scale)), high: numberOf(times(greatest.value, scale)) };
}
