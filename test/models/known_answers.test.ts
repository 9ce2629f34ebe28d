/** Every program of this folder against its exact answers. */
import { describe, expect, test } from 'vitest';
import { mistakes } from './compare.js';
import { expectedAnswers } from './expected.js';
import { answer, openProgram, programs } from './programs.js';

/** Draws of a query that names no number itself. */
const samples = 50_000;

/** What the language has and no method answers yet: each query says so with this code. */
const noMethod = 'E0492';
const unanswered = new Set(['discrete/information', 'language/tables']);

describe.each(programs)('$name', (program) => {
  const expected = expectedAnswers(program.text);
  const waits = unanswered.has(program.name);

  test('every query has an expected answer', () => {
    expect([...expected.keys()]).toEqual([...openProgram(program).queries]);
  });

  test.each([...expected])('%s', async (query, numbers) => {
    const got = await answer(openProgram(program, withSamples(program.text, query)), query);
    const waitsHere = waits || /using (?!importance)\w+/.test(lineOf(program.text, query));
    if (waitsHere) expect(got.error?.code).toBe(noMethod);
    else expect(mistakes(got, numbers)).toEqual([]);
  });
});

test('there are enough programs and answers', () => {
  const answers = programs.flatMap(({ text }) => [...expectedAnswers(text).values()]);
  const count = answers.reduce((n, e) => n + (e.kind === 'numbers' ? e.numbers.length : 1), 0);
  expect(programs.length).toBeGreaterThanOrEqual(60);
  expect(count).toBeGreaterThanOrEqual(500);
});

/** The program's own number of samples counts. */
const withSamples = (text: string, query: string): { readonly samples: number | null } => ({
  samples: lineOf(text, query).includes('using') ? null : samples,
});

const lineOf = (text: string, query: string): string => text.split('\n').find((l) => l.startsWith(`query ${query} `)) ?? '';
