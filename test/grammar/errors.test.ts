import { describe, expect, test } from 'vitest';
import { maximumErrors, maximumNesting } from '../../grammar/base.js';
import { maximumDepth } from '../../src/syntax/build_context.js';
import type { Diagnostic } from '../../src/syntax/diagnostic.js';
import { maximumTokens } from '../../src/syntax/lex.js';
import { parse, parseQuery } from '../../src/syntax/parse.js';
import { position } from '../../src/syntax/span.js';

const source = (text: string) => ({ name: 'test.scm', text });

/** Wrong files; what is said about each stands in golden/errors.txt. */
const files = [
  'const a = .5',
  'const a = 5.',
  'const a = 2x',
  'const a = 1e',
  'const a = 1.2.3',
  'const s = "abc\nconst b = 2',
  "const s = 'abc'",
  'const s = "a\\q"',
  '/* never',
  'const a = 3 # c\nconst b = $ 4',
  'model M { x = = 3 }',
  'model M { param x = 3\n y ~ normal(0, 1) }',
  'model M { x == 3 }',
  'model M { x <- normal(0,1)\n y := 2 }',
  'model M { x += 1 }',
  'model M { let x := 3\n let y ~ normal(0,1)\n var z == 3 }',
  'const for = 3',
  'model M { for ~ normal(0,1) }',
  'model M { let match = 3\n let y = 2 }',
  'fn f(in, x) = x',
  'const a = 1 < 2 < 3',
  'const a = x == y == z',
  'const a = x = y',
  'const a = f(x[1] = 2)',
  'const a = a && b || !c',
  'const a = 2 ** 3',
  'model M { x ~ normal(0, 1\n  y := 2\n}',
  'model M { x ~ normal(0 1)  y ~ normal(1) }',
  'model M { x ~ normal(0, 1]\n y := 2 }',
  'model M {\n x := 1\n\nmodel N { y := 2 }',
  'model M { for t on 1..3 { x[t] := 1 }\n y := }',
  'model M { x := 1 }}\nconst a = 1',
  'model M { if x then { y := 1 } }',
  'model M { y := if x { 1 } else { 2 } }',
  'model M { y := if x then 1\n z := 2 }',
  'model M { match x { A => 3, _ => { y := 1 } } }',
  'model M { x ~\n  y ~ normal(0,1)\n z := 3 }',
  'modle M { x := 1 }',
  'x ~ normal(0,1)',
  'query q = E(x) givn trial',
  'query q = E(x) using a in M',
  'query q = I(a, b)',
  'query q = P(a; b)',
  'query q = P(y | do(x))',
  'query q = P(do(x = 1))',
  'query q = P()',
  'query q = evidence(x | y)',
  'query q = P(y | do(3 = x))',
  'model M { return\n x := 3 }',
  'model M { E(x | y = 1) }',
  'model M { z := E(x | y = 1) }',
  'const a = f(1)(2)',
  'model M { x := y[1](2) }',
  'model M { 3 + 4 }',
  'model M { x + 1\n y := 2 }',
  'model M { x }',
  'model M { "a" }',
  'model M { else { } }',
  'model M { fn f(x) = 2 }',
  'enum Drug { A B }\nmodel M { x := A }',
  'enum Drug { A, B',
  'data d = csv(',
  'graph G { a -> b c }',
  'graph G { a -> \n b <- }',
  'graph G { latent a -> b }',
  'graph G { 3 -> b }',
  'dist d(x) { dra = 3  draw = 2 }',
  'dist d(x) { draw 3 \n logpdf(x) = 2 }',
  'extern fn f(x: real)',
  'import foo',
  'const a',
  'const a = ',
  'const a = +3',
  'const a = not',
  'const a = 3 + not x',
  'const a = [1, 2',
  'const a = (1, ',
  'const a = {x: 1',
  'const a = 1e999',
  'const a = 12345678901234567890',
  'fn f(x) { lett y = 3\n retrun y }',
  'model M { x.y := 3 }',
  'model M { x ≈ 3 }',
  'const a = do(x = 1)',
  'model N = do(M)',
  'model N = do(M, x)',
  'model M { const a = 3 }',
  'const a = x ~= y',
  'query q = argmax d in S P(x)',
  'query q = identify x',
  'query q = estimate E(y) from D',
  'const a = “abc”',
  'const a = x ≤ 3',
  'model M(n int) { x := n }',
  'model M { while x < 3 x = x + 1\n y := 2 }',
  'const a = 1 2',
  'model M { observe x = 1 = 2 }',
  'const a = a..b..c',
  'const a = f(1,,2)',
  'const a = x[]',
  'const a = ()',
  'const x = {}',
  'model M { let (a, b = f() }',
  'model M { x := 3; ; y := 2 }',
  'model M { x : = 3 }',
  'const a = foo bar',
  'model M { x ~ normal(0, 1))\n y := 2 }',
  'model M { a := [1, 2, 3\n b := 3\n c ~ normal(0, 1) }\nquery q = E(a',
];

const questions = [
  '',
  '3',
  'P(x',
  'P(x) foo',
  'P(x | y) in M given',
  'P(x) givn trial',
  'query q = P(x)',
  'P(x) P(y)',
  'identify x',
];

function shown(text: string, diagnostic: Diagnostic): string {
  const { line, column } = position(text, diagnostic.span.start);
  const place = JSON.stringify(text.slice(diagnostic.span.start, diagnostic.span.end));
  const hint = diagnostic.hint === null ? '' : `\n      ${diagnostic.hint}`;
  return `  ${line}:${column} ${diagnostic.code} ${diagnostic.message} at ${place}${hint}`;
}

describe('syntax errors', () => {
  test('are told in words', async () => {
    const told = [
      ...files.map((text) => [text, ...parse(source(text)).diagnostics.map((d) => shown(text, d))]),
      ...questions.map((text) => [
        `question: ${text}`,
        ...parseQuery(source(text)).diagnostics.map((d) => shown(text, d)),
      ]),
    ];
    await expect(`${told.map((lines) => lines.join('\n')).join('\n\n')}\n`).toMatchFileSnapshot('golden/errors.txt');
  });

  test.each(files.filter((text) => text !== 'graph G { a -> b c }'))('%j is an error', (text) => {
    expect(parse(source(text)).diagnostics).not.toEqual([]);
  });

  const broken = `enum Drug { A B }
const a = .5
model M {
  x ~ normal(0, 1
  for t in 1..3 {
    y[t] := x +
    z[t] ~ normal(0, 1)
  }
  if x > 0 then { w := 1 }
  v := a < b < c
}
fn f(for) = 1
query q = P(x |
query r = E(x) && 2
`;

  test('of a file are told in one go, each at its place', () => {
    const lines = parse(source(broken)).diagnostics.map((d) => position(broken, d.span.start).line);
    expect(lines).toEqual([1, 2, 4, 6, 9, 10, 12, 13, 14]);
  });

  test('leave the rest of the tree', () => {
    const { file } = parse(source(broken));
    expect(file.declarations.map((d) => (d.kind === 'import' ? d.path : d.name?.text))).toEqual([
      'Drug',
      'a',
      'M',
      'f',
      'q',
      'r',
    ]);
    const model = file.declarations[2];
    if (model?.kind !== 'model') throw new Error('no model');
    expect(model.body.statements.map((s) => s.kind)).toEqual(['node', 'for', 'node']);
  });

  test('leave holes where a value is missing', () => {
    const [d] = parse(source('const a = *')).file.declarations;
    expect(d?.kind === 'const' ? d.value.kind : null).toBe('missing');
  });

  test('are told up to a limit', () => {
    const { diagnostics } = parse(source('const = \n'.repeat(2 * maximumErrors)));
    expect(diagnostics).toHaveLength(maximumErrors + 1);
    expect(diagnostics.at(-1)?.code).toBe('E0116');
  });
});

describe('texts too deep or too long', () => {
  const branches = (count: number): string =>
    Array.from({ length: count }, (_, k) => `if a > ${k} { return ${k} }`).join(' else ');

  /** What is too much, how much is not, and a text with so much of it. */
  const limits: readonly (readonly [string, number, (size: number) => string])[] = [
    ['brackets in one another', maximumNesting, (n) => `const a = ${'('.repeat(n)}1${')'.repeat(n)}`],
    ['operators in a chain', maximumDepth, (n) => `const a = 1${' + 1'.repeat(n)}`],
    ['signs before an operand', maximumDepth, (n) => `const a = ${'-'.repeat(n)}1`],
    ['indices of an index', maximumDepth, (n) => `const a = b${'[0]'.repeat(n)}`],
    ['branches of a statement', maximumDepth, (n) => `fn f(a) { ${branches(n)} return 0 }`],
    ['dimensions of an array', 16, (n) => `fn f(a: real${'[]'.repeat(n)}) = 1`],
    ['words and signs', maximumTokens, (n) => 'a '.repeat(n)],
  ];

  test.each(limits)('%s: up to %d', (_, most, text) => {
    const codes = (size: number): readonly string[] => parse(source(text(size))).diagnostics.map((d) => d.code);
    expect(codes(most - 10)).not.toContain('E0115');
    expect(codes(most + 1)).toEqual(['E0115']);
  });
});
