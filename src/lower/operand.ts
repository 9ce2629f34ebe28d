import type { Constant, IrType, ValueId } from '../ir/ir.js';
import { type FamilyType, int, type Type } from '../ir/type.js';

/** An IR value with its type in the language, which may be a distribution; `known` is its value where the text says it. */
export type Operand = { readonly id: ValueId; readonly type: Type; readonly known: Constant | null };

/** Joins an IR value with its type in the language. */
export const operand = (id: ValueId, type: Type, known: Constant | null = null): Operand => ({ id, type, known });

/** The value that a call gives. */
export const onlyId = (ids: readonly ValueId[]): ValueId => {
  const [id] = ids;
  if (id === undefined) throw new Error('lowering: a call gave nothing');
  return id;
};

/**
 * How a type is held in the IR. A distribution of one family is the tuple of its parameters; one that may be of several families is
 * (tag, one such tuple for each family). What has no type (a place that is never reached) is `unit`.
 */
export function irTypeOf(type: Type): IrType {
  switch (type.kind) {
    case 'array':
      return { kind: 'array', element: plain(type.element), length: type.length };
    case 'tuple':
      return { kind: 'tuple', elements: type.elements.map(plain) };
    case 'record':
      return { kind: 'record', fields: type.fields.map((f) => ({ name: f.name, type: plain(f.type) })) };
    case 'dist': {
      const tuples = type.families.map(parameterTuple);
      const only = tuples[0];
      return tuples.length === 1 && only !== undefined ? only : { kind: 'tuple', elements: [int, ...tuples] };
    }
    case 'table':
    case 'function':
    case 'unknown':
      return { kind: 'unit' };
    default:
      return type;
  }
}

type PlainType = Exclude<IrType, { readonly kind: 'address' }>;

const plain = (type: Type): PlainType => {
  const ir = irTypeOf(type);
  return ir.kind === 'address' ? { kind: 'unit' } : ir;
};

const parameterTuple = (family: FamilyType): PlainType => ({
  kind: 'tuple',
  elements: family.parameters.map(plain),
});
