import { error } from './entry.js';

/** E054x: Bayesian networks read from other formats. */
export const networkCodes = {
  E0540: error(
    'not a Bayesian network in BIF',
    'The text does not follow the Interchange Format: a `network` block, `variable` blocks with `type discrete [ n ] { … };` and a `probability` block for each variable.',
  ),
  E0541: error('unknown name in a network', 'A variable or a state is named that the network does not declare.'),
  E0542: error(
    'declared twice in a network',
    'A variable, a state of a variable, the probabilities of a variable, or a row of them stands in the file twice.',
  ),
  E0543: error(
    'incomplete probabilities',
    'Each variable needs one `probability` block, with as many probabilities as it has states for every combination of the states of its parents.',
  ),
  E0544: error(
    'not a distribution',
    'Probabilities lie between 0 and 1, and those of a row sum to 1 within 1e-6. Smaller differences come from rounding.',
  ),
  E0545: error(
    'circle in a network',
    'The parents of a variable may not hang on the variable itself, directly or through others.',
  ),
} as const;
