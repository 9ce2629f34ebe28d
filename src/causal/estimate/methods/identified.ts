import type { Estimand } from '../../identify/estimand.js';
import { identify } from '../../identify/identify.js';
import { latentProjection } from '../../structure.js';
import { byEstimand, namesIn } from '../plug_in.js';
import {
  type EffectQuestion,
  type EstimationMethod,
  noWay,
  type Planned,
  placesIn,
  planned,
  unsuitable,
} from './method.js';

/** The formula of the effect by measured nodes, from the complete algorithm; null where there is none, as among selected units. */
export function estimandFor(question: EffectQuestion): Estimand | null {
  const { graph, exposure, outcome, group, held, selected } = question;
  if (selected.size > 0 || group.some((name) => !held.includes(name))) return null;
  const found = identify(latentProjection(graph, placesIn(question).unmeasured), {
    outcome: [outcome],
    action: [exposure],
    given: group,
    experiments: [],
  });
  return found.identifiable ? found.estimand : null;
}

/** Evaluates a formula of the effect on the data. */
export function evaluating(estimand: Estimand, { exposure, outcome, group }: EffectQuestion): Planned {
  const names = new Set([...namesIn(estimand), ...group]);
  return planned({
    title: 'identified()',
    covariates: [],
    others: [...names].filter((name) => name !== exposure && name !== outcome),
    wholeTable: true,
    smooth: true,
    estimator: (units) => byEstimand(units, estimand),
  });
}

/** Evaluates the formula of the complete algorithm, whatever it is, where all its variables are labels. */
export const identified: EstimationMethod = {
  takesNodes: false,
  options: {},
  plan: (question) => {
    if (question.selected.size > 0) return noWay(question);
    if (question.group.some((name) => !question.held.includes(name)))
      return unsuitable('By its formula an effect is estimated in groups that have one value: female = true.');
    const estimand = estimandFor(question);
    return estimand === null ? noWay(question) : evaluating(estimand, question);
  },
};
