/** Programs with their exact answers behind `//=`, as in `test/models`, each short enough to stand in a test. */
import { describe, expect, test } from 'vitest';
import { mistakes } from '../models/compare.js';
import { type Expected, expectedAnswers } from '../models/expected.js';
import { answer, open, type TestSettings } from '../models/programs.js';

/** Standard errors are what they are: these programs are about meaning. */
const anyError = (expected: Expected): Expected =>
  expected.kind === 'numbers'
    ? { ...expected, numbers: expected.numbers.map((n) => ({ ...n, maximumError: Number.POSITIVE_INFINITY })) }
    : expected;

/** Runs every query of every program. Number of draws: 10,000 unless the settings say otherwise. */
export function describeAnswers(programs: Readonly<Record<string, string>>, settings: TestSettings = {}): void {
  describe.each(Object.entries(programs))('%s', (_title, text) => {
    const expected = expectedAnswers(text);

    test('every query has an expected answer', () => {
      expect([...expected.keys()]).toEqual([...open(text, settings).queries]);
    });

    test.each([...expected])('%s', async (query, wanted) => {
      const got = await answer(open(text, { samples: 10_000, ...settings }), query);
      expect(mistakes(got, anyError(wanted))).toEqual([]);
    });
  });
}
