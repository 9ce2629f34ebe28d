import { describe, expect, test } from 'vitest';
import { cases, coverage } from './coverage.js';

test.each(Object.values(cases))('$name: the 95 % intervals of 1,000 seeds hold it 925 to 975 times', async (model) => {
  const share = await coverage(model, 1000);
  expect(share).toBeGreaterThanOrEqual(0.925);
  expect(share).toBeLessThanOrEqual(0.975);
});

const { evidence, loop, ...others } = cases;

/** What is compared instead: counts, which runs can equal. */
const compared = {
  quantile: { ...cases.quantile, text: cases.quantile.text.replace('k = 5', 'k ~= 5') },
  mean: {
    name: 'E: a proportion, its count met exactly',
    text: 'model M { p ~ beta(2, 2)  k ~ binomial(6, p) }\nquery q = E(p | k ~= 5)',
    exact: 0.7,
    samples: 2000,
  },
};

/** A chain measures no evidence, and counts that are steps of a random loop move too slowly for 4,000 draws of it. */
const ways = [
  { method: 'smc', samples: 400, models: { ...others, evidence, loop } },
  { method: 'mh', samples: 4000, models: others },
  { method: 'rejection', samples: 500, models: { ...others, evidence, loop } },
  { method: 'abc', samples: 20_000, models: compared },
];

describe.each(ways)('by $method', ({ models, ...way }) => {
  test.each(Object.values(models))(
    '$name: the 95 % intervals of 1,000 seeds hold it 925 to 975 times',
    async (model) => {
      const share = await coverage(model, 1000, way);
      expect(share).toBeGreaterThanOrEqual(0.925);
      expect(share).toBeLessThanOrEqual(0.975);
    },
  );
});
