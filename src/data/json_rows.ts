/** JSON as a table: an array of flat records, one a row, or one record of columns. */
import { bool, int, real, type Type } from '../ir/type.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import { type DeclaredEnum, enumColumn } from './column.js';
import { identifierOf } from './identifier.js';
import type { Column, Table } from './table.js';

type Cell = number | boolean | string | null;

/**
 * Reads a table from JSON. Numbers give `int` or `real` columns, true and false `bool` ones, strings enums as in CSV; null
 * and left-out fields are missing. E0516 if the text has another form, E0514 if a column mixes kinds, E0511 for equal names.
 */
export function parseJsonRows(
  source: Source,
  options: { readonly table: string; readonly enums: readonly DeclaredEnum[] },
): Outcome<Table> {
  const whole = { start: 0, end: 0 };
  const wrong = (message: string): Diagnostic =>
    diagnose('E0516', `${source.name} is no table: ${message}`, source, whole);
  let parsed: unknown;
  try {
    parsed = JSON.parse(source.text);
  } catch {
    return fail(wrong('it is not JSON'));
  }
  const read = Array.isArray(parsed) ? rowsToColumns(parsed) : columnsOf(parsed);
  if (typeof read === 'string') return fail(wrong(read));
  const errors: Diagnostic[] = [];
  const columns: Column[] = [];
  const seen = new Set<string>();
  for (const [header, cells] of read) {
    const name = identifierOf(header);
    if (name === null || seen.has(name)) {
      const message = name === null ? 'a column has no name' : `column \`${name}\` stands twice`;
      errors.push(diagnose(name === null ? 'E0512' : 'E0511', message, source, whole));
      continue;
    }
    seen.add(name);
    const column = typedColumn(name, cells, options);
    if (column === null)
      errors.push(diagnose('E0514', `column \`${name}\` mixes numbers, labels or truth values`, source, whole));
    else columns.push(column);
  }
  if (errors.length > 0) return fail(...errors);
  return succeed({ columns, rows: columns[0]?.values.length ?? 0 });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCell = (value: unknown): value is Cell =>
  value === null || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';

function rowsToColumns(rows: readonly unknown[]): ReadonlyMap<string, readonly Cell[]> | string {
  const columns = new Map<string, Cell[]>();
  for (const [index, row] of rows.entries()) {
    if (!isRecord(row)) return `element ${index} is no record`;
    for (const [name, value] of Object.entries(row)) {
      if (!isCell(value)) return `field \`${name}\` of element ${index} is no number, label or truth value`;
      const column = columns.get(name) ?? new Array<Cell>(rows.length).fill(null);
      column[index] = value;
      columns.set(name, column);
    }
  }
  return columns.size === 0 ? 'it has no columns' : columns;
}

function columnsOf(value: unknown): ReadonlyMap<string, readonly Cell[]> | string {
  if (!isRecord(value)) return 'neither an array of records nor a record of columns';
  const columns = new Map<string, readonly Cell[]>();
  let rows = -1;
  for (const [name, cells] of Object.entries(value)) {
    // A number beside the columns, such as a count of rows, is no column.
    if (!Array.isArray(cells)) continue;
    if (!cells.every(isCell)) return `column \`${name}\` holds something else than numbers, labels and truth values`;
    if (rows !== -1 && cells.length !== rows)
      return `column \`${name}\` has ${cells.length} values, others have ${rows}`;
    rows = cells.length;
    columns.set(name, cells);
  }
  return columns.size === 0 ? 'it has no columns' : columns;
}

function typedColumn(
  name: string,
  cells: readonly Cell[],
  options: { readonly table: string; readonly enums: readonly DeclaredEnum[] },
): Column | null {
  const kinds = new Set(cells.filter((cell) => cell !== null).map((cell) => typeof cell));
  if (kinds.size > 1) return null;
  if (kinds.has('string'))
    return enumColumn(
      name,
      cells.map((cell) => (typeof cell === 'string' ? cell : null)),
      options,
    );
  const values = Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : Number(cell)));
  return { name, type: numericType(kinds.has('boolean'), cells), values };
}

function numericType(truths: boolean, cells: readonly Cell[]): Type {
  if (truths) return bool;
  const whole =
    cells.some((cell) => cell !== null) && cells.every((cell) => cell === null || Number.isSafeInteger(cell));
  return whole ? int : real;
}
