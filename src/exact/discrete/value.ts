/** Abstract values of the walk: what is certain, what hangs on a few discrete variables, and what is put together of such parts. */
import { isAddress, type RuntimeValue } from '../../ir/values.js';

/** A discrete random variable: its number, which orders scopes, and the values it can take. */
export type Variable = { readonly id: number; readonly values: readonly RuntimeValue[] };

/** What a table has in one configuration; undefined where the configuration does not matter: it cannot be, or ends in a fault. */
export type Cell = RuntimeValue | undefined;

/** Variables by rising id. A table over a scope is row-major: the last variable changes fastest. */
export type Scope = readonly Variable[];

/** A value for every joint configuration of a scope. */
export type Table = { readonly kind: 'table'; readonly scope: Scope; readonly cells: readonly Cell[] };

/** What is known of a value of the program. */
export type Abstract =
  | { readonly kind: 'known'; readonly value: RuntimeValue }
  | Table
  /** An array, tuple or record of which the parts are known one by one. */
  | { readonly kind: 'parts'; readonly parts: readonly Abstract[] };

/** A value that is certain. */
export const known = (value: RuntimeValue): Abstract => ({ kind: 'known', value });

/** Number of joint configurations. */
export const sizeOfScope = (scope: Scope): number => scope.reduce((n, v) => n * v.values.length, 1);

/** All variables of several scopes. */
export function unionOf(scopes: readonly Scope[]): Scope {
  const [first, ...others] = scopes.filter((s) => s.length > 0);
  if (first === undefined) return [];
  let union = first;
  for (const scope of others) union = merged(union, scope);
  return union;
}

function merged(a: Scope, b: Scope): Scope {
  if (a === b || b.every((v) => a.includes(v))) return a;
  const out: Variable[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && (right === undefined || left.id <= right.id)) {
      out.push(left);
      if (left.id === right?.id) j++;
      i++;
    } else if (right !== undefined) {
      out.push(right);
      j++;
    }
  }
  return out;
}

/** For each configuration of `whole` the index of the same configuration in a table over `part`, whose variables are all in `whole`. */
export function projection(whole: Scope, part: Scope): Int32Array {
  const strides = stridesIn(whole, part);
  const out = new Int32Array(sizeOfScope(whole));
  const counter = new Int32Array(whole.length);
  let offset = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = offset;
    for (let d = whole.length - 1; d >= 0; d--) {
      counter[d] = counter[d]! + 1;
      offset += strides[d]!;
      const size = whole[d]!.values.length;
      if (counter[d]! < size) break;
      offset -= strides[d]! * size;
      counter[d] = 0;
    }
  }
  return out;
}

/** The strides of a table over `part` along the variables of `whole`; 0 for variables that it does not have. */
export function stridesIn(whole: Scope, part: Scope): number[] {
  const own = new Map<number, number>();
  let stride = 1;
  for (let d = part.length - 1; d >= 0; d--) {
    const variable = part[d]!;
    own.set(variable.id, stride);
    stride *= variable.values.length;
  }
  return whole.map((v) => own.get(v.id) ?? 0);
}

/** The variables that a value hangs on. */
export function scopeOf(value: Abstract): Scope {
  switch (value.kind) {
    case 'known':
      return [];
    case 'table':
      return value.scope;
    case 'parts':
      return unionOf(value.parts.map(scopeOf));
  }
}

/** The value in every configuration of a scope that has all its variables. */
export function cellsOver(value: Abstract, scope: Scope): readonly Cell[] {
  switch (value.kind) {
    case 'known':
      return new Array<Cell>(sizeOfScope(scope)).fill(value.value);
    case 'table': {
      if (value.scope === scope) return value.cells;
      return Array.from(projection(scope, value.scope), (i) => value.cells[i]);
    }
    case 'parts': {
      const parts = value.parts.map((p) => cellsOver(p, scope));
      return Array.from({ length: sizeOfScope(scope) }, (_, i) => gathered(parts.map((p) => p[i])));
    }
  }
}

/** Parts as one value: numbers as an array of doubles, as everywhere in the IR. Tuples of numbers look the same. */
function gathered(parts: readonly Cell[]): Cell {
  const out: RuntimeValue[] = [];
  let numbers = true;
  for (const part of parts) {
    if (part === undefined) return undefined;
    if (typeof part !== 'number') numbers = false;
    out.push(part);
  }
  return numbers ? Float64Array.from(out, Number) : out;
}

let counted = 0;
const identities = new WeakMap<object, number>();

/** Short arrays are told apart by what is in them, long ones by identity. */
const shortArray = 8;

/** What tells values apart. Equal keys mean equal values; the reverse holds but for long arrays. */
export function keyOf(value: Cell): number | string {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return `"${value}`;
  if (value === undefined) return '?';
  if (isAddress(value)) return `@${value.hi}:${value.lo}`;
  if (value.length <= shortArray) {
    let key = '[';
    for (const part of value) key += `${keyOf(part)},`;
    return key;
  }
  const before = identities.get(value);
  if (before !== undefined) return `#${before}`;
  counted += 1;
  identities.set(value, counted);
  return `#${counted}`;
}
