import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/registry.js';
import { fail, succeed } from '../../src/syntax/diagnostic.js';
import { version } from '../../src/version.js';
import { diagnosticOf, numberAnswer, runCommand, scratch, sessionOf } from './fake.js';

const warning = diagnosticOf('W0201', 'never read');
const answers = [numberAnswer('seen', 0.25), numberAnswer('done', 0.75)];
const answered = { session: () => succeed(sessionOf(answers, { diagnostics: [warning] })), input: 'model M { }' };
const broken = {
  session: () => fail(diagnosticOf('E0101', 'bad text'), diagnosticOf('E0101', 'worse text')),
  input: '',
};
const failing = (...codes: readonly ('E0492' | 'E0501' | 'E0601' | 'E0701')[]) => ({
  session: () =>
    succeed(sessionOf(codes.map((code) => ({ ...numberAnswer(code, 0), value: null, error: diagnosticOf(code) })))),
  input: '',
});

describe('usage', () => {
  it.each(commands.map((entry) => entry.name))('%s --help has an example and ends with 0', async (name) => {
    const { code, out, error } = await runCommand([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: whatif ${name}`);
    expect(out).toMatch(new RegExp(`Example:\\n {2}\\$ whatif ${name} `));
    expect(error).toBe('');
  });

  it('lists every command and the version', async () => {
    const help = await runCommand(['--help']);
    expect(help.code).toBe(0);
    for (const { name, summary } of commands) expect(help.out).toMatch(new RegExp(`^ {2}${name} .*${summary}`, 'm'));
    expect(await runCommand(['--version'])).toMatchObject({ code: 0, out: `${version}\n` });
    expect((await runCommand(['help', 'run'])).out).toContain('--query <name>');
  });

  it.each([
    [],
    ['runn', 'x.scm'],
    ['run'],
    ['run', '-', '--no-such'],
    ['run', '-', '--samples', '0'],
    ['run', '-', '--samples', 'many'],
    ['run', '-', '--time-limit', '5 parsecs'],
    ['run', '-', '--memory-limit', '-1'],
    ['run', '-', '--set', 'n'],
    ['run', '-', '--set', 'n=1', '--set', 'n=2'],
    ['run', '-', '--data', 't=-'],
    ['run', '-', '--data', 'u=u.csv'],
    ['run', '-', '--method', 'guess'],
    ['run', '-', '--engine', 'steam'],
    ['run', '-', '--out', 'answers.pdf'],
    ['run', '-', '--query', 'nothing'],
    ['run', 'no/such/file.scm'],
    ['run', '.'],
    ['graph', '-', '--format', 'poem'],
    ['compile', '-'],
    ['compile', '-', '--emit', 'soup'],
    ['query', '-'],
    ['check'],
    ['format', '-', '--write'],
    ['new'],
    ['new', '..'],
  ])('%j %j %j %j is wrong: exit code 2, nothing on standard output', async (...args) => {
    const { code, out, error } = await runCommand(args, answered);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(error).not.toBe('');
    expect(error).not.toMatch(/^ {4}at /m);
  });
});

describe('run', () => {
  it('prints answers to standard output and warnings to standard error', async () => {
    const { code, out, error } = await runCommand(['run', '-'], answered);
    expect(code).toBe(0);
    expect(out).toMatch(/^- {2}seed 1\n\nquery .*\nseen +0\.25 .*\ndone +0\.75 .*\n$/);
    expect(error).toContain('warning[W0201]: never read');
  });

  it('speaks JSON and, if told so, nothing else', async () => {
    const { code, out, error } = await runCommand(['run', '-', '--json', '--quiet'], answered);
    expect(code).toBe(0);
    expect(JSON.parse(out).queries.map((q: { value: number }) => q.value)).toEqual([0.25, 0.75]);
    expect(error).toBe('');
  });

  it('answers the queries that are named, in the order of the file', async () => {
    const { out } = await runCommand(['run', '-', '--json', '--query', 'done'], answered);
    expect(JSON.parse(out).queries.map((q: { name: string }) => q.name)).toEqual(['done']);
    const both = await runCommand(['run', '-', '--json', '--query', 'done', '--query', 'seen'], answered);
    expect(JSON.parse(both.out).queries.map((q: { name: string }) => q.name)).toEqual(['seen', 'done']);
  });

  it('tells every error of a broken program and ends with 1', async () => {
    const { code, out, error } = await runCommand(['run', '-'], broken);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(error).toContain('error[E0101]: bad text');
    expect(error).toContain('error[E0101]: worse text');
    const json = await runCommand(['run', '-', '--json'], broken);
    expect(JSON.parse(json.out).diagnostics.length).toBe(2);
  });

  it('ends with the code of the worst query, and still answers the others', async () => {
    expect((await runCommand(['run', '-'], failing('E0501'))).code).toBe(1);
    expect((await runCommand(['run', '-'], failing('E0601'))).code).toBe(3);
    expect((await runCommand(['run', '-'], failing('E0492'))).code).toBe(3);
    const { code, out, error } = await runCommand(['run', '-', '--json'], failing('E0701', 'E0501'));
    expect(code).toBe(3);
    expect(JSON.parse(out).queries.map((q: { error: { code: string } }) => q.error.code)).toEqual(['E0701', 'E0501']);
    expect(error).toContain('error[E0701]');
  });

  it('hands the options to the compiler', async () => {
    const args =
      '--seed s --method importance --samples 1e6 --particles 1_000 --engine wasm --set n=100 --set p=0.5 --time-limit 2m --memory-limit 2GB';
    const { opened } = await runCommand(['run', '-', ...args.split(' ')], answered);
    expect(opened).toEqual([
      {
        seed: 's',
        method: 'importance',
        samples: 1e6,
        particles: 1000,
        engine: 'wasm',
        without: new Set(),
        assignments: new Map([
          ['n', '100'],
          ['p', '0.5'],
        ]),
        timeLimit: 120,
        memoryLimit: 2 * 1024 ** 3,
      },
    ]);
  });

  it('writes the answers to a file too', async () => {
    const folder = scratch();
    const json = path.join(folder, 'a.json');
    const csv = path.join(folder, 'a.csv');
    const { out } = await runCommand(['run', '-', '--json', '--out', json], answered);
    expect(readFileSync(json, 'utf8')).toBe(out);
    await runCommand(['run', '-', '--out', csv], answered);
    expect(readFileSync(csv, 'utf8').split('\n').length).toBe(4);
    expect((await runCommand(['run', '-', '--out', path.join(folder, 'no', 'a.csv')], answered)).code).toBe(2);
  });

  it('prints what was done after an interruption and ends with 130', async () => {
    const interrupt = new AbortController();
    const session = sessionOf(answers, {
      answer: async (question) => {
        if (question.kind === 'named' && question.name === 'seen') return answers[0]!;
        interrupt.abort();
        return new Promise(() => undefined);
      },
    });
    const { code, out, error } = await runCommand(['run', '-', '--json'], {
      session: () => succeed(session),
      input: '',
      signal: interrupt.signal,
    });
    expect(code).toBe(130);
    expect(JSON.parse(out).queries.map((q: { name: string }) => q.name)).toEqual(['seen']);
    expect(error).toContain('1 of 2 queries');
  });

  it('counts no query as answered that has no answer', async () => {
    const interrupt = new AbortController();
    const session = sessionOf(answers, {
      answer: async () => {
        interrupt.abort();
        return { ...answers[0]!, value: null, error: diagnosticOf('E0612') };
      },
    });
    const setting = { session: () => succeed(session), input: '', signal: interrupt.signal };
    expect((await runCommand(['run', '-'], setting)).error).toContain('interrupted: 0 of 2 queries');
  });

  it('shows no stack of a defect unless it is asked for', async () => {
    const defect = {
      session: () => {
        throw new TypeError('x is not a function');
      },
      input: '',
    };
    const { code, out, error } = await runCommand(['run', '-'], defect);
    expect(code).toBe(3);
    expect(out).toBe('');
    expect(error).toContain('internal error: x is not a function');
    expect(error).not.toContain('at ');
    expect((await runCommand(['run', '-', '--debug'], defect)).error).toContain('    at ');
  });
});

describe('query', () => {
  it('answers questions that are not in the file', async () => {
    const { code, out } = await runCommand(['query', '-', 'P(a)', 'P(b)', '--json'], answered);
    expect(code).toBe(0);
    expect(JSON.parse(out).queries.map((q: { text: string; name: null }) => [q.name, q.text])).toEqual([
      [null, 'P(a)'],
      [null, 'P(b)'],
    ]);
  });
});

describe('check', () => {
  it('counts errors and warnings, and prints JSON of the interface', async () => {
    const good = await runCommand(['check', '-'], answered);
    expect(good).toMatchObject({ code: 0, out: '' });
    expect(good.error).toContain('1 file: no errors, 1 warning');
    const bad = await runCommand(['check', '-', '--json', '--quiet'], broken);
    expect(bad).toMatchObject({ code: 1, error: '' });
    expect(JSON.parse(bad.out).diagnostics[0]).toEqual({
      code: 'E0101',
      severity: 'error',
      message: 'bad text',
      file: 'm.scm',
      line: 2,
      column: 1,
      endLine: 2,
      endColumn: 6,
      hint: null,
    });
    expect(await runCommand(['check', '-', '--quiet'], broken)).toMatchObject({ code: 1, out: '', error: '' });
  });

  it('finds errors inside single queries, and those of every file', async () => {
    const partial = {
      session: () => succeed(sessionOf([], { diagnostics: [diagnosticOf('E0501', 'in a query')] })),
      input: '',
    };
    const { code, error } = await runCommand(['check', '-'], partial);
    expect(code).toBe(1);
    expect(error).toContain('in a query');
    const folder = scratch();
    const files = ['a.scm', 'b.scm'].map((name) => path.join(folder, name));
    for (const file of files) writeFileSync(file, '');
    const both = await runCommand(['check', '--json', ...files], broken);
    expect(JSON.parse(both.out).diagnostics.length).toBe(4);
  });
});

describe('explain, graph, compile', () => {
  it('explains every query, or a question', async () => {
    expect((await runCommand(['explain', '-'], answered)).out).toBe('seen\nplan of seen\n\ndone\nplan of done\n');
    expect((await runCommand(['explain', '-', 'P(x)'], answered)).out).toBe('query\nplan of P(x)\n');
    expect(JSON.parse((await runCommand(['explain', '-', '--json'], answered)).out).queries[1]).toEqual({
      name: 'done',
      plan: 'plan of done',
    });
  });

  it('draws the graph in every format', async () => {
    expect((await runCommand(['graph', '-'], answered)).out).toBe('x -> y\ny\n');
    expect((await runCommand(['graph', '-', '--do', 'x'], answered)).out).toBe('x (do) -> y\ny\n');
    expect((await runCommand(['graph', '-', '--format', 'dot', '--model', 'M'], answered)).out).toContain(
      'digraph "M"',
    );
    expect((await runCommand(['graph', '-', '--format', 'mermaid'], answered)).out).toContain('flowchart TD');
    expect(JSON.parse((await runCommand(['graph', '-', '--json'], answered)).out).edges.length).toBe(1);
    expect((await runCommand(['graph', '-', '--model', 'Nothing'], answered)).code).toBe(1);
  });

  it('shows the stages of the compiler', async () => {
    expect((await runCommand(['compile', '-', '--emit', 'ir'], answered)).out).toBe('ir of all\n');
    expect((await runCommand(['compile', '-', '--emit', 'js', '--query', 'seen'], answered)).out).toBe('js of named\n');
    expect((await runCommand(['compile', '-', '--emit', 'plan', 'P(x)'], answered)).out).toBe('plan of text\n');
    const tokens = await runCommand(['compile', '-', '--emit', 'tokens'], { input: 'const n = 5\n' });
    expect(tokens.out.split('\n').map((line) => line.split(/\s+/).at(-1))).toEqual(['const', 'n', '=', '5', '']);
    expect(tokens.out).toMatch(/^1:1 /);
    const ast = JSON.parse((await runCommand(['compile', '-', '--emit', 'ast'], { input: 'const n = 5\n' })).out);
    expect(ast[0]).toMatchObject({ kind: 'const', name: { text: 'n' } });
    expect((await runCommand(['compile', '-', '--emit', 'ast'], { input: 'const = = 5\n' })).code).toBe(1);
  });
});

describe('new', () => {
  it('writes a project, and never over something', async () => {
    const folder = path.join(scratch(), 'clinic');
    const { code, out, error } = await runCommand(['new', folder]);
    expect(code).toBe(0);
    expect(
      out
        .split('\n')
        .slice(0, -1)
        .every((file) => existsSync(file)),
    ).toBe(true);
    expect(error).toContain('whatif run');
    expect((await runCommand(['new', folder])).code).toBe(2);
    const taken = path.join(scratch(), 'taken');
    mkdirSync(taken);
    expect((await runCommand(['new', taken])).code).toBe(2);
  });

  it('writes a program that parses', async () => {
    const folder = path.join(scratch(), 'clinic');
    await runCommand(['new', folder]);
    const { code, error } = await runCommand(['compile', path.join(folder, 'clinic.scm'), '--emit', 'ast']);
    expect([code, error]).toEqual([0, '']);
  });
});

describe('format', () => {
  const untidy = 'const   n=5\nmodel M{x~normal(0,1)}\n';
  const tidy = async () => (await runCommand(['format', '-'], { input: untidy })).out;

  it('prints the one style, in which nothing more is to be changed', async () => {
    expect(await tidy()).toContain('const n = 5\n');
    expect((await runCommand(['format', '-'], { input: await tidy() })).out).toBe(await tidy());
  });

  it('--check names the files that differ, --write mends them', async () => {
    const folder = scratch();
    const [good, bad] = ['good.scm', 'bad.scm'].map((name) => path.join(folder, name));
    writeFileSync(good!, await tidy());
    writeFileSync(bad!, untidy);
    expect(await runCommand(['format', '--check', good!, bad!])).toMatchObject({ code: 1, out: `${bad}\n` });
    expect(JSON.parse((await runCommand(['format', '--json', good!, bad!])).out)).toEqual({
      changed: [bad],
      diagnostics: [],
    });
    expect(readFileSync(bad!, 'utf8')).toBe(untidy);
    expect(await runCommand(['format', '--write', good!, bad!])).toMatchObject({ code: 0, out: '', error: '' });
    expect(readFileSync(bad!, 'utf8')).toBe(await tidy());
    expect(await runCommand(['format', '--check', good!, bad!])).toMatchObject({ code: 0, out: '' });
  });

  it('does not touch a file with syntax errors', async () => {
    const file = path.join(scratch(), 'broken.scm');
    writeFileSync(file, 'const = = 5\n');
    const { code, error } = await runCommand(['format', '--write', file]);
    expect(code).toBe(1);
    expect(error).toContain('error[E01');
    expect(readFileSync(file, 'utf8')).toBe('const = = 5\n');
  });
});

it('new writes a program in the one style', async () => {
  const file = path.join(scratch(), 'clinic');
  await runCommand(['new', file]);
  expect(await runCommand(['format', '--check', path.join(file, 'clinic.scm')])).toMatchObject({ code: 0, out: '' });
});
