/** Every program of this folder against its exact answers. */
import { describe, expect, test } from 'vitest';
import { backends } from '../../src/inference/registry.js';
import { mistakes } from './compare.js';
import { expectedAnswers } from './expected.js';
import { answer, openProgram, programs } from './programs.js';

/** Draws of a query that names no number itself. */
const samples = 50_000;

/** What the language has and no method answers yet: each query says so with this code. */
const noMethod = 'E0492';
const unanswered = new Set<string>();

/** Programs of nested estimates, whose inner draws count too. */
const dear = new Set(['discrete/information']);
const dearSamples = 8_000_000;

/** Sampled throughout, and as the planner chooses: exactly where that is possible. */
const ways = { importance: { samples, method: 'importance' }, auto: { samples } };

describe.each(programs)('$name', (program) => {
  const expected = expectedAnswers(program.text);
  const waits = unanswered.has(program.name);

  test('every query has an expected answer', () => {
    expect([...expected.keys()]).toEqual([...openProgram(program).queries]);
  });

  describe.each(Object.entries(ways))('%s', (_, settings) => {
    const session = openProgram(program, dear.has(program.name) ? { ...settings, samples: dearSamples } : settings);
    // The program's own method and number of samples count.
    const own = openProgram(program);

    test.each([...expected])('%s', async (query, numbers) => {
      const written = textOf(program.text, query);
      const got = await answer(written.includes('using') ? own : session, query);
      if (waits || lacksMethod(written)) expect(got.error?.code).toBe(noMethod);
      else expect(mistakes(got, numbers)).toEqual([]);
    });
  });
});

test('there are enough programs and answers', () => {
  const answers = programs.flatMap(({ text }) => [...expectedAnswers(text).values()]);
  const count = answers.reduce((n, e) => n + (e.kind === 'numbers' ? e.numbers.length : 1), 0);
  expect(programs.length).toBeGreaterThanOrEqual(60);
  expect(count).toBeGreaterThanOrEqual(500);
});

/** Whether a query names a method that is not there yet. */
function lacksMethod(written: string): boolean {
  const name = /using (\w+)/.exec(written)?.[1];
  return name !== undefined && name !== 'exact' && !Object.hasOwn(backends, name);
}

/** A query as written, without its answers. */
const textOf = (program: string, query: string): string =>
  (program.split(/^query /m).find((part) => part.startsWith(`${query} `)) ?? '').replaceAll(/\/\/.*/g, '');
