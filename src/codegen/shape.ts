import type { IrType } from '../ir/ir.js';
import { isIrType } from '../ir/ops.js';
import type { Type } from '../ir/type.js';
import { isScalarType, partTypes } from '../ir/values.js';
import type { ElementSlot, Slot } from './low.js';

/** Narrows a type of the language inside an IR type. */
export function irType(type: Type): IrType {
  if (!isIrType(type)) throw new Error(`codegen: ${type.kind} cannot be the type of a value`);
  return type;
}

/** Types of the parts of a tuple or record, null for other types. */
export const partsOf = (type: IrType): readonly IrType[] | null => partTypes(type)?.map(irType) ?? null;

/** The slots that a value takes when it is held in locals. */
export function slotsOf(type: IrType): readonly Slot[] {
  switch (type.kind) {
    case 'real':
    case 'int':
    case 'bool':
    case 'enum':
    case 'unit':
      return ['number'];
    case 'string':
    case 'array':
      return ['value'];
    case 'address':
      return ['word', 'word'];
    case 'tuple':
    case 'record':
      return (partsOf(type) ?? []).flatMap(slotsOf);
  }
}

/** The type of an array's elements. */
export function elementType(type: IrType): IrType {
  if (type.kind !== 'array') throw new Error(`codegen: ${type.kind} is no array`);
  return irType(type.element);
}

/** How the elements of an array are kept: doubles in a Float64Array, or values in a plain array. */
export const elementSlot = (element: IrType): ElementSlot => (isScalarType(element) ? 'number' : 'value');
