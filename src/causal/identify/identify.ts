import { type IndexedGraph, withEdges } from '../indexed.js';
import { ancestors } from '../reach.js';
import { separated } from '../separation.js';
import { subgraph, topologicalOrder, withoutLatents } from '../structure.js';
import { type Estimand, probability, product, quotient, sum } from './estimand.js';
import type { Hedge } from './hedge.js';
import { ancestorsWithin, at, componentsWithin, minus, type Names, within } from './named_sets.js';

/** An estimand with what the search went by, or the hedge that forbids one. */
type Identified =
  | { readonly identifiable: true; readonly estimand: Estimand; readonly argument: Argument }
  | { readonly identifiable: false; readonly hedge: Hedge; readonly joint: Joint };

/** P(outcome | do(action)), of what is asked for and what is conditioned on still, which a hedge forbids. */
export type Joint = { readonly outcome: readonly string[]; readonly action: readonly string[] };

/** What the search went by. All lists keep to one order in which causes stand before effects. */
export type Argument = {
  readonly order: readonly string[];
  /** What was conditioned on and is acted on instead, one node after another (rule 2). */
  readonly moved: readonly string[];
  /** The outcomes, what is conditioned on still, and their causes that are not acted on. */
  readonly needed: readonly string[];
  /** How the factor of each c-component of these was found. */
  readonly descents: readonly Descent[];
};

/**
 * From the first component, one of the graph without `acted`, whose factor the distribution under do(acted) gives: in each component the ancestors of
 * the part that is sought, and in these the next component. The part is the last ancestors.
 */
export type Descent = {
  readonly acted: readonly string[];
  readonly stages: readonly Stage[];
};

/** A component, and in it the ancestors of the part that is sought. */
type Stage = { readonly component: readonly string[]; readonly above: readonly string[] };

/** A query P(outcome | do(action), given); sets of node names. */
export type CausalQuery = {
  readonly outcome: readonly string[];
  readonly action: readonly string[];
  readonly given: readonly string[];
  /** Nodes on which there were experiments, one for each subset of them; without any, data come from observation alone. */
  readonly experiments: readonly string[];
};

/** What the search needs of an acyclic graph of observed nodes. */
type Scene = { readonly graph: IndexedGraph; readonly order: readonly string[] };

/**
 * P(outcome | do(action), given) from observation, or from experiments on the nodes named beside it: complete (Shpitser and Pearl, AAAI and UAI
 * 2006; with experiments Lee, Correa and Bareinboim, "General identifiability with arbitrary surrogate experiments", UAI 2019). Latent nodes
 * are projected out first. The graph has no cycle; all names are of observed nodes, and the sets are disjoint.
 */
export function identify(graph: IndexedGraph, query: CausalQuery): Identified {
  const observed = withoutLatents(graph);
  const order = topologicalOrder(observed);
  if (order === null) throw new Error('identify: the graph has a cycle');
  const scene: Scene = { graph: observed, order: order.map((v) => observed.nodes[v]!.name) };
  return identifyGiven(scene, query);
}

/** The scene of some nodes and their ancestors alone. */
function ancestralScene({ graph, order }: Scene, of: Names): Scene {
  const kept = ancestors(graph, at(graph, of));
  const names = new Set([...kept].map((v) => graph.nodes[v]!.name));
  return { graph: subgraph(graph, kept), order: order.filter((v) => names.has(v)) };
}

/** What is conditioned on is acted on where that is the same (rule 2); what is left goes below a quotient (Shpitser and Pearl, UAI 2006, figure 3). */
function identifyGiven(scene: Scene, query: CausalQuery): Identified {
  const { graph } = scene;
  const { outcome, action, given } = query;
  for (const z of given) {
    const others = given.filter((v) => v !== z);
    const acted = at(graph, action);
    const moved = at(graph, [z]);
    const cut = withEdges(graph, ({ from, to, kind }) =>
      kind === '<->' ? !acted.has(from) && !acted.has(to) : !acted.has(to) && !moved.has(from),
    );
    if (!separated(cut, at(graph, outcome), moved, at(graph, [...action, ...others]))) continue;
    const found = identifyGiven(scene, { ...query, action: [...action, z], given: others });
    if (!found.identifiable) return found;
    return { ...found, argument: { ...found.argument, moved: [z, ...found.argument.moved] } };
  }
  const joint = identifyJoint(scene, new Set([...outcome, ...given]), new Set(action), query.experiments);
  if (!joint.identifiable || given.length === 0) return joint;
  return { ...joint, estimand: quotient(joint.estimand, sum(outcome, joint.estimand)) };
}

/** The factor of a c-component, or the hedge that forbids it. */
type FactorFound =
  | { readonly identifiable: true; readonly estimand: Estimand; readonly descent: Descent }
  | { readonly identifiable: false; readonly hedge: Hedge };

/**
 * P(y | do(x)) as the sum of a product of c-factors, each identified on its own (Tian and Pearl, "A general identification condition", AAAI 2002).
 * Only the ancestors of y count (line 2 of the algorithm ID).
 */
function identifyJoint(whole: Scene, y: Names, x: Names, among: readonly string[]): Identified {
  const scene = ancestralScene(whole, y);
  const { graph, order } = scene;
  const all = new Set(order);
  const experiments = among.filter((v) => all.has(v));
  const needed = ancestorsWithin(graph, minus(all, x), y);
  const factors: Estimand[] = [];
  const descents: Descent[] = [];
  for (const component of componentsWithin(graph, needed)) {
    const observed = identifyFrom(scene, component, new Set());
    // The hedge that is shown is that of observation alone.
    const found = observed.identifiable ? observed : (identifyByExperiment(scene, component, experiments) ?? observed);
    if (!found.identifiable) return { ...found, joint: { outcome: [...y], action: [...x] } };
    factors.push(found.estimand);
    descents.push(found.descent);
  }
  const argument = { order, moved: [], needed: order.filter((v) => needed.has(v)), descents };
  return { identifiable: true, estimand: sum([...minus(needed, y)], product(factors)), argument };
}

/** The probability of a c-component of observed nodes under do on all others, from observation and experiments; null where it is not known. The graph has no latent node. */
export function identifyFactor(graph: IndexedGraph, component: Names, experiments: readonly string[]): Estimand | null {
  const order = topologicalOrder(graph);
  if (order === null) throw new Error('identify: the graph has a cycle');
  const scene = ancestralScene({ graph, order: order.map((v) => graph.nodes[v]!.name) }, component);
  const observed = identifyFrom(scene, component, new Set());
  const near = experiments.filter((v) => scene.graph.indexOf.has(v));
  const found = observed.identifiable ? observed : identifyByExperiment(scene, component, near);
  return found?.identifiable === true ? found.estimand : null;
}

/**
 * A c-factor from an experiment on as few nodes as do. A hedge inside of fewer nodes is one inside of more, so that the experiment on all nodes
 * identifies what any does, and nodes can be dropped from it one after another.
 */
function identifyByExperiment(scene: Scene, component: Names, experiments: readonly string[]): FactorFound | null {
  let acted = new Set(experiments.filter((v) => !component.has(v)));
  let found = identifyFrom(scene, component, acted);
  if (!found.identifiable) return null;
  for (const v of [...acted]) {
    const fewer = minus(acted, new Set([v]));
    const attempt = identifyFrom(scene, component, fewer);
    if (attempt.identifiable) [acted, found] = [fewer, attempt];
  }
  return found;
}

/** The c-factor of a component from the distribution under do on some nodes. */
function identifyFrom(scene: Scene, component: Names, acted: Names): FactorFound {
  const { graph, order } = scene;
  const rest = minus(order, acted);
  const whole = componentsWithin(graph, rest).find((set) => within(component, set));
  if (whole === undefined) throw new Error('identify: a component is in none');
  const start = { acted: order.filter((v) => acted.has(v)), stages: [] };
  return descend(scene, component, whole, firstFactor(scene, whole, rest, acted), start);
}

/** The c-factor of a c-component: each node given those before it that it may hang on. */
function firstFactor({ graph, order }: Scene, component: Names, inside: Names, acted: Names): Estimand {
  const before: string[] = [];
  const factors: Estimand[] = [];
  const action = [...acted];
  for (const v of order) {
    if (!inside.has(v)) continue;
    if (component.has(v)) factors.push(probability([v], pillow(graph, v, before, acted), action));
    before.push(v);
  }
  return product(factors.reverse());
}

/** Of the nodes before, those that make v independent of all others before it: its district there, and what points at the district. */
export function pillow(graph: IndexedGraph, v: string, before: readonly string[], acted: Names): readonly string[] {
  const prefix = new Set([...before, v]);
  const district = componentsWithin(graph, prefix).find((set) => set.has(v)) ?? new Set([v]);
  const near = new Set(district);
  const { starts, ends } = graph.parents;
  for (const w of at(graph, district))
    for (let k = starts[w]!; k < starts[w + 1]!; k++) near.add(graph.nodes[ends[k]!]!.name);
  near.delete(v);
  return before.filter((w) => near.has(w) && !acted.has(w));
}

/** From the c-factor of a component to that of a part of it: by leaving out what is no ancestor, and by going on in the component of what is left. */
function descend(scene: Scene, part: Names, component: Names, factor: Estimand, before: Descent): FactorFound {
  const { graph, order } = scene;
  const above = ancestorsWithin(graph, component, part);
  const sorted = (set: Names): readonly string[] => order.filter((v) => set.has(v));
  const stages = [...before.stages, { component: sorted(component), above: sorted(above) }];
  const descent = { ...before, stages };
  if (above.size === part.size)
    return { identifiable: true, estimand: sum([...minus(component, part)], factor), descent };
  if (above.size === component.size) {
    return { identifiable: false, hedge: { forest: sorted(component), inner: sorted(part) } };
  }
  const margin = sum([...minus(component, above)], factor);
  const smaller = componentsWithin(graph, above).find((set) => within(part, set));
  if (smaller === undefined) throw new Error('identify: a part is in no component');
  const ordered = order.filter((v) => above.has(v));
  const factors = ordered.flatMap((v, k) => {
    if (!smaller.has(v)) return [];
    return [quotient(sum(ordered.slice(k + 1), margin), sum(ordered.slice(k), margin))];
  });
  return descend(scene, part, smaller, product(factors.reverse()), descent);
}
