/** Small models of every shape that methods are calibrated on. */
export type CalibrationModel = {
  readonly name: string;
  readonly text: string;
  /** The targets, and the evidence with `=`; null where only the model's own `observe`s are data. */
  readonly targets: string;
  readonly evidence: string | null;
  /** The same evidence for likelihood-free methods; null where nothing is drawn that could be compared. */
  readonly approximate: string | null;
  /** Whether data are discrete, so that runs can agree with them exactly. */
  readonly discrete: boolean;
};

const model = (
  name: string,
  text: string,
  targets: string,
  evidence: string | null,
  { approximate = evidence?.replaceAll('=', '~=') ?? null, discrete = false }: Partial<CalibrationModel> = {},
): CalibrationModel => ({ name, text, targets, evidence, approximate, discrete });

export const models: readonly CalibrationModel[] = [
  model('a normal mean', 'model M { mu ~ normal(1, 2)  y ~ normal(mu, 1) }', 'mu', 'y = 3'),
  model('a proportion', 'model M { p ~ beta(2, 2)  k ~ binomial(12, p) }', 'p', 'k = 4', { discrete: true }),
  model(
    'a rate, from several counts',
    `const seen = [1, 0, 2]
    model M { rate ~ gamma(2, 1)  for i in 0..3 { count[i] ~ poisson(rate) } }`,
    'rate',
    'count = seen',
    { approximate: 'count ~= seen', discrete: true },
  ),
  model(
    'groups of groups',
    `const seen = [2.0, -1.0, 4.0, 0.5]
    model M {
      mu ~ normal(0, 3)
      spread ~ uniform(0.2, 3)
      for j in 0..4 { effect[j] ~ normal(mu, spread)  y[j] ~ normal(effect[j], 1) }
    }`,
    'mu, spread, effect[1]',
    'y = seen',
    { approximate: 'mean(y) ~= 1.0' },
  ),
  model(
    'two causes of one mark',
    `model M {
      left ~ bernoulli(0.4)
      strength ~ exponential(1)
      y ~ normal(if left then -strength else strength, 1)
    }`,
    'left, strength',
    'y = 0.5',
  ),
  model(
    'the length of a random loop',
    `fn walk(steps: int): int = if sample bernoulli(0.4) then steps else walk(steps + 1)
    model M { n := walk(0)  k ~ poisson(1 + n) }`,
    'n',
    'k = 3',
    { discrete: true },
  ),
  model(
    'an unknown number of unknowns',
    `model M {
      n ~ poisson(2)
      for i in 0..n { size[i] ~ exponential(1) }
      total := sum(size)
      y ~ normal(total, 0.5)
    }`,
    'n, total',
    'y = 2',
  ),
  model(
    'a walk in time',
    `const seen = [0.3, 1.0, 0.2, -1.0, -0.5]
    model M {
      x[0] ~ normal(0, 1)
      y[0] ~ normal(x[0], 0.7)
      for t in 1..5 { x[t] ~ normal(0.8 * x[t - 1], 0.6)  y[t] ~ normal(x[t], 0.7) }
    }`,
    'x[0], x[4]',
    'y = seen',
    { approximate: 'y ~= seen' },
  ),
  model(
    'a hidden chain of states',
    `const seen = [0, 2, 1, 2]
    const stay = [[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.1, 0.3, 0.6]]
    model M {
      s[0] ~ categorical([0.5, 0.3, 0.2])
      o[0] ~ categorical(stay[s[0]])
      for t in 1..4 { s[t] ~ categorical(stay[s[t - 1]])  o[t] ~ categorical(stay[s[t]]) }
    }`,
    's[0], s[3]',
    'o = seen',
    { approximate: 'o ~= seen', discrete: true },
  ),
  model(
    'a walk in time with unknown parameters',
    `const seen = [0.3, 1.0, 0.2, -1.0, -0.5]
    model M {
      pull ~ uniform(0, 1)
      noise ~ exponential(2)
      x[0] ~ normal(0, 1)
      y[0] ~ normal(x[0], 0.2 + noise)
      for t in 1..5 { x[t] ~ normal(pull * x[t - 1], 0.6)  y[t] ~ normal(x[t], 0.2 + noise) }
    }`,
    'pull, noise, x[4]',
    'y = seen',
    { approximate: 'y ~= seen' },
  ),
  model(
    'switches between two regimes, counted',
    `const seen = [2, 1, 6, 4]
    model M {
      low ~ gamma(2, 2)
      gain ~ gamma(4, 1)
      on[0] ~ bernoulli(0.5)
      c[0] ~ poisson(if on[0] then low + gain else low)
      for t in 1..4 { on[t] ~ bernoulli(if on[t - 1] then 0.7 else 0.2)  c[t] ~ poisson(if on[t] then low + gain else low) }
    }`,
    'low, gain, on[3]',
    'c = seen',
    { approximate: 'c ~= seen', discrete: true },
  ),
  model(
    "the model's own observations, in a line",
    `const x = [-1.0, 0.0, 1.0, 2.0]
    const y = [0.0, 0.0, 0.0, 0.0]
    model M {
      slope ~ normal(0, 1)
      level ~ normal(0, 2)
      noise ~ gamma(3, 3)
      for i in 0..4 { observe y[i] ~ normal(level + slope * x[i], noise) }
    }`,
    'slope, level, noise',
    null,
  ),
];

/** The query of a model by a method. */
export function programOf({ text, targets, evidence, approximate }: CalibrationModel, using: string): string {
  const bar = using.startsWith('abc') ? approximate : evidence;
  return `${text}\nquery q = posterior(${targets}${bar === null ? '' : ` | ${bar}`}) using ${using}`;
}
