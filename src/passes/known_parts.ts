import type { Constant, ValueId } from '../ir/ir.js';
import { isScalarType } from '../ir/values.js';
import type { Known } from './evaluate.js';

/** An element of an array or part of a tuple: a value of the function, or a literal. */
export type Part = { readonly id: ValueId } | { readonly value: Constant };

/** Arrays of more elements are not followed element by element. */
const mostParts = 256;

/** The elements or parts of a literal, null for scalars and for arrays that are too long to follow. */
export function partsOfLiteral({ type, value }: Known): readonly Part[] | null {
  if (isScalarType(type) || typeof value === 'number' || typeof value === 'string' || value.length > mostParts)
    return null;
  return Array.from<Constant>(value).map((part) => ({ value: part }));
}

/** What is known of the elements of an array after `set`; null where the index is outside. */
export const partsAfterSet = (parts: readonly Part[], index: number, id: ValueId): readonly Part[] | null =>
  Object.hasOwn(parts, index) ? parts.with(index, { id }) : null;

/** What is known of the elements of an array after `extend` that leaves no gap. */
export const partsAfterExtend = (parts: readonly Part[], index: number, id: ValueId): readonly Part[] | null =>
  index === parts.length && index < mostParts ? [...parts, { id }] : partsAfterSet(parts, index, id);

/** What is known of the elements of `fill`. */
export const partsOfFill = (count: number, id: ValueId): readonly Part[] | null =>
  count <= mostParts ? Array.from({ length: Math.max(0, count || 0) }, () => ({ id })) : null;
