/**
 * Nested JSON as a value of the language: records of arrays of records, trees. What stands at one place of all elements of an array is typed
 * together, so that a field that some records lack is a missing value there, and an empty array has the elements' type of its sisters.
 */
import type { Constant } from '../ir/ir.js';
import { arrayOf, bool, type Field, int, real, string, type Type, unknown } from '../ir/type.js';
import type { DiagnosticCode } from '../syntax/codes.js';
import type { DeclaredEnum } from './column.js';
import { identifierOf } from './identifier.js';
import type { NestedValue } from './table.js';

/** Why a value has no type, and where it stands: `tree.children[2].age`. */
type Untyped = { readonly code: DiagnosticCode; readonly message: string };

type JsonRecord = Readonly<Record<string, unknown>>;
/** A value, or `undefined` where a record lacks the field, and its place. */
type Placed = { readonly value: unknown; readonly path: string };
/** One type for all values of a place, and a constant for each of them. */
type Typed = { readonly type: Type; readonly values: readonly Constant[] | Float64Array };

/** Values nest no deeper than this. */
const deepest = 64;

const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Arrays of any length whose elements are numbers and nulls, and nothing else. */
const isNumbers = (value: unknown): value is readonly (number | null)[] =>
  Array.isArray(value) && value.every((v) => typeof v === 'number' || v === null);

/**
 * Reads an array or a record. Numbers are `int` or `real`, labels members of the first declared enum that has all labels of their place, else
 * `string`. null and left-out fields are missing (NaN), also each field of a record that is missing; a missing array is empty, and a missing `string` too.
 */
export function readJsonValue(
  value: unknown,
  options: { readonly table: string; readonly enums: readonly DeclaredEnum[] },
): NestedValue | Untyped {
  const read = typed([{ value, path: options.table }], options.enums, 0);
  return 'code' in read ? read : { type: read.type, value: read.values[0]! };
}

function typed(places: readonly Placed[], enums: readonly DeclaredEnum[], depth: number): Typed | Untyped {
  const present = places.filter(({ value }) => value !== null && value !== undefined);
  const [first] = present;
  if (first === undefined) return { type: real, values: new Float64Array(places.length).fill(Number.NaN) };
  if (depth > deepest) return { code: 'E0517', message: `\`${first.path}\` nests more than ${deepest} deep` };
  const kind = kindOf(first.value);
  const other = present.find(({ value }) => kindOf(value) !== kind);
  if (other !== undefined) {
    const message = `\`${other.path}\` is ${kindOf(other.value)}, and \`${first.path}\` is ${kind}`;
    return { code: 'E0517', message };
  }
  switch (kind) {
    case 'a number':
    case 'a truth value': {
      const values = Float64Array.from(places, ({ value }) =>
        value === null || value === undefined ? Number.NaN : Number(value),
      );
      return { type: kind === 'a truth value' ? bool : numeric(values), values };
    }
    case 'a label':
      return labels(places, enums);
    case 'an array':
      return arrays(places, enums, depth);
    case 'a record':
      return records(places, enums, depth);
  }
}

function kindOf(value: unknown): 'a number' | 'a truth value' | 'a label' | 'an array' | 'a record' {
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'a truth value';
  if (typeof value === 'string') return 'a label';
  return Array.isArray(value) ? 'an array' : 'a record';
}

const numeric = (values: Float64Array): Type =>
  values.every((v) => Number.isNaN(v) || Number.isSafeInteger(v)) && values.some((v) => !Number.isNaN(v)) ? int : real;

function labels(places: readonly Placed[], enums: readonly DeclaredEnum[]): Typed {
  const found = new Set(places.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])));
  const declared = enums.find(({ members }) => [...found].every((label) => members.includes(label)));
  if (declared !== undefined) {
    const { name, members } = declared;
    const positions = new Map(members.map((member, index) => [member, index]));
    const values = Float64Array.from(places, ({ value }) =>
      typeof value === 'string' ? (positions.get(value) ?? Number.NaN) : Number.NaN,
    );
    return { type: { kind: 'enum', name, members }, values };
  }
  return { type: string, values: places.map(({ value }) => (typeof value === 'string' ? value : '')) };
}

function arrays(places: readonly Placed[], enums: readonly DeclaredEnum[], depth: number): Typed | Untyped {
  const lists = places.map(({ value }): readonly unknown[] => (Array.isArray(value) ? value : []));
  const lengths = new Set(lists.map((list) => list.length));
  const length = lengths.size === 1 ? lists[0]!.length : null;
  if (lists.every(isNumbers)) {
    const values = lists.map((list) => Float64Array.from(list, (v) => (v === null ? Number.NaN : Number(v))));
    const whole = values.every((v) => numeric(v) === int || v.length === 0) && values.some((v) => v.length > 0);
    const empty = values.every((v) => v.length === 0);
    return { type: arrayOf(empty ? unknown : whole ? int : real, length), values };
  }
  const elements = lists.flatMap((list, i) => list.map((value, k) => ({ value, path: `${places[i]!.path}[${k}]` })));
  const inner = typed(elements, enums, depth + 1);
  if ('code' in inner) return inner;
  let at = 0;
  const values = lists.map((list) => {
    at += list.length;
    return inner.values.slice(at - list.length, at);
  });
  return { type: arrayOf(inner.type, length), values };
}

function records(places: readonly Placed[], enums: readonly DeclaredEnum[], depth: number): Typed | Untyped {
  const names = new Map<string, string>();
  for (const { value, path } of places)
    if (isRecord(value))
      for (const key of Object.keys(value)) {
        const name = identifierOf(key);
        if (name === null) return { code: 'E0512', message: `a field of \`${path}\` has no name` };
        if ((names.get(name) ?? key) !== key)
          return { code: 'E0511', message: `two fields of \`${path}\` are called \`${name}\`` };
        names.set(name, key);
      }
  if (names.size === 0) return { code: 'E0517', message: `\`${places[0]!.path}\` is a record without fields` };
  const fields: Field[] = [];
  const parts: Typed[] = [];
  for (const [name, key] of names) {
    const inside = places.map(({ value, path }) => ({ value: fieldOf(value, key), path: `${path}.${name}` }));
    const part = typed(inside, enums, depth + 1);
    if ('code' in part) return part;
    fields.push({ name, type: part.type });
    parts.push(part);
  }
  return { type: { kind: 'record', fields }, values: places.map((_, i) => parts.map((part) => part.values[i]!)) };
}

const fieldOf = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
