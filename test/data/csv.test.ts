import { fc, test } from '@fast-check/vitest';
import { csvParseRows } from 'd3-dsv';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.js';
import { scanRecords } from '../../src/data/csv_scan.js';
import { parseNumber } from '../../src/data/number.js';
import type { Table } from '../../src/data/table.js';
import { position } from '../../src/syntax/span.js';

const drug = { name: 'Drug', members: ['A', 'B', 'C'] };

function read(text: string, enums = [drug]): Table {
  const outcome = parseCsv({ name: 'x.csv', text }, { table: 'x', enums });
  if (!outcome.ok) throw new Error(outcome.diagnostics.map((d) => d.message).join('\n'));
  return outcome.value;
}

function errors(text: string): readonly string[] {
  const outcome = parseCsv({ name: 'x.csv', text }, { table: 'x', enums: [] });
  return outcome.diagnostics.map((d) => `${d.code} line ${position(d.source.text, d.span.start).line}`);
}

const columnOf = (table: Table, name: string) => {
  const column = table.columns.find((c) => c.name === name);
  if (column === undefined) throw new Error(`no column ${name}`);
  return { type: column.type.kind, values: [...column.values] };
};

describe('column types', () => {
  it('tells int, real, bool and labels apart', () => {
    const table = read('i,r,b,t,z\n1,1.5,yes,low,0\n-2,2,no,high,1\n');
    expect(table.rows).toBe(2);
    expect(columnOf(table, 'i')).toEqual({ type: 'int', values: [1, -2] });
    expect(columnOf(table, 'r')).toEqual({ type: 'real', values: [1.5, 2] });
    expect(columnOf(table, 'b')).toEqual({ type: 'bool', values: [1, 0] });
    expect(columnOf(table, 'z')).toEqual({ type: 'int', values: [0, 1] });
    expect(table.columns[3]!.type).toEqual({ kind: 'enum', name: 'x.t', members: ['low', 'high'] });
    expect([...table.columns[3]!.values]).toEqual([0, 1]);
  });

  it('takes 0 and 1 beside words of truth for truth values, but not 2', () => {
    expect(columnOf(read('b\nTRUE\n0\nFalse\n1\n'), 'b')).toEqual({ type: 'bool', values: [1, 0, 0, 1] });
    expect(columnOf(read('b\nyes\n2\n'), 'b').type).toBe('enum');
  });

  it('uses a declared enum that has all the labels', () => {
    expect(read('d\nB\nA\n').columns[0]!.type).toEqual({ kind: 'enum', ...drug });
    expect([...read('d\nB\nA\n').columns[0]!.values]).toEqual([1, 0]);
    expect(read('d\nB\nD\n').columns[0]!.type).toMatchObject({ name: 'x.d', members: ['B', 'D'] });
  });

  it('keeps numbers among labels as labels', () => {
    expect(read('d\n1\nlow\nhigh\n').columns[0]!.type).toMatchObject({ members: ['1', 'low', 'high'] });
  });

  it('writes missing cells as NaN', () => {
    const table = read('a,b,t\n1,,x\nNA,2.5,NA\n , NA ,\n');
    expect(columnOf(table, 'a')).toEqual({ type: 'int', values: [1, Number.NaN, Number.NaN] });
    expect(columnOf(table, 'b')).toEqual({ type: 'real', values: [Number.NaN, 2.5, Number.NaN] });
    expect(columnOf(table, 't').values).toEqual([0, Number.NaN, Number.NaN]);
    expect(columnOf(read('a,b\n,1\n'), 'a').type).toBe('real');
  });

  it('reads a quoted NA as a label', () => {
    expect(read('country\n"NA"\nDE\n').columns[0]!.type).toMatchObject({ members: ['NA', 'DE'] });
  });
});

describe('spelling', () => {
  it('reads a byte order mark, CRLF, quotes and line breaks inside them', () => {
    const table = read('\ufeffname,n\r\n"Smith, ""J""",1\r\n"two\r\nlines",2\r\n');
    expect(table.columns.map((c) => c.name)).toEqual(['name', 'n']);
    expect(table.columns[0]!.type).toMatchObject({ members: ['Smith, "J"', 'two\r\nlines'] });
    expect(columnOf(table, 'n').values).toEqual([1, 2]);
  });

  it('makes identifiers of headers', () => {
    const table = read('Sepal Length,2019,for,rows,größe\n1,2,3,4,5\n');
    expect(table.columns.map((c) => c.name)).toEqual(['Sepal_Length', '_2019', 'for_', 'rows_', 'größe']);
  });

  it('takes another separator', () => {
    const outcome = parseCsv({ name: 'x', text: 'a;b\n1;2\n' }, { table: 'x', enums: [], separator: ';' });
    expect(outcome.ok && outcome.value.columns.length).toBe(2);
  });
});

describe('errors name the line', () => {
  it.each([
    ['', ['E0510 line 1']],
    ['\n\n', ['E0510 line 1']],
    ['a,a\n1,2\n', ['E0511 line 1']],
    ['a b,a_b\n1,2\n', ['E0511 line 1']],
    ['a,,c\n1,2,3\n', ['E0512 line 1']],
    ['a,b\n1,2\n3\n4,5,6\n', ['E0513 line 3', 'E0513 line 4']],
    ['a\n1\n2\n"x\ny"\n3\nz\n', ['E0514 line 4']],
    ['a\n1\n2\nyes\n3\n', ['E0514 line 4']],
    ['a,b\n1,2\n"3,4\n5,6\n', ['E0515 line 3']],
    ['a,b\n1,2\n"3"4,5\n', ['E0515 line 3']],
    ['a\n"x""', ['E0515 line 2']],
  ])('%j', (text, expected) => {
    expect(errors(text)).toEqual(expected);
  });

  it('stops after twenty', () => {
    expect(errors(`a,b\n${'1\n'.repeat(1000)}`).length).toBe(20);
  });
});

describe('the scanner against d3-dsv', () => {
  const cell = fc.oneof(fc.stringMatching(/^[a-z,"\r\n;é]{0,6}$/), fc.integer().map(String));
  const rows = fc
    .integer({ min: 2, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width })));
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

  test.prop([rows, fc.constantFrom('\n', '\r\n'), fc.boolean()])(
    'reads what was written',
    (written, lineBreak, last) => {
      const text =
        written.map((row) => row.map(quoted).join(',')).join(lineBreak) + (last && written.length > 0 ? lineBreak : '');
      const read: string[][] = [];
      let record: string[] = [];
      scanRecords(text, 0x2c, 0, {
        cell: (_column, start, end) => record.push(text.slice(start + 1, end - 1).replaceAll('""', '"')),
        row: () => {
          read.push(record);
          record = [];
          return true;
        },
        unclosed: () => {
          throw new Error('unclosed');
        },
      });
      expect(read).toEqual(written);
      expect(read).toEqual(csvParseRows(text));
    },
  );
});

describe('numbers', () => {
  test.prop([fc.double({ noNaN: true })])('come back as they were printed', (value) => {
    const text = Object.is(value, -0) ? '-0' : String(value);
    expect(parseNumber(text, 0, text.length)).toBe(value);
  });
  test.prop([fc.stringMatching(/^[+-]?\d{1,20}\.\d{1,25}$/)])('are rounded as JavaScript rounds them', (text) => {
    expect(parseNumber(text, 0, text.length)).toBe(Number(text));
  });
  it.each(['', '-', '.', '1.2.3', '0x10', '1_000', '1e', 'e5', '--1', '١'])('does not take %j for a number', (text) => {
    expect(parseNumber(text, 0, text.length)).toBeUndefined();
  });
});

describe('columns of words are typed in one pass', () => {
  const pool = ['', 'NA', '"NA"', 'yes', 'NO', '0', '1', 'red', 'blue', '"red"', 'reed', '2.5', '1e3', '"1"'];
  const missing = (cell: string): boolean => cell === '' || cell === 'NA';
  const bare = (cell: string): string => cell.replaceAll('"', '');
  test.prop([
    fc.subarray(pool, { minLength: 1 }).chain((some) => fc.array(fc.constantFrom(...some), { minLength: 1 })),
  ])('as the rules say', (cells) => {
    const seen = cells.filter((c) => !missing(c)).map(bare);
    const numbers = seen.filter((c) => !Number.isNaN(Number(c)));
    const truths = seen.filter((c) => /^(yes|no)$/i.test(c));
    const labels = [...new Set(seen)];
    const outcome = parseCsv(
      { name: 'x', text: `a,b\n${cells.map((c) => `${c},0`).join('\n')}\n` },
      { table: 't', enums: [] },
    );
    const words = seen.length - numbers.length;
    if (words === 0 || (truths.length === words && numbers.every((n) => Number(n) <= 1))) {
      const [column] = outcome.ok ? outcome.value.columns : [];
      const values = cells.map((c) =>
        missing(c) ? Number.NaN : /yes/i.test(c) ? 1 : /no/i.test(c) ? 0 : Number(bare(c)),
      );
      expect([...(column?.values ?? [])]).toEqual(values);
      expect(column?.type.kind).not.toBe('enum');
    } else if (numbers.length > words) expect(outcome.ok).toBe(false);
    else {
      const [column] = outcome.ok ? outcome.value.columns : [];
      expect(column?.type).toEqual({ kind: 'enum', name: 't.a', members: labels });
      expect([...(column?.values ?? [])]).toEqual(
        cells.map((c) => (missing(c) ? Number.NaN : labels.indexOf(bare(c)))),
      );
    }
  });
});
