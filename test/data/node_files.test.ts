import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeHost } from '../../src/data/node_files.js';
import type { Outcome } from '../../src/syntax/diagnostic.js';
import type { Source } from '../../src/syntax/span.js';

const secret = 'the secret text';
let base = '';
let root = '';

beforeAll(() => {
  base = mkdtempSync(path.join(tmpdir(), 'whatif-files-'));
  root = path.join(base, 'project');
  mkdirSync(path.join(root, 'sub'), { recursive: true });
  mkdirSync(path.join(base, 'project-2'));
  mkdirSync(path.join(base, 'outside'));
  writeFileSync(path.join(base, 'outside', 'secret.csv'), `${secret}\n`);
  writeFileSync(path.join(base, 'project-2', 'secret.csv'), `${secret}\n`);
  writeFileSync(path.join(root, 'table.csv'), 'a,b\n1,x\n');
  writeFileSync(path.join(root, 'rows.json'), '[{"a": 1, "b": "x"}, {"a": 2.5}]');
  writeFileSync(path.join(root, 'sub', 'part.scm'), 'const a = 1\n');
  writeFileSync(path.join(root, 'bytes.csv'), Uint8Array.from([0x61, 0xff, 0xfe]));
  symlinkSync(path.join(base, 'outside'), path.join(root, 'link'));
  symlinkSync(path.join(base, 'outside', 'secret.csv'), path.join(root, 'link.csv'));
  symlinkSync(path.join(root, 'table.csv'), path.join(root, 'inner.csv'));
  symlinkSync(path.join(root, 'loop'), path.join(root, 'loop'));
});

afterAll(() => rmSync(base, { recursive: true }));

const main: Source = { name: 'main.scm', text: 'data t = csv("…")' };
const request = (file: string, source = main) => ({ path: file, source, span: { start: 9, end: 16 } });
const read = (file: string, allowRead: readonly string[] = []) => nodeHost(root, { allowRead }).readText(request(file));
const codeOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'read' : outcome.diagnostics[0]!.code);

describe('what a program may read', () => {
  it('reads files under its folder, and links among them', () => {
    expect(read('table.csv')).toMatchObject({ ok: true, value: { text: 'a,b\n1,x\n' } });
    expect(read('./sub/../table.csv').ok).toBe(true);
    const [direct, linked] = [read('table.csv'), read('inner.csv')];
    expect(direct.ok && linked.ok && direct.value.name === linked.value.name).toBe(true);
  });

  it.each([
    ['../outside/secret.csv', 'E0502'],
    ['sub/../../outside/secret.csv', 'E0502'],
    ['../project-2/secret.csv', 'E0502'],
    ['../outside/nothing.csv', 'E0502'],
    ['/etc/passwd', 'E0502'],
    ['link/secret.csv', 'E0502'],
    ['link.csv', 'E0502'],
    ['.', 'E0502'],
    ['sub', 'E0504'],
    ['loop', 'E0504'],
    ['bytes.csv', 'E0504'],
    ['nothing.csv', 'E0501'],
    ['a\0b', 'E0501'],
    ['x'.repeat(5000), 'E0501'],
  ])('answers %j with %s', (file, code) => {
    const outcome = read(file);
    expect(codeOf(outcome)).toBe(code);
    expect(JSON.stringify(outcome)).not.toContain(secret);
    expect(outcome.diagnostics[0]!.span).toEqual({ start: 9, end: 16 });
  });

  it('refuses absolute paths, those of its own folder too, and other folders unless they are allowed', () => {
    const outside = path.join(base, 'outside');
    expect(codeOf(read(path.join(root, 'table.csv')))).toBe('E0502');
    expect(codeOf(read(path.join(outside, 'secret.csv')))).toBe('E0502');
    expect(codeOf(read(path.join(outside, 'secret.csv'), [outside]))).toBe('read');
    expect(codeOf(read('link/secret.csv', [outside]))).toBe('read');
    expect(codeOf(read('../project-2/secret.csv', [outside]))).toBe('E0502');
  });

  it('has a limit for the size of a file', () => {
    expect(codeOf(nodeHost(root, { allowRead: [], largest: 4 }).readText(request('table.csv')))).toBe('E0503');
  });

  it('starts from the folder of an import in that import', () => {
    const host = nodeHost(root, { allowRead: [] });
    const part = host.readText(request('sub/part.scm'));
    if (!part.ok) throw new Error('not read');
    expect(codeOf(host.readText(request('../table.csv', part.value)))).toBe('read');
    expect(codeOf(host.readText(request('table.csv', part.value)))).toBe('E0501');
  });
});

describe('tables', () => {
  const table = { reader: 'csv', table: 't', enums: [], separator: null } as const;

  it('reads CSV and JSON', () => {
    const host = nodeHost(root, { allowRead: [] });
    expect(host.readTable({ ...request('table.csv'), ...table })).toMatchObject({ ok: true, value: { rows: 1 } });
    const json = host.readTable({ ...request('rows.json'), ...table, reader: 'json' });
    if (!json.ok) throw new Error('not read');
    expect(json.value.columns.map((c) => [c.name, c.type.kind, [...c.values]])).toEqual([
      ['a', 'real', [1, 2.5]],
      ['b', 'enum', [0, Number.NaN]],
    ]);
    expect(codeOf(host.readTable({ ...request('table.csv'), ...table, reader: 'json' }))).toBe('E0516');
  });

  it('takes the file that the user chose for a data set, wherever it lies', () => {
    const chosen = path.join(base, 'outside', 'secret.csv');
    const host = nodeHost(root, { allowRead: [], data: new Map([['t', chosen]]) });
    const read = host.readTable({ ...request('table.csv'), ...table });
    expect(read.ok && read.value.columns[0]!.name).toBe('the_secret_text');
    expect(codeOf(host.readTable({ ...request('../outside/secret.csv'), ...table, table: 'other' }))).toBe('E0502');
    const missing = nodeHost(root, { allowRead: [], data: new Map([['t', 'none.csv']]) });
    const refused = missing.readTable({ ...request('table.csv'), ...table });
    expect(refused.diagnostics[0]).toMatchObject({ code: 'E0501', message: '"none.csv" is not there' });
  });
});
