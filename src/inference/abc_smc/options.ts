import { adjustOption, distanceOption, scaleOption, simulationsOption } from '../abc/options.js';
import type { OptionSchema, Options } from '../backend.js';
import { count, notNegative, share, yesOrNo } from '../options.js';

/** The options of `abc_smc`. */
export const options: readonly OptionSchema[] = [
  { name: 'particles', meaning: 'draws of each generation', default: 1000, ...count() },
  distanceOption,
  scaleOption,
  {
    name: 'adapt',
    meaning:
      'whether summaries are scaled anew in each generation; left out, they are unless epsilon is given, which is then in units of the first scale',
    default: null,
    ...yesOrNo,
  },
  {
    name: 'quantile',
    meaning: 'the share of the weight of a generation that lies within the next distance',
    default: 0.5,
    ...share('both'),
  },
  {
    name: 'ess',
    meaning: 'instead of quantile: the share of the effective sample size that is left within the next distance',
    default: null,
    ...share('both'),
  },
  {
    name: 'neighbours',
    meaning: 'proposals vary as so many nearest particles do; left out, as all do, doubled',
    default: null,
    ...count(),
  },
  {
    name: 'epsilon',
    meaning: 'the distance at which the last generation is done',
    default: null,
    ...notNegative,
  },
  { name: 'generations', meaning: 'the most generations', default: 50, ...count() },
  {
    name: 'acceptance',
    meaning: 'a generation that accepts a smaller share of its simulations is the last',
    default: 0.01,
    ...share('one'),
  },
  { ...simulationsOption, meaning: 'the most simulations of all generations together' },
  adjustOption,
];

/** What the options say. */
export type Asked = {
  readonly particles: number;
  readonly adapt: boolean;
  readonly quantile: number;
  readonly ess: number | null;
  readonly neighbours: number | null;
  readonly epsilon: number | null;
  readonly generations: number;
  readonly acceptance: number;
  readonly simulations: number | null;
  readonly adjust: 'none' | 'linear' | 'local';
  /** A distance of the library that is 0 for what is equal and for nothing else. */
  readonly measuresEquality: boolean;
};

const numberOr = <T>(value: unknown, otherwise: T): number | T => (typeof value === 'number' ? value : otherwise);

/** Reads them. */
export const askedOf = (given: Options): Asked => ({
  particles: numberOr(given.particles, 1000),
  adapt: typeof given.adapt === 'boolean' ? given.adapt : typeof given.epsilon !== 'number',
  quantile: numberOr(given.quantile, 0.5),
  ess: numberOr(given.ess, null),
  neighbours: numberOr(given.neighbours, null),
  epsilon: numberOr(given.epsilon, null),
  generations: numberOr(given.generations, 50),
  acceptance: numberOr(given.acceptance, 0),
  simulations: numberOr(given.simulations, null),
  adjust: given.adjust === 'linear' || given.adjust === 'local' ? given.adjust : 'none',
  measuresEquality: ['euclidean', 'manhattan', 'maximum', 'mahalanobis'].includes(String(given.distance)),
});
