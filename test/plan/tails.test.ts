/** Means over infinite supports, of which exact solvers leave out the tail. */
import { expect, test } from 'vitest';
import { ask } from '../models/programs.js';

const answer = (target: string) =>
  ask(`model M { k ~ geometric(0.5)  y := ${target} }\nquery q = E(y)`, { samples: 1000 });

test('a mean that is infinite is no exact number', async () => {
  expect((await answer('2^k')).exact).toBe(false);
});

test.each([
  ['1.2^k', 0.5 / (1 - 0.6)],
  ['min(k, 3)', 0.875],
])('%s has its mean', async (target, mean) => {
  const { exact, value } = await answer(target);
  expect(exact).toBe(true);
  expect(value).toBeCloseTo(mean, 8);
});
