/**
 * What is known of a value while main is written as a loop over all particles: what hangs on no noise is computed meanwhile, and what hangs on
 * discrete values alone becomes a table, which is handed over with the constants.
 */
import type { RuntimeValue } from '../../ir/values.js';
import { numberText } from './numbers.js';

/** Rows of a table at most. */
const mostRows = 4096;

/** A row number below `count` in a C variable; of a pair of rows with both of them. */
export type Row = {
  readonly name: string;
  readonly count: number;
  readonly pair: readonly [Row, Row] | null;
};

/** The same in all particles. `data`: hangs on constants that the text of the program does not show. */
export type Known = { readonly kind: 'known'; readonly value: RuntimeValue; readonly data: boolean };
/** One of known values, by the row. */
export type Table = { readonly kind: 'table'; readonly row: Row; readonly values: readonly RuntimeValue[] };
/** C text of a number, or with `flag` of a truth value; `range`: the least and greatest of whole numbers, null: nothing is known. */
type Running = {
  readonly kind: 'running';
  readonly text: string;
  readonly flag: boolean;
  readonly range: readonly [number, number] | null;
};
export type Held = Known | Table | Running;

/** Thrown where main has another shape. */
export const unfit: unique symbol = Symbol('unfit');

export const known = (value: RuntimeValue, data = false): Known => ({ kind: 'known', value, data });

/** A table, or one value where all are the same. */
export function tableOf(row: Row, values: readonly RuntimeValue[]): Held {
  const [first] = values;
  if (first !== undefined && values.every((v) => Object.is(v, first))) return known(first, true);
  return { kind: 'table', row, values };
}

/** How a row of `from` is found in one of `to`, which contains it; null where it does not. */
function within(from: Row, to: Row): ((row: number) => number) | null {
  if (from === to) return (row) => row;
  if (to.pair === null) return null;
  const [left, right] = to.pair;
  const inLeft = within(from, left);
  if (inLeft !== null) return (row) => inLeft(Math.floor(row / right.count));
  const inRight = within(from, right);
  return inRight === null ? null : (row) => inRight(row % right.count);
}

/** The values, one for each row of a row that contains the held one's. */
export function valuesIn(held: Known | Table, row: Row): readonly RuntimeValue[] {
  if (held.kind === 'known') return new Array<RuntimeValue>(row.count).fill(held.value);
  const find = within(held.row, row);
  if (find === null) throw unfit;
  return Array.from({ length: row.count }, (_, r) => held.values[find(r)]!);
}

/** What tables are made with: lines of C to which rows are added, and tables of numbers. */
export type Tables = {
  readonly lines: string[];
  readonly pairs: Map<string, Row>;
  /** Tables of numbers by what is in them, as they are handed over. */
  readonly placed: Map<string, number>;
  readonly numbers: Float64Array[];
  /** Numbers that are the same in all particles. */
  readonly singles: number[];
};

export const newTables = (lines: string[]): Tables => ({
  lines,
  pairs: new Map(),
  placed: new Map(),
  numbers: [],
  singles: [],
});

/** A row that contains both; `unfit` where it would be too long. */
export function rowOfBoth(tables: Tables, a: Row, b: Row): Row {
  if (within(b, a) !== null) return a;
  if (within(a, b) !== null) return b;
  const key = `${a.name} ${b.name}`;
  const there = tables.pairs.get(key);
  if (there !== undefined) return there;
  const count = a.count * b.count;
  if (count > mostRows) throw unfit;
  const row: Row = { name: `rows${tables.pairs.size}`, count, pair: [a, b] };
  tables.lines.push(`const int32_t ${row.name} = ${a.name} * ${b.count} + ${b.name};`);
  tables.pairs.set(key, row);
  return row;
}

/** The one row of values that hang on no noise, null where all are known; undefined where there is no one of them that contains the others. */
function commonRow(values: readonly (Known | Table)[]): Row | null | undefined {
  let row: Row | null = null;
  for (const held of values) {
    if (held.kind === 'known') continue;
    if (row === null || within(row, held.row) !== null) row = held.row;
    else if (within(held.row, row) === null) return undefined;
  }
  return row;
}

export const isStatic = (held: Held): held is Known | Table => held.kind !== 'running';

/** Computes a value from such as hang on no noise, in each row; null where their rows do not go together. */
export function computed(
  values: readonly (Known | Table)[],
  compute: (args: readonly RuntimeValue[]) => RuntimeValue,
): Held | null {
  const row = commonRow(values);
  if (row === undefined) return null;
  if (row === null) {
    const args = values.flatMap((held) => (held.kind === 'known' ? [held] : []));
    return known(
      compute(args.map((held) => held.value)),
      args.some((held) => held.data),
    );
  }
  const columns = values.map((held) => valuesIn(held, row));
  return tableOf(
    row,
    Array.from({ length: row.count }, (_, r) => compute(columns.map((column) => column[r]!))),
  );
}

const asNumber = (value: RuntimeValue): number => {
  if (typeof value !== 'number') throw unfit;
  return value;
};

/** A value as C text of a number. */
export function numberOf(tables: Tables, held: Held): string {
  switch (held.kind) {
    case 'running':
      // Compilers have vector code for a choice, and none for truth values as numbers.
      return held.flag ? `(${held.text} ? 1.0 : 0.0)` : held.text;
    case 'known': {
      const value = asNumber(held.value);
      if (!held.data) return numberText(value);
      const at = tables.singles.findIndex((single) => Object.is(single, value));
      return `single${at >= 0 ? at : tables.singles.push(value) - 1}`;
    }
    case 'table': {
      const numbers = Float64Array.from(held.values, asNumber);
      const key = `${numbers.map((x) => (Object.is(x, -0) ? 0 : x))} ${numbers.map((x) => (Object.is(x, -0) ? 1 : 0))}`;
      const at = tables.placed.get(key) ?? tables.numbers.push(numbers) - 1;
      tables.placed.set(key, at);
      return `t${at}[${held.row.name}]`;
    }
  }
}

/** A value as C text of a truth value. */
export function flagOf(tables: Tables, held: Held): string {
  if (held.kind === 'known') return held.value === 1 ? '1' : '0';
  return held.kind === 'running' && held.flag ? held.text : `(${numberOf(tables, held)} == 1.0)`;
}

/** Whole numbers that a value lies between, null where nothing is known. */
export function rangeOf(held: Held): readonly [number, number] | null {
  if (held.kind === 'running') return held.flag ? [0, 1] : held.range;
  const values = held.kind === 'known' ? [held.value] : held.values;
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return null;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}
