import { adjustingFor, adjustmentSetFor } from './backdoor.js';
import { frontDoorFor, goingThrough } from './frontdoor.js';
import { type EstimationMethod, noWay } from './method.js';

/** The first of adjustment and front door that the graph allows with these columns. */
export const auto: EstimationMethod = {
  takesNodes: false,
  options: {},
  plan: (question, asked) => {
    const set = adjustmentSetFor(question);
    if (set !== null) return adjustingFor(question, set, asked);
    const doors = frontDoorFor(question);
    return doors === null ? noWay(question) : goingThrough(doors, []);
  },
};
