/** One column in the making: cells come in row by row, and the type is settled at the end. */
import { bool, int, real } from '../ir/type.js';
import { parseNumber } from './number.js';
import type { Column } from './table.js';

/** An enum that labels of a column may bind to. */
export type DeclaredEnum = { readonly name: string; readonly members: readonly string[] };

/** A cell that was complained about: offsets in the text. */
type Cell = { readonly start: number; readonly end: number };

export type ColumnBuilder = {
  readonly name: string;
  /** Adds a cell as it stands in the text, without quotes. */
  readonly addRaw: (row: number, text: string, start: number, end: number) => void;
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
  /** The cells' texts where none of them is a number: each once, and which of them stands in a row (-1 where it is missing). */
  readonly words: { readonly texts: readonly string[]; readonly rows: Int32Array } | null;
};

/** A cell's text that is no number, as it was seen before: `value` is NaN, or 1 and 0 for words of truth. */
type Word = { readonly text: string; readonly code: number; readonly value: number; readonly missing: boolean };

/** Words are looked for at a place that their length and ends give; where two share one, a map of all words is asked. */
const slots = 256;

/** A column without cells. */
export function startColumn(name: string): ColumnBuilder {
  let values = new Float64Array(1024);
  let codes: Int32Array | null = null;
  let numbers = 0;
  let integers = 0;
  let bits = 0;
  let truths = 0;
  let labels = 0;
  let firstLabel: Cell | null = null;
  const texts: string[] = [];
  const words = new Map<string, Word>();
  const recent = new Array<Word | null>(slots).fill(null);

  const put = (row: number, value: number): void => {
    if (row >= values.length) {
      const longer = new Float64Array(values.length * 2);
      longer.set(values);
      values = longer;
    }
    values[row] = value;
  };
  const putCode = (row: number, code: number): void => {
    if (codes === null || row >= codes.length) {
      const longer: Int32Array = new Int32Array(values.length).fill(-1);
      if (codes !== null) longer.set(codes);
      codes = longer;
    }
    codes[row] = code;
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
  const putWord = (row: number, word: Word, start: number, end: number): void => {
    put(row, word.value);
    if (word.missing) return;
    if (Number.isNaN(word.value)) labels += 1;
    else truths += 1;
    if (labels + truths === 1 || (labels === 1 && Number.isNaN(word.value))) firstLabel = { start, end };
    if (numbers === 0) putCode(row, word.code);
  };
  const wordOf = (cell: string, missing: boolean): Word => {
    if (missing) return { text: cell, code: -1, value: Number.NaN, missing };
    const known = words.get(cell);
    if (known !== undefined) return known;
    const truth = truthOf(cell);
    const word = { text: cell, code: texts.length, value: truth === null ? Number.NaN : truth ? 1 : 0, missing };
    texts.push(cell);
    words.set(cell, word);
    return word;
  };
  /** Adds a cell's text and gives it back as a word; null for numbers. */
  const addText = (row: number, cell: string, start: number, end: number, quoted: boolean): Word | null => {
    const missing = cell === '' || (cell === 'NA' && !quoted);
    const number = missing ? undefined : parseNumber(cell, 0, cell.length);
    if (number === undefined) {
      const word = wordOf(cell, missing);
      putWord(row, word, start, end);
      return word;
    }
    if (wholeNumber.test(cell)) putNumber(row, number);
    else putMeasurement(row, number);
    return null;
  };
  const addRaw = (row: number, text: string, start: number, end: number): void => {
    const digits = shortInteger(text, start, end);
    if (digits !== undefined) {
      putNumber(row, digits);
      return;
    }
    const length = end - start;
    const slot =
      length === 0 ? 0 : (length * 31 + text.charCodeAt(start) * 7 + text.charCodeAt(end - 1) * 13) & (slots - 1);
    const seen = recent[slot] ?? null;
    if (seen !== null && isAt(seen.text, text, start, length)) {
      putWord(row, seen, start, end);
      return;
    }
    const number = hasPoint(text, start, end) ? parseNumber(text, start, end) : undefined;
    if (number !== undefined) {
      putMeasurement(row, number);
      return;
    }
    recent[slot] = addText(row, text.slice(start, end), start, end, false) ?? seen;
  };
  const state = (): ColumnState => ({
    values,
    numbers,
    integers,
    bits,
    truths,
    labels,
    firstLabel,
    words: numbers === 0 ? { texts, rows: codes ?? new Int32Array(0) } : null,
  });
  const add: ColumnBuilder['add'] = (row, cell, start, end, quoted) => {
    addText(row, cell, start, end, quoted);
  };
  return { name, addRaw, add, state };
}

/** Whether a word stands at a place of the text. */
function isAt(word: string, text: string, start: number, length: number): boolean {
  if (word.length !== length) return false;
  for (let k = 0; k < length; k += 1) if (word.charCodeAt(k) !== text.charCodeAt(start + k)) return false;
  return true;
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
 * Settles the type of a column. `cells` gives all its cells as text and is called only where labels stand beside numbers. Where numbers
 * outnumber labels, the first label is taken for a slip and comes back as the cell to complain about.
 */
export function finishColumn(
  builder: ColumnBuilder,
  rows: number,
  options: { readonly table: string; readonly enums: readonly DeclaredEnum[] },
  cells: () => readonly (string | null)[],
): Finished {
  const { values, numbers, integers, bits, truths, labels, firstLabel, words } = builder.state();
  const { name } = builder;
  const trimmed = (): Float64Array => values.slice(0, rows);
  if (labels === 0 && truths === 0)
    return { ok: true, column: { name, type: numbers > 0 && integers === numbers ? int : real, values: trimmed() } };
  if (labels === 0 && bits === numbers) return { ok: true, column: { name, type: bool, values: trimmed() } };
  if (numbers > labels + truths && firstLabel !== null) return { ok: false, cell: firstLabel };
  if (words === null) return { ok: true, column: enumColumn(name, cells(), options) };
  const { type, indices } = enumOf(name, words.texts, options);
  const out = new Float64Array(rows);
  for (let row = 0; row < rows; row += 1) out[row] = indices[words.rows[row] ?? -1] ?? Number.NaN;
  return { ok: true, column: { name, type, values: out } };
}

type Options = { readonly table: string; readonly enums: readonly DeclaredEnum[] };

/** The enum of a column with these labels, and the member that each of them is: a declared one that has them all, or one of its own. */
function enumOf(
  name: string,
  labels: readonly string[],
  { table, enums }: Options,
): { readonly type: Column['type']; readonly indices: readonly number[] } {
  const declared = enums.find((candidate) => {
    const members = new Set(candidate.members);
    return labels.every((label) => members.has(label));
  });
  const members = [...(declared?.members ?? labels)];
  const places = new Map(members.map((member, index) => [member, index]));
  const indices = labels.map((label) => places.get(label) ?? Number.NaN);
  return { type: { kind: 'enum', name: declared?.name ?? `${table}.${name}`, members }, indices };
}

/** A column of labels: indices into the members of an enum. */
export function enumColumn(name: string, cells: readonly (string | null)[], options: Options): Column {
  const labels = [...new Set(cells.filter((cell) => cell !== null))];
  const { type, indices } = enumOf(name, labels, options);
  const places = new Map(labels.map((label, i) => [label, indices[i]!]));
  const values = Float64Array.from(cells, (cell) => (cell === null ? Number.NaN : (places.get(cell) ?? Number.NaN)));
  return { name, type, values };
}
