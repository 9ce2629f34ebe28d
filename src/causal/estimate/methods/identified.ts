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

/** The formula of the effect among all units by measured nodes, from the complete algorithm; null where there is none. */
export function estimandFor(question: EffectQuestion): Estimand | null {
  const { graph, exposure, outcome, group, selected } = question;
  if (group.length > 0 || selected.size > 0) return null;
  const found = identify(latentProjection(graph, placesIn(question).unmeasured), {
    outcome: [outcome],
    action: [exposure],
    given: [],
    experiments: [],
  });
  return found.identifiable ? found.estimand : null;
}

/** Evaluates a formula of the effect on the data. */
export const evaluating = (estimand: Estimand, { exposure, outcome }: EffectQuestion): Planned =>
  planned({
    title: 'identified()',
    covariates: [],
    others: [...namesIn(estimand)].filter((name) => name !== exposure && name !== outcome),
    smooth: true,
    estimator: (units) => byEstimand(units, estimand),
  });

/** Evaluates the formula of the complete algorithm, whatever it is, where all its variables are labels. */
export const identified: EstimationMethod = {
  takesNodes: false,
  options: {},
  plan: (question) => {
    if (question.group.length > 0 || question.selected.size > 0)
      return unsuitable(
        'By its formula the effect is estimated among all units, not in groups or among selected ones.',
      );
    const estimand = estimandFor(question);
    return estimand === null ? noWay(question) : evaluating(estimand, question);
  },
};
