import { expect, test } from 'vitest';
import { cases, coverage } from './coverage.js';

/** Standard deviation of the share at 200 seeds: 1.5 %. Four of them below 95 %, and not all intervals too wide. */
test.each([cases.posteriorMean, cases.counterfactual])('$name: 200 intervals of 95 %', async (model) => {
  const share = await coverage(model, 200);
  expect(share).toBeGreaterThan(0.89);
  expect(share).toBeLessThan(1);
});

test.each(['smc', 'mh'])('draws of %s, which hang together: 100 intervals', async (method) => {
  const share = await coverage(cases.posteriorMean, 100, { method, samples: method === 'smc' ? 200 : 2000 });
  expect(share).toBeGreaterThan(0.86);
});
