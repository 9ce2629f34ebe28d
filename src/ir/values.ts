/** The values of the IR while it runs, as the reference interpreter and constant folding hold them. */
import type { Address } from '../runtime/random/address.js';
import type { Constant, IrType } from './ir.js';
import { isIrType } from './ops.js';
import type { Type } from './type.js';

/**
 * Numbers stand for real, int, bool and enum; unit is 0. Arrays of numbers are Float64Array, other arrays, tuples and records
 * plain arrays (records in field order).
 */
export type RuntimeValue = number | string | Float64Array | readonly RuntimeValue[] | Address;

const describe = (value: RuntimeValue | undefined): string => JSON.stringify(value) ?? 'nothing';

export const isAddress = (value: RuntimeValue): value is Address => typeof value === 'object' && 'hi' in value;

/** The value as a number; anything else is an internal error, which the verifier would have found. */
export function asNumber(value: RuntimeValue | undefined): number {
  if (typeof value !== 'number') throw new Error(`interpreter: ${describe(value)} is no number`);
  return value;
}

export type Elements = Float64Array | readonly RuntimeValue[];

export function asElements(value: RuntimeValue | undefined): Elements {
  if (value instanceof Float64Array || Array.isArray(value)) return value;
  throw new Error(`interpreter: ${describe(value)} is no array`);
}

export function asAddress(value: RuntimeValue | undefined): Address {
  if (value === undefined || !isAddress(value)) throw new Error(`interpreter: ${describe(value)} is no address`);
  return value;
}

/** Whether values of the type are single numbers. */
export const isScalarType = (type: Type | IrType): boolean =>
  type.kind === 'real' || type.kind === 'int' || type.kind === 'bool' || type.kind === 'enum';

/** Elements of the given type, in the form in which arrays of it are held. */
export const arrayValue = (element: Type, elements: readonly RuntimeValue[]): RuntimeValue =>
  isScalarType(element) ? Float64Array.from(elements, asNumber) : elements;

/** The types of the parts of a tuple or record, null for other types. */
export function partTypes(type: Type | IrType): readonly Type[] | null {
  if (type.kind === 'tuple') return type.elements;
  return type.kind === 'record' ? type.fields.map((f) => f.type) : null;
}

/** What stands for a node that a run doesn't have: NaN, an empty array, a tuple of absent parts. */
export function absentValue(type: Type | IrType): RuntimeValue {
  if (type.kind === 'array') return arrayValue(type.element, []);
  if (type.kind === 'string') return '';
  return partTypes(type)?.map(absentValue) ?? Number.NaN;
}

/** Whether a value is not an absent one: a tuple is there when one of its parts is. */
export function isPresent(value: RuntimeValue, type: Type | IrType): boolean {
  if (typeof value === 'number') return !Number.isNaN(value);
  if (typeof value === 'string') return value !== '';
  if (isAddress(value)) return true;
  const parts = partTypes(type);
  return parts === null
    ? value.length > 0
    : parts.some((part, i) => isPresent(asElements(value)[i] ?? Number.NaN, part));
}

/** A literal in the form values have while running; null if it is not one of the type. */
export function fromConstant(type: Type | IrType, value: Constant): RuntimeValue | null {
  switch (type.kind) {
    case 'real':
    case 'int':
    case 'bool':
    case 'enum':
    case 'unit':
      return typeof value === 'number' ? value : null;
    case 'string':
      return typeof value === 'string' ? value : null;
    case 'array': {
      if (typeof value === 'number' || typeof value === 'string') return null;
      const parts = Array.from<Constant>(value).map((v) => fromConstant(type.element, v));
      return parts.every((p) => p !== null) ? arrayValue(type.element, parts) : null;
    }
    case 'tuple':
    case 'record': {
      const types = partTypes(type) ?? [];
      if (!Array.isArray(value) && !(value instanceof Float64Array)) return null;
      const parts = types.map((t, i) => fromConstant(t, value[i] ?? Number.NaN));
      return value.length === types.length && parts.every((p) => p !== null) ? parts : null;
    }
    default:
      return null;
  }
}

/** A runtime value as a constant; addresses are none. */
export function toConstant(value: RuntimeValue): Constant {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Float64Array) return value;
  if (isAddress(value)) throw new Error('interpreter: an address is no constant');
  return value.map(toConstant);
}

/** How many reals a value holds, at any depth. */
export function countReals(type: Type | IrType, value: RuntimeValue): number {
  if (type.kind === 'real') return 1;
  if (type.kind !== 'array' && type.kind !== 'tuple' && type.kind !== 'record') return 0;
  const elements = asElements(value);
  const types = partTypes(type);
  let count = 0;
  for (const [i, element] of elements.entries()) {
    const inner = type.kind === 'array' ? type.element : types?.[i];
    if (inner !== undefined && isIrType(inner)) count += countReals(inner, element);
  }
  return count;
}
