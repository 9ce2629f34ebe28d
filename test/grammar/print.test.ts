import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { format, printDeclaration } from '../../src/syntax/format.js';
import { lex } from '../../src/syntax/lex.js';
import { parse, parseQuery, parseText } from '../../src/syntax/parse.js';
import { printExpr, printQuery } from '../../src/syntax/print_expr.js';
import { bare, declaration, expr, query } from './arbitrary.js';

const source = (text: string) => ({ name: 'test.scm', text });

function read(text: string): unknown {
  const { file, diagnostics } = parse(source(text));
  expect(diagnostics.map((d) => `${d.message} at ${text.slice(d.span.start)}\n${text}`)).toEqual([]);
  return bare(file.declarations);
}

describe('printing and parsing', () => {
  test.prop([fc.array(declaration, { maxLength: 4 })], { numRuns: 200, seed: 1 })(
    'a printed file parses back to its tree',
    (trees) => {
      expect(read(trees.map(printDeclaration).join(''))).toEqual(bare(trees));
    },
  );

  test.prop([expr()], { numRuns: 200, seed: 2 })('an expression printed on one line parses back', (tree) => {
    const text = printExpr(tree);
    expect(text).not.toMatch(/\n/);
    expect(read(`const c = ${text}`)).toEqual([expect.objectContaining({ value: bare(tree) })]);
  });

  test.prop([query], { numRuns: 200, seed: 3 })('a question printed on one line parses back', (tree) => {
    const { query: back, diagnostics } = parseQuery(source(printQuery(tree)));
    expect(diagnostics).toEqual([]);
    expect(bare(back)).toEqual(bare({ ...tree, name: null }));
  });
});

/** Text between two tokens: white space and comments; `glue` asks for at least something. */
const trivia = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(' ', '\n', '\n\n\n', '\t') },
      fc.constantFrom('// note\n', ' // = `x` \r\n', '/* a */', '/* two\n   lines */', '/// about it\n', '//\n'),
    ),
    { maxLength: 3 },
  )
  .map((parts) => parts.join(''));

const commented = fc
  .array(declaration, { minLength: 1, maxLength: 3 })
  .map((trees) => trees.map(printDeclaration).join(''))
  .chain((text) => {
    const { tokens } = lex(source(text)).stream;
    return fc
      .array(fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: trivia }), {
        minLength: tokens.length + 1,
        maxLength: tokens.length + 1,
      })
      .map((gaps) => {
        const between = (i: number): string => {
          const from = i === 0 ? 0 : tokens[i - 1]!.startOffset + tokens[i - 1]!.image.length;
          return text.slice(from, tokens[i]?.startOffset ?? text.length);
        };
        const pieces = gaps.map((gap, i) => `${gap === null ? between(i) : ` ${gap} `}${tokens[i]?.image ?? ''}`);
        return pieces.join('');
      });
  });

describe('formatting', () => {
  test.prop([commented], { numRuns: 200, seed: 4 })('keeps the tree and the comments, and is idempotent', (text) => {
    const before = parseText(source(text));
    expect(before.diagnostics.map((d) => d.message)).toEqual([]);
    const once = format(source(text));
    if (!once.ok) throw new Error('not formatted');
    const after = parseText(source(once.value));
    expect(after.diagnostics.map((d) => `${d.message} in\n${once.value}`)).toEqual([]);
    const clean = (comments: readonly { readonly text: string }[]): readonly string[] =>
      comments.map((comment) => comment.text.replace(/\r\n/g, '\n').trimEnd());
    expect(clean(after.lexed.comments)).toEqual(clean(before.lexed.comments));
    expect(bare(after.file.declarations)).toEqual(bare(before.file.declarations));
    expect(format(source(once.value))).toEqual({ ok: true, value: once.value, diagnostics: [] });
  });

  test.prop([fc.array(declaration, { minLength: 1, maxLength: 3 })], { numRuns: 100, seed: 5 })(
    'printed trees are in the style',
    (trees) => {
      const text = trees.map(printDeclaration).join('');
      const once = format(source(text));
      expect(once.ok).toBe(true);
    },
  );
});
