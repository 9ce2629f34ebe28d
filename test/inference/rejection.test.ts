import { describe, expect, test } from 'vitest';
import { applyToIntervals, type Interval } from '../../src/inference/rejection/interval.js';
import { opNames } from '../../src/ir/ops.js';
import { applyPrimitive } from '../../src/ir/primitives.js';
import type { Answer } from '../../src/report/answer.js';
import { ask } from '../models/programs.js';
import { errorOfSd } from '../runtime/statistics.js';

const coin = 'model Coin { theta ~ beta(1, 1)  k ~ binomial(5, theta) }\n';
const measured = 'model M { theta ~ normal(0, 1)  y ~ normal(theta, 1) }\n';

/** Two answers, or one and the exact number, agree up to their errors. */
const agree = (a: Answer, b: Answer | number): void => {
  const [value, se] = typeof b === 'number' ? [b, 0] : [Number(b.value), b.se!];
  expect(Math.abs(Number(a.value) - value)).toBeLessThan(4.5 * Math.hypot(a.se!, se));
};

describe('rejection', () => {
  test('hard conditions: accepted runs of one weight, and their share is the evidence', async () => {
    const got = await ask(`${coin}query q = posterior(theta | k = 2) using rejection(samples = 4000)`);
    const [theta] = got.variables!;
    expect(got.draws).toBe(4000);
    expect(got.ess).toBe(4000);
    expect(Math.abs(theta!.mean - 3 / 7)).toBeLessThan(4.5 * theta!.se!);
    // A beta(3, 4), which is a little flatter than a normal.
    const sd = Math.sqrt(12 / 49 / 8);
    expect(Math.abs(theta!.sd - sd)).toBeLessThan(4.5 * errorOfSd(sd, 4000));
    // Runs are made until so many are accepted, so their number is what varies.
    expect(Math.abs(got.diagnostics.acceptance! - 1 / 6)).toBeLessThan((4.5 / 6) * Math.sqrt(5 / 6 / 4000));
    expect(Math.abs(got.logEvidence! - Math.log(1 / 6))).toBeLessThan(4.5 * got.logEvidenceSe!);
  });

  test('the evidence alone, from a fixed number of runs', async () => {
    const got = await ask(`${coin}query q = evidence(k = 2) using rejection(simulations = 30000)`);
    agree(got, Math.log(1 / 6));
    expect(got.draws).toBe(30_000);
  });

  test('a density with a known bound: accepted by likelihood', async () => {
    const mean = await ask(`${measured}query q = E(theta | y = 1) using rejection(samples = 5000)`);
    agree(mean, 0.5);
    const evidence = await ask(`${measured}query q = evidence(y = 1) using rejection(samples = 5000)`);
    agree(evidence, -0.25 - 0.5 * Math.log(4 * Math.PI));
  });

  test.each(['student_t(4, theta, 1)', 'cauchy(theta, 1)', 'laplace(theta, 2)', 'logistic(theta, 1)'])(
    'the text of %s bounds it, and importance sampling agrees',
    async (family) => {
      const model = `model M { theta ~ normal(0, 1)  y ~ ${family} }\n`;
      const kept = await ask(`${model}query q = E(theta | y = 1) using rejection(samples = 3000)`);
      const weighed = await ask(`${model}query q = E(theta | y = 1) using importance(samples = 20000)`);
      agree(kept, weighed);
    },
  );

  test('scores in loops and branches add up', async () => {
    const model = `model M { theta ~ normal(0, 1)  wide ~ bernoulli(0.5)
      for i in 0..4 { observe 0.5 ~ normal(theta, if wide then 2 else 1) }
      if wide { observe true ~ bernoulli(0.3) }
    }\n`;
    const kept = await ask(`${model}query q = evidence() using rejection(simulations = 40000)`);
    const weighed = await ask(`${model}query q = evidence() using importance(samples = 40000)`);
    agree(kept, weighed);
  });

  test.each([
    ['a density whose bound is not known', 'model M { s ~ half_normal(1)  y ~ normal(0, s) }', 's | y = 1', 'E0613'],
    ['a factor', 'model M { s ~ half_normal(1)  factor s }', 's', 'E0613'],
    [
      'a loop of random length',
      `model M { n ~ poisson(3)  s := n  for i in 0..n { observe 0.1 ~ normal(0, 0.1) } }`,
      's',
      'E0613',
    ],
    ['evidence that no run agrees with', `${coin}`, 'theta | k = 2, theta > 2', 'E0610'],
  ])('%s is refused', async (_, model, question, code) => {
    const got = await ask(`${model}\nquery q = E(${question}) using rejection(simulations = 2000)`);
    expect(got.error?.code).toBe(code);
  });
});

test('intervals hold what the primitives give', () => {
  const ends = [-Infinity, -2.5, -1, 0, 0.5, 3, Infinity];
  const intervals = ends.flatMap((low) => ends.filter((high) => high >= low).map((high): Interval => ({ low, high })));
  const inside = ({ low, high }: Interval): readonly number[] =>
    [low, high, (low + high) / 2, -1, 0, 0.25, 1, 2].filter((x) => Number.isFinite(x) && x >= low && x <= high);
  const setting = { from: { kind: 'real' }, type: { kind: 'real' }, at: -1, elements: 10 } as const;
  const two = new Set(['add', 'sub', 'mul', 'div', 'min', 'max', 'lt', 'le', 'gt', 'ge', 'eq', 'ne']);
  const one = new Set(['neg', 'abs', 'exp', 'log', 'sqrt', 'sin', 'cos', 'floor', 'ceil', 'trunc', 'sign', 'round']);
  const slack = (end: number): number => (Number.isFinite(end) ? 1e-15 * Math.abs(end) : 0);
  const holds = ({ low, high }: Interval, x: unknown): boolean =>
    Number.isNaN(x) || (typeof x === 'number' && x >= low - slack(low) && x <= high + slack(high));
  let checked = 0;
  for (const op of opNames) {
    for (const a of intervals) {
      if (one.has(op)) {
        const bound = applyToIntervals(op, [a]);
        for (const x of inside(a)) expect(holds(bound, applyPrimitive(op, [x], setting))).toBe(true);
        checked++;
      }
      if (!two.has(op)) continue;
      for (const b of intervals) {
        const bound = applyToIntervals(op, [a, b]);
        for (const x of inside(a))
          for (const y of inside(b))
            if (!holds(bound, applyPrimitive(op, [x, y], setting)))
              throw new Error(`${op} of ${x} and ${y} is outside ${bound.low} to ${bound.high}`);
        checked++;
      }
    }
  }
  expect(checked).toBeGreaterThan(5000);
  for (const n of [1, 2, 3, 4])
    for (const a of intervals) {
      const bound = applyToIntervals('power', [a, { low: n, high: n }]);
      for (const x of inside(a)) expect(holds(bound, x ** n)).toBe(true);
    }
});
