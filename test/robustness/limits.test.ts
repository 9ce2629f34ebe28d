/** Programs without end stop at a limit: an error with a code and a line, and exit code 3. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeHost } from '../../src/data/node_files.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { runCommand } from '../cli/fake.js';

type Printed = {
  readonly queries: readonly {
    readonly error?: { readonly code: string; readonly line: number; readonly message: string };
  }[];
};

const isPrinted = (value: unknown): value is Printed =>
  typeof value === 'object' && value !== null && 'queries' in value;

/** Runs a text as `whatif run --json` does. */
async function run(
  text: string,
  ...options: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly error: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'whatif-limits-'));
  const file = path.join(folder, 'endless.scm');
  writeFileSync(file, text);
  return runCommand(['run', file, '--json', ...options], {
    session: (source) =>
      openSession(source, nodeHost(folder, { allowRead: [] }), {
        ...defaultSettings,
        timeLimit: options.includes('--time-limit') ? 1 : null,
      }),
  });
}

/** One line for each part of the model, so that the place can be told by its line. */
const program = (before: string, inside: string): string => `${before}\nmodel M {\n${inside}\n}\nquery q = E(x)\n`;

const endless: readonly (readonly [name: string, text: string, code: string, line: number])[] = [
  ['while', program('', 'var n = 0  while n >= 0 { n = n + 1 }  x := n'), 'E0701', 3],
  ['while with draws', program('', 'var s = 0.0  while s < 1 { s = s - sample exponential(1) }  x := s'), 'E0701', 3],
  ['recursion', program('fn f(n: int): int = f(n + 1) + 1', 'x := f(0)'), 'E0702', 1],
  ['recursion of two', program('fn f(n: int): int = g(n) + 1  fn g(n: int): int = f(n) + 1', 'x := f(0)'), 'E0702', 1],
  ['recursion with draws', program('fn f(n: real): real = f(n + sample normal(0, 1)) + 1', 'x := f(0)'), 'E0702', 1],
  ['comprehension', program('', 'let a = [i * i for i in 0..1000000000000]  x := a[0] + sum(a)'), 'E0703', 3],
  [
    'comprehension of draws',
    program('', 'let a = [sample normal(0, 1) for i in 0..1000000000000]  x := sum(a)'),
    'E0703',
    3,
  ],
  // Inside of the library's text the query is told.
  ['array', program('', 'x := sum(zeros(1000000000000))'), 'E0703', 5],
  ['draws', program('', 'a ~ iid(normal(0, 1), 1000000000000)  x := sum(a)'), 'E0703', 5],
  ['family', program('', 'for i in 0..1000000000000 { a[i] ~ normal(0, 1) }  x := sum(a)'), 'E0701', 3],
  [
    'array that doubles',
    program('', 'var a = [1.0]  while len(a) > 0 { a = [y for k in 0..2 for y in a] }  x := a[0]'),
    'E0701',
    3,
  ],
];

describe('without end', () => {
  test.each(endless)('%s', { timeout: 60_000 }, async (_name, text, code, line) => {
    const { code: exit, out, error } = await run(text, '--samples', '1');
    const printed: unknown = JSON.parse(out);
    if (!isPrinted(printed)) throw new Error(out);
    expect(printed.queries[0]?.error).toMatchObject({ code, line });
    expect(exit).toBe(3);
    expect(error).not.toMatch(/^\s+at /m);
  });
});

describe('without end, before anything is drawn', () => {
  test.each([
    ['a constant that calls itself', 'const a = b + 1\nconst b = a + 1\nmodel M { x := a }\nquery q = E(x)'],
    [
      'a constant of an endless recursion',
      'fn f(n: int): int = f(n + 1) + 1\nconst a = f(0)\nmodel M { x := a }\nquery q = E(x)',
    ],
    [
      'a constant of an endless loop',
      'fn f(): int { var n = 0\nwhile n >= 0 { n = n + 1 }\nreturn n }\nconst a = f()\nmodel M { x := a }\nquery q = E(x)',
    ],
    [
      'a constant of too many numbers',
      'const a = [i for i in 0..1000000000000]\nmodel M { x := a[0] }\nquery q = E(x)',
    ],
    [
      'an argument of an endless recursion',
      'fn f(n: int): int = f(n + 1) + 1\nmodel M(k: int) { x := k }\nquery q = E(x) in M(f(0))',
    ],
    ['a model that is its own part', 'model M { x ~ M() }\nquery q = E(x)'],
    ['types without end', 'fn f(x) = f([x])\nmodel M { x := f(1) }\nquery q = E(x)'],
    [
      'evidence of an endless recursion',
      'fn f(n: int): int = f(n + 1) + 1\nmodel M { x ~ normal(0, 1) }\nquery q = E(x | x = f(0))',
    ],
  ])('%s', { timeout: 60_000 }, async (_name, text) => {
    const { code, out, error } = await run(text, '--samples', '1');
    expect(code === 1 || code === 3).toBe(true);
    expect(out + error).toMatch(/E0\d\d\d/);
    expect(out + error).not.toMatch(/RangeError|internal error|^\s+at /m);
  });
});

test('a time limit ends a run that is only long, and keeps what was drawn', { timeout: 30_000 }, async () => {
  const text = 'model M { x ~ normal(0, 1) }\nquery q = E(x) using importance(samples = 2000000000)';
  const start = performance.now();
  const { code } = await run(text, '--time-limit', '1s');
  expect(performance.now() - start).toBeLessThan(15_000);
  expect([0, 3]).toContain(code);
});
