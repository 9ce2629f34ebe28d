import type { DerivationStep, Identification } from '../../report/answer.js';
import { minimalAdjustmentSet, totalEffect } from '../adjustment.js';
import { minimalFrontDoorSet } from '../frontdoor.js';
import { type IndexedGraph, namesOf } from '../indexed.js';
import { instruments } from '../instruments.js';
import { descendants } from '../reach.js';
import { withoutLatents } from '../structure.js';
import { withCheckedSteps } from './check_derivation.js';
import { createDerivation, derivationOf } from './derivation.js';
import { type Estimand, type Probability, probability, product, sum } from './estimand.js';
import { type CausalQuery, identify } from './identify.js';
import { estimandLatex, estimandText } from './write_estimand.js';

/** An estimand by an argument that has a name, with its derivation. */
type Named = { readonly strategy: string; readonly estimand: Estimand; readonly steps: readonly DerivationStep[] };

/**
 * Whether P(outcome | do(action), given) is known from observation, by what argument and by which estimand: the argument a person would name where
 * one applies (no effect, no confounding, back-door, front-door), else the complete algorithm. Where it is not, the hedge that forbids it.
 * The graph has no cycle; names are of observed nodes.
 */
export function identification(graph: IndexedGraph, query: CausalQuery): Identification {
  const observed = withoutLatents(graph);
  const named = byName(observed, query);
  if (named !== null) return withCheckedSteps(observed, query, identified(named));
  const found = identify(observed, query);
  if (found.identifiable) {
    const elsewhere = found.argument.descents.some(({ acted }) => acted.length > 0);
    const strategy = elsewhere ? 'surrogate experiments' : 'c-components';
    const steps = derivationOf(observed, query, found.argument, found.estimand);
    return withCheckedSteps(observed, query, identified({ strategy, estimand: found.estimand, steps }));
  }
  const { forest, inner } = found.hedge;
  const [x, ...others] = query.action;
  const [y, ...rest] = query.outcome;
  const helped = others.length === 0 && rest.length === 0 && x !== undefined && y !== undefined;
  const instrument = helped ? instrumentFor(observed, x, y) : null;
  return {
    identifiable: false,
    strategy: instrument,
    estimand: null,
    latex: null,
    steps: [],
    hedge: `{${forest.join(', ')}} and {${inner.join(', ')}}: hidden common causes join each of them, so that two models can agree on all that is observed and differ in the effect`,
  };
}

const identified = ({ strategy, estimand, steps }: Named): Identification => ({
  identifiable: true,
  strategy,
  estimand: estimandText(estimand),
  latex: estimandLatex(estimand),
  tree: estimand,
  steps,
  hedge: null,
});

/** An instrument, which helps where mechanisms are linear. */
function instrumentFor(graph: IndexedGraph, x: string, y: string): string | null {
  const [from, to] = [graph.indexOf.get(x), graph.indexOf.get(y)];
  if (from === undefined || to === undefined) return null;
  for (const { instrument, given } of instruments(graph, from, to, 'total')) {
    const beside = given.size === 0 ? '' : ` given ${namesOf(graph, given).join(', ')}`;
    return `linear mechanisms only: ${namesOf(graph, [instrument])[0]}${beside} is an instrument`;
  }
  return null;
}

/** The argument with a name, from the shortest on, each step licensed; null where none applies. */
function byName(graph: IndexedGraph, query: CausalQuery): Named | null {
  const { outcome: y, action: x, given } = query;
  if (x.length === 0) return { strategy: 'observation', estimand: probability(y, given), steps: [] };
  const asked = term(y, given, x);
  const short = [
    { strategy: 'no effect', rule: 3, to: term(y, given, []) },
    { strategy: 'no confounding', rule: 2, to: term(y, [...x, ...given], []) },
  ] as const;
  for (const { strategy, rule, to } of short) {
    const derivation = createDerivation(graph, query);
    if (derivation.rule(rule, asked, to)) return { strategy, estimand: to, steps: derivation.steps };
  }
  return given.length > 0 ? null : (byBackDoor(graph, query) ?? byFrontDoor(graph, query));
}

const term = (of: readonly string[], given: readonly string[], action: readonly string[]): Probability => ({
  kind: 'probability',
  of,
  given,
  action,
});

const numbered = (graph: IndexedGraph, names: readonly string[]): Set<number> =>
  new Set(names.map((name) => graph.indexOf.get(name) ?? -1));

/** The back-door adjustment (Pearl, Causality, 2009, theorem 3.3.2). Sets of non-effects of x serve wherever any set does. */
function byBackDoor(graph: IndexedGraph, query: CausalQuery): Named | null {
  const { outcome: y, action: x } = query;
  const from = numbered(graph, x);
  const question = { ...totalEffect(from, numbered(graph, y)), mustNot: descendants(graph, from) };
  const adjusted = minimalAdjustmentSet(graph, question);
  if (adjusted === null) return null;
  const z = namesOf(graph, adjusted);
  const { law, rule, end } = createDerivation(graph, query);
  const both = term([...y, ...z], [], x);
  law('marginalisation', term(y, [], x), { kind: 'sum', over: z, body: both });
  law('chain rule', both, product([term(y, z, x), term(z, [], x)]));
  if (!rule(2, term(y, z, x), term(y, [...x, ...z], [])) || !rule(3, term(z, [], x), term(z, [], []))) return null;
  const estimand = sum(z, product([term(y, [...x, ...z], []), term(z, [], [])]));
  return { strategy: 'backdoor', estimand, steps: end(estimand) };
}

/** The front-door adjustment (Pearl, Causality, 2009, theorem 3.3.4 and section 3.4.3). */
function byFrontDoor(graph: IndexedGraph, query: CausalQuery): Named | null {
  const { outcome: y, action: x } = query;
  const question = {
    x: numbered(graph, x),
    y: numbered(graph, y),
    must: new Set<number>(),
    mustNot: new Set<number>(),
  };
  const doors = minimalFrontDoorSet(graph, question);
  if (doors === null || doors.size === 0) return null;
  const m = namesOf(graph, doors);
  const { law, rule, end } = createDerivation(graph, query);
  const both = term([...y, ...m], [], x);
  law('marginalisation', term(y, [], x), { kind: 'sum', over: m, body: both });
  law('chain rule', both, product([term(m, [], x), term(y, m, x)]));
  const first =
    rule(2, term(m, [], x), term(m, x, [])) &&
    rule(2, term(y, m, x), term(y, [], [...x, ...m])) &&
    rule(3, term(y, [], [...x, ...m]), term(y, [], m));
  if (!first) return null;
  const behind = term([...x, ...y], [], m);
  law('marginalisation', term(y, [], m), { kind: 'sum', over: x, body: behind });
  law('chain rule', behind, product([term(y, x, m), term(x, [], m)]));
  if (!rule(2, term(y, x, m), term(y, [...x, ...m], [])) || !rule(3, term(x, [], m), term(x, [], []))) return null;
  const inner = sum(x, product([term(y, [...x, ...m], []), term(x, [], [])]));
  const estimand = sum(m, product([term(m, x, []), inner]));
  return { strategy: 'frontdoor', estimand, steps: end(estimand) };
}
