/** Values of a program while it is walked with its normal noise left open. */
import type { Constant, IrType } from '../../ir/ir.js';
import { isIrType } from '../../ir/ops.js';
import type { Type } from '../../ir/type.js';
import { isScalarType, partTypes } from '../../ir/values.js';
import type { Address } from '../../runtime/random/address.js';
import type { Affine, Linear } from './affine.js';
import type { Event } from './event.js';

/** The first `length` elements of a buffer. Appending to the longest view of a buffer writes into it: views stay as they are. */
type Items = { readonly kind: 'items'; readonly buffer: Abstract[]; readonly length: number };

/** A constant, an affine function of noise, a yes-or-no question on one, or a structure of such. */
export type Abstract = number | string | Float64Array | Affine | Event | Items | Address;

/** A structure of its own buffer. */
export const itemsOf = (buffer: Abstract[]): Items => ({ kind: 'items', buffer, length: buffer.length });

export const isAffine = (value: Abstract | undefined): value is Affine =>
  typeof value === 'object' && 'kind' in value && value.kind === 'affine';

export const isItems = (value: Abstract | undefined): value is Items =>
  typeof value === 'object' && 'kind' in value && value.kind === 'items';

export const isEvent = (value: Abstract | undefined): value is Event =>
  typeof value === 'object' && 'kind' in value && value.kind === 'event';

/** The value as a number or an affine function; null for anything else. */
export const linearOf = (value: Abstract | undefined): Linear | null =>
  typeof value === 'number' || isAffine(value) ? value : null;

/** The elements of an array, tuple or record; null for anything else. */
export function elementsOf(value: Abstract | undefined): readonly Abstract[] | Float64Array | null {
  if (value instanceof Float64Array) return value;
  if (!isItems(value)) return null;
  return value.length === value.buffer.length ? value.buffer : value.buffer.slice(0, value.length);
}

/** A literal, or what a compiled function gave. */
export function abstractOf(value: Constant): Abstract {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Float64Array) return value;
  return itemsOf(value.map(abstractOf));
}

/** The value as a constant of its type; null where noise is in it. */
export function constantOf(value: Abstract, type: IrType | Type): Constant | null {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Float64Array) return value;
  const elements = elementsOf(value);
  if (elements === null) return null;
  const parts = partTypes(type);
  const constants: Constant[] = [];
  for (const [i, element] of elements.entries()) {
    const inner = type.kind === 'array' ? type.element : parts?.[i];
    if (inner === undefined || !isIrType(inner)) return null;
    const constant = constantOf(element, inner);
    if (constant === null) return null;
    constants.push(constant);
  }
  return type.kind === 'array' && isScalarType(type.element) ? Float64Array.from(constants, Number) : constants;
}

/** All numbers of a value, at any depth; null where something else is among them. */
export function leavesOf(value: Abstract): readonly Linear[] | null {
  const linear = linearOf(value);
  if (linear !== null) return [linear];
  const elements = elementsOf(value);
  if (elements === null) return null;
  const leaves: Linear[] = [];
  for (const element of elements) {
    const inner = leavesOf(element);
    if (inner === null) return null;
    leaves.push(...inner);
  }
  return leaves;
}
