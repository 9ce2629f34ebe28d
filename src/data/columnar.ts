/** Columns of Arrow and Parquet files as columns of a table: the file knows their types, and missing cells are null. */
import { bool, int, real } from '../ir/type.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source, Span } from '../syntax/span.js';
import { type DeclaredEnum, enumColumn } from './column.js';
import { identifierOf } from './identifier.js';
import type { Column, Table } from './table.js';

/** What a reader found. `kind` is null, and `stored` says what it is, where the language has no type for the column. */
export type StoredColumn = {
  readonly name: string;
  readonly kind: 'real' | 'int' | 'bool' | 'label' | null;
  readonly stored: string;
  /** Numbers, bigints, booleans or strings; null and undefined are missing. */
  readonly cells: readonly unknown[];
};

/**
 * A table of typed columns: `real`, `int` and `bool`, and labels as members of an enum, as in a CSV. E0510 for a file without columns, E0511 and E0512
 * for names, E0514 for whole numbers that a double does not hold, E0519 for columns of other types.
 */
export function tableOfColumns(
  stored: readonly StoredColumn[],
  rows: number,
  file: string,
  options: { readonly table: string; readonly enums: readonly DeclaredEnum[] },
  at: { readonly source: Source; readonly span: Span },
): Outcome<Table> {
  const errors: Diagnostic[] = [];
  const wrong = (code: Diagnostic['code'], message: string, hint: string | null = null): void => {
    errors.push(diagnose(code, `${file}: ${message}`, at.source, at.span, hint));
  };
  const columns: Column[] = [];
  const seen = new Set<string>();
  if (stored.length === 0) wrong('E0510', 'there are no columns');
  for (const [index, column] of stored.entries()) {
    const name = identifierOf(column.name);
    if (name === null) wrong('E0512', `column ${index + 1} has no name`);
    else if (seen.has(name)) wrong('E0511', `column \`${name}\` stands twice`);
    else if (column.kind === null)
      wrong('E0519', `column \`${name}\` is of the type ${column.stored}`, 'store numbers, truth values or text');
    else {
      const typed = typedColumn(name, column, options);
      if (typed === null) wrong('E0514', `column \`${name}\` has whole numbers beyond 2^53, which lose digits`);
      else columns.push(typed);
    }
    if (name !== null) seen.add(name);
  }
  return errors.length > 0 ? fail(...errors) : succeed({ columns, rows });
}

function typedColumn(
  name: string,
  { kind, cells }: StoredColumn,
  options: { readonly table: string; readonly enums: readonly DeclaredEnum[] },
): Column | null {
  if (kind === 'label')
    return enumColumn(
      name,
      cells.map((cell) => (typeof cell === 'string' ? cell : null)),
      options,
    );
  const values = Float64Array.from(cells, (cell) => (cell === null || cell === undefined ? Number.NaN : Number(cell)));
  if (kind === 'int' && !values.every((v) => Number.isNaN(v) || Number.isSafeInteger(v))) return null;
  return { name, type: kind === 'bool' ? bool : kind === 'int' ? int : real, values };
}
