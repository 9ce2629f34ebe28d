import { expect, test } from 'vitest';
import { cases, coverages } from './coverage.js';

/** Intervals of 95 % hold the answer in about so many of `count` seeds, within four standard deviations of such a share. */
function expectShare(found: number, wanted: number, count: number): void {
  const deviation = Math.sqrt((wanted * (1 - wanted)) / count);
  expect(found).toBeGreaterThan(wanted - 4 * deviation);
  expect(found).toBeLessThan(wanted + 4 * deviation);
}

/**
 * What intervals of half the width hold: normal ones, and those of Student's t with the 7 degrees of freedom of 8 replicas. So few seeds
 * cannot tell 95 % from all, but they tell these shares from more: too wide is noticed as too narrow is.
 */
const halved = { normal: 0.6729, ofReplicas: 0.7243 };

test.each([cases.posteriorMean, cases.counterfactual])('$name: 200 intervals of 95 %', async (model) => {
  const [whole, half] = await coverages(model, 200, [1, 0.5]);
  expectShare(whole!, 0.95, 200);
  expectShare(half!, halved.normal, 200);
});

test.each([
  ['smc', 200, halved.ofReplicas],
  ['mh', 2000, halved.normal],
] as const)('draws of %s, which hang together: 100 intervals', async (method, samples, wanted) => {
  const [whole, half] = await coverages(cases.posteriorMean, 100, [1, 0.5], { method, samples });
  expectShare(whole!, 0.95, 100);
  expectShare(half!, wanted, 100);
});
