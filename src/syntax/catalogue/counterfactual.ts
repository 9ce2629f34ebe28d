import { error } from './entry.js';

/** Codes of causes and attributions. */
export const counterfactualCodes = {
  E0650: error(
    'causes not listed',
    'Actual causes are found by going through all worlds of a finite model and undoing settings in each. A continuous draw, too many worlds or nodes, or a draw whose noise is not one uniform stand in the way; the message says which. Write noise out (`u ~ bernoulli(0.2)`, `y := x or u`), or ask of a smaller model.',
  ),
  E0651: error(
    'no attribution',
    'An outcome is attributed to the mechanisms of the nodes before it. The message says why that is not possible here: nothing was seen or done, the outcome is no number, or a part of the question has no answer.',
  ),
} as const;
