/** One column in the making: cells come in row by row, and the type is settled at the end. */
import { bool, int, real } from '../ir/type.js';
import { parseNumber } from './number.js';
import type { Column } from './table.js';

/** An enum that labels of a column may bind to. */
export type DeclaredEnum = { readonly name: string; readonly members: readonly string[] };

/** The characters between two offsets. */
type Cut = (start: number, end: number) => string;

type Cell = { readonly start: number; readonly end: number };

export type ColumnBuilder = {
  readonly name: string;
  /** Adds a cell as it stands in the text; `cut` gives its characters where they are needed. */
  readonly addRaw: (row: number, text: string, start: number, end: number, cut: Cut) => void;
  /** Adds a cell whose text is known already. */
  readonly add: (row: number, cell: string, start: number, end: number, quoted: boolean) => void;
  readonly state: () => ColumnState;
};

/** What the cells so far tell about the column's type. */
type ColumnState = {
  /** Numbers; 1 and 0 for words of truth; NaN elsewhere. */
  readonly values: Float64Array;
  readonly numbers: number;
  readonly integers: number;
  /** Numbers that are 0 or 1. */
  readonly bits: number;
  readonly truths: number;
  readonly labels: number;
  readonly firstLabel: Cell | null;
};

/** A column without cells. */
export function startColumn(name: string): ColumnBuilder {
  let values = new Float64Array(1024);
  let numbers = 0;
  let integers = 0;
  let bits = 0;
  let truths = 0;
  let labels = 0;
  let firstLabel: Cell | null = null;

  const put = (row: number, value: number): void => {
    if (row >= values.length) {
      const longer = new Float64Array(values.length * 2);
      longer.set(values);
      values = longer;
    }
    values[row] = value;
  };
  const putNumber = (row: number, value: number): void => {
    putMeasurement(row, value);
    if (Number.isSafeInteger(value)) integers += 1;
  };
  // `1.0` and `1e3` are measurements, not counts.
  const putMeasurement = (row: number, value: number): void => {
    put(row, value);
    numbers += 1;
    if (value === 0 || value === 1) bits += 1;
  };
  const add = (row: number, cell: string, start: number, end: number, quoted: boolean): void => {
    if (cell === '' || (cell === 'NA' && !quoted)) {
      put(row, Number.NaN);
      return;
    }
    const number = parseNumber(cell, 0, cell.length);
    if (number !== undefined) {
      if (wholeNumber.test(cell)) putNumber(row, number);
      else putMeasurement(row, number);
      return;
    }
    const truth = truthOf(cell);
    if (truth !== null) {
      put(row, truth ? 1 : 0);
      truths += 1;
      if (firstLabel === null) firstLabel = { start, end };
      return;
    }
    put(row, Number.NaN);
    labels += 1;
    if (labels === 1) firstLabel = { start, end };
  };
  const addRaw = (row: number, text: string, start: number, end: number, cut: Cut): void => {
    const digits = shortInteger(text, start, end);
    if (digits !== undefined) {
      putNumber(row, digits);
      return;
    }
    const number = hasPoint(text, start, end) ? parseNumber(text, start, end) : undefined;
    if (number === undefined) add(row, cut(start, end), start, end, false);
    else putMeasurement(row, number);
  };
  return { name, addRaw, add, state: () => ({ values, numbers, integers, bits, truths, labels, firstLabel }) };
}

const wholeNumber = /^[+-]?\d+$/;

/** A run of at most nine digits, the commonest cell; undefined for anything else. */
function shortInteger(text: string, start: number, end: number): number | undefined {
  if (end === start || end - start > 9) return undefined;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether the cell can be a plain decimal number: digits with a point among them. */
function hasPoint(text: string, start: number, end: number): boolean {
  const last = text.charCodeAt(end - 1) - 0x30;
  if (last < 0 || last > 9) return false;
  for (let at = start; at < end; at += 1) if (text.charCodeAt(at) === 0x2e) return true;
  return false;
}

function truthOf(cell: string): boolean | null {
  if (cell.length > 5) return null;
  switch (cell.toLowerCase()) {
    case 'true':
    case 'yes':
      return true;
    case 'false':
    case 'no':
      return false;
    default:
      return null;
  }
}

type Finished = { readonly ok: true; readonly column: Column } | { readonly ok: false; readonly cell: Cell };

/**
 * Settles the type of a column. `cells` gives all its cells as text and is called only for columns of labels. Where numbers
 * outnumber labels, the first label is taken for a slip and comes back as the cell to complain about.
 */
export function finishColumn(
  builder: ColumnBuilder,
  rows: number,
  options: { readonly table: string; readonly enums: readonly DeclaredEnum[] },
  cells: () => readonly (string | null)[],
): Finished {
  const { values, numbers, integers, bits, truths, labels, firstLabel } = builder.state();
  const { name } = builder;
  const trimmed = (): Float64Array => values.slice(0, rows);
  if (labels === 0 && truths === 0)
    return { ok: true, column: { name, type: numbers > 0 && integers === numbers ? int : real, values: trimmed() } };
  if (labels === 0 && bits === numbers) return { ok: true, column: { name, type: bool, values: trimmed() } };
  if (numbers > labels + truths && firstLabel !== null) return { ok: false, cell: firstLabel };
  return { ok: true, column: enumColumn(name, cells(), options) };
}

/** A column of labels: indices into the members of an enum. */
export function enumColumn(
  name: string,
  cells: readonly (string | null)[],
  options: { readonly table: string; readonly enums: readonly DeclaredEnum[] },
): Column {
  const found = new Set<string>();
  for (const cell of cells) if (cell !== null) found.add(cell);
  const declared = options.enums.find((candidate) => {
    const members = new Set(candidate.members);
    return [...found].every((label) => members.has(label));
  });
  const members = declared?.members ?? [...found];
  const indices = new Map(members.map((member, index) => [member, index]));
  const values = Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : (indices.get(cell) ?? Number.NaN)));
  return {
    name,
    type: { kind: 'enum', name: declared?.name ?? `${options.table}.${name}`, members: [...members] },
    values,
  };
}
