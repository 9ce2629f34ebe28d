import { type AdjustmentQuestion, isAdjustmentSet, minimalAdjustmentSet, totalEffect } from '../../adjustment.js';
import { namesOf } from '../../indexed.js';
import { descendants } from '../../reach.js';
import { adjustedEstimators, defaultEstimator } from '../adjusted/registry.js';
import type { Units } from '../units.js';
import {
  type EffectQuestion,
  type EstimationMethod,
  type MethodArguments,
  namedBy,
  noWay,
  type Planned,
  placesIn,
  placesOf,
  planned,
  unsuitable,
} from './method.js';

/**
 * What an adjustment set for the question must be. Within a group its nodes are in the set, and nothing behind the exposure is: then outcomes
 * under both exposures do not depend on the exposure given the set, so that the effect in the group is a mean over the units in it.
 */
function adjustmentOf(question: EffectQuestion): AdjustmentQuestion {
  const { graph, selected } = question;
  const { x, y, group, unmeasured } = placesIn(question);
  const behind = group.size === 0 ? [] : descendants(graph, x);
  return { ...totalEffect(x, y), must: group, mustNot: new Set([...unmeasured, ...behind]), selected };
}

/** A minimal set of columns that the graph allows to adjust for; null where there is none. */
export function adjustmentSetFor(question: EffectQuestion): readonly string[] | null {
  const set = minimalAdjustmentSet(question.graph, adjustmentOf(question));
  return set === null ? null : namesOf(question.graph, set);
}

/** Adjusts for a set that is known to be valid. */
export function adjustingFor(question: EffectQuestion, set: readonly string[], asked: MethodArguments): Planned {
  const shown = set.filter((name) => !question.held.includes(name));
  const [name] = namedBy(asked, 'estimator');
  return planned({
    title: `backdoor(${shown.join(', ')})`,
    covariates: set,
    others: [],
    smooth: name === undefined || adjustedEstimators[name]?.smooth !== false,
    design: 'adjustment',
    cost: adjustedEstimators[name ?? 'linear']?.cost ?? 1,
    estimator: (units: Units) => {
      const known = adjustedEstimators[name ?? defaultEstimator(units)];
      if (known === undefined) throw new Error(`estimate: no estimator '${name}'`);
      return known.estimate(units, asked);
    },
  });
}

/** Adjusts for covariates: those that are named, or a minimal set that the graph allows. */
export const backdoor: EstimationMethod = {
  takesNodes: true,
  options: Object.fromEntries([
    ['estimator', { kind: 'words', words: Object.keys(adjustedEstimators) }],
    ...Object.entries(adjustedEstimators).flatMap(([word, { options }]) =>
      Object.entries(options).map(
        ([name, shape]) => [name, { ...shape, only: { option: 'estimator', word } }] as const,
      ),
    ),
  ]),
  plan: (question, asked) => {
    const { graph } = question;
    if (asked.nodes.length === 0) {
      const set = adjustmentSetFor(question);
      return set === null ? noWay(question) : adjustingFor(question, set, asked);
    }
    const names = [...new Set([...asked.nodes, ...question.group])];
    const set = placesOf(graph, names);
    const wanted = adjustmentOf(question);
    const verdict = isAdjustmentSet(graph, wanted, set);
    const behind = question.group.length === 0 ? [] : [...set].filter((v) => descendants(graph, wanted.x).has(v));
    if (verdict.valid && behind.length === 0) return adjustingFor(question, names, asked);
    const open = verdict.valid ? null : verdict.open;
    const path = open?.nodes.map((v, k) => `${k > 0 ? `${open.arrows[k - 1]} ` : ''}${graph.nodes[v]!.name}`).join(' ');
    const forbidden = verdict.valid ? behind : verdict.forbidden;
    if (forbidden.length > 0)
      return unsuitable(
        `These variables are no adjustment set: ${namesOf(graph, forbidden).join(', ')} lies behind the exposure.`,
      );
    const why = path === undefined ? 'the outcome hangs on how the units were selected' : `${path} stays open`;
    return unsuitable(`These variables are no adjustment set: ${why}.`);
  },
};
