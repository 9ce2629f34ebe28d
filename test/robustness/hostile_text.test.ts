/** Text that means something to the host language is data or an error: never code, never a stack trace. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkSource } from '../../src/check/check_source.js';
import { nodeHost } from '../../src/data/node_files.js';
import type { Diagnostic } from '../../src/syntax/diagnostic.js';
import { answer, ask, open } from '../models/programs.js';

const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'process',
  'globalThis',
  'global',
  'window',
  'self',
  'eval',
  'Function',
  'arguments',
  'undefined',
  'null',
  'NaN',
  'Infinity',
  'Math',
  'Object',
  'this',
  'super',
  'class',
  'new',
  'delete',
  'function',
  'yield',
  'await',
  'async',
  'static',
  'import_',
  'exports',
  'module',
  '_',
  '__',
  'x0',
  'v1',
  'θ',
  'ünï',
  '名前',
];

const texts = [
  '"',
  "'",
  '`',
  '$\u007bprocess.exit(9)}',
  '`+process.exit(9)+`',
  "');process.exit(9);//",
  '\\',
  '\\u0061',
  '\u2028',
  '</script>',
  '../x',
  '*/',
];

/** A trap: generated code that runs a text as code changes it. */
declare global {
  var whatifTrap: boolean | undefined;
}

beforeEach(() => {
  globalThis.whatifTrap = false;
});
afterEach(() => {
  expect(globalThis.whatifTrap).toBe(false);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

const host = nodeHost(tmpdir(), { allowRead: [] });
const check = (text: string): readonly Diagnostic[] => checkSource({ name: 'hostile.scm', text }, host).diagnostics;
const errors = (text: string): readonly Diagnostic[] => check(text).filter((d) => d.severity === 'error');
const oneLine = (diagnostics: readonly Diagnostic[]): void => {
  for (const { message } of diagnostics)
    expect(message).not.toMatch(/\n\s+at |TypeError|RangeError|ReferenceError|\[object |undefined is/);
};

describe('names of the host language are names', () => {
  test.each(names)('a node, a family and a world: %s', async (name) => {
    const text = `model M {
      ${name} ~ bernoulli(0.5)
      other := not ${name}
      for i in 0..2 { z${name}[i] ~ normal(i, 1) }
    }
    query q = P(${name} | other = false) + E(z${name}[1] - z${name}[1][do(z${name}[0] = 5)]) + P(other[do(${name} = true)])`;
    expect(await ask(text, { samples: 200 })).toMatchObject({ error: null, value: 1 });
  });

  test.each(names)('a constant, a function, its parameter, a local name: %s', async (name) => {
    // A lone `_` is the pattern that matches everything, and no name.
    if (name === '_') return;
    const text = `const ${name}1 = 2
    fn ${name}2(${name}: real): real { var ${name}3 = ${name}  ${name}3 = ${name}3 + ${name}1  return ${name}3 }
    model M { x := ${name}2(3) }
    query q = E(x)`;
    expect(await ask(text, { samples: 10 })).toMatchObject({ error: null, value: 5 });
  });

  test.each(names)('a member, a field, a model, a query, an argument: %s', async (name) => {
    const text = `enum K { ${name}, L${name} }
    model M(${name}4: int) {
      kind ~ categorical(K, [1, 0])
      let r = { ${name}: ${name}4, b: 1 }
      x := r.${name} + (if kind == K.${name} then 1 else 0)
    }
    query q = E(x) in M(4)
    query ${name} = P(kind) in M(1)`;
    const session = open(text, { samples: 10 });
    expect(await answer(session, 'q')).toMatchObject({ error: null, value: 5 });
    expect((await answer(session, name)).distribution).toMatchObject([{ value: name, p: 1 }]);
  });

  test.each(names)('a missing name is said to be missing: %s', (name) => {
    const found = errors(`model M { x ~ normal(${name}9, 1)  y := ${name}8(x) }\nquery q = E(x)`);
    expect(found.map((d) => d.code)).toEqual(['E0201', 'E0202']);
  });

  test.each(names)('a bare host name is not found in the host: %s', async (name) => {
    const text = `model M { x := ${name} }\nquery q = E(x)`;
    if (name === '_') return;
    const found = errors(text);
    oneLine(found);
    expect(found.map((d) => d.code)).toEqual(['E0201']);
  });
});

describe('quotes and escapes', () => {
  test.each(texts)('a path: %j', (piece) => {
    const found = errors(`data d = csv(${JSON.stringify(`${piece}.csv`)})\nmodel M { x ~ normal(0, 1) }`);
    oneLine(found);
    expect(found.length).toBeGreaterThan(0);
  });

  test.each(texts)('in the middle of a program: %j', (piece) => {
    // A line separator is white space.
    if (piece === '\u2028') return;
    const found = errors(`model M { x ~ normal(0, 1) }\nconst a = 1 ${piece} + 2\nquery q = E(x)`);
    oneLine(found);
    expect(found.length).toBeGreaterThan(0);
  });

  test.each(texts)('in a comment, documentation and a file name: %j', async (piece) => {
    const line = piece.replaceAll(/[\n\u2028]/g, ' ');
    const text = `/// ${line}\nmodel M { x := 1 } // ${line}\nquery q = E(x)`;
    const session = open(text, { samples: 10 }, tmpdir(), `${line}\n${piece}.scm`);
    expect(await answer(session, 'q')).toMatchObject({ error: null, value: 1 });
  });

  test('an escape of Unicode in a name is an error', () => {
    expect(errors('const \\u0061b = 1').length).toBeGreaterThan(0);
    expect(errors('const a\\u{62} = 1').length).toBeGreaterThan(0);
  });

  test('code as text is never run', () => {
    for (const code of [
      'globalThis.whatifTrap = true',
      '(() => { globalThis.whatifTrap = true })()',
      '`$\u007bglobalThis.whatifTrap = true}`',
    ]) {
      for (const text of [
        `model M { x := ${code} }\nquery q = E(x)`,
        `model M { x ~ normal(0, 1) }\nquery ${code} = E(x)`,
        `data d = csv(${JSON.stringify(code)})`,
        `enum K { ${code} }`,
        `import ${JSON.stringify(code)}`,
      ]) {
        const found = errors(text);
        oneLine(found);
        expect(found.length).toBeGreaterThan(0);
      }
    }
  });
});

describe('headers and cells of a table', () => {
  const headers = [
    '__proto__',
    'constructor',
    'toString',
    'a`b',
    '$\u007bglobalThis.whatifTrap = true}',
    "');globalThis.whatifTrap=true;('",
    'rows',
    'length',
    ' ',
    '1',
    '\\u0061',
  ];

  test.each(headers)('header %j', async (header) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'whatif-hostile-'));
    writeFileSync(path.join(folder, 't.csv'), `${quoted(header)},y\n3,4\n5,6\n`);
    const name = /^[\p{L}_][\p{L}\d_]*$/u.test(header) && header !== 'rows' ? header : null;
    const program = `data t = csv("t.csv")\nmodel M { x := ${name === null ? 't.y[0]' : `t.${name}[0] + 1`} }\nquery q = E(x)`;
    const opened = checkSource({ name: 'p.scm', text: program }, nodeHost(folder, { allowRead: [] })).diagnostics;
    oneLine(opened);
    if (opened.some((d) => d.severity === 'error')) return;
    expect(await answer(open(program, { samples: 10 }, folder), 'q')).toMatchObject({ error: null, value: 4 });
  });

  test('cells are labels or errors', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'whatif-hostile-'));
    const cells = ['__proto__', 'constructor', '$\u007bglobalThis.whatifTrap = true}', '"""', '`', 'A'];
    writeFileSync(
      path.join(folder, 't.csv'),
      `label,y\n${cells.map((c, i) => `${c === '"""' ? '""""' : quoted(c)},${i}`).join('\n')}\n`,
    );
    const text = 'enum K { A, constructor, __proto__ }\ndata t = csv("t.csv")\nmodel M { x := t.y[5] }\nquery q = E(x)';
    const session = open(text, { samples: 10 }, folder);
    expect(await answer(session, 'q')).toMatchObject({ error: null, value: 5 });
  });

  test('labels that the host knows bind to members of an enum', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'whatif-hostile-'));
    writeFileSync(path.join(folder, 't.csv'), 'label\n__proto__\nconstructor\n__proto__\n');
    const text = `enum K { constructor, __proto__ }
      data t = csv("t.csv")
      model M { x := sum([if label == K.__proto__ then 1 else 0 for label in t.label]) }
      query q = E(x)`;
    expect(await answer(open(text, { samples: 10 }, folder), 'q')).toMatchObject({ error: null, value: 2 });
  });

  const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
});

describe('size', () => {
  const million = 1_000_000;
  const timed = (text: string, milliseconds = 5000): readonly Diagnostic[] => {
    const start = performance.now();
    const found = check(text);
    oneLine(found);
    expect(performance.now() - start).toBeLessThan(milliseconds);
    return found.filter((d) => d.severity === 'error');
  };
  const around = (expression: string): string =>
    `const a = ${expression}\nmodel M { x ~ normal(a, 1) }\nquery q = E(x)`;

  test('lines of a megabyte', () => {
    expect(timed(`// ${'x'.repeat(million)}\nconst a = 1`)).toEqual([]);
    expect(timed(around(`1${' '.repeat(million)}`))).toEqual([]);
    expect(timed(`const ${'a'.repeat(million)} = 1`)).toEqual([]);
    expect(timed(around('1'.repeat(million))).length).toBeGreaterThanOrEqual(0);
    timed(around(`1${' + 1'.repeat(million / 4)}`));
    timed(around(`[${'1, '.repeat(million / 4)}1][0]`));
    expect(timed(`data d = csv("${'x'.repeat(million)}")`).length).toBeGreaterThan(0);
    expect(timed('('.repeat(million)).length).toBeGreaterThan(0);
    expect(timed('"'.repeat(million)).length).toBeGreaterThan(0);
    expect(timed('@'.repeat(million)).length).toBeGreaterThan(0);
    expect(timed('\u0000'.repeat(million)).length).toBeGreaterThan(0);
  });

  test.each([
    ['parentheses', '('.repeat(5000), '1', ')'.repeat(5000)],
    ['brackets', '['.repeat(5000), '1', ']'.repeat(5000)],
    ['minus signs', '- '.repeat(5000), '1', ''],
    ['negations', 'not '.repeat(5000), 'true', ''],
    ['conditions', 'if true then 1 else '.repeat(5000), '1', ''],
    ['powers', '2 ^ '.repeat(5000), '1', ''],
    ['calls', 'exp('.repeat(5000), '1', ')'.repeat(5000)],
    ['records', '{ a: '.repeat(5000), '1', ' }'.repeat(5000)],
    ['indices', '', `a${'[0'.repeat(5000)}`, ']'.repeat(5000)],
    ['matches', 'match 1 { _ => '.repeat(5000), '1', ' }'.repeat(5000)],
    ['comprehensions', '[x for x in '.repeat(5000), '[1]', ']'.repeat(5000)],
    ['open parentheses', '('.repeat(5000), '1', ''],
    ['closing parentheses', '', '1', ')'.repeat(5000)],
  ])('5,000 nested %s', (_, before, middle, after) => {
    timed(around(before + middle + after));
  });

  test('5,000 nested blocks', () => {
    timed(`model M { x ~ normal(0, 1)  ${'if x > 0 { '.repeat(5000)} y := 1 ${'}'.repeat(5000)} }\nquery q = E(x)`);
    timed(`model M { x ~ normal(0, 1)  ${'if x > 0 { y := 1 } else '.repeat(5000)} { y := 2 } }\nquery q = E(x)`);
    timed(`fn f(x) { ${'for i in 0..1 { '.repeat(5000)} ${'}'.repeat(5000)} return x }`);
    timed(`/* ${'/*'.repeat(5000)}`);
    timed(`graph G { ${Array.from({ length: 5000 }, (_unused, i) => `a${i}`).join(' -> ')} }`);
    timed(`${Array.from({ length: 5000 }, (_unused, i) => `const a${i + 1} = a${i} + 1`).join('\n')}\nconst a0 = 1`);
    timed(
      `${Array.from({ length: 2000 }, (_unused, i) => `fn f${i + 1}(x) = f${i}(x) + 1`).join('\n')}\nfn f0(x) = x\nmodel M { y := f2000(1) }\nquery q = E(y)`,
    );
  });
});
