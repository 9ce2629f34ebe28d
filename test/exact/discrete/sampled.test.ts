/** Exact answers of random discrete programs against importance sampling: a few; `sampled.long.test.ts` has 300. */
import { expect, test } from 'vitest';
import { compareAll } from './sampled.js';

test('exact answers are what sampling comes to', () => {
  expect(compareAll(0, 40, 5000)).toBeGreaterThan(20);
}, 300_000);
