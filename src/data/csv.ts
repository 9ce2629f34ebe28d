/**
 * CSV into typed columns. The scanner follows RFC 4180: commas, quotes doubled inside quotes, CRLF or LF, and a byte order mark
 * at the start; it also trims blanks around unquoted cells and skips blank lines. Types are inferred column by column:
 *
 * - every cell a whole number: `int`; every cell a number: `real` (`Inf`, `-Inf` and `NaN` too)
 * - every cell true, false, yes or no, in any case (and 0 or 1 beside them): `bool`; columns of 0 and 1 alone stay `int`
 * - anything else: an enum, the first declared one that has all the labels, else `table.column` with its members in order
 *   of first appearance
 *
 * Empty cells and an unquoted `NA` are missing: NaN. A column without a single value is `real`.
 */

import type { DiagnosticCode } from '../syntax/codes.js';
import { type Diagnostic, diagnose, fail, type Outcome, succeed } from '../syntax/diagnostic.js';
import type { Source } from '../syntax/span.js';
import { type ColumnBuilder, type DeclaredEnum, finishColumn, startColumn } from './column.js';
import { type Scanner, scanRecords } from './csv_scan.js';
import { identifierOf } from './identifier.js';
import { cellCutter } from './label_cache.js';
import type { Column, Table } from './table.js';

/** How a CSV is to be read. */
export type CsvOptions = {
  /** Name of the data set: the enum of a text column is called `table.column`. */
  readonly table: string;
  /** Enums that the project declares, in order. */
  readonly enums: readonly DeclaredEnum[];
  /** One character; a comma if left out. */
  readonly separator?: string;
};

/** Errors after this many are left out: a file of another format would give one for each line. */
const reportedErrors = 20;

/**
 * Reads a table. Errors carry the line of the CSV: E0510 (no header), E0511 and E0512 (header names), E0513 (ragged
 * rows), E0514 (unreadable cells), E0515 (quotes).
 */
export function parseCsv(source: Source, options: CsvOptions): Outcome<Table> {
  const separator = (options.separator ?? ',').charCodeAt(0);
  const errors: Diagnostic[] = [];
  const report = (
    code: DiagnosticCode,
    start: number,
    end: number,
    message: string,
    hint: string | null = null,
  ): void => {
    errors.push(diagnose(code, message, source, { start, end }, hint));
  };
  const header = readHeader(source.text, separator);
  if (header.cells.length === 0) {
    report('E0510', 0, 0, `${source.name} has no header line`);
    return fail(...errors);
  }
  const columns = nameColumns(header.cells, report);
  const rows = readRows(source, separator, header.end, columns, report);
  if (errors.length > 0) return fail(...errors.slice(0, reportedErrors));
  const finished: Column[] = [];
  for (const [index, builder] of columns.entries()) {
    const outcome = finishColumn(builder, rows, options, () => cellsOf(source.text, separator, header.end, index));
    if (outcome.ok) finished.push(outcome.column);
    else {
      const cell = outcome.cell;
      const line = `column \`${builder.name}\` holds numbers, but this cell is ${JSON.stringify(source.text.slice(cell.start, cell.end).slice(0, 40))}`;
      report('E0514', cell.start, cell.end, line, 'leave the cell empty, or write `NA`, if the value is missing');
    }
  }
  return errors.length > 0 ? fail(...errors.slice(0, reportedErrors)) : succeed({ columns: finished, rows });
}

type Report = (code: DiagnosticCode, start: number, end: number, message: string, hint?: string | null) => void;
type HeaderCell = { readonly text: string; readonly start: number; readonly end: number };

function readHeader(text: string, separator: number): { readonly cells: readonly HeaderCell[]; readonly end: number } {
  const cells: HeaderCell[] = [];
  const end = scanRecords(text, separator, text.charCodeAt(0) === 0xfeff ? 1 : 0, {
    cell: (_column, start, stop, quoted) => cells.push({ text: cellText(text, start, stop, quoted), start, end: stop }),
    row: () => false,
    unclosed: () => undefined,
  });
  return { cells, end };
}

/** Gives every column an identifier that a program can write. */
function nameColumns(cells: readonly HeaderCell[], report: Report): readonly ColumnBuilder[] {
  const seen = new Set<string>();
  return cells.map((cell, index) => {
    const name = identifierOf(cell.text);
    if (name === null) report('E0512', cell.start, cell.end, `column ${index + 1} has no name`);
    else if (seen.has(name)) report('E0511', cell.start, cell.end, `column \`${name}\` stands twice in the header`);
    seen.add(name ?? '');
    return startColumn(name ?? `column_${index + 1}`);
  });
}

function readRows(
  source: Source,
  separator: number,
  from: number,
  columns: readonly ColumnBuilder[],
  report: Report,
): number {
  const { text } = source;
  const width = columns.length;
  let rows = 0;
  let errors = 0;
  const scanner: Scanner = {
    cell(column, start, end, quoted) {
      const builder = columns[column];
      if (builder === undefined) return;
      if (quoted) builder.add(rows, cellText(text, start, end, true), start, end, true);
      else builder.addRaw(rows, text, start, end);
    },
    row(cells, start, end) {
      if (cells !== width) {
        report('E0513', start, end, `this row has ${count(cells, 'cell')}, the header has ${count(width, 'name')}`);
        errors += 1;
      }
      rows += 1;
      return errors < reportedErrors;
    },
    unclosed(start, end) {
      report('E0515', start, Math.min(end, start + 1), 'this cell starts with a quote and does not end in one');
    },
  };
  scanRecords(text, separator, from, scanner);
  return rows;
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** The texts of one column's cells; null where the cell is missing. */
function cellsOf(text: string, separator: number, from: number, index: number): readonly (string | null)[] {
  const cells: (string | null)[] = [];
  const cut = cellCutter(text);
  scanRecords(text, separator, from, {
    cell(column, start, end, quoted) {
      if (column !== index) return;
      const label = quoted ? cellText(text, start, end, true) : cut(start, end);
      cells.push(label === '' || (label === 'NA' && !quoted) ? null : label);
    },
    row: () => true,
    unclosed: () => undefined,
  });
  return cells;
}

const cellText = (text: string, start: number, end: number, quoted: boolean): string =>
  quoted ? text.slice(start + 1, end - 1).replaceAll('""', '"') : text.slice(start, end);
