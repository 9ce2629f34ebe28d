/** Random programs: enumeration against importance sampling. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answersOf } from './enumerate_answers.js';
import { arbitraryQueries } from './enumerate_programs.js';

test('random control flow: exact answers agree with sampled ones, on no side more than on the other', () => {
  const programs = fc.sample(arbitraryQueries, { numRuns: 8, seed: 5 });
  let above = 0;
  let compared = 0;
  let refused = 0;
  for (const text of programs) {
    const exact = answersOf(text, { method: 'auto' });
    const sampled = answersOf(text, { method: 'importance', samples: 1000 });
    for (const [k, answer] of exact.entries()) {
      const other = sampled[k];
      if (!answer.exact) {
        refused += 1;
        continue;
      }
      if (typeof answer.value !== 'number' || typeof other?.value !== 'number' || other.se === null) {
        expect(other?.error?.code, `${text}\n${answer.error?.message} ${other?.error?.message}`).toBe(
          answer.error?.code,
        );
        continue;
      }
      const gap = other.value - answer.value;
      expect(Math.abs(gap), `${answer.name}: ${answer.value} ${other.value} ± ${other.se}\n${text}`).toBeLessThan(
        5 * other.se + 8e-3,
      );
      if (other.se > 0) {
        compared += 1;
        if (gap > 0) above += 1;
      }
    }
  }
  expect(compared).toBeGreaterThan(12);
  expect(refused).toBeLessThan(compared / 4);
  expect(Math.abs(above - compared / 2)).toBeLessThan(4 * Math.sqrt(compared / 4));
}, 120_000);
