/**
 * The pure primitives of the IR with their typing rules. Everything else, from `tan` to `cholesky`, is written in the language
 * itself, in `stdlib/functions`. `primitives.ts` is their definition: engines agree with it to the bit.
 */
import type { IrType } from './ir.js';
import { accepts, arrayOf, bool, int, isNumeric, joinTypes, real, type Type } from './type.js';

/**
 * Arithmetic is on doubles; `int` holds whole numbers up to 2^53. bool is 0 or 1.
 * - add sub mul neg: int if both are int, else real; div pow: real; mod: sign of the divisor (floored), int if both are
 * - idiv: floor(a / b) on ints; power: a^n for a literal int n, by repeated squaring: `power` takes a base and a constant exponent
 * - eq ne: on two scalars of one kind; lt le gt ge: numbers
 * - and or not: strict, on bools (short circuit is an `if`)
 * - floor ceil round (half away from zero) trunc: real → int; abs sign min max: as their arguments; exp log sqrt sin cos: real → real
 * - to_real: int → real, and bool → 0.0 or 1.0; to_int: bool or enum → int; to_enum: int → the enum of the result type (faults outside)
 * - length: of an array; index: bounds are checked (fault); set: a copy with one element replaced (fault outside);
 *   extend: like set, but an index at or beyond the end lengthens the array, absent elements in between; fill(n, v); append(a, v)
 * - exists: a node's value is not absent (NaN, or an empty array); absent: takes nothing, the absent value of the result type
 * - select(c, a, b): both sides already computed
 */
export const opNames = [
  'add',
  'sub',
  'mul',
  'div',
  'mod',
  'idiv',
  'pow',
  'power',
  'neg',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'and',
  'or',
  'not',
  'floor',
  'ceil',
  'round',
  'trunc',
  'abs',
  'sign',
  'min',
  'max',
  'exp',
  'log',
  'sqrt',
  'sin',
  'cos',
  'to_real',
  'to_int',
  'to_enum',
  'length',
  'index',
  'set',
  'extend',
  'fill',
  'append',
  'exists',
  'absent',
  'select',
] as const;

export type OpName = (typeof opNames)[number];

const numberOf = (types: readonly Type[]): Type | null =>
  types.every(isNumeric) ? types.reduce((a, b) => joinTypes(a, b) ?? a) : null;

const scalar = (t: Type): boolean => ['real', 'int', 'bool', 'enum', 'string', 'unknown'].includes(t.kind);

/**
 * The type of an operation's result, or null when the arguments don't fit. `absent` and `to_enum` have no type of their own: the
 * instruction's result says it, and null is returned.
 */
export function opType(op: OpName, args: readonly Type[]): Type | null {
  const [a, b, c] = args;
  const arity = (n: number): boolean => args.length === n;
  switch (op) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'mod':
    case 'min':
    case 'max':
      return arity(2) ? numberOf(args) : null;
    case 'idiv':
      return arity(2) && args.every((t) => t.kind === 'int') ? int : null;
    case 'div':
    case 'pow':
      return arity(2) && numberOf(args) !== null ? real : null;
    case 'power':
      return arity(2) && a !== undefined && isNumeric(a) && b?.kind === 'int' ? real : null;
    case 'neg':
    case 'abs':
    case 'sign':
      return arity(1) ? numberOf(args) : null;
    case 'eq':
    case 'ne':
      return arity(2) && a !== undefined && b !== undefined && scalar(a) && scalar(b) && joinTypes(a, b) !== null
        ? bool
        : null;
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return arity(2) && numberOf(args) !== null ? bool : null;
    case 'and':
    case 'or':
      return arity(2) && args.every((t) => t.kind === 'bool') ? bool : null;
    case 'not':
      return arity(1) && a?.kind === 'bool' ? bool : null;
    case 'floor':
    case 'ceil':
    case 'round':
    case 'trunc':
      return arity(1) && numberOf(args) !== null ? int : null;
    case 'exp':
    case 'log':
    case 'sqrt':
    case 'sin':
    case 'cos':
      return arity(1) && numberOf(args) !== null ? real : null;
    case 'to_real':
      return arity(1) && a !== undefined && (isNumeric(a) || a.kind === 'bool') ? real : null;
    case 'to_int':
      return arity(1) && a !== undefined && (a.kind === 'bool' || a.kind === 'enum' || a.kind === 'int') ? int : null;
    case 'length':
      return arity(1) && a?.kind === 'array' ? int : null;
    case 'index':
      return arity(2) && a?.kind === 'array' && isIndex(b) ? a.element : null;
    case 'set':
      return arity(3) && a?.kind === 'array' && isIndex(b) && c !== undefined && accepts(a.element, c) ? a : null;
    case 'extend':
      return arity(3) && a?.kind === 'array' && isIndex(b) && c !== undefined && accepts(a.element, c)
        ? arrayOf(a.element)
        : null;
    case 'fill':
      return arity(2) && a?.kind === 'int' && b !== undefined ? arrayOf(b) : null;
    case 'append':
      return arity(2) && a?.kind === 'array' && b !== undefined && accepts(a.element, b) ? arrayOf(a.element) : null;
    case 'exists':
      return arity(1) ? bool : null;
    case 'select':
      return arity(3) && a?.kind === 'bool' && b !== undefined && c !== undefined ? joinTypes(b, c) : null;
    case 'absent':
    case 'to_enum':
      return null;
  }
}

const isIndex = (t: Type | undefined): boolean =>
  t !== undefined && (t.kind === 'int' || t.kind === 'enum' || t.kind === 'bool');

/** Narrows a type of the language to one an IR value can have. */
export const isIrType = (type: Type): type is Exclude<IrType, { readonly kind: 'address' }> =>
  type.kind !== 'dist' && type.kind !== 'table' && type.kind !== 'function' && type.kind !== 'unknown';
