/** Draws of another world that the world seen does not make are counted, and told. */
import { expect, test } from 'vitest';
import type { EngineName } from '../../src/plan/engine_names.js';
import { answer, open, programs } from './programs.js';

const samples = 500;
const { text } = programs.find(({ name }) => name === 'causal/recursion_worlds')!;
const engines: readonly EngineName[] = ['js', 'interpreter'];

test.each(
  engines.flatMap((engine) => [
    { engine, query: 'longer', expected: 2 * samples },
    { engine, query: 'shorter', expected: 0 },
    { engine, query: 'same', expected: 0 },
    // Nothing of the world seen is asked for, so there is nothing to be a partner of.
    { engine, query: 'spread', expected: 0 },
    { engine, query: 'shared', expected: 0 },
  ]),
)('$engine: $query', async ({ engine, query, expected }) => {
  const { diagnostics, warnings } = await answer(open(text, { engine, samples }), query);
  expect(diagnostics.unaligned).toBe(expected);
  expect(warnings.some((w) => w.code === 'W0603')).toBe(expected > 0);
});
