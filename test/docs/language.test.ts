/** Every block of the language reference is a program that runs, and what it says of its answers is true. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/data/node_files.js';
import { defaultSettings, type Session } from '../../src/embed/contract.js';
import { openEmbedded } from '../../src/embed/session.js';
import type { Constant } from '../../src/ir/ir.js';
import type { Diagnostic } from '../../src/syntax/diagnostic.js';
import { format } from '../../src/syntax/format.js';
import { mistakes } from '../models/compare.js';
import { expectedAnswers } from '../models/expected.js';
import { answer } from '../models/programs.js';
import { type Block, blocksOf } from './blocks.js';

const folder = fileURLToPath(new URL('../../docs/examples', import.meta.url));
const page = readFileSync(path.join(folder, '..', 'language.md'), 'utf8');
const blocks = blocksOf(page);
const programs = blocks.filter((b) => b.language === 'scm');

/** What the host program of `extern fn detector(energy: real): vector` gives. */
const externs = { detector: (energy: Constant): Constant => Float64Array.of(Number(energy), 2 * Number(energy)) };

function open({ text, line }: Block): { readonly session: Session | null; readonly said: readonly Diagnostic[] } {
  const source = { name: `line_${line}.scm`, text };
  const opened = openEmbedded(
    source,
    nodeHost(folder, { allowRead: [] }),
    { ...defaultSettings, seed: '1' },
    { externs },
  );
  return { session: opened.ok ? opened.value : null, said: opened.diagnostics };
}

const codes = (found: readonly { readonly code: string }[]): readonly string[] =>
  [...new Set(found.map((d) => d.code))].sort();

/** Warnings that the comments of a program name. */
const warningsIn = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/\/\/.*/g)].flatMap(([comment]) => comment.match(/W\d{4}/g) ?? []))].sort();

test('every block is a program or what one prints', () => {
  expect(programs.length).toBeGreaterThanOrEqual(36);
  expect(unknownBlocks(blocks)).toEqual([]);
});

/** Blocks whose info string the tests do not know. */
const unknownBlocks = (all: readonly Block[]): readonly string[] =>
  all
    .filter(({ language, note }) =>
      language === 'scm' ? !/^(error( E\d{4})+)?$/.test(note) : language !== 'text' || note !== 'explain',
    )
    .map(({ language, note, line }) => `line ${line}: ${language} ${note}`);

test('programs are in the one style, but those that show what spelling allows', () => {
  const shown = programs.filter((b) => b.heading !== 'Files and words');
  for (const { text, line } of shown) {
    const formatted = format({ name: `line_${line}.scm`, text });
    expect(formatted.ok ? formatted.value : null).toBe(text);
  }
});

describe.each(programs.map((block) => ({ name: `line ${block.line}: ${block.heading}`, block })))(
  '$name',
  ({ block }) => {
    const wrong = block.note.match(/E\d{4}/g);
    if (wrong !== null) {
      test('is refused with the code that the page names', () => {
        const { session, said } = open(block);
        const found = session === null ? said : session.diagnostics;
        expect(codes(found.filter((d) => d.severity === 'error'))).toEqual([...wrong].sort());
      });
      return;
    }
    test('runs, with the answers and warnings that it names', { timeout: 120_000 }, async () => {
      const { session, said } = open(block);
      if (session === null) throw new Error(said.map((d) => `${d.code} ${d.message}`).join('\n'));
      const expected = expectedAnswers(block.text);
      expect([...expected.keys()]).toEqual([...session.queries]);
      expect(session.queries.length).toBeGreaterThan(0);
      const warned: Diagnostic[] = session.diagnostics.filter((d) => d.severity === 'warning');
      const different: string[] = [];
      for (const [query, numbers] of expected) {
        const got = await answer(session, query);
        warned.push(...got.warnings);
        different.push(...mistakes(got, numbers).map((mistake) => `${query}: ${mistake}`));
      }
      expect(different).toEqual([]);
      expect(codes(warned)).toEqual(warningsIn(block.text));
    });
  },
);

/** Lines of an explanation may be left out, and `…` stands for the end of one. */
test('explanations are those of the program above', () => {
  const explained = blocks.flatMap((block, i) => (block.note === 'explain' ? [{ block, program: blocks[i - 1] }] : []));
  expect(explained.length).toBeGreaterThanOrEqual(2);
  for (const { block, program } of explained) {
    if (program === undefined) throw new Error('an explanation without a program');
    const { session } = open(program);
    const name = session?.queries.at(-1) ?? '';
    const outcome = session?.explain({ kind: 'named', name });
    const lines = outcome?.ok === true ? outcome.value.split('\n') : [];
    for (const shown of block.text.trimEnd().split('\n')) {
      const [start = '', cut] = shown.split('…');
      expect(lines.filter((line) => (cut === undefined ? line === start : line.startsWith(start)))).toHaveLength(1);
    }
  }
});
