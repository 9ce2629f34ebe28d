import { error, warning } from './entry.js';

/** E064x and W065x: bounds, and what estimates are put to. */
export const refutationCodes = {
  E0640: error(
    'no bounds from these data',
    'Bounds are computed where exposure and outcome are labels, bools or numbers of few values, or where the outcome has a range (`bounds(low = 0, high = 10)`) and the exposure few values. Other nodes of the graph count as hidden where they have no column or many values.',
  ),
  W0650: warning(
    'estimate refuted',
    'A test that the estimate should pass failed: it found an effect of exposures that were given out at random, moved when a covariate without meaning was added, or came out otherwise from parts of the data. Look at the `checks` of the answer, at overlap and at outliers, and compare with another estimator.',
  ),
  W0651: warning(
    'negative control with an effect',
    'An effect that is known to be none was estimated in the same way and is not zero. Exposure and outcome have a common cause that is not adjusted for, or the control is none.',
  ),
  W0652: warning(
    'data that the graph does not allow',
    'No model of the graph gives the shares of these data: by chance of sampling where the difference is small, else because the graph is wrong. The bounds are those of the nearest shares that it allows.',
  ),
} as const;
