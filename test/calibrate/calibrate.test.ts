import { describe, expect, test } from 'vitest';
import type { Sampler } from '../../src/calibrate/calibrate.js';
import { runForm } from '../../src/plan/run_form.js';
import { calibrate, calibrated } from './calibrated.js';

const normal = `
model M { mu ~ normal(1, 2)  y ~ normal(mu, 1) }
query q = posterior(mu | y = 3)`;

/** A method that changes what importance sampling drew. */
const wrong = (change: (draw: number, mean: number) => number): Sampler =>
  function* (plan, settings) {
    const run = yield* runForm(plan, settings);
    const { relative, total } = run.weights;
    const targets = run.targets.map((columns) =>
      columns.map((column) => {
        const mean = column.values.reduce((sum, x, i) => sum + (x * relative[i]!) / total, 0);
        return { ...column, values: column.values.map((x) => change(x, mean)) };
      }),
    );
    return { ...run, targets };
  };

const options = { method: 'importance', samples: 2000, replications: 80 };

describe('a right method', () => {
  test('is found calibrated, sampled and exact', () => {
    const sampled = calibrated(normal, options);
    expect(sampled).toMatchObject({ method: 'importance', replications: 80, failures: 0, verdict: 'calibrated' });
    const exact = calibrated(normal, { replications: 80 });
    expect(exact).toMatchObject({ method: 'exact', verdict: 'calibrated' });
    expect(exact.targets.map((t) => t.name)).toEqual(['mu']);
    expect(exact.targets[0]?.counts.reduce((sum, count) => sum + count, 0)).toBe(80);
  });

  test('of all that can be seen: observations in loops and branches, whole families, values of several kinds', () => {
    const text = `
    const seen = [1.0, 2.0, 3.0]
    model M {
      p ~ beta(2, 2)
      mu ~ normal(0, 1)
      for i in 0..3 {
        x[i] ~ normal(mu, 1)
        observe seen[i] ~ normal(x[i], 1)
        if i > 0 { observe i ~ poisson(1 + abs(mu)) } else { observe true ~ bernoulli(p) }
      }
      k ~ binomial(10, p)
      observe k = 4
      total := sum(x)
      observe total > -4
      late ~ bernoulli(p)
    }
    query q = posterior(p, mu, x[1] | x[2] = 0.5, late)`;
    const found = calibrated(text, { ...options, samples: 4000, replications: 40 });
    expect(found.targets.map((t) => t.name)).toEqual(['p', 'mu', 'x[1]']);
    expect(found.verdict).toBe('calibrated');
  });

  test('of a discrete target, whose ranks are ties', () => {
    const found = calibrated('model M { x ~ poisson(3)  y ~ normal(x, 1) }\nquery q = E(x | y = 2)', options);
    expect(found.verdict).toBe('calibrated');
  });

  test('the data come from the model and not from the text', () => {
    // Under this observation alone no draw would count.
    const text = 'model M { mu ~ normal(0, 1)  observe 1000.0 ~ normal(mu, 1) }\nquery q = posterior(mu)';
    expect(calibrated(text, { ...options, replications: 30 })).toMatchObject({ failures: 0, verdict: 'calibrated' });
  });
});

describe('a wrong method', () => {
  test.each([
    ['too high', (x: number) => x + 1],
    ['too low', (x: number) => x - 1],
    ['too narrow', (x: number, mean: number) => mean + 0.35 * (x - mean)],
    ['too wide', (x: number, mean: number) => mean + 3 * (x - mean)],
  ] as const)('is found out: %s', (tendency, change) => {
    const found = calibrated(normal, { ...options, sampler: wrong(change) });
    expect(found.verdict).toBe('not calibrated');
    const [target] = found.targets;
    expect(target?.tendency).toBe(tendency);
    expect(target?.p).toBeLessThan(1e-3);
    expect(target?.ecdf.some((count, i) => count < target.low[i]! || count > target.high[i]!)).toBe(true);
  });

  test('that ignores the data too', () => {
    const prior: Sampler = function* (plan, settings) {
      const run = yield* runForm(plan, settings);
      const relative = run.weights.relative.map(() => 1);
      return { ...run, weights: { ...run.weights, relative, total: relative.length, totalSquared: relative.length } };
    };
    // Ranks among draws of the prior are uniform: only what hangs on the data tells.
    const text = 'model M { mu ~ normal(0, 1)  y ~ normal(mu, 1) }\nquery q = posterior(mu * y | y = 3)';
    expect(calibrated(text, { ...options, sampler: prior }).verdict).toBe('not calibrated');
  });
});

describe('what cannot be calibrated', () => {
  test.each([
    ['nothing is seen', 'model M { x ~ normal(0, 1) }\nquery q = posterior(x)'],
    ['a factor', 'model M { x ~ normal(0, 1)  factor -x  y ~ normal(x, 1) }\nquery q = posterior(x | y = 1)'],
    ['compares nodes', 'model M { x ~ poisson(1)  y ~ poisson(1) }\nquery q = posterior(x | x = y)'],
    ['no target', 'model M { x ~ normal(0, 1)  y ~ normal(x, 1) }\nquery q = evidence(y = 1)'],
  ])('%s', (reason, text) => {
    const found = calibrate(text, { replications: 10 });
    expect(found.ok).toBe(false);
    if (found.ok) return;
    expect(found.diagnostics[0]?.code).toBe('E0492');
    expect(found.diagnostics[0]?.message).toContain(reason);
  });

  test('nothing is concluded where the method often has no answer', () => {
    const never: Sampler = function* (plan, settings) {
      return { ...(yield* runForm(plan, settings)), positive: 0 };
    };
    const found = calibrated(normal, { ...options, replications: 20, sampler: never });
    expect(found).toMatchObject({ failures: 20, verdict: 'undecided', targets: [] });
    expect(found.firstFailure?.code).toBe('E0610');
  });
});
