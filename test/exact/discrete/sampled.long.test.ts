/** Exact answers of more than 300 random discrete programs against importance sampling. */
import { expect, test } from 'vitest';
import { compareAll } from './sampled.js';

test('exact answers are what sampling comes to', () => {
  expect(compareAll(1000, 1700, 20000)).toBeGreaterThan(300);
}, 1_200_000);
