/** What functions, distributions and query forms are called elsewhere: in Python, R, Stan and languages like this one. */
const foreign: Readonly<Record<string, string>> = {
  flip: 'bernoulli(p)',
  gaussian: 'normal(mean, sd)',
  gauss: 'normal(mean, sd)',
  rnorm: 'normal(mean, sd)',
  rand: 'uniform(0, 1)',
  random: 'uniform(0, 1)',
  runif: 'uniform(low, high)',
  randint: 'discrete_uniform(low, high)',
  expon: 'exponential(rate)',
  rexp: 'exponential(rate)',
  choice: 'categorical(p)',
  discrete: 'categorical(p)',
  dirac: 'delta(x)',
  multi_normal: 'mvnormal(mean, covariance)',
  ln: 'log(x)',
  length: 'len(xs)',
  size: 'len(xs)',
  prob: 'P(…)',
  probability: 'P(…)',
  expectation: 'E(…)',
  expected: 'E(…)',
  quantile: 'Q(x, 0.1)',
  percentile: 'Q(x, 0.1)',
  std: 'Sd(x)',
};

/** What a name of another language is called here; null where it is none that is known. */
export const meantBy = (name: string): string | null => {
  const here = Object.hasOwn(foreign, name.toLowerCase()) ? foreign[name.toLowerCase()] : undefined;
  return here === undefined ? null : `write \`${here}\``;
};
