/** Draws from their posteriors: families found by their densities, sums over loops, and the same distribution as before. */
import { describe, expect, test } from 'vitest';
import { verify } from '../../src/ir/verify.js';
import { bodyOf, drawsIn, estimates, rewritten, runs } from './conjugate_program.js';

/** The pass leaves no score, weights are all the one given, and draws have the parameters given. */
function expectPosterior(
  text: string,
  logEvidence: number,
  draws: readonly (readonly [string, string, ...number[]])[],
  columns: Parameters<typeof rewritten>[1] = [],
): void {
  const { program } = rewritten(text, columns);
  expect(verify(program)).toEqual([]);
  expect(bodyOf(program).filter((i) => i.kind === 'score')).toEqual([]);
  const found = drawsIn(program);
  expect(found.map(([site, family]) => [site, family])).toEqual(draws.map(([site, family]) => [site, family]));
  found.forEach(([, , ...params], i) => {
    const [, , ...wanted] = draws[i]!;
    params.forEach((p, k) => {
      expect(p).toBeCloseTo(wanted[k] ?? Number.NaN, 10);
    });
  });
  const { logWeights } = runs(program, 8, 'posterior');
  for (const weight of logWeights) expect(weight).toBeCloseTo(logEvidence, 9);
}

const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);
/** log Γ at whole numbers. */
const logGamma = (n: number): number => {
  let sum = 0;
  for (let k = 2; k < n; k++) sum += Math.log(k);
  return sum;
};

describe('a posterior in closed form', () => {
  test('of a normal mean', () => {
    expectPosterior(
      'model M { mu ~ normal(0, 2)  a ~ normal(mu, 1)  b ~ normal(mu, 1) }\nquery q = E(mu | a = 5.5, b = 6.5)',
      -7.1864893551,
      [['mu', 'normal', 16 / 3, 2 / 3]],
    );
  });

  test('of a normal precision, the mean gone before', () => {
    expectPosterior(
      `model M { tau ~ gamma(8, scale = 0.5)  mu ~ normal(0, 1 / sqrt(tau))
        a ~ normal(mu, 1 / sqrt(tau))  b ~ normal(mu, 1 / sqrt(tau)) }
      query q = E(tau | a = 1, b = 2)`,
      -4.6500748226,
      [['tau', 'gamma', 9, 3]],
    );
  });

  test('of a probability', () => {
    expectPosterior(
      `model M(n: int) { p ~ uniform(0, 1)  for i in 0..n { y[i] ~ bernoulli(p) } }
      query q = E(p | y = [true, true, false, true, true, true]) in M(6)`,
      -3.7376696183,
      [['p', 'beta', 6, 2]],
    );
  });

  test('of a probability by counts', () => {
    expectPosterior(
      'model M { p ~ beta(2, 3)  a ~ binomial(10, p)  g ~ geometric(p) }\nquery q = E(p | a = 7, g = 2)',
      Math.log(120) + logBeta(10, 8) - logBeta(2, 3),
      [['p', 'beta', 10, 8]],
    );
    expectPosterior(
      'model M { p ~ beta(2, 3)  a ~ negative_binomial(n = 4, p = p) }\nquery q = E(p | a = 3)',
      Math.log(20) + logBeta(6, 6) - logBeta(2, 3),
      [['p', 'beta', 6, 6]],
    );
  });

  test('of a rate', () => {
    expectPosterior(
      'model M { l ~ gamma(2, 1)  a ~ poisson(3 * l)  b ~ exponential(l) }\nquery q = E(l | a = 4, b = 0.5)',
      4 * Math.log(3) - Math.log(24) + Math.log(720) - 7 * Math.log(4.5),
      [['l', 'gamma', 7, 4.5]],
    );
    expectPosterior(
      'model M { s ~ inverse_gamma(3, 2)  b ~ exponential(scale = s) }\nquery q = E(s | b = 0.5)',
      3 * Math.log(2) - Math.log(2) + Math.log(6) - 4 * Math.log(2.5),
      [['s', 'inverse_gamma', 4, 2.5]],
    );
  });

  test('of a vector of probabilities', () => {
    expectPosterior(
      `model M { p ~ dirichlet([1, 2, 3])  a ~ categorical(p)  b ~ categorical(p)  x := p[0] }
      query q = E(x | a = 1, b = 2)`,
      Math.log((2 / 6) * (3 / 7)),
      [['p', 'dirichlet', 1, 3, 4]],
    );
  });

  test('of a variance and of coefficients that scale with it', () => {
    const { program, drawn } = rewritten(
      `model M { v ~ inverse_gamma(2, 2)  a ~ normal(0, 5 * sqrt(v))  b ~ normal(1, 3 * sqrt(v))
        y ~ normal(a + 2 * b, sqrt(v))  z ~ normal(a - b, sqrt(v)) }
      query q = E(a | y = 1, z = 2.5)`,
    );
    expect(drawn).toEqual(['b', 'a', 'v']);
    const { logWeights } = runs(program, 8, 'regression');
    // y and z are bivariate Student: v integrates out of normal(mean, v S), with 4 degrees of freedom.
    const [s11, s12, s22] = [25 + 36 + 1, 25 - 18, 25 + 9 + 1];
    const [d1, d2] = [1 - 2, 2.5 + 1];
    const det = s11 * s22 - s12 ** 2;
    const square = (s22 * d1 * d1 - 2 * s12 * d1 * d2 + s11 * d2 * d2) / det;
    const wanted =
      2 * Math.log(2) + Math.log(2) - 3 * Math.log(2 + square / 2) - Math.log(2 * Math.PI) - 0.5 * Math.log(det);
    for (const weight of logWeights) expect(weight).toBeCloseTo(wanted, 10);
  });
});

const ownBeta = (density: string): string => `
dist share(a: real, b: real): real {
  require a > 0 and b > 0
  draw = sample beta(a, b)
  logpdf(x) = ${density}
}
model M { p ~ share(2, 3)  y ~ bernoulli(p) }
query q = E(p | y = true)`;

describe('a family is known by its density', () => {
  test.each([
    'if x <= 0 or x >= 1 then -infinity else (a - 1) * log(x) + (b - 1) * log(1 - x) - lbeta(a, b)',
    'if x > 0 and x < 1 then log(x^(a - 1) * (1 - x)^(b - 1)) - lbeta(a, b) else -infinity',
    'if x > 0 and x < 1 then (a - 1) * log(x) + (b - 1) * log1p(-x) - lgamma(a) - lgamma(b) + lgamma(a + b) else -infinity',
  ])('written by a user: %s', (density) => {
    const { program, drawn } = rewritten(ownBeta(density));
    expect(drawn).toEqual(['p']);
    expect(drawsIn(program)).toEqual([['p', 'beta', 3, 3]]);
    for (const weight of runs(program, 4, 'own').logWeights) expect(weight).toBeCloseTo(Math.log(2 / 5), 10);
  });

  test.each([
    ['not normalised', 'if x > 0 and x < 1 then (a - 1) * log(x) + (b - 1) * log(1 - x) else -infinity'],
    ['cut off', 'if x > 0 and x < 0.5 then (a - 1) * log(x) + (b - 1) * log(1 - x) - lbeta(a, b) else -infinity'],
    ['another power', 'if x > 0 and x < 1 then (a - 1) * log(x)^2 + (b - 1) * log(1 - x) - lbeta(a, b) else -infinity'],
    ['two-sided', '(a - 1) * log(abs(x)) + (b - 1) * log(1 - abs(x)) - lbeta(a, b) - log(2)'],
  ])('but not where it only looks alike: %s', (_what, density) => {
    const { program, before, drawn } = rewritten(ownBeta(density));
    expect(drawn).toEqual([]);
    expect(program).toBe(before);
  });

  test.each([
    ['a prior on another range', 'model M { p ~ uniform(0, 0.5)  y ~ bernoulli(p) }\nquery q = E(p | y = true)'],
    ['half of a normal', 'model M { m ~ half_normal(1)  y ~ normal(m, 1) }\nquery q = E(m | y = 1)'],
    ['heavier tails', 'model M { m ~ student_t(3, 0, 1)  y ~ normal(m, 1) }\nquery q = E(m | y = 1)'],
    ['a rate as a scale', 'model M { s ~ gamma(2, 1)  y ~ normal(0, s) }\nquery q = E(s | y = 1)'],
  ])('nor where it is another: %s', (_what, text) => {
    expect(rewritten(text).drawn).toEqual([]);
  });
});

describe('what is not touched', () => {
  test('are draws on which nothing bears', () => {
    expect(
      rewritten('model M { p ~ beta(1, 1)  q ~ beta(1, 1)  y ~ bernoulli(p) }\nquery a = E(p + q | y = true)').drawn,
    ).toEqual(['p']);
  });

  test('are draws whose noise worlds share', () => {
    const text = `model M { u ~ normal(0, 1)  x ~ normal(u, 1)  y ~ normal(u + x, 1) }
      query q = E(y[do(x = 2)] | x = 1, y = 0.5)`;
    const { before, program } = rewritten(text);
    const shared = bodyOf(before).filter((i) => (i.kind === 'draw' && i.shared) || (i.kind === 'score' && i.abduct));
    for (const i of shared) expect(bodyOf(program)).toContainEqual(i);
  });

  test('are scores that a draw reaches through another draw', () => {
    const text = 'model M { m ~ normal(0, 1)  z ~ laplace(m, 1)  y ~ normal(m + z, 1) }\nquery q = E(m | y = 1)';
    expect(rewritten(text).drawn).toEqual([]);
  });
});

describe('the same distribution, with less noise', () => {
  test.each([
    [
      'worlds beside',
      'model M { x ~ normal(0, 1)  e ~ normal(0, 1)  z := x + e  y ~ normal(x + 2 * z, 1) }',
      'E(y[do(x = 2)] | z = 1, y = 3.2)',
    ],
    [
      'discrete worlds',
      'model M { p ~ beta(2, 2)  x ~ bernoulli(p)  y ~ bernoulli(if x then 0.8 else 0.3) }',
      'P(y[do(x = true)] | y = false, x = false)',
    ],
    [
      'evidence in one case of two',
      'model M { m ~ normal(0, 1)  z ~ bernoulli(0.4)  y ~ normal(if z then m else 1, 1)  if z { w ~ normal(m, 1) } }',
      'E(m | y = 0.7)',
    ],
    [
      'scores in a branch',
      'model M { m ~ normal(0, 1)  z ~ bernoulli(0.4)  if z { observe 1 ~ normal(m, 1) } else { observe true ~ bernoulli(0.3) } }',
      'E(m)',
    ],
    [
      'a loop of random length',
      'model M { p ~ beta(2, 3)  k ~ poisson(2)  for i in 0..k { observe i % 2 == 0 ~ bernoulli(p) }  v := p + k }',
      'E(v)',
    ],
    ['a condition', 'model M { x ~ normal(0, 1)  observe x >= 0  observe 0.5 ~ normal(x, 1) }', 'E(x)'],
    [
      'cells by an index that is drawn',
      'model M { t ~ gamma(2, 1)  s ~ gamma(3, 1)  z ~ discrete_uniform(0, 1)  let a = [t, s]  observe 2 ~ poisson(a[z])  observe 1 ~ exponential(a[1 - z])  v := t * s }',
      'E(v)',
    ],
    [
      'draws in the loop',
      'model M { t ~ gamma(2, 1)  for i in 0..5 { z[i] ~ bernoulli(0.3)  observe 2 ~ poisson(if z[i] then t else 2 * t) } }',
      'E(t)',
    ],
  ])('%s', (_what, model, form) => {
    const { before, program } = rewritten(`${model}\nquery q = ${form}`);
    expect(verify(program)).toEqual([]);
    const [wanted, found] = [estimates(runs(before, 8192, 'c')), estimates(runs(program, 8192, 'd'))];
    expect(Math.abs(found.logEvidence - wanted.logEvidence)).toBeLessThan(
      5 * Math.hypot(found.seOfLog, wanted.seOfLog),
    );
    expect(Math.abs(found.mean - wanted.mean)).toBeLessThan(5 * Math.hypot(found.se, wanted.se));
  });
});

describe('sums over loops', () => {
  const numbers = Array.from({ length: 1000 }, (_, i) => ((i * 37) % 101) / 10);
  const labels = numbers.map((_, i) => (i * 7) % 3);

  test('are computed once', () => {
    const columns = [{ name: 'y', type: { kind: 'real' }, values: Float64Array.from(numbers) }] as const;
    const sum = numbers.reduce((a, b) => a + b, 0);
    const squares = numbers.reduce((a, b) => a + b * b, 0);
    const n = numbers.length;
    const precision = 1 / 100 + n / 4;
    const logEvidence =
      -(n / 2) * Math.log(2 * Math.PI * 4) -
      0.5 * Math.log(100 * precision) -
      squares / 8 +
      (sum / 4) ** 2 / (2 * precision);
    expectPosterior(
      `data t = csv("t.csv")
      model M { m ~ normal(0, 10)  for i in 0..t.rows { observe t.y[i] ~ normal(m, 2) } }
      query q = E(m)`,
      logEvidence,
      [['m', 'normal', sum / 4 / precision, 1 / Math.sqrt(precision)]],
      columns,
    );
  });

  test('are told apart by cell', () => {
    const columns = [
      { name: 'y', type: { kind: 'real' }, values: Float64Array.from(numbers, (x) => Math.round(x)) },
      { name: 'k', type: { kind: 'int' }, values: Float64Array.from(labels) },
    ] as const;
    const { program } = rewritten(
      `data t = csv("t.csv")
      model M { for g in 0..3 { r[g] ~ gamma(2, 1) }  for i in 0..t.rows { observe t.y[i] ~ exponential(r[t.k[i]]) }  s := r[0] + r[1] + r[2] }
      query q = E(s)`,
      columns,
    );
    const wanted = [0, 1, 2].map((g) => {
      const own = labels.flatMap((k, i) => (k === g ? [Math.round(numbers[i]!)] : []));
      return ['r', 'gamma', 2 + own.length, 1 + own.reduce((a, b) => a + b, 0)];
    });
    expect(drawsIn(program).map(([, ...rest]) => ['r', ...rest])).toEqual(wanted);
  });

  test('of a million rows take a moment', () => {
    const values = Float64Array.from({ length: 1_000_000 }, (_, i) => (i % 10 < 3 ? 1 : 0));
    const { program } = rewritten(
      `data t = csv("t.csv")
      model M { p ~ beta(1, 1)  for i in 0..t.rows { observe t.y[i] ~ bernoulli(p) } }
      query q = E(p)`,
      [{ name: 'y', type: { kind: 'bool' }, values }],
    );
    expect(drawsIn(program)).toEqual([['p', 'beta', 300_001, 700_001]]);
  });

  test('are left of draws in long loops', () => {
    const text = `model M {
        mu ~ normal(0, 2)
        for g in 0..80 { m[g] ~ normal(mu, 1)  observe 0.02 * g ~ normal(m[g], 1) }
        x := m[3]
      }
      query q = E(x)`;
    const { program, drawn } = rewritten(text);
    expect(drawn).toEqual(['m', 'mu']);
    expect(verify(program)).toEqual([]);
    // Given mu, the rows are normal about it with variance 2.
    const n = 80;
    const rows = Array.from({ length: n }, (_, g) => 0.02 * g);
    const [sum, squares] = [rows.reduce((a, b) => a + b, 0), rows.reduce((a, b) => a + b * b, 0)];
    const precision = 1 / 4 + n / 2;
    const wanted =
      -(n / 2) * Math.log(4 * Math.PI) - 0.5 * Math.log(4 * precision) - squares / 4 + (sum / 2) ** 2 / (2 * precision);
    const found = runs(program, 8192, 'plates');
    for (const weight of found.logWeights) expect(weight).toBeCloseTo(wanted, 8);
    const { mean, se } = estimates(found);
    expect(Math.abs(mean - (0.06 + sum / 2 / precision) / 2)).toBeLessThan(5 * se);
  });

  test('hang on other draws where they must', () => {
    const columns = [{ name: 'y', type: { kind: 'real' }, values: Float64Array.from(numbers.slice(0, 200)) }] as const;
    const text = `data t = csv("t.csv")
      model M { s ~ lognormal(1, 0.1)  m ~ normal(0, 10)  for i in 0..t.rows { observe t.y[i] ~ normal(m, s) } }
      query q = E(m)`;
    const { before, program, drawn } = rewritten(text, columns);
    expect(drawn).toEqual(['m']);
    expect(verify(program)).toEqual([]);
    const [wanted, found] = [estimates(runs(before, 20_000, 'a')), estimates(runs(program, 20_000, 'b'))];
    expect(found.seOfLog).toBeLessThan(wanted.seOfLog);
    expect(Math.abs(found.logEvidence - wanted.logEvidence)).toBeLessThan(
      5 * Math.hypot(found.seOfLog, wanted.seOfLog),
    );
    expect(Math.abs(found.mean - wanted.mean)).toBeLessThan(5 * Math.hypot(found.se, wanted.se));
  });
});
