/** Rows of a host program as a table: arrays of records, or a record of columns. */
import { type DeclaredEnum, enumColumn } from '../data/column.js';
import { identifierOf } from '../data/identifier.js';
import type { Column, Table } from '../data/table.js';
import { bool, int, real } from '../ir/type.js';
import { isNumberArray, type NumberArray } from './kinds.js';

/** A column that was read: numbers (missing ones NaN), truth values as numbers, or labels (missing ones null). */
type Cells =
  | { readonly kind: 'numbers' | 'truths'; readonly name: string; readonly values: Float64Array }
  | { readonly kind: 'labels'; readonly name: string; readonly labels: readonly (string | null)[] };

/** A table whose labels are not bound to enums yet. */
export type Rows = { readonly count: number; readonly columns: readonly Cells[] };

type Given = readonly Readonly<Record<string, unknown>>[] | Readonly<Record<string, readonly unknown[] | NumberArray>>;

const isList = (given: Given): given is readonly Readonly<Record<string, unknown>>[] => Array.isArray(given);

/** The columns of some rows, or what is wrong with them. Cells that are null or left out are missing. */
export function readRows(given: Given): Rows | string {
  const columns = isList(given) ? gathered(given) : Object.entries(given);
  const read: Cells[] = [];
  let count = 0;
  for (const [header, cells] of columns) {
    const name = identifierOf(header);
    if (name === null) return 'a column has no name';
    if (read.some((c) => c.name === name)) return `column \`${name}\` stands twice`;
    const column = isNumberArray(cells)
      ? { kind: 'numbers' as const, name, values: Float64Array.from(cells) }
      : readCells(name, cells);
    if (typeof column === 'string') return column;
    count = cells.length;
    read.push(column);
  }
  return read.length === 0 ? 'a table without columns says nothing' : { count, columns: read };
}

function gathered(rows: readonly Readonly<Record<string, unknown>>[]): readonly (readonly [string, unknown[]])[] {
  const columns = new Map<string, unknown[]>();
  rows.forEach((row, i) => {
    for (const name of Object.keys(row)) {
      let cells = columns.get(name);
      if (cells === undefined) {
        cells = new Array<unknown>(rows.length).fill(null);
        columns.set(name, cells);
      }
      cells[i] = row[name];
    }
  });
  return [...columns];
}

function readCells(name: string, cells: readonly unknown[]): Cells | string {
  let kind: 'number' | 'boolean' | 'string' | null = null;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (cell === null || cell === undefined) continue;
    const found = typeof cell;
    if (found !== 'number' && found !== 'boolean' && found !== 'string')
      return `column \`${name}\`, row ${i}: a cell is a number, a label or a truth value`;
    if (kind !== null && kind !== found) return `column \`${name}\` mixes numbers, labels or truth values (row ${i})`;
    kind = found;
  }
  if (kind === 'string')
    return { kind: 'labels', name, labels: cells.map((cell) => (typeof cell === 'string' ? cell : null)) };
  const values = Float64Array.from(cells, (cell) => (cell === null || cell === undefined ? Number.NaN : Number(cell)));
  return { kind: kind === 'boolean' ? 'truths' : 'numbers', name, values };
}

/** The rows as the table of that name, with labels bound to the enums that have them. */
export const tableOf = (rows: Rows, table: string, enums: readonly DeclaredEnum[]): Table => ({
  columns: rows.columns.map((cells) => columnOf(cells, table, enums)),
  rows: rows.count,
});

function columnOf(cells: Cells, table: string, enums: readonly DeclaredEnum[]): Column {
  switch (cells.kind) {
    case 'labels':
      return enumColumn(cells.name, cells.labels, { table, enums });
    case 'truths':
      return { name: cells.name, type: bool, values: cells.values };
    case 'numbers': {
      const { name, values } = cells;
      const whole =
        values.some((v) => !Number.isNaN(v)) && values.every((v) => Number.isNaN(v) || Number.isSafeInteger(v));
      return { name, type: whole ? int : real, values };
    }
  }
}
