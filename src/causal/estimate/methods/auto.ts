import { adjustingFor, adjustmentSetFor } from './backdoor.js';
import { frontDoorFor, goingThrough } from './frontdoor.js';
import { estimandFor, evaluating } from './identified.js';
import { type EstimationMethod, noWay } from './method.js';

/** The first that the graph allows with these columns, of adjustment, a front door, and the formula of the complete algorithm. */
export const auto: EstimationMethod = {
  takesNodes: false,
  options: {},
  plan: (question, asked) => {
    const set = adjustmentSetFor(question);
    if (set !== null) return adjustingFor(question, set, asked);
    const doors = frontDoorFor(question);
    if (doors !== null) return goingThrough(doors, []);
    const estimand = estimandFor(question);
    return estimand === null ? noWay(question) : evaluating(estimand, question);
  },
};
