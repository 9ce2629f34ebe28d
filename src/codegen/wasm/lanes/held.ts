/** What is known of a value while main is written for two particles at a time. */
import type { RuntimeValue } from '../../../ir/values.js';

/** Whole numbers that a value lies between. */
export type Range = readonly [least: number, most: number];

/** The same in all particles, and known already. */
export type Known = { readonly kind: 'known'; readonly value: RuntimeValue };
/** One of finitely many known values, by a row number that is known when running. */
export type Table = {
  readonly kind: 'table';
  readonly id: number;
  readonly row: Row;
  readonly values: readonly RuntimeValue[];
};
/** Two numbers, or with `flag` two flags, in a local. `range`: of whole numbers that are not NaN; null: nothing is known. */
export type Lanes = {
  readonly kind: 'lanes';
  readonly local: number;
  readonly flag: boolean;
  readonly range: Range | null;
};
/** An array or tuple whose length is known, and each of its elements to some extent. */
type Parts = { readonly kind: 'parts'; readonly id: number; readonly parts: readonly Held[] };

export type Held = Known | Table | Lanes | Parts;

/**
 * A row number below `count`: of both particles (a local with 8 times the number, an i32), or of each (a vector of two doubles).
 * `loops`: the rows of the loops around that one of both particles stands for, the outer first.
 */
export type Row = {
  readonly id: number;
  readonly count: number;
  readonly shared: boolean;
  readonly local: number;
  readonly loops: readonly Row[];
};

/** Thrown where main is not of a shape that can be written for two particles at a time. */
export const notForLanes = { notForLanes: true } as const;

/** Leaves main to the writer for one particle at a time. */
export const leave = (): never => {
  throw notForLanes;
};

let next = 0;
/** A number for a thing that is told apart from others by it. */
export const newId = (): number => next++;

export const known = (value: RuntimeValue): Known => ({ kind: 'known', value });

export const partsOf = (parts: readonly Held[]): Held => {
  const values: RuntimeValue[] = [];
  for (const part of parts) if (part.kind === 'known') values.push(part.value);
  if (values.length < parts.length || parts.length === 0) return { kind: 'parts', id: newId(), parts };
  return known(values.every((v) => typeof v === 'number') ? Float64Array.from(values, Number) : values);
};

/** A table, or one known value where all are the same. */
export function tableOf(row: Row, values: readonly RuntimeValue[]): Held {
  const [first] = values;
  if (first !== undefined && values.every((v) => Object.is(v, first))) return known(first);
  return { kind: 'table', id: newId(), row, values };
}

/** The known value in a row, or of a value that is the same in all. */
export const inRow = (held: Known | Table, row: number): RuntimeValue =>
  held.kind === 'known' ? held.value : held.values[row]!;

/** Text that tells values apart. */
export function keyOf(held: Held): string {
  switch (held.kind) {
    case 'known':
      return keyOfKnown(held.value);
    case 'table':
      return `t${held.id}`;
    case 'lanes':
      return `${held.flag ? 'f' : 'l'}${held.local}`;
    case 'parts':
      return `p${held.id}`;
  }
}

const objects = new WeakMap<object, number>();

function keyOfKnown(value: RuntimeValue): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return `"${value}"`;
  let id = objects.get(value);
  if (id === undefined) {
    id = newId();
    objects.set(value, id);
  }
  return `o${id}`;
}

/** Whole numbers that a value lies between, null where nothing is known. */
export function rangeOf(held: Held): Range | null {
  switch (held.kind) {
    case 'known':
      return rangeOfValues([held.value]);
    case 'table':
      return rangeOfValues(held.values);
    case 'lanes':
      return held.flag ? [0, 1] : held.range;
    case 'parts':
      return null;
  }
}

function rangeOfValues(values: readonly RuntimeValue[]): Range | null {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return null;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

const safe = (least: number, most: number): Range | null =>
  Number.isSafeInteger(least) && Number.isSafeInteger(most) ? [least, most] : null;

/** What whole numbers of these ranges come to. */
export function rangeOfResult(op: string, a: Range | null, b: Range | null): Range | null {
  if (a === null || b === null) return null;
  switch (op) {
    case 'add':
      return safe(a[0] + b[0], a[1] + b[1]);
    case 'sub':
      return safe(a[0] - b[1], a[1] - b[0]);
    case 'mul': {
      const products = [a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1]];
      return safe(Math.min(...products), Math.max(...products));
    }
    case 'min':
      return [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
    case 'max':
      return [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
    default:
      return null;
  }
}

export const joined = (a: Range | null, b: Range | null): Range | null =>
  a === null || b === null ? null : [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
