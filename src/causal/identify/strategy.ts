import type { DerivationStep, Identification } from '../../report/answer.js';
import { minimalAdjustmentSet, totalEffect } from '../adjustment.js';
import { minimalFrontDoorSet } from '../frontdoor.js';
import { type IndexedGraph, namesOf } from '../indexed.js';
import { instruments } from '../instruments.js';
import { withoutLatents } from '../structure.js';
import { applies, type Rule } from './do_calculus.js';
import { type Estimand, probability, product, sum } from './estimand.js';
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
  const plain = query.given.length === 0 && query.experiments.length === 0;
  const named = plain ? byName(observed, query) : null;
  if (named !== null) return identified(named);
  const found = identify(observed, query);
  if (found.identifiable) {
    const strategy = query.experiments.length > 0 ? 'surrogate experiments' : 'c-components';
    return identified({ strategy, estimand: found.estimand, steps: [] });
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

function byName(graph: IndexedGraph, { outcome: y, action: x }: CausalQuery): Named | null {
  if (x.length === 0) return { strategy: 'observation', estimand: probability(y), steps: [] };
  const at = (names: readonly string[]): Set<number> => new Set(names.map((name) => graph.indexOf.get(name) ?? -1));
  const untouched = derive(graph, [
    { rule: 3, y, z: x, x: [], w: [], gives: `${text(probability(y, [], x))} = ${text(probability(y))}` },
  ]);
  if (untouched !== null) return { strategy: 'no effect', estimand: probability(y), steps: untouched };
  const seen = probability(y, x);
  const unconfounded = derive(graph, [
    { rule: 2, y, z: x, x: [], w: [], gives: `${text(probability(y, [], x))} = ${text(seen)}` },
  ]);
  if (unconfounded !== null) return { strategy: 'no confounding', estimand: seen, steps: unconfounded };
  const adjusted = minimalAdjustmentSet(graph, totalEffect(at(x), at(y)));
  if (adjusted !== null) {
    const z = namesOf(graph, adjusted);
    const estimand = sum(z, product([probability(y, [...x, ...z]), probability(z)]));
    const steps = derive(graph, [
      { rule: 3, y: z, z: x, x: [], w: [], gives: `${text(probability(z, [], x))} = ${text(probability(z))}` },
      { rule: 2, y, z: x, x: [], w: z, gives: `${text(probability(y, z, x))} = ${text(probability(y, [...x, ...z]))}` },
    ]);
    // Sets that hold effects of x are valid by another argument than these two steps.
    if (steps !== null) return { strategy: 'backdoor', estimand, steps };
    return { strategy: 'adjustment', estimand, steps: [] };
  }
  const doors = minimalFrontDoorSet(graph, { x: at(x), y: at(y), must: new Set(), mustNot: new Set() });
  if (doors === null || doors.size === 0) return null;
  const m = namesOf(graph, doors);
  const behind = sum(x, product([probability(y, [...x, ...m]), probability(x)]));
  const steps = derive(graph, [
    { rule: 2, y: m, z: x, x: [], w: [], gives: `${text(probability(m, [], x))} = ${text(probability(m, x))}` },
    { rule: 2, y, z: m, x, w: [], gives: `${text(probability(y, m, x))} = ${text(probability(y, [], [...x, ...m]))}` },
    {
      rule: 3,
      y,
      z: x,
      x: m,
      w: [],
      gives: `${text(probability(y, [], [...x, ...m]))} = ${text(probability(y, [], m))}`,
    },
    { rule: 3, y: x, z: m, x: [], w: [], gives: `${text(probability(x, [], m))} = ${text(probability(x))}` },
    { rule: 2, y, z: m, x: [], w: x, gives: `${text(probability(y, x, m))} = ${text(probability(y, [...x, ...m]))}` },
  ]);
  if (steps === null) return null;
  return { strategy: 'frontdoor', estimand: sum(m, product([probability(m, x), behind])), steps };
}

const text = (e: Estimand): string => estimandText(e);

/** The steps in words, each checked; null where one does not hold. */
function derive(
  graph: IndexedGraph,
  rules: readonly (Rule & { readonly gives: string })[],
): readonly DerivationStep[] | null {
  const steps: DerivationStep[] = [];
  for (const rule of rules) {
    const licence = applies(graph, rule);
    if (licence === null) return null;
    steps.push({ rule: rule.rule, because: licence, gives: rule.gives });
  }
  return steps;
}
