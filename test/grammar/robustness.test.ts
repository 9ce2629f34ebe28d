import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maximumDepth } from '../../src/syntax/build_context.js';
import { format } from '../../src/syntax/format.js';
import { parse, parseQuery } from '../../src/syntax/parse.js';
import { sweep } from '../sweep.js';

/** Milliseconds that one text may take to be read twice: a second each on a quiet machine, with room for a busy one. */
const bound = 2000;
const boundOfMegabytes = 10_000;

/** How deep a tree is. Walks without recursion. */
function depthOf(tree: unknown): number {
  let deepest = 0;
  const work: (readonly [unknown, number])[] = [[tree, 0]];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const [node, depth] = next;
    if (typeof node !== 'object' || node === null) continue;
    deepest = Math.max(deepest, depth);
    for (const value of Object.values(node)) work.push([value, Array.isArray(node) ? depth : depth + 1]);
  }
  return deepest;
}

function survives(text: string, limit = bound): void {
  const source = { name: 'test.scm', text };
  const start = performance.now();
  const { file, diagnostics } = parse(source);
  const asked = parseQuery(source);
  const took = performance.now() - start;
  expect(
    file.declarations.length + diagnostics.length > 0 || !/[^\s]/.test(text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')),
  ).toBe(true);
  for (const d of [...diagnostics, ...asked.diagnostics]) {
    expect(d.span.start).toBeGreaterThanOrEqual(0);
    expect(d.span.end).toBeGreaterThanOrEqual(d.span.start);
    expect(d.span.end).toBeLessThanOrEqual(text.length);
    expect(d.message).not.toMatch(/undefined|\[object|NaN/);
  }
  expect(took).toBeLessThan(limit);
}

const folder = new URL('../programs/', import.meta.url);
const programs = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
const pieces = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '=',
  '~',
  ':=',
  ',',
  ';',
  '|',
  '"',
  "'",
  '`',
  '${',
  '//',
  '/*',
  '*/',
  '..',
  '.',
  '-',
  '^',
  'if',
  'then',
  'else',
  'for',
  'in',
  'model M',
  'query q =',
  'do(',
  '\u0000',
  '\ud835',
  '𝜃',
  '\\u{41}',
  '__proto__',
  'constructor',
  '\n',
  '0',
  '1e',
  'not ',
  '<-',
  '&&',
];

const mutation = fc
  .tuple(
    fc.constantFrom(...programs),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), fc.constantFrom('', ...pieces)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([text, edits]) =>
    edits.reduce((current, [where, remove, insert]) => {
      const at = Math.floor(where * current.length);
      return current.slice(0, at) + insert + current.slice(at + remove);
    }, text),
  );

describe('no text makes the reader fail', () => {
  test('mutations of the programs', () => {
    fc.assert(
      fc.property(mutation, (text) => survives(text)),
      { numRuns: sweep(600, 2000), seed: 1 },
    );
  });

  test('random strings of bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(bytes, (text) => survives(text)),
      { numRuns: sweep(600, 2000), seed: 2 },
    );
  });

  test('500 random mixtures of words and signs', () => {
    const mixture = fc
      .array(fc.constantFrom(...pieces, 'x', ' ', 'x ', '3 '), { maxLength: 200 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(mixture, (text) => survives(text)),
      { numRuns: 500, seed: 3 },
    );
  });

  const many = 5000;
  const mega = 1 << 20;
  const long: Readonly<Record<string, string>> = {
    'nested parentheses': `const a = ${'('.repeat(many)}1${')'.repeat(many)}`,
    'open parentheses': `const a = ${'('.repeat(mega)}`,
    'closing brackets': `const a = ${')]}'.repeat(mega / 4)}`,
    'mixed brackets': `const a = ${'([{'.repeat(many)}${')]}'.repeat(many)}`,
    'nested blocks': `model M ${'{ if x '.repeat(many)}`,
    'nested conditions': `const a = ${'if 1 then '.repeat(many)}`,
    'nested else': `const a = ${'if 1 then 1 else '.repeat(many)}2`,
    'else if': `model M { if a { } ${'else if a { } '.repeat(many)} }`,
    signs: `const a = ${'- '.repeat(many)}1`,
    negations: `const a = ${'not '.repeat(many)}1`,
    samples: `const a = ${'sample '.repeat(many)}d`,
    powers: `const a = ${'2 ^ '.repeat(many)}1`,
    sums: `const a = ${'1 + '.repeat(mega / 4)}1`,
    suffixes: `const a = x${'[0]'.repeat(many)}`,
    fields: `const a = x${'.y'.repeat(many)}`,
    'nested types': `const a: ${'('.repeat(many)}`,
    'array types': `const a: real${'[]'.repeat(many)} = 1`,
    worlds: `query q = P(x${'[do(x = x'.repeat(many)}`,
    'a long array': `const a = [${'1, '.repeat(mega / 8)}1]`,
    'a long name': `const ${'a'.repeat(mega)} = 1`,
    'a long number': `const a = ${'1'.repeat(mega)}`,
    'a long string': `import "${'a'.repeat(mega)}"`,
    'a long open string': `import "${'a\\'.repeat(mega / 2)}`,
    'a long comment': `/*${'*'.repeat(mega)}`,
    'stray characters': '$'.repeat(mega),
    quotes: `'${'"'.repeat(mega)}`,
    names: 'x '.repeat(mega / 2),
    nodes: 'x := 1 '.repeat(mega / 8),
    semicolons: `model M {${';'.repeat(mega)}}`,
    statements: `model M { ${'x := 1; '.repeat(mega / 32)} }`,
    'null bytes': '\u0000'.repeat(mega),
    surrogates: '\ud800'.repeat(mega),
    documentation: '/// a\n'.repeat(mega / 8),
  };

  test.each(Object.entries(long))('%s', (_, text) => {
    survives(text, boundOfMegabytes);
    const { file } = parse({ name: 'test.scm', text });
    // Each level of an expression is at most three objects deep: the node, its list, its element.
    expect(depthOf(file.declarations)).toBeLessThan(4 * maximumDepth);
  });

  test('formatting long texts is fast, too', () => {
    for (const text of [`const a = [${'1, '.repeat(50_000)}1]`, `model M { ${'x := f(1, 2) // c\n'.repeat(5_000)} }`]) {
      const start = performance.now();
      expect(format({ name: 'test.scm', text }).ok).toBe(true);
      expect(performance.now() - start).toBeLessThan(boundOfMegabytes);
    }
  });
});
