/** Every program of this folder against its exact answers. */
import { describe, expect, test } from 'vitest';
import { backends } from '../../src/inference/registry.js';
import { mistakes } from './compare.js';
import { type Expected, expectedAnswers } from './expected.js';
import { answer, openProgram, programs } from './programs.js';

/** Draws of a query that names no number itself. */
const samples = 50_000;

/** What the language has and no method answers yet: each query says so with this code. */
const noMethod = 'E0492';
const unanswered = new Set<string>();

/** Programs of nested estimates, whose inner draws count too. */
const dear = new Set(['discrete/information']);
const dearSamples = 4_000_000;

/** Sampled throughout, and as the planner chooses: exactly where that is possible. */
const ways = { importance: { samples, method: 'importance' }, auto: { samples } };

describe.each(programs)('$name', (program) => {
  const expected = expectedAnswers(program.text);
  const waits = unanswered.has(program.name);

  test('every query has an expected answer', () => {
    expect([...expected.keys()]).toEqual([...openProgram(program).queries]);
  });

  const queries = [...expected];
  const names = ([query]: readonly [string, Expected]): boolean => textOf(program.text, query).includes('using');
  const open = queries.filter((query) => !names(query));
  const more = dear.has(program.name) ? { samples: dearSamples } : {};
  const asked = [
    ...Object.entries(ways).map(([way, settings]) => ({ way, settings: { ...settings, ...more }, chosen: open })),
    { way: 'as it says itself', settings: {}, chosen: queries.filter(names) },
  ];
  describe.each(asked.filter(({ chosen }) => chosen.length > 0))('$way', ({ settings, chosen }) => {
    const session = openProgram(program, settings);
    test.each(chosen)('%s', async (query, numbers) => {
      const got = await answer(session, query);
      if (waits || lacksMethod(textOf(program.text, query))) expect(got.error?.code).toBe(noMethod);
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
