import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { format } from '../../src/syntax/format.js';
import { parse, parseQuery } from '../../src/syntax/parse.js';
import { printExpr } from '../../src/syntax/print_expr.js';
import type { Expr } from '../../src/syntax/tree.js';
import { bare } from './arbitrary.js';

const source = (text: string) => ({ name: 'test.scm', text });

/** A tree on one line: `(kind field: value …)`, fields that hold nothing left out. */
function shown(tree: unknown): string {
  if (Array.isArray(tree)) return `[${tree.map(shown).join(' ')}]`;
  if (typeof tree !== 'object' || tree === null) return JSON.stringify(tree) ?? 'nothing';
  const entries = Object.entries(tree).filter(([key]) => !['span', 'pathSpan', 'kind', 'source'].includes(key));
  const only = entries[0];
  if (!('kind' in tree) && entries.length === 1 && only?.[0] === 'text') return String(only[1]);
  const fields = entries
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => `${key}: ${shown(value)}`);
  return `(${['kind' in tree ? String(tree.kind) : '', ...fields].filter((part) => part !== '').join(' ')})`;
}

const declarations = [
  'import "kernels" (rbf, periodic)',
  'import "./mine.scm"',
  'enum Drug { A, B }',
  'const dose = [0.0, 0.5, 1.0]',
  'const t: (real, int[])[] = [(1.5, [1])]',
  'data trial = csv("trial.csv")',
  'extern fn detector(energy: real): vector',
  'fn logistic(x) = 1 / (1 + exp(-x))',
  'fn f(x: real, y = 2): { a: real, b: int } { let z = x return { a: z, b: y } }',
  '/// Normal.\n/// Two lines.\ndist normal(mean: real, sd: real): real { require sd > 0 draw = mean + sd * noise_normal() logpdf(x) = -x abduct(x) { return x } }',
  'model M { }',
  'model M(n: int, p: real = 0.5) { /// node\nx ~ binomial(n, p); y := x > 0 }',
  'model Treated = do(Trial, drug = A)',
  'model Steered = do(Trial(96), x ~ bernoulli(0.5), y := y + 1, z[3] = 0, event.depth = 2)',
  'graph G { latent a, b\na, b -> c, d -> e\nc <-> d e <- f\nlonely }',
];

const statements = [
  'param risk[bool, Drug] ~ beta(1, 1)',
  'latent drive: real ~ normal(0, 1)',
  'h[t-1, 2] := x',
  'let (a, b) = f(x)',
  'let a: int = 3',
  'var s = 0 s = s + 1 a[i] = 2',
  'for t in 1..=T { x[t] ~ normal(x[t-1], 1) }',
  'while best < 100 { best = best + 1 }',
  'if a { f() } else if b { g(1, n = 2) } else { h() }',
  'if a { } else { if b { } }',
  'match e { A => { x := 1 }, Drug.B => { y := 2 } -1 => { } "s" => { } true => { } _ => { } }',
  'return',
  'return x + 1',
  'observe y ~ normal(0, 1)',
  'observe y = 3',
  'observe y and x = 3',
  'observe s ≈ v',
  'factor -x^2',
  'resample',
  'resample ~ normal(0, 1)',
  'sum(x)',
  'data := 3 model ~ f(P) P := 2 given = 3',
];

const expressions = [
  '"a \\"quote\\" \\\\ \\n \\u{e9}"',
  '1e-9',
  '007',
  '-3',
  'a.b.c[1, 2].d',
  'f(x, y = 2)(3)',
  'E(x)',
  '(1, 2)',
  '[1, 2,]',
  '[]',
  '[f(x) for x in xs for y in x if y > 0]',
  '{ x: 1, y: { z: 2 } }',
  'if a then b else if c then d else e',
  'match e { A => 1, -2 => 3, _ => 0 }',
  'sample normal(0, 1)',
  'y[do(x = 1, m = m[do(x = 0)])]',
  '1..T',
  'rate[gender, department]',
];

const queries = [
  'P(y | x = 1, do(z = 0), w ~= v, b)',
  'P(clot | drug = A) - P(clot | drug = B) in M(3, n = 4) given trial weighted count, s under do(x ~ d) selected by a using smc(particles = 100, 3)',
  'P(y[do(x = 1)] and not y[do(x = 0)])',
  'P(f(a = 1, (b = 2), [c = 3]) | x = 1 and y = 2)',
  'Q(e, 0.9 | x > 3)',
  'I(theta; x | do(energy = 91))',
  'evidence()',
  'evidence(x = 1, do(y = 2))',
  'posterior(beta, gamma, beta / gamma | in_bed ~= school.in_bed) using abc(epsilon = 0)',
  'argmax d in dose of E(y | do(x = d))',
  'argmin a in 0..3, b in Drug of E(y | do(x = a, z = b)) in M',
  'identify P(memory | do(gps), z) in Memory',
  'estimate E(y | do(x = 1)) from trial by backdoor(z)',
  'argmax + identify * P',
  'exp(P(x))',
];

describe('trees', () => {
  test('of every construct', async () => {
    const lines: string[] = [];
    const file = (title: string, text: string, pick: (d: ReturnType<typeof parse>) => unknown): void => {
      const read = parse(source(text));
      lines.push(title, ...read.diagnostics.map((d) => `  ! ${d.message}`), `  ${shown(pick(read))}`, '');
    };
    for (const text of declarations) file(text, text, (read) => read.file.declarations);
    for (const text of statements)
      file(
        text,
        `model M { ${text} }`,
        ({
          file: {
            declarations: [d],
          },
        }) => (d?.kind === 'model' ? d.body.statements : null),
      );
    for (const text of expressions)
      file(
        text,
        `const c = ${text}`,
        ({
          file: {
            declarations: [d],
          },
        }) => (d?.kind === 'const' ? d.value : null),
      );
    for (const text of queries) {
      const read = parseQuery(source(text));
      lines.push(text, ...read.diagnostics.map((d) => `  ! ${d.message}`), `  ${shown(read.query)}`, '');
    }
    await expect(lines.join('\n')).toMatchFileSnapshot('golden/trees.txt');
  });

  const value = (text: string): Expr => {
    const { file, diagnostics } = parse(source(`const c = ${text}`));
    expect(diagnostics).toEqual([]);
    const [first] = file.declarations;
    if (first?.kind !== 'const') throw new Error('no constant');
    return first.value;
  };

  test.each([
    ['a..b + 1', 'a..(b + 1)'],
    ['a or b and c', 'a or (b and c)'],
    ['not a == b', 'not (a == b)'],
    ['not a and b', '(not a) and b'],
    ['a and not b or c', '(a and (not b)) or c'],
    ['a + b < c * d', '(a + b) < (c * d)'],
    ['a - b - c', '(a - b) - c'],
    ['a / b * c % d', '((a / b) * c) % d'],
    ['-a * b', '(-a) * b'],
    ['-a^2', '-(a^2)'],
    ['a^b^c', 'a^(b^c)'],
    ['2^-x^2 * y', '(2^(-(x^2))) * y'],
    ['a * -b^2', 'a * (-(b^2))'],
    ['--a', '-(-a)'],
    ['not not a', 'not (not a)'],
    ['sample d^2', '(sample d)^2'],
    ['sample ds[i] + 1', '(sample (ds[i])) + 1'],
    ['if a then b else c + d', 'if a then b else (c + d)'],
    ['1 + if a then b else c', '1 + (if a then b else c)'],
    ['a\n(b)\n[c]\n- d', '(a(b)[c]) - d'],
  ])('%s means %s', (text, meaning) => {
    expect(bare(value(text))).toEqual(bare(value(meaning)));
  });

  test('a group is kept where it was written', () => {
    expect(value('(a)').kind).toBe('group');
    expect(printExpr(value('((a + b)) * c'))).toBe('((a + b)) * c');
  });

  test('spans cover what was written, in UTF-16 units', () => {
    const text = 'const 𝜃 = f(𝜃[1], -x) + 2';
    const [d] = parse(source(text)).file.declarations;
    if (d?.kind !== 'const' || d.value.kind !== 'binary' || d.value.left.kind !== 'call')
      throw new Error('another tree');
    const piece = (span: { readonly start: number; readonly end: number }): string => text.slice(span.start, span.end);
    expect(piece(d.name.span)).toBe('𝜃');
    expect(piece(d.value.span)).toBe('f(𝜃[1], -x) + 2');
    expect(piece(d.value.left.span)).toBe('f(𝜃[1], -x)');
    expect(d.value.left.args.map((arg) => piece(arg.value.span))).toEqual(['𝜃[1]', '-x']);
  });

  test('documentation stands above its declaration, other comments are kept', () => {
    const text =
      '// first\n/// Old.\n\n/// About M.\n///  More.\nmodel M {\n  x := 1 /// no\n  /// About y.\n  y := 2\n}\n/// last';
    const { file } = parse(source(text));
    const [model] = file.declarations;
    if (model?.kind !== 'model') throw new Error('no model');
    expect(model.documentation).toBe('About M.\n More.');
    expect(model.body.statements.map((s) => (s.kind === 'node' ? s.documentation : null))).toEqual([null, 'About y.']);
    expect(file.comments.map((comment) => comment.text)).toEqual(['// first', '/// Old.', '/// no', '/// last']);
  });
});

const programs = new URL('../programs/', import.meta.url);

describe('the programs of the language page', () => {
  test.each(readdirSync(programs))('%s is read, and its format keeps the tree', (name) => {
    const text = readFileSync(new URL(name, programs), 'utf8');
    const { file, diagnostics } = parse({ name, text });
    expect(diagnostics).toEqual([]);
    const formatted = format({ name, text });
    if (!formatted.ok) throw new Error('not formatted');
    expect(bare(parse(source(formatted.value)).file.declarations)).toEqual(bare(file.declarations));
    expect(format(source(formatted.value))).toEqual(formatted);
  });
});
