/** Answers that hang on mechanisms say so, with bounds over all of them; answers that do not are left in peace. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask } from '../models/programs.js';

const asked = async (model: string, query: string, using = '') => {
  const got = await ask(`${model}\nquery q = ${query}${using}`);
  if (got.error !== null) throw new Error(`${got.error.code} ${got.error.message}`);
  const warned = got.warnings.some(({ code }) => code === 'W0604');
  return { value: Number(got.value), warned, bounds: got.bounds ?? null };
};

const chosen = (one: number, other: number): string => `model M {
  x ~ bernoulli(0.5)
  y ~ bernoulli(if x then ${one} else ${other})
}`;
const both = 'P(y[do(x = true)] and not y[do(x = false)])';

describe('one outcome with two rows has the bounds of Fréchet and Hoeffding', () => {
  test.each([
    [0.7, 0.4],
    [0.2, 0.9],
    [0.5, 0.5001],
  ])('%d, %d', async (one, other) => {
    const { value, warned, bounds } = await asked(chosen(one, other), both);
    expect(warned).toBe(true);
    expect(bounds?.low).toBeCloseTo(Math.max(0, one - other), 9);
    expect(bounds?.high).toBeCloseTo(Math.min(one, 1 - other), 9);
    expect(value).toBeGreaterThan((bounds?.low ?? 1) - 1e-9);
    expect(value).toBeLessThan((bounds?.high ?? 0) + 1e-9);
  });

  test('necessity and sufficiency are Tian and Pearl under exogeneity', async () => {
    const necessary = await asked(chosen(0.7, 0.4), 'P(not y[do(x = false)] | x, y)');
    expect(necessary.bounds?.low).toBeCloseTo(0.3 / 0.7, 9);
    expect(necessary.bounds?.high).toBeCloseTo(0.6 / 0.7, 9);
    const sufficient = await asked(chosen(0.7, 0.4), 'P(y[do(x = true)] | not x, not y)');
    expect(sufficient.bounds?.low).toBeCloseTo(0.3 / 0.6, 9);
    expect(sufficient.bounds?.high).toBeCloseTo(1, 9);
  });

  test('whatever the method is', async () => {
    const { warned, bounds } = await asked(chosen(0.7, 0.4), both, ' using importance(samples = 2000)');
    expect(warned).toBe(true);
    expect(bounds?.high).toBeCloseTo(0.6, 9);
  });
});

describe('no warning', () => {
  const mediated = `model M {
    t ~ bernoulli(0.5)
    m ~ bernoulli(if t then 0.75 else 0.4)
    y ~ bernoulli(if t then (if m then 0.8 else 0.4) else (if m then 0.3 else 0.2))
  }`;
  const squad = `model M {
    order ~ bernoulli(0.5)
    nervous ~ bernoulli(0.1)
    a := order or nervous
    dead := a or order
  }`;
  const line = `model M {
    z ~ normal(0, 1)
    x ~ normal(z, 1)
    m ~ normal(x, 1)
    y ~ normal(x + z + m, 1)
  }`;
  test.each([
    [chosen(0.7, 0.4), 'E(int(y[do(x = true)]) - int(y[do(x = false)]))'],
    [chosen(0.7, 0.4), 'E(int(y[do(x = true)]) - int(y[do(x = false)]) | x)'],
    [chosen(0.7, 0.4), 'P(y[do(x = false)] | x)'],
    [chosen(0.4, 0.4), 'P(y[do(x = false)] | x, y)'],
    [mediated, 'P(y[do(t = true, m = m[do(t = false)])])'],
    [mediated, 'E(int(y[do(t = true, m = m[do(t = false)])]) - int(y[do(t = false)]))'],
    [mediated, 'E(int(y[do(t = true, m = m[do(t = false)])]) - int(y[do(t = false)]) | t)'],
    [squad, 'P(dead[do(a = false)] | dead)'],
    [line, 'E(y[do(x = 1)] - y[do(x = 0)])'],
    [line, 'E(y[do(x = 1)] - y[do(x = 0)] | z = 2, x = 1)'],
    [line, 'E(y[do(x = 0)] | x = 1)'],
    [line, 'E(y[do(x = 1, m = m[do(x = 0)])] - y[do(x = 0)])'],
  ])('%s %s', async (model, query) => {
    const { warned, bounds } = await asked(model, query);
    expect(bounds).toBeNull();
    expect(warned).toBe(false);
  });
});

describe('a warning without bounds', () => {
  const line = `model M {
    x ~ bernoulli(0.5)
    y ~ normal(if x then 1 else 0, 1)
  }`;
  test.each([
    [line, 'P(y[do(x = true)] > y[do(x = false)])'],
    [line, 'E(y[do(x = false)] | x, y = 2)'],
    [line, 'Var(y[do(x = true)] - y[do(x = false)])'],
    [chosen(0.7, 0.4), 'Var(int(y[do(x = true)]) - int(y[do(x = false)]))'],
  ])('%s %s', async (model, query) => {
    const { warned, bounds } = await asked(model, query);
    expect(warned).toBe(true);
    expect(bounds).toBeNull();
  });
});

test('several draws: each is at an extreme of its own', async () => {
  const chain = `model M {
    x ~ bernoulli(0.5)
    m ~ bernoulli(if x then 0.7 else 0.4)
    y ~ bernoulli(if m then 0.8 else 0.1)
  }`;
  const { bounds } = await asked(chain, both);
  // y is helped by m and m by x, or both are harmed: 0.7 + 0.4 - 2 * overlap splits into the two ways of m to change.
  const pns = (mUp: number, mDown: number, yUp: number, yDown: number): number => mUp * yUp + mDown * yDown;
  const corners = [0.3, 0.6].flatMap((mUp) => [0.7, 0.8].map((yUp) => pns(mUp, mUp - 0.3, yUp, yUp - 0.7)));
  expect(bounds?.low).toBeCloseTo(Math.min(...corners), 9);
  expect(bounds?.high).toBeCloseTo(Math.max(...corners), 9);
});

test('a mediator and an outcome with four rows, by hand', async () => {
  const training = `model M {
    t ~ bernoulli(0.5)
    m ~ bernoulli(if t then 0.75 else 0.4)
    y ~ bernoulli(if t then (if m then 0.8 else 0.4) else (if m then 0.3 else 0.2))
  }`;
  const { bounds } = await asked(training, 'P(not y[do(t = false)] | t, y)');
  // For each pair of mediators the outcomes overlap as much as they can; mediators that go apart leave room for most.
  const apart = 0.15 * Math.min(0.7, 0.8) + 0.25 * Math.min(0.7, 0.4) + 0.6 * Math.min(0.8, 0.8);
  expect(bounds?.high).toBeCloseTo(apart / 0.7, 9);
  expect(bounds?.low).toBeCloseTo(0.46 / 0.7, 9);
});

test('three arms: the linear program agrees with a search', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
      async ([a, b, c]) => {
        const [p, q, r] = [a! / 10, b! / 10, c! / 10];
        const model = `model M {
        x ~ categorical([0.25, 0.25, 0.5])
        y ~ bernoulli([${p}, ${q}, ${r}][x])
      }`;
        const { bounds, warned } = await asked(model, 'P(y[do(x = 1)] and not y[do(x = 0)] and y[do(x = 2)])');
        expect(warned).toBe(true);
        // P(A and B and C) with given margins: Fréchet's bounds are sharp.
        expect(bounds?.low).toBeCloseTo(Math.max(0, q + (1 - p) + r - 2), 9);
        expect(bounds?.high).toBeCloseTo(Math.min(q, 1 - p, r), 9);
      },
    ),
    { numRuns: 8, seed: 3 },
  );
});

test('evidence across worlds: a ratio that is linear above and below', async () => {
  const { bounds } = await asked(chosen(0.7, 0.4), 'P(y[do(x = true)] | not y[do(x = false)])');
  expect(bounds?.low).toBeCloseTo(0.3 / 0.6, 9);
  expect(bounds?.high).toBeCloseTo(1, 9);
  // Given that at least one of both is true: 0.4 over 0.7 + 0.4 - overlap, the overlap being from 0.1 to 0.4.
  const either = await asked(chosen(0.7, 0.4), 'P(y[do(x = false)] | y[do(x = true)] or y[do(x = false)])');
  expect(either.bounds?.low).toBeCloseTo(0.4 / 1, 9);
  expect(either.bounds?.high).toBeCloseTo(0.4 / 0.7, 9);
});
