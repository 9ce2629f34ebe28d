/** Every case in `cases.json` is asked by some test. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Case, cases } from './cases.js';

/** The texts of all test files, by path. */
function testTexts(): readonly (readonly [file: string, text: string])[] {
  const folder = new URL('../', import.meta.url);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.endsWith('all_cases.test.ts'))
    .sort()
    .map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]);
}

/** Whether a test asks a case: all of its kind, or it by its id. */
const asks = (text: string, { kind, id }: Case): boolean =>
  new RegExp(`(?:ofKind\\(\\s*|kind === )'${kind}'`).test(text) || new RegExp(`(?<![\\w-])${id}(?![\\w-])`).test(text);

test('how many cases of each kind, and where they are asked', () => {
  const files = testTexts();
  const kinds = [...new Set(cases.map(({ kind }) => kind))].sort();
  const rows = kinds.map((kind) => {
    const all = cases.filter((c) => c.kind === kind);
    const asked = all.filter((c) => files.some(([, text]) => asks(text, c)));
    const where = files.filter(([, text]) => all.some((c) => asks(text, c))).map(([file]) => file);
    return { kind, cases: all.length, asked: asked.length, where: where.join(', ') };
  });
  console.table(rows);
  const missing = cases.filter((c) => !files.some(([, text]) => asks(text, c))).map(({ id }) => id);
  expect(missing).toEqual([]);
  expect(rows.reduce((sum, row) => sum + row.cases, 0)).toBe(213);
});
