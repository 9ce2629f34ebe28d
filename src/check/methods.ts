/** The inference methods with their options, as `using` names them. */

export type OptionKind =
  /** A whole number, at least 1. */
  | 'count'
  /** A number, at least 0. */
  | 'number'
  /** A number above 0. */
  | 'positive'
  /** A number between 0 and 1. */
  | 'share'
  | 'bool'
  | { readonly words: readonly string[] }
  /** The name of a function of so many arguments. */
  | { readonly parameters: number };

type MethodEntry = {
  readonly options: Readonly<Record<string, OptionKind>>;
  readonly documentation: string;
  /** Pairs of options that contradict each other. */
  readonly either: readonly (readonly [string, string])[];
  /** Whether it may answer `~=`, which has no likelihood. */
  readonly likelihoodFree: boolean;
};

const resampling: OptionKind = { words: ['systematic', 'stratified', 'multinomial', 'residual', 'ssp'] };
const particles = { particles: 'count', resampling, threshold: 'share' } as const;
const points = { points: { words: ['random', 'sobol'] }, scrambles: 'count' } as const;
const chain = { samples: 'count', warmup: 'count', chains: 'count' } as const;
const summaries = {
  distance: { parameters: 2 },
  scale: { words: ['mad', 'sd', 'none'] },
  simulations: 'count',
  adjust: { words: ['none', 'linear', 'local'] },
} as const;

const method = (
  documentation: string,
  options: MethodEntry['options'],
  { likelihoodFree = false, either = [] }: Partial<Pick<MethodEntry, 'likelihoodFree' | 'either'>> = {},
): MethodEntry => ({ options, documentation, likelihoodFree, either });

/** By name; look names up with `Object.hasOwn`. */
export const methods: Readonly<Record<string, MethodEntry>> = {
  auto: method('exact where the model allows it, else a method that fits; the answer says which', {
    samples: 'count',
    ...points,
  }),
  exact: method('sums and formulas, no sampling', {}),
  rejection: method('runs that agree with the evidence', { samples: 'count', simulations: 'count' }),
  importance: method('runs weighed by the evidence', { samples: 'count', ...points }),
  smc: method('particles that are weighed and resampled on the way', {
    ...particles,
    replicas: 'count',
    alive: 'bool',
    tempered: 'bool',
    rejuvenate: 'count',
  }),
  smc2: method('particles over parameters, each with particles over states', {
    ...particles,
    parameters: 'count',
    replicas: 'count',
  }),
  pmmh: method('a chain over parameters, with particles over states', { ...particles, ...chain }),
  particle_gibbs: method('a chain over states, by conditional particles', {
    ...chain,
    particles: 'count',
    threshold: 'share',
  }),
  abc: method(
    'runs whose summaries come near to what was seen',
    {
      ...summaries,
      kernel: { words: ['uniform', 'epanechnikov', 'gaussian'] },
      epsilon: 'number',
      accept: 'count',
      quantile: 'share',
    },
    { likelihoodFree: true, either: [['epsilon', 'quantile']] },
  ),
  abc_smc: method(
    'particles through ever smaller distances',
    {
      ...summaries,
      particles: 'count',
      adapt: 'bool',
      quantile: 'share',
      ess: 'share',
      neighbours: 'count',
      epsilon: 'number',
      generations: 'count',
      acceptance: 'share',
    },
    { likelihoodFree: true, either: [['quantile', 'ess']] },
  ),
  mh: method('a chain of proposed changes', { ...chain, scale: 'positive' }),
  nuts: method('a chain along the gradient', { ...chain, target: 'share', depth: 'count' }),
};
