/** Attribution of outcomes to causes: closed forms, and what every Shapley value has to be. */
import { describe, expect, test } from 'vitest';
import { orderTerms, randomOrders, shapleyTerms } from '../../src/causal/counterfactual/shapley.js';
import type { AttributionQuestion } from '../../src/embed/contract.js';
import type { AttributionReport } from '../../src/report/attribution.js';
import { open, uninterrupted } from '../models/programs.js';
import { generator } from './discrete_scm.js';

async function attribute(
  model: string,
  question: string,
  more: Partial<AttributionQuestion> = {},
  settings: Parameters<typeof open>[1] = {},
): Promise<AttributionReport> {
  const asked = { question, baseline: null, score: 'mean', permutations: null, model: null, ...more } as const;
  const found = await open(model, settings).attribute(asked, uninterrupted());
  if (!found.ok) throw new Error(found.diagnostics.map(({ code, message }) => `${code} ${message}`).join());
  return found.value;
}

const shares = ({ contributions }: AttributionReport): Readonly<Record<string, number>> =>
  Object.fromEntries(contributions.map(({ cause, contribution }) => [cause, contribution]));

describe('Shapley values', () => {
  test('of a random game: all orders, one by one', () => {
    const random = generator(11);
    const worth = Array.from({ length: 16 }, random);
    const sum = (terms: ReadonlyMap<number, number>): number =>
      [...terms].reduce((total, [set, weight]) => total + weight * worth[set]!, 0);
    const exact = shapleyTerms(4).map(sum);
    const orders: (readonly number[])[] = [];
    const list = (left: readonly number[], so: readonly number[]): void => {
      if (left.length === 0) orders.push(so);
      for (const k of left)
        list(
          left.filter((other) => other !== k),
          [...so, k],
        );
    };
    list([0, 1, 2, 3], []);
    for (let k = 0; k < 4; k++) {
      const mean = orders.reduce((total, order) => total + sum(orderTerms(order)[k]!), 0) / orders.length;
      expect(exact[k]).toBeCloseTo(mean, 12);
    }
    expect(exact.reduce((a, b) => a + b, 0)).toBeCloseTo(worth[15]! - worth[0]!, 12);
  });

  test('drawn orders come with their reverse', () => {
    const drawn = randomOrders(5, 10, generator(2));
    expect(drawn).toHaveLength(10);
    for (let k = 0; k < 10; k += 2) expect(drawn[k + 1]).toEqual(drawn[k]!.toReversed());
  });
});

const chain = `model M {
  x ~ normal(1, 2)
  z := 3 * x + sample normal(0, 1)
  y := z - 2 * x + sample normal(0, 1)
  w := y + sample normal(0, 5)
}`;

describe('the noise of a unit', () => {
  test('adds, where all is linear, what it is times its path', async () => {
    // Noises of the unit: x is 2 above its mean, z 1 above, y 0.5 below.
    const found = await attribute(chain, 'y | x = 3, z = 10, y = 3.5');
    expect(found).toMatchObject({ value: 3.5, baseline: 1, kind: 'noise', complete: true, coalitions: 8 });
    expect(shares(found).x).toBeCloseTo(2, 9);
    expect(shares(found).z).toBeCloseTo(1, 9);
    expect(shares(found).y).toBeCloseTo(-0.5, 9);
    // What lies behind the outcome is no cause of it.
    expect(shares(found).w).toBeUndefined();
  });

  test('against another unit', async () => {
    const found = await attribute(chain, 'y | x = 3, z = 10, y = 3.5', { baseline: 'x = 0, z = 1, y = 1' });
    expect(found.baseline).toBeCloseTo(1, 9);
    expect(shares(found).x).toBeCloseTo(3, 9);
    expect(shares(found).z).toBeCloseTo(0, 9);
    expect(shares(found).y).toBeCloseTo(-0.5, 9);
  });

  test('that is not known is what the evidence says of it', async () => {
    // Of y alone: noises share what is known of their sum, by their variances 4, 1 and 1.
    const found = await attribute(chain, 'y | y = 7');
    expect(shares(found).x).toBeCloseTo(4, 9);
    expect(shares(found).z).toBeCloseTo(1, 9);
    expect(shares(found).y).toBeCloseTo(1, 9);
  });

  test('in discrete models, by hand', async () => {
    const squad = `model M { order ~ bernoulli(0.5)  nervous ~ bernoulli(0.1)
      a := order or nervous
      dead := a or order
    }`;
    const found = await attribute(squad, 'dead | dead');
    // v(order) = 1 - 0.05 / 0.55 * 0.9, v(nervous) = 0.5 + 0.5 * 0.1 / 0.55.
    expect(shares(found).order).toBeCloseTo((1 - (0.05 / 0.55) * 0.9 - 0.55 + 1 - (0.5 + 0.05 / 0.55)) / 2, 9);
    expect(shares(found).order! + shares(found).nervous!).toBeCloseTo(0.45, 9);
  });

  test('shared by two nodes is a cause of its own', async () => {
    const shared = `model M {
      let u = sample normal(0, 1)
      x := u + sample normal(0, 1)
      y := x + 2 * u + sample normal(0, 1)
    }`;
    const found = await attribute(shared, 'y | x = 2, y = 5');
    expect(Object.keys(shares(found)).sort()).toEqual(['x', 'x & y', 'y']);
    expect(found.contributions.reduce((sum, { contribution }) => sum + contribution, 0)).toBeCloseTo(5, 9);
  });

  test('is not that of parameters, which all units share', async () => {
    const learned = `model M {
      param level ~ normal(0, 1)
      x ~ normal(level, 1)
      y := x + sample normal(0, 1)
    }`;
    const found = await attribute(learned, 'y | x = 2, y = 5');
    // The level is 1 given x = 2: of that, 1 is no merit of the unit, and 1 and 3 are.
    expect([found.value, found.baseline]).toEqual([expect.closeTo(5, 9), expect.closeTo(1, 9)]);
    expect(shares(found)).toEqual({ x: expect.closeTo(1, 9), y: expect.closeTo(3, 9) });
  });

  test('of a family is one cause, and of a part that of its nodes', async () => {
    const walk = `model Part(a: real) { w ~ normal(0, 1)  z := a + w }
      model Walk {
        x[0] ~ normal(0, 1)
        for t in 1..4 { x[t] ~ normal(x[t-1], 1) }
        part ~ Part(x[3])
        y := part.z + x[1]
      }`;
    const found = await attribute(walk, 'y | x[1] = 1, x[3] = 3, y = 6', { model: 'Walk' });
    expect(shares(found)).toEqual({ x: expect.closeTo(4, 9), 'part.w': expect.closeTo(2, 9) });
  });

  test('by sampling, within its error', async () => {
    const found = await attribute(chain, 'y | x = 3, z = 10, y = 3.5', {}, { method: 'importance', samples: 4000 });
    for (const { cause, contribution, se } of found.contributions) {
      const exact = { x: 2, z: 1, y: -0.5 }[cause]!;
      expect(se).toBeGreaterThan(0);
      expect(se).toBeLessThan(0.2);
      expect(Math.abs(contribution - exact)).toBeLessThan(4.5 * se);
    }
  });

  test('by drawn orders, within its error', async () => {
    const product = `model M { a ~ bernoulli(0.5)  b ~ bernoulli(0.2)  c ~ bernoulli(0.7)  y := a and (b or c) }`;
    const exact = await attribute(product, 'y | a, b, c');
    const drawn = await attribute(product, 'y | a, b, c', { permutations: 20 });
    expect(drawn.complete).toBe(false);
    for (const { cause, contribution, se } of drawn.contributions)
      expect(Math.abs(contribution - shares(exact)[cause]!)).toBeLessThan(4.5 * se + 1e-9);
    expect(drawn.contributions.reduce((sum, c) => sum + c.contribution, 0)).toBeCloseTo(
      drawn.value - drawn.baseline,
      9,
    );
  });
});

test('how far out: log probabilities of one as far', async () => {
  const sum = 'model M { a ~ normal(0, 1)  b ~ normal(0, 1)  y := a + b }';
  const found = await attribute(sum, 'y | a = 3, b = 3', { score: 'tail' });
  // P(y >= 6) for variance 2, and alone each noise leaves b >= 3.
  const [both, one] = [1.104524849929e-5, 0.001349898031630095];
  expect(found.baseline).toBeCloseTo(Math.log(both), 6);
  expect(found.value).toBe(0);
  for (const { contribution } of found.contributions) expect(contribution).toBeCloseTo(-Math.log(both) / 2, 6);
  const unlike = await attribute(sum, 'y | a = 3, b = 0', { score: 'tail' });
  // y >= 3: with a alone b >= 0, with b alone a >= 3.
  const all = Math.log(0.016947426762344637);
  expect(shares(unlike).a).toBeCloseTo((Math.log(0.5) - all + 0 - Math.log(one)) / 2, 6);
});

describe('interventions', () => {
  const model = 'model M { x ~ bernoulli(0.5)  z ~ bernoulli(0.5)  y ~ bernoulli(if x and z then 0.9 else 0.1) }';
  test('that need each other share alike', async () => {
    const found = await attribute(model, 'y | do(x = true, z = true)', { baseline: 'do(x = false, z = false)' });
    expect(found).toMatchObject({ kind: 'interventions', complete: true });
    expect(found.value).toBeCloseTo(0.9, 12);
    expect(found.baseline).toBeCloseTo(0.1, 12);
    expect(shares(found)['x = true']).toBeCloseTo(0.4, 12);
  });
  test('against a world in which nothing is done', async () => {
    const found = await attribute(model, 'y | do(x = true)');
    expect(shares(found)['x = true']).toBeCloseTo(0.5 - 0.3, 12);
  });
});

test.each([
  ['y', 'nothing is known'],
  ['x | y = 1', 'before the outcome'],
  ['y, z | x = 1', 'E0'],
])('%s is refused', async (question, why) => {
  const told = attribute(question.startsWith('x') ? 'model M { x := 3  y ~ normal(x, 1) }' : chain, question);
  await expect(told).rejects.toThrow(why);
});
