import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  Table as ArrowTable,
  Bool,
  DateMillisecond,
  Float64,
  Int32,
  Int64,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { whatif } from '../../src/cli/whatif.js';
import { tableOfColumns } from '../../src/data/columnar.js';
import { decodeColumnar } from '../../src/data/node_columnar.js';
import { nodeHost } from '../../src/data/node_files.js';
import { openSession } from '../../src/embed/session.js';
import { plain } from '../../src/report/paint.js';
import type { Outcome } from '../../src/syntax/diagnostic.js';

const folder = mkdtempSync(path.join(tmpdir(), 'whatif-columnar-'));
const place = (name: string): string => path.join(folder, name);

const arrow = new ArrowTable({
  'a b': vectorFromArray([1, null, 3], new Int32()),
  big: vectorFromArray([1n, 2n, null], new Int64()),
  x: vectorFromArray([1, 2.5, null], new Float64()),
  ill: vectorFromArray([true, null, false], new Bool()),
  drug: vectorFromArray(['B', null, 'A'], new Utf8()),
  group: vectorFromArray(['u', 'v', 'u']),
});
writeFileSync(place('t.arrow'), tableToIPC(arrow, 'file'));
writeFileSync(place('stream.arrow'), tableToIPC(arrow, 'stream'));
const parquet = parquetWriteBuffer({
  columnData: [
    { name: 'a b', data: [1, null, 3], type: 'INT32' },
    { name: 'big', data: [1n, 2n, null], type: 'INT64' },
    { name: 'x', data: [1, 2.5, null], type: 'DOUBLE' },
    { name: 'ill', data: [true, null, false], type: 'BOOLEAN' },
    { name: 'drug', data: ['B', null, 'A'], type: 'STRING' },
    { name: 'group', data: ['u', 'v', 'u'], type: 'STRING' },
  ],
});
writeFileSync(place('t.parquet'), new Uint8Array(parquet));
const strange = new ArrowTable({
  day: vectorFromArray([new Date(0)], new DateMillisecond()),
  huge: vectorFromArray([2n ** 60n], new Int64()),
});
writeFileSync(place('strange.arrow'), tableToIPC(strange, 'file'));
writeFileSync(
  place('strange.parquet'),
  new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'day', data: [new Date(0)], type: 'TIMESTAMP' }] })),
);
writeFileSync(place('text.parquet'), 'a,b\n1,2\n');
writeFileSync(place('text.arrow'), 'a,b\n1,2\n');

const source = { name: 'main.scm', text: '' };
const span = { start: 0, end: 0 };
const drug = { name: 'Drug', members: ['A', 'B'] };
const request = (file: string, reader: 'arrow' | 'parquet') =>
  ({ path: file, source, span, reader, table: 't', enums: [drug], separator: null }) as const;

const codesOf = (outcome: Outcome<unknown>): readonly string[] => outcome.diagnostics.map((d) => d.code);

async function tableIn(file: string, reader: 'arrow' | 'parquet') {
  const host = nodeHost(folder, { allowRead: [] });
  const first = host.readTable(request(file, reader));
  if (first.ok || first.diagnostics[0]?.code !== 'E0518') return first;
  expect(await host.load()).toBe(true);
  const second = host.readTable(request(file, reader));
  expect(await host.load()).toBe(false);
  return second;
}

describe.each([
  ['t.arrow', 'arrow'],
  ['stream.arrow', 'arrow'],
  ['t.parquet', 'parquet'],
] as const)('%s', (file, reader) => {
  it('has typed columns, and nulls are missing', async () => {
    const table = await tableIn(file, reader);
    expect(table.ok && table.value.rows).toBe(3);
    expect(table.ok && table.value.columns.map((c) => [c.name, c.type, [...c.values]])).toEqual([
      ['a_b', { kind: 'int' }, [1, Number.NaN, 3]],
      ['big', { kind: 'int' }, [1, 2, Number.NaN]],
      ['x', { kind: 'real' }, [1, 2.5, Number.NaN]],
      ['ill', { kind: 'bool' }, [1, Number.NaN, 0]],
      ['drug', { kind: 'enum', ...drug }, [1, Number.NaN, 0]],
      ['group', { kind: 'enum', name: 't.group', members: ['u', 'v'] }, [0, 1, 0]],
    ]);
  });
});

describe('columnar files', () => {
  it('of other types, formats and places are refused', async () => {
    expect(codesOf(await tableIn('strange.arrow', 'arrow'))).toEqual(['E0519', 'E0514']);
    expect(codesOf(await tableIn('strange.parquet', 'parquet'))).toEqual(['E0519']);
    expect(codesOf(await tableIn('text.parquet', 'parquet'))).toEqual(['E0504']);
    expect(codesOf(await tableIn('text.arrow', 'arrow'))).toEqual(['E0504']);
    expect(codesOf(await tableIn('none.arrow', 'arrow'))).toEqual(['E0501']);
    expect(codesOf(await tableIn('../none.arrow', 'arrow'))).toEqual(['E0502']);
    symlinkSync('/etc/passwd', place('link.arrow'));
    expect(codesOf(await tableIn('link.arrow', 'arrow'))).toEqual(['E0502']);
  });

  it('name the package that is not installed', async () => {
    const decoded = await decodeColumnar('parquet', new Uint8Array(), async () => {
      throw new Error('ERR_MODULE_NOT_FOUND');
    });
    expect(decoded).toEqual({
      ok: false,
      code: 'E0518',
      why: 'is read by the package `hyparquet`, which is not installed',
      hint: 'run `npm install hyparquet` where whatif is installed',
    });
  });

  it('name columns that the language cannot', () => {
    const column = { kind: 'int', stored: 'INT32', cells: [1] } as const;
    const stored = [
      { ...column, name: 'a b' },
      { ...column, name: 'a-b' },
      { ...column, name: ' ' },
    ];
    expect(codesOf(tableOfColumns(stored, 1, '"t"', { table: 't', enums: [] }, { source, span }))).toEqual([
      'E0511',
      'E0512',
    ]);
    expect(codesOf(tableOfColumns([], 0, '"t"', { table: 't', enums: [] }, { source, span }))).toEqual(['E0510']);
  });
});

it('programs read them, and a file of another format in their place', async () => {
  const program = `
enum Drug { A, B }
data t = arrow("t.arrow")
data u = parquet("t.parquet")
model M {
  x ~ normal(t.x[1] + u.big[1] + (if t.drug[0] == B then 10 else 0), 1)
}
query q = E(x)
`;
  writeFileSync(place('main.scm'), program);
  const run = async (...args: readonly string[]) => {
    let out = '';
    let error = '';
    const terminal = {
      out: (text: string) => {
        out += text;
      },
      error: (text: string) => {
        error += text;
      },
      paintOut: plain,
      paintError: plain,
      width: null,
      live: false,
      read: () => new TextEncoder().encode(program),
      write: () => undefined,
      signal: new AbortController().signal,
      endOnInterrupt: () => undefined,
    };
    const code = await whatif(['run', place('main.scm'), '--json', ...args], terminal, async () => openSession);
    return { code, error, value: code === 0 ? JSON.parse(out).queries[0].value : null };
  };
  expect(await run()).toEqual({ code: 0, error: '', value: 14.5 });
  writeFileSync(place('u.csv'), 'big\n1\n7\n');
  expect(await run('--data', `u=${place('u.csv')}`)).toMatchObject({ code: 0, value: 19.5 });
  expect(await run('--data', `u=${place('stream.arrow')}`)).toMatchObject({ code: 0, value: 14.5 });
  const none = await run('--data', `u=${place('none.parquet')}`);
  expect(none.code).toBe(1);
  expect(none.error).toContain('error[E0501]');
});
