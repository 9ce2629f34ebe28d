/** The inference methods with their options, as `using` names them. */

export type OptionKind =
  /** A whole number from `least` on. */
  | { readonly kind: 'count'; readonly least: number }
  /** A number from 0 on, or above 0. */
  | { readonly kind: 'number'; readonly above: boolean }
  /** A number from 0 to 1; `without` are the ends that it may not have. */
  | { readonly kind: 'share'; readonly without: readonly number[] }
  | { readonly kind: 'bool' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  /** The name of a function of so many arguments. */
  | { readonly kind: 'function'; readonly parameters: number };

type MethodEntry = {
  readonly options: Readonly<Record<string, OptionKind>>;
  readonly documentation: string;
  /** Pairs of options that contradict each other. */
  readonly either: readonly (readonly [string, string])[];
  /** Whether it may answer `~=`, which has no likelihood. */
  readonly likelihoodFree: boolean;
};

const count = (least = 1): OptionKind => ({ kind: 'count', least });
const number: OptionKind = { kind: 'number', above: false };
const share = (...without: readonly number[]): OptionKind => ({ kind: 'share', without });
const bool: OptionKind = { kind: 'bool' };
const words = (...words: readonly string[]): OptionKind => ({ kind: 'words', words });

/** Whether an option takes a number. */
export function takesNumber(kind: OptionKind, value: number): boolean {
  switch (kind.kind) {
    case 'count':
      return Number.isInteger(value) && value >= kind.least;
    case 'number':
      return kind.above ? value > 0 : value >= 0;
    case 'share':
      return value >= 0 && value <= 1 && !kind.without.includes(value);
    default:
      return false;
  }
}

const resampling: OptionKind = words('systematic', 'stratified', 'multinomial', 'residual', 'ssp');
const particles = { particles: count(), resampling, threshold: share() } as const;
const points = { points: words('random', 'sobol'), scrambles: count(2) } as const;
const chain = { samples: count(), warmup: count(0), chains: count() } as const;
const summaries = {
  distance: { kind: 'function', parameters: 2 },
  scale: words('mad', 'sd', 'none'),
  simulations: count(),
  adjust: words('none', 'linear', 'local'),
} as const;

const method = (
  documentation: string,
  options: MethodEntry['options'],
  { likelihoodFree = false, either = [] }: Partial<Pick<MethodEntry, 'likelihoodFree' | 'either'>> = {},
): MethodEntry => ({ options, documentation, likelihoodFree, either });

/** By name; look names up with `Object.hasOwn`. */
export const methods: Readonly<Record<string, MethodEntry>> = {
  auto: method('exact where the model allows it, else a method that fits; the answer says which', {
    samples: count(),
    ...points,
  }),
  exact: method('sums and formulas, no sampling', {}),
  rejection: method('runs that agree with the evidence', { samples: count(), simulations: count() }),
  importance: method('runs weighed by the evidence', { samples: count(), ...points }),
  smc: method('particles that are weighed and resampled on the way', {
    ...particles,
    replicas: count(),
    alive: bool,
    tempered: bool,
    rejuvenate: count(),
  }),
  smc2: method('particles over parameters, each with particles over states', {
    ...particles,
    parameters: count(),
    replicas: count(),
  }),
  pmmh: method('a chain over parameters, with particles over states', { ...particles, ...chain }),
  particle_gibbs: method('a chain over states, by conditional particles', {
    ...chain,
    particles: count(2),
    threshold: share(),
  }),
  abc: method(
    'runs whose summaries come near to what was seen',
    {
      ...summaries,
      kernel: words('uniform', 'epanechnikov', 'gaussian'),
      epsilon: number,
      accept: count(),
      quantile: share(0),
    },
    { likelihoodFree: true, either: [['epsilon', 'quantile']] },
  ),
  abc_smc: method(
    'particles through ever smaller distances',
    {
      ...summaries,
      particles: count(),
      adapt: bool,
      quantile: share(0, 1),
      ess: share(0, 1),
      neighbours: count(),
      epsilon: number,
      generations: count(),
      acceptance: share(1),
    },
    { likelihoodFree: true, either: [['quantile', 'ess']] },
  ),
  mh: method('a chain of proposed changes', { ...chain, scale: { kind: 'number', above: true } }),
  nuts: method('a chain along the gradient', { ...chain, target: share(0, 1), depth: count() }),
};
