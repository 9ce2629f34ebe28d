/** Values of a host program as values of the language. They are copied, so that later changes reach no program. */
import type { Supplied } from '../check/project.js';
import type { Constant } from '../ir/ir.js';
import { arrayOf, bool, int, joinTypes, real, string, type Type } from '../ir/type.js';
import { describe, isNumberArray, isRecord, type NumberArray } from './kinds.js';
import { type Rows, readRows } from './rows.js';

/** A function of a host program, declared in a program as `extern fn`. */
export type HostFunction = (...args: never[]) => unknown;

/** What a template takes: data and functions, never text of the program. Anything else is E0530. */
export type Interpolation = number | boolean | string | object;

/** What an interpolated value is. */
export type HostValue =
  | { readonly kind: 'value'; readonly supplied: Supplied }
  /** An array of records, or a record of columns of one length. */
  | { readonly kind: 'rows'; readonly rows: Rows }
  | { readonly kind: 'function'; readonly call: HostFunction }
  | { readonly kind: 'wrong'; readonly message: string };

/** Values nest no deeper than this. */
const deepest = 32;

/** Reads a value of the host program. Never throws for plain data. */
export function readValue(value: unknown): HostValue {
  if (isHostFunction(value)) return { kind: 'function', call: value };
  if (isRecords(value) || isColumns(value)) {
    const rows = readRows(value);
    return typeof rows === 'string' ? { kind: 'wrong', message: rows } : { kind: 'rows', rows };
  }
  const read = readData(value, 0);
  return typeof read === 'string' ? { kind: 'wrong', message: read } : { kind: 'value', supplied: read };
}

const isHostFunction = (value: unknown): value is HostFunction => typeof value === 'function';

const isRecords = (value: unknown): value is readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) && value.length > 0 && value.every(isRecord);

/** A record whose fields are all arrays of one length. */
function isColumns(value: unknown): value is Readonly<Record<string, readonly unknown[] | NumberArray>> {
  if (!isRecord(value)) return false;
  const fields = Object.values(value);
  const lengths = new Set(fields.map((f) => (Array.isArray(f) || isNumberArray(f) ? f.length : null)));
  return lengths.size === 1 && !lengths.has(null);
}

function readData(value: unknown, depth: number): Supplied | string {
  if (depth > deepest) return 'it nests too deeply';
  switch (typeof value) {
    case 'number':
      return { type: isWhole(value) ? int : real, value };
    case 'boolean':
      return { type: bool, value: value ? 1 : 0 };
    case 'string':
      return { type: string, value };
    default:
  }
  if (isNumberArray(value)) return readNumbers(Float64Array.from(value));
  if (Array.isArray(value)) return readArray(value, depth);
  return isRecord(value) ? readRecord(value, depth) : `${describe(value)} is not a value of the language`;
}

/** Whole numbers that a double holds exactly are `int`. */
const isWhole = (value: number): boolean => Number.isSafeInteger(value) && !Object.is(value, -0);

const readNumbers = (values: Float64Array): Supplied => ({
  type: arrayOf(values.length > 0 && values.every(isWhole) ? int : real, values.length),
  value: values,
});

function readArray(elements: readonly unknown[], depth: number): Supplied | string {
  if (elements.every((e) => typeof e === 'number')) return readNumbers(Float64Array.from(elements));
  if (elements.every((e) => typeof e === 'boolean'))
    return { type: arrayOf(bool, elements.length), value: Float64Array.from(elements, Number) };
  let type: Type | null = null;
  const parts: Constant[] = [];
  for (let i = 0; i < elements.length; i++) {
    const read = readData(elements[i], depth + 1);
    if (typeof read === 'string') return `element ${i}: ${read}`;
    const joined: Type | null = type === null ? read.type : joinTypes(type, read.type);
    if (joined === null) return `element ${i} is of another kind than those before it`;
    type = joined;
    parts.push(read.value);
  }
  return { type: arrayOf(type ?? real, elements.length), value: parts };
}

function readRecord(record: Readonly<Record<string, unknown>>, depth: number): Supplied | string {
  const fields: { readonly name: string; readonly type: Type }[] = [];
  const parts: Constant[] = [];
  for (const [name, field] of Object.entries(record)) {
    const read = readData(field, depth + 1);
    if (typeof read === 'string') return `field \`${name}\`: ${read}`;
    fields.push({ name, type: read.type });
    parts.push(read.value);
  }
  return fields.length === 0
    ? 'a record without fields says nothing'
    : { type: { kind: 'record', fields }, value: parts };
}
