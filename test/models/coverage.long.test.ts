import { expect, test } from 'vitest';
import { cases, coverage } from './coverage.js';

test.each(Object.values(cases))('$name: the 95 % intervals of 1,000 seeds hold it 925 to 975 times', async (model) => {
  const share = await coverage(model, 1000);
  expect(share).toBeGreaterThanOrEqual(0.925);
  expect(share).toBeLessThanOrEqual(0.975);
});
