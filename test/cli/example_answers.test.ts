import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeHost } from '../../src/data/node_files.js';
import { defaultSettings, type Session } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import type { Answer } from '../../src/report/answer.js';
import { type Expected, expectedAnswers } from './expected.js';

const folder = path.join(import.meta.dirname, '..', '..', 'examples');

/** Half a billion draws take their time; a few hundred runs tell as much about being right. */
const samplesFor = (query: string): number | null => (query === 'slow' ? 400 : null);

function open(name: string, samples: number | null): Session {
  const source = { name, text: readFileSync(path.join(folder, name), 'utf8') };
  const opened = openSession(source, nodeHost(folder, { allowRead: [] }), { ...defaultSettings, samples });
  if (!opened.ok) throw new Error(opened.diagnostics.map((d) => d.message).join('\n'));
  return opened.value;
}

const answer = (name: string, query: string): Promise<Answer> =>
  open(name, samplesFor(query)).answer(
    { kind: 'named', name: query },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );

/** Numbers of an answer with their errors, by the names that `//=` uses. */
function numbers(given: Answer): ReadonlyMap<string, { readonly value: number; readonly se: number }> {
  if (given.distribution !== null)
    return new Map(given.distribution.map(({ value, p, se }) => [String(value), { value: p, se }]));
  if (given.variables !== null)
    return new Map(given.variables.map(({ name, mean, se }) => [name, { value: mean, se }]));
  return new Map(typeof given.value === 'number' ? [['', { value: given.value, se: given.se ?? Number.NaN }]] : []);
}

function compare(given: Answer, { answer: expected, rounding }: Pick<Expected, 'answer' | 'rounding'>): void {
  expect(given.error?.message ?? null).toBeNull();
  const found = numbers(given);
  const wanted = typeof expected === 'number' ? new Map([['', expected]]) : expected;
  for (const [name, exact] of wanted) {
    const { value, se } = found.get(name) ?? { value: Number.NaN, se: Number.NaN };
    // An error that says nothing would let every answer pass.
    expect(se, `error of ${name}`).toBeLessThan(0.05 * Math.max(Math.abs(exact), 1));
    expect(Math.abs(value - exact), `${name}: ${value} ± ${se}, not ${exact}`).toBeLessThanOrEqual(
      5 * se + rounding + 1e-9,
    );
  }
}

/** Simulators and programs in time, whose answers `test/models/examples.test.ts` asks for at smaller sizes. */
const elsewhere = ['birth_death', 'bumpers', 'captcha', 'coin', 'fire', 'outbreak_exact', 'predator_prey'];

const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.scm') && !elsewhere.includes(name.slice(0, -'.scm'.length)))
  .flatMap((name) =>
    expectedAnswers({ name, text: readFileSync(path.join(folder, name), 'utf8') }).map((e) => ({ name, ...e })),
  );

describe('the examples give the answers behind them', () => {
  it('has answers for all that importance sampling can answer', () => {
    expect(cases.length).toBeGreaterThanOrEqual(35);
  });

  it.each(cases)('$name: $query', async ({ name, query, ...expected }) => {
    compare(await answer(name, query), expected);
  });
});
