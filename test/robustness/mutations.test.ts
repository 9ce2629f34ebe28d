/** Damaged programs and random bytes through the checker: no crash, no hang, and every complaint has a place. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkSource } from '../../src/check/check_source.js';
import { nodeHost } from '../../src/data/node_files.js';
import type { Diagnostic } from '../../src/syntax/diagnostic.js';
import { position } from '../../src/syntax/span.js';
import { mutant, randomBytes, randomFrom } from './mutate.js';

const examples = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../examples');
const texts = readdirSync(examples)
  .filter((name) => name.endsWith('.scm'))
  .map((name) => readFileSync(path.join(examples, name), 'utf8'));
const host = nodeHost(examples, { allowRead: [] });

/** Milliseconds that one check may take. */
const longest = 1000;

/** What goes wrong in a check of the text, with the text; null when all is well. */
function trouble(text: string, diagnosticsOf: (text: string) => readonly Diagnostic[]): string | null {
  const start = performance.now();
  try {
    const diagnostics = diagnosticsOf(text);
    const bad = diagnostics.find((d) => !hasPlace(d));
    if (bad !== undefined) return `${bad.code} has no place in ${JSON.stringify(text)}`;
  } catch (thrown) {
    return `${thrown instanceof Error ? thrown.stack : String(thrown)}\nin ${JSON.stringify(text)}`;
  }
  const took = performance.now() - start;
  return took > longest ? `took ${took.toFixed(0)} ms for ${JSON.stringify(text)}` : null;
}

const hasPlace = ({ source, span, message }: Diagnostic): boolean =>
  message !== '' &&
  span.start >= 0 &&
  span.start <= span.end &&
  span.end <= source.text.length &&
  position(source.text, span.start).line >= 1;

const check = (text: string): readonly Diagnostic[] => checkSource({ name: 'mutant.scm', text }, host).diagnostics;

describe('mutations of the examples', () => {
  test.each([1, 2, 3, 4])('500 mutants, set %i', { timeout: 120_000 }, (set) => {
    const random = randomFrom(set);
    const found: string[] = [];
    let wrong = 0;
    for (let i = 0; i < 500; i++) {
      const text = mutant(texts, random);
      const problem = trouble(text, (t) => {
        const diagnostics = check(t);
        if (diagnostics.some((d) => d.severity === 'error')) wrong++;
        return diagnostics;
      });
      if (problem !== null) found.push(problem);
    }
    expect(found).toEqual([]);
    expect(wrong).toBeGreaterThan(250);
  });
});

test('2,000 random byte strings are errors with a place', { timeout: 120_000 }, () => {
  const random = randomFrom(5);
  const found: string[] = [];
  for (let i = 0; i < 2000; i++) {
    const text = randomBytes(random);
    const problem = trouble(text, (t) => {
      const diagnostics = check(t);
      if (!diagnostics.some((d) => d.severity === 'error')) found.push(`no error in ${JSON.stringify(text)}`);
      return diagnostics;
    });
    if (problem !== null) found.push(problem);
  }
  expect(found.filter((f) => !/^no error in "(?:\s|\/\/)/.test(f))).toEqual([]);
});
