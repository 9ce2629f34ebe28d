import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';
import { isA } from '../../grammar/recovery.js';
import * as t from '../../grammar/tokens.js';
import { lex, spanOf } from '../../src/syntax/lex.js';

const root = new URL('../../', import.meta.url);
let grammar: IGrammar;

beforeAll(async () => {
  const wasm = join(dirname(createRequire(import.meta.url).resolve('vscode-oniguruma')), 'onig.wasm');
  await oniguruma.loadWASM({ data: readFileSync(wasm) });
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: (scope) => {
      const path = new URL('editors/textmate/whatif.tmLanguage.json', root);
      const text = readFileSync(path, 'utf8');
      return Promise.resolve(scope === 'source.whatif' ? textmate.parseRawGrammar(text, 'whatif.json') : null);
    },
  });
  const loaded = await registry.loadGrammar('source.whatif');
  if (loaded === null) throw new Error('the grammar does not load');
  grammar = loaded;
});

/** The scope of each UTF-16 unit of a text. */
function scopesOf(text: string): readonly string[] {
  const scopes: string[] = [];
  let stack = textmate.INITIAL;
  for (const line of text.split('\n')) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    const units: string[] = Array.from({ length: line.length + 1 }, () => '');
    for (const token of tokens) units.fill(token.scopes.join(' '), token.startIndex, token.endIndex);
    scopes.push(...units);
  }
  return scopes;
}

const programs = ['test/programs', 'examples', 'stdlib/distributions', 'stdlib/functions'].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, root))
    .filter((name) => name.endsWith('.scm'))
    .map((name) => `${folder}/${name}`),
);

/** What every token of a type must be coloured as. */
const wanted: readonly (readonly [typeof t.Comma, RegExp])[] = [
  [t.NumberLiteral, /constant\.numeric/],
  [t.StringLiteral, /string\.quoted/],
  [t.InfixOperator, /keyword\.operator/],
  [t.Tilde, /keyword\.operator\.distribution/],
  [t.Becomes, /keyword\.operator\.distribution/],
  [t.Bar, /keyword\.operator\.given/],
  [t.True, /constant\.language/],
  [t.False, /constant\.language/],
  ...t.reservedWords
    .filter((word) => word !== t.True && word !== t.False)
    .map((word): readonly [typeof t.Comma, RegExp] => [word, /keyword|storage/]),
  [t.Comma, /punctuation/],
];

describe('the TextMate grammar', () => {
  test.each(programs)('colours the words of %s as the lexer cuts them', (name) => {
    const text = readFileSync(new URL(name, root), 'utf8');
    const scopes = scopesOf(text);
    const { stream, comments, diagnostics } = lex({ name, text });
    expect(diagnostics).toEqual([]);
    const wrong: string[] = [];
    const check = (start: number, end: number, pattern: RegExp): void => {
      const seen = new Set(scopes.slice(start, end).filter((scope) => scope !== ''));
      if (![...seen].every((scope) => pattern.test(scope)))
        wrong.push(`${text.slice(start, end)} at ${start}: ${[...seen].join(' | ')}`);
    };
    for (const comment of comments) check(comment.span.start, comment.span.end, /comment/);
    for (const token of stream.tokens) {
      const { start, end } = spanOf(token);
      for (const [type, pattern] of wanted) if (isA(token.tokenType, type)) check(start, end, pattern);
      if (isA(token.tokenType, t.Identifier)) check(start, end, /variable|entity|support|keyword|storage/);
    }
    expect(wrong).toEqual([]);
  });

  const scopeOf = (text: string, piece: string): string => scopesOf(text)[text.indexOf(piece)] ?? '';

  test.each([
    ['model Trial { }', 'model', 'storage.type'],
    ['model Trial { }', 'Trial', 'entity.name.type'],
    ['data := 3', 'data', 'variable.other.declaration'],
    ['x[t-1] ~ normal(0, 1)', 'x', 'variable.other.declaration'],
    ['query q = P(y | x = 1) given trial', 'given', 'keyword.other.query'],
    ['query q = P(y | x = 1)', 'P', 'support.function.query'],
    ['/// about it', 'about', 'comment.line.documentation'],
    ['const s = "a\\n"', '\\n', 'constant.character.escape'],
    ['y := 1..T', '..', 'keyword.operator.range'],
    ['a <-> b', '<->', 'keyword.operator.arrow'],
    ['a -- b', '--', 'keyword.operator.arrow'],
    ['θ ~ beta(1, 1)', 'beta', 'entity.name.function.call'],
  ])('in %s, %s is %s', (text, piece, scope) => {
    expect(scopeOf(text, piece)).toContain(scope);
  });
});
