/** Programs of this folder as particle filters answer them: within five of their own standard errors. */
import { describe, expect, test } from 'vitest';
import { mistakes } from './compare.js';
import { type Expected, expectedAnswers } from './expected.js';
import { answer, openProgram, programs } from './programs.js';

/** Particles of each replica. */
const particles = 1000;

/** Queries that filters do not answer well, with the reason. */
const unsuited = new Map<string, string>([
  ['discrete/information', 'a nested estimate, each draw of which is a run of its own'],
]);

/** The tests of the programs whose names pass. */
export function testBySmc(chosen: (name: string) => boolean): void {
  describe.each(programs.filter(({ name }) => chosen(name) && !unsuited.has(name)))('$name', (program) => {
    const session = openProgram(program, { samples: particles, method: 'smc' });
    test.each([...expectedAnswers(program.text)])('%s', { timeout: 120_000 }, async (query, numbers) => {
      expect(mistakes(await answer(session, query), withoutLimits(numbers))).toEqual([]);
    });
  });
}

/** How small a standard error must be hangs on the number of draws, but where it must be none. */
const withoutLimits = (expected: Expected): Expected =>
  expected.kind !== 'numbers'
    ? expected
    : {
        ...expected,
        numbers: expected.numbers.map((n) =>
          n.maximumError < 1e-6 ? n : { ...n, maximumError: Number.POSITIVE_INFINITY },
        ),
      };
