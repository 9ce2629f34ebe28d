/** Exact answers of 300 random discrete programs against importance sampling. */
import { expect, test } from 'vitest';
import { compareAll } from './sampled.js';

test('exact answers are what sampling comes to', () => {
  expect(compareAll(1000, 1300, 40000)).toBeGreaterThan(150);
}, 1_200_000);
