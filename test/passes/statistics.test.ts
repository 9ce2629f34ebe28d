/** Rows of a plate weighed together: the same log weights but for rounding, whatever the family, and the same faults. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { isFault } from '../../src/ir/faults.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { some } from '../../src/ir/walk.js';
import type { LeftOut } from '../../src/passes/passes.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { expectVerified, planOf } from './small_programs.js';
import { instructionsOf } from './structure.js';

const limits = { steps: 1e7, depth: 1000, elements: 1e7 };
const count = 12;

function block(program: Program, engine = interpret) {
  const kernel = engine(program, 'main', { layout: 'addressed', key: keyFromSeed('plates'), limits, externs: {} });
  return kernel.runBlock(0, count);
}

/** The code of the fault that a program ends in. */
function faultOf(program: Program): string | null {
  try {
    block(program);
    return null;
  } catch (thrown) {
    if (isFault(thrown)) return thrown.code;
    throw thrown;
  }
}

function programOf(text: string, without: LeftOut = new Set()): Program {
  const plan = planOf(text, without);
  if (!('program' in plan)) throw new Error(`${plan.join('\n')}\n${text}`);
  expectVerified(plan.program, text);
  return plan.program;
}

const plain: LeftOut = new Set(['statistics']);
const scores = (program: Program): number => instructionsOf(program).filter((i) => i.kind === 'score').length;
const loops = (program: Program): number => instructionsOf(program).filter((i) => i.kind === 'for').length;

/** Expects the weights of both programs to agree; runs of weight zero are the same. Returns both programs. */
function expectSameWeights(text: string, tolerance = 1e-9): { readonly together: Program; readonly apart: Program } {
  const [together, apart] = [programOf(text), programOf(text, plain)];
  const [a, b] = [block(apart), block(together)];
  const compiled = block(together, javascript);
  for (let i = 0; i < count; i++) {
    const [x, y] = [a.logWeight[i]!, b.logWeight[i]!];
    expect(Object.is(compiled.logWeight[i], y), `engines: ${compiled.logWeight[i]} and ${y}\n${text}`).toBe(true);
    const close = x === y || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(x));
    expect(close, `run ${i}: ${x} apart, ${y} together\n${text}`).toBe(true);
  }
  expect(b.columns[0]).toEqual(a.columns[0]);
  return { together, apart };
}

/** A model with parameters of all ranges and rows that are weighed by `observe`. */
const model = (data: readonly string[], rows: number, row: string, more = ''): string => `
${data.join('\n')}
model M {
  mu ~ cauchy(0, 2)
  b ~ normal(0, 1)
  tau ~ half_cauchy(2)
  s ~ gamma(2, 1)
  p ~ uniform(0, 1)
  ${more}
  for i in 0..${rows} { ${row} }
}
query q = E(mu) in M using importance(samples = 100)
`;

const vector = (name: string, values: readonly (number | boolean)[]): string =>
  `const ${name} = [${values.join(', ')}]`;

/** Rows that are written out, and rows that stay a loop. */
const sizes = fc.constantFrom(12, 90);
const column = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  sizes.chain((n) => fc.array(value, { minLength: n, maxLength: n }));
const real = fc.double({ min: -50, max: 50, noNaN: true }).map((x) => Number(x.toFixed(4)));
const positive = fc.double({ min: 0.01, max: 30, noNaN: true }).map((x) => Number(x.toFixed(4)));
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true }).map((x) => Number(x.toFixed(4)));
const whole = fc.integer({ min: 0, max: 40 });

/** What is seen, and how. */
const families: readonly (readonly [name: string, value: fc.Arbitrary<number | boolean>, observe: string])[] = [
  ['normal', real, 'normal(mu, tau)'],
  ['normal of known spread', real, 'normal(mu, 2.5)'],
  ['normal of known mean', real, 'normal(1.5, tau)'],
  ['normal on the scale of an exponential', real, 'normal(mu, exp(b))'],
  ['lognormal', positive, 'lognormal(mu, tau)'],
  ['half normal', positive, 'half_normal(tau)'],
  ['exponential', positive, 'exponential(tau)'],
  ['exponential by scale', positive, 'exponential(scale = tau)'],
  ['gamma', positive, 'gamma(s, tau)'],
  ['gamma by scale', positive, 'gamma(s, scale = tau)'],
  ['inverse gamma', positive, 'inverse_gamma(s, tau)'],
  ['chi squared', positive, 'chi_squared(s)'],
  ['weibull of known shape', positive, 'weibull(1.5, tau)'],
  ['beta', share, 'beta(s, tau)'],
  ['laplace about 0', real, 'laplace(0, tau)'],
  ['uniform', positive, 'uniform(0, 10 * tau)'],
  ['pareto', positive, 'pareto(p, s)'],
  ['bernoulli', fc.boolean(), 'bernoulli(p)'],
  ['poisson', whole, 'poisson(tau)'],
  ['geometric', whole, 'geometric(p)'],
  ['binomial', whole, 'binomial(40, p)'],
  ['categorical', fc.integer({ min: 0, max: 2 }), 'categorical([p, 0.25 * (1 - p), 0.75 * (1 - p)])'],
];

describe.each(families)('%s', (_, value, observe) => {
  test.prop([column(value)], { seed: 7, numRuns: 2 })('weighs its rows together', (ys) => {
    const text = model([vector('y', ys)], ys.length, `observe y[i] ~ ${observe}`);
    const { together } = expectSameWeights(text);
    expect(scores(together), text).toBe(0);
    expect(loops(together), text).toBe(0);
  });
});

const pairs = sizes.chain((n) => fc.array(fc.tuple(real, positive, whole), { minLength: n, maxLength: n }));
const covariates: readonly (readonly [name: string, observe: string])[] = [
  ['a regression', 'y[i] ~ normal(mu + b * x[i], tau)'],
  ['a regression without an intercept', 'y[i] ~ normal(b * x[i], tau)'],
  ['a regression on two', 'y[i] ~ normal(mu + b * x[i] + s * (x[i] - 10)^2, tau)'],
  ['spreads that are known up to a factor', 'y[i] ~ normal(mu, tau * x[i])'],
  ['rates by exposure', 'k[i] ~ poisson(tau * x[i])'],
  ['trials', 'k[i] ~ binomial(40 + i, p)'],
];

describe.each(covariates)('%s', (_, observe) => {
  test.prop([pairs], { seed: 8, numRuns: 2 })('weighs its rows together', (rows) => {
    const data = [
      vector(
        'y',
        rows.map(([y]) => y),
      ),
      vector(
        'x',
        rows.map(([, x]) => x),
      ),
      vector(
        'k',
        rows.map(([, , k]) => k),
      ),
    ];
    const { together } = expectSameWeights(model(data, rows.length, `observe ${observe}`));
    expect(scores(together)).toBe(0);
  });
});

describe('plates', () => {
  const ys = Array.from({ length: 90 }, (_, i) => Number((3 * Math.sin(i * i)).toFixed(3)));
  const groups = ys.map((_, i) => (i * 7) % 5);
  const data = [vector('y', ys), vector('g', groups)];

  test('an element of an array that data chooses is a plate of its own', () => {
    const members = 'for j in 0..5 { theta[j] ~ cauchy(mu, tau) }';
    const { together } = expectSameWeights(model(data, 90, 'observe y[i] ~ normal(theta[g[i]], s)', members));
    expect(scores(together)).toBe(0);
    expect(loops(together)).toBe(0);
  });

  test('rows that come several times are weighed once where there is no other way', () => {
    const rounded = ys.map(Math.round);
    const { together, apart } = expectSameWeights(
      model([vector('y', rounded)], 90, 'observe y[i] ~ student_t(4, mu, tau)'),
    );
    const [loop] = instructionsOf(together).filter((i) => i.kind === 'for');
    const high = instructionsOf(together).find(
      (i) => i.kind === 'const' && i.result.id === (loop?.kind === 'for' ? loop.high : -1),
    );
    expect(high?.kind === 'const' && high.value).toBe(new Set(rounded).size);
    expect(scores(apart)).toBe(1);
  });

  test('what does not come apart stays', () => {
    const text = model(data, 90, 'observe y[i] ~ student_t(4, mu, tau)');
    const { together, apart } = expectSameWeights(text, 0);
    expect(instructionsOf(together)).toEqual(instructionsOf(apart));
  });

  test('what else a loop does stays, and so do scores that hang on draws inside of it', () => {
    const row = 'z[i] ~ normal(0, 1)\n observe y[i] ~ normal(mu, tau)\n observe y[i] ~ normal(z[i], s)';
    const { together } = expectSameWeights(model(data, 90, row));
    expect(scores(together)).toBe(1);
    expect(loops(together)).toBe(1);
  });

  test('scores of several families in one loop', () => {
    const row = 'observe y[i] ~ normal(mu, tau)\n observe abs(y[i]) ~ exponential(s)';
    const { together } = expectSameWeights(model(data, 90, row));
    expect(scores(together)).toBe(0);
  });

  test('a row outside of the support: the plate stays, and no run has weight', () => {
    const { together } = expectSameWeights(model(data, 90, 'observe y[i] ~ exponential(tau)'), 0);
    expect(scores(together)).toBe(1);
    expect(block(together).logWeight.every((w) => w === Number.NEGATIVE_INFINITY)).toBe(true);
  });

  test('probabilities of 0 and 1', () => {
    const [none, all, some] = [ys.map(() => false), ys.map(() => true), ys.map((_, i) => i === 3)];
    for (const seen of [none, all, some]) {
      const certain = 'let sure = if p < 0.3 then 0.0 else if p < 0.6 then 1.0 else p';
      const text = model([vector('y', seen)], 90, 'observe y[i] ~ bernoulli(sure)', certain);
      const { together } = expectSameWeights(text);
      expect(scores(together)).toBe(0);
    }
  });

  test('the parameters are checked as before', () => {
    const domain = model(data, 90, 'observe y[i] ~ normal(mu, mu)');
    expect(faultOf(programOf(domain, plain))).toBe('E0601');
    expect(faultOf(programOf(domain))).toBe('E0601');
    expect(scores(programOf(domain))).toBe(0);
    const rate = model(
      [
        vector('k', groups),
        vector(
          'x',
          groups.map((g) => g + 0.5),
        ),
      ],
      90,
      'observe k[i] ~ poisson(mu * x[i])',
    );
    expect(faultOf(programOf(rate, plain))).toBe('E0601');
    expect(faultOf(programOf(rate))).toBe('E0601');
    const absent = model(data, 90, 'observe y[i] ~ normal(log(b), tau)');
    expect(faultOf(programOf(absent, plain))).toBe('E0604');
    expect(faultOf(programOf(absent))).toBe('E0604');
    expect(scores(programOf(absent))).toBe(0);
  });

  test('a method that pauses at scores keeps them', () => {
    const text = model(data, 90, 'observe y[i] ~ normal(mu, tau)').replace(/importance\(.*\)/, 'smc(particles = 100)');
    expect(scores(programOf(text))).toBe(1);
  });

  test('no digits are lost far from 0', () => {
    const offset = 2 ** 20;
    const far = Array.from({ length: 4000 }, (_, i) => offset + Math.round(1024 * Math.sin(i * i)) / 1024);
    const text = model([vector('y', far)], 4000, `observe y[i] ~ normal(mu, tau)`).replace(
      'cauchy(0, 2)',
      `normal(${offset}, 1)`,
    );
    const { together } = expectSameWeights(text, 1e-10);
    expect(scores(together)).toBe(0);
  });

  test('worlds that share noise keep the scores of their partners', () => {
    const text = `
model M {
  mu ~ cauchy(0, 2)
  for i in 0..4 { x[i] ~ normal(mu, 1) }
}
query q = E(x[0][do(mu = 0)] | x[0] = 1, x[1] = 2, x[2] = 3, x[3] = 4) in M using importance(samples = 100)`;
    const plan = planOf(text);
    if (!('program' in plan)) throw new Error(plan.join());
    expect(some(plan.program.functions.main!.body, (i) => i.kind === 'score' && i.abduct)).toBe(true);
  });
});
