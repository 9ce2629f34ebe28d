/** What stands between a table and its tests of independence: columns as these take them, and p values of many. */
import { describe, expect, it } from 'vitest';
import { readyColumns } from '../../src/causal/independence/columns.js';
import { holm } from '../../src/causal/independence/holm.js';
import type { Table } from '../../src/data/table.js';
import { bool, int, real } from '../../src/ir/type.js';

describe('columns made ready', () => {
  const column = (name: string, type: Table['columns'][number]['type'], ...values: readonly number[]) => ({
    name,
    type,
    values: Float64Array.from(values),
  });
  const table: Table = {
    rows: 4,
    columns: [
      column('amount', real, 0.5, 1.5, Number.NaN, 2),
      column('kind', { kind: 'enum', name: 't.kind', members: ['x', 'y', 'z'] }, 0, 1, 2, 1),
      column('sure', bool, 1, 0, 1, 1),
      column('coded', int, 7, 3, 5, 9),
      column('two', int, 4, 8, 4, 8),
    ],
  };
  const levels = (names: readonly string[] | null, whole: boolean) => {
    const ready = readyColumns(table, names, whole);
    return ready.ok ? [ready.rows, ready.left, ...ready.columns.map((c) => [c.levels, ...c.values])] : ready.reason;
  };

  it('takes labels for labels and numbers for numbers', () => {
    expect(levels(null, false)).toEqual([
      3,
      1,
      [null, 0.5, 1.5, 2],
      [3, 0, 1, 1],
      [2, 1, 0, 1],
      [null, 7, 3, 9],
      [2, 0, 1, 1],
    ]);
    expect(levels(['coded', 'two'], true)).toEqual([4, 0, [4, 2, 0, 1, 3], [2, 0, 1, 0, 1]]);
  });

  it('refuses words that name the rows', () => {
    const members = Array.from({ length: 101 }, (_, k) => `row ${k}`);
    const named: Table = {
      rows: 101,
      columns: [column('id', { kind: 'enum', name: 't.id', members }, ...members.keys())],
    };
    const ready = readyColumns(named, null, false);
    expect(ready.ok ? '' : ready.reason).toContain('`id` holds more than 100 labels');
  });

  it('says what is not there', () => {
    expect(levels(['amount', 'q'], false)).toBe('the table has no column `q`');
    expect(levels(['p', 'q'], false)).toContain('columns `p`, `q`');
  });
});

it('Holm multiplies the least p by the number of tests, the next by one less', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
