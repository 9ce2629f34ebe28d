import type { OptionSchema } from '../backend.js';
import { count, oneOf } from '../options.js';

/** How far summaries are from what was seen: a function of the language, of two vectors. */
export const distanceOption: OptionSchema = {
  name: 'distance',
  meaning:
    'a function of two vectors: of the library (euclidean, manhattan, maximum, mahalanobis, wasserstein_1, …) or your own',
  default: 'euclidean',
  accepts: (value) => typeof value === 'string',
  wants: 'the name of a function',
};

/** What each summary is divided by. */
export const scaleOption: OptionSchema = {
  name: 'scale',
  meaning:
    'what each summary is divided by: its median absolute deviation under the prior predictive (mad, the default where there are several), its standard deviation (sd), nothing (none)',
  default: null,
  ...oneOf('mad', 'sd', 'none'),
};

/** How weight falls with distance. */
export const kernelOption: OptionSchema = {
  name: 'kernel',
  meaning: 'how weight falls with distance: uniform, epanechnikov, gaussian',
  default: 'uniform',
  ...oneOf('uniform', 'epanechnikov', 'gaussian'),
};

/** The most simulations. */
export const simulationsOption: OptionSchema = {
  name: 'simulations',
  meaning: 'number of simulations, or the most of them where another number ends the run',
  default: null,
  ...count(),
};

/** Regression adjustment. */
export const adjustOption: OptionSchema = {
  name: 'adjust',
  meaning:
    'moves real targets along their regression on the summaries: none, linear, local (with epanechnikov weights); ask for bounded ones as their logarithm or logit',
  default: 'none',
  ...oneOf('none', 'linear', 'local'),
};
