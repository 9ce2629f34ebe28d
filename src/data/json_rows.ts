/** JSON as a table: an array of flat records, one a row, or one record of columns. Other arrays and records are nested values. */
import { bool, int, real, type Type } from '../ir/type.js';
import type { DiagnosticCode } from '../syntax/codes.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import { type DeclaredEnum, enumColumn } from './column.js';
import { identifierOf } from './identifier.js';
import { readJsonValue } from './json_value.js';
import type { Column, Table } from './table.js';

type Cell = number | boolean | string | null;

/**
 * Reads a table from JSON. Numbers give `int` or `real` columns, true and false `bool` ones, strings enums as in CSV; null
 * and left-out fields are missing. An array or record that is no table is a nested value. E0516 if the text is no JSON or a single number or
 * label, E0514 if a column mixes kinds, E0517 if a nested value has no type, E0511 for equal names.
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
  const list: readonly unknown[] | null = Array.isArray(parsed) ? parsed : null;
  if (list === null && !isRecord(parsed)) return fail(wrong('neither an array nor a record'));
  if (list?.length === 0) return fail(wrong('it is empty'));
  const read = list === null ? columnsOf(parsed) : rowsToColumns(list);
  if (read === null) {
    const nested = readJsonValue(parsed, options);
    return 'code' in nested
      ? fail(diagnose(nested.code, nested.message, source, whole, hintFor(nested.code)))
      : succeed({ columns: [], rows: 0, nested });
  }
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

/** The columns of an array of flat records; null for any other array. */
function rowsToColumns(rows: readonly unknown[]): ReadonlyMap<string, readonly Cell[]> | null {
  const columns = new Map<string, Cell[]>();
  for (const [index, row] of rows.entries()) {
    if (!isRecord(row)) return null;
    for (const [name, value] of Object.entries(row)) {
      if (!isCell(value)) return null;
      const column = columns.get(name) ?? new Array<Cell>(rows.length).fill(null);
      column[index] = value;
      columns.set(name, column);
    }
  }
  return columns.size === 0 ? null : columns;
}

/** The columns of a record of arrays of one length; null for any other record. */
function columnsOf(value: unknown): ReadonlyMap<string, readonly Cell[]> | null {
  if (!isRecord(value)) return null;
  const columns = new Map<string, readonly Cell[]>();
  let rows = -1;
  for (const [name, cells] of Object.entries(value)) {
    if (isRecord(cells)) return null;
    // A number beside the columns, such as a count of rows, is no column.
    if (!Array.isArray(cells)) continue;
    if (!cells.every(isCell) || (rows !== -1 && cells.length !== rows)) return null;
    rows = cells.length;
    columns.set(name, cells);
  }
  return columns.size === 0 ? null : columns;
}

const hintFor = (code: DiagnosticCode): string | null =>
  code === 'E0517' ? 'an array holds values of one kind; null stands for a missing one' : null;

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
