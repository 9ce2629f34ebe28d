/** Lowering of values: literals, tuples as slots or boxed, arrays whose parts are known, and the primitives. */
import type { InstructionOf, IrType, PlaceId } from '../ir/ir.js';
import { absentValue, isScalarType, type RuntimeValue } from '../ir/values.js';
import { type ElementSlot, literal, type Operand, type Slot } from './low.js';
import {
  type Bundle,
  bundleOf,
  constant,
  emit,
  formOf,
  inBlock,
  integerPower,
  type Making,
  newLocal,
  operandKey,
  operandOf,
  push,
  type Scope,
  scalar,
  shared,
  typeOf,
} from './scope.js';
import { elementSlot, elementType, partsOf, slotsOf } from './shape.js';

/** Arrays up to this length are kept part by part while their indices are literals. */
const knownLength = 64;

/** A value known while compiling. */
function constantBundle(scope: Scope, value: RuntimeValue, type: IrType): Bundle {
  const parts = partsOf(type);
  if (parts !== null && Array.isArray(value)) return parts.flatMap((part, i) => constantBundle(scope, value[i], part));
  if (typeof value === 'number') return [literal(value)];
  return [constant(scope.low, value)];
}

/** A literal of the IR. */
export const literalBundle = (scope: Scope, { value, result }: InstructionOf<'const'>): Bundle =>
  constantBundle(scope, formOf(value, result.type), result.type);

/** The value as one operand: tuples in a plain array. */
export function boxed(scope: Scope, bundle: Bundle, type: IrType, at: PlaceId): Operand {
  const types = partsOf(type);
  if (types === null) {
    if (type.kind === 'address') throw new Error('codegen: an address cannot be stored');
    return bundle[0]!;
  }
  let from = 0;
  const parts = types.map((part) => {
    const size = slotsOf(part).length;
    from += size;
    return boxed(scope, bundle.slice(from - size, from), part, at);
  });
  const box = emit(scope.fn, 'value', { kind: 'box', parts }, at);
  scope.fn.parts.set(box.id, parts);
  return box;
}

const slotOfPart = (type: IrType): Slot => (isScalarType(type) || type.kind === 'unit' ? 'number' : 'value');

/** The slots of a value that `boxed` made. */
export function unboxed(scope: Scope, operand: Operand, type: IrType, at: PlaceId): Bundle {
  const types = partsOf(type);
  if (types === null) return [operand];
  if (operand.kind === 'constant') return constantBundle(scope, constantAt(scope, operand.index), type);
  const known = operand.kind === 'local' ? scope.fn.parts.get(operand.id) : undefined;
  return types.flatMap((part, position) => {
    const from = known?.[position] ?? emit(scope.fn, slotOfPart(part), { kind: 'unbox', from: operand, position }, at);
    return unboxed(scope, from, part, at);
  });
}

function constantAt(scope: Scope, index: number): RuntimeValue {
  const value = scope.low.constants[index];
  if (value === undefined) throw new Error('codegen: no such constant');
  return value;
}

/** Operands for the elements of an array, where each is known. */
function knownParts(scope: Scope, array: Operand, element: IrType): readonly Operand[] | null {
  if (array.kind === 'local') return scope.fn.parts.get(array.id) ?? null;
  if (array.kind !== 'constant') return null;
  const value = constantAt(scope, array.index);
  if (typeof value === 'number' || typeof value === 'string' || 'hi' in value || value.length > knownLength)
    return null;
  return Array.from<RuntimeValue, Operand>(value, (v) =>
    isScalarType(element) && typeof v === 'number' ? literal(v) : constant(scope.low, v),
  );
}

/** An element of a literal array at a literal index. */
function constantElement(scope: Scope, array: Operand, index: Operand): RuntimeValue | null {
  if (array.kind !== 'constant' || index.kind !== 'literal') return null;
  const value = constantAt(scope, array.index);
  if (typeof value === 'number' || typeof value === 'string' || 'hi' in value) return null;
  return value[index.value] ?? null;
}

/** A new array of these elements. */
function arrayOfParts(scope: Scope, parts: readonly Operand[], element: ElementSlot, at: PlaceId): Operand {
  const array = emit(scope.fn, 'value', { kind: 'array', parts, element }, at);
  if (parts.length <= knownLength) scope.fn.parts.set(array.id, parts);
  return array;
}

/** Builds a tuple, record or array. */
export function makeBundle(scope: Scope, { result, parts, at }: InstructionOf<'make'>): Bundle {
  const { type } = result;
  if (type.kind !== 'array') return parts.flatMap((id) => bundleOf(scope, id));
  const element = elementType(type);
  const operands = parts.map((id) => boxed(scope, bundleOf(scope, id), element, at));
  return [arrayOfParts(scope, operands, elementSlot(element), at)];
}

/** A part of a tuple or record. */
export function partBundle(scope: Scope, { target, position }: InstructionOf<'get'>): Bundle {
  const types = partsOf(typeOf(scope, target)) ?? [];
  const from = types.slice(0, position).reduce((n, t) => n + slotsOf(t).length, 0);
  return bundleOf(scope, target).slice(from, from + slotsOf(types[position]!).length);
}

/** 1 where some part of a value is present. */
function exists(scope: Scope, bundle: Bundle, type: IrType, at: PlaceId): Operand {
  const { fn } = scope;
  const types = partsOf(type);
  if (types === null) {
    const operand = bundle[0]!;
    if (type.kind === 'address') return literal(1);
    if (type.kind === 'array') return scalar(fn, 'gt', [lengthOf(scope, operand, at), literal(0)], at);
    if (type.kind === 'string')
      return emit(fn, 'number', { kind: 'equal_text', negate: true, args: [operand, constant(scope.low, '')] }, at);
    return scalar(fn, 'is_number', [operand], at);
  }
  let from = 0;
  let found: Operand = literal(0);
  for (const part of types) {
    const size = slotsOf(part).length;
    const present = exists(scope, bundle.slice(from, from + size), part, at);
    found = from === 0 ? present : scalar(fn, 'or', [found, present], at);
    from += size;
  }
  return found;
}

function lengthOf(scope: Scope, array: Operand, at: PlaceId): Operand {
  const known = array.kind === 'local' ? scope.fn.parts.get(array.id) : undefined;
  if (known !== undefined) return literal(known.length);
  if (array.kind === 'constant') {
    const value = constantAt(scope, array.index);
    if (typeof value === 'object' && 'length' in value) return literal(value.length);
  }
  return shared(scope.fn, `length:${operandKey(array)}`, 'number', { kind: 'length', array }, at);
}

/** One of two values, both computed. */
function selected(fn: Making, condition: Operand, a: Bundle, b: Bundle, at: PlaceId): Bundle {
  return a.map((x, i) => {
    const y = b[i]!;
    if (operandKey(x) === operandKey(y)) return x;
    if (x.slot === 'number') return scalar(fn, 'select', [condition, x, y], at);
    if (condition.kind === 'literal') return condition.value === 1 ? x : y;
    const target = newLocal(fn, x.slot);
    const then = inBlock(fn, () => [x]);
    push(fn, { kind: 'if', at, condition, targets: [target], then, otherwise: inBlock(fn, () => [y]) });
    return target;
  });
}

/** A primitive. */
export function opBundle(scope: Scope, instruction: InstructionOf<'op'>): Bundle {
  const { fn, low } = scope;
  const { op, args, result, at } = instruction;
  const operands = (): Operand[] => args.map((id) => operandOf(scope, id));
  switch (op) {
    case 'eq':
    case 'ne': {
      const [a, b] = operands();
      if (a!.slot !== 'value') return [scalar(fn, op, [a!, b!], at)];
      return [emit(fn, 'number', { kind: 'equal_text', negate: op === 'ne', args: [a!, b!] }, at)];
    }
    case 'power': {
      const [base, exponent] = operands();
      if (exponent!.kind === 'literal') return [integerPower(fn, base!, exponent!.value, at)];
      return [emit(fn, 'number', { kind: 'power_any', base: base!, exponent: exponent! }, at)];
    }
    case 'to_enum': {
      const members = result.type.kind === 'enum' ? result.type.members.length : 0;
      return [emit(fn, 'number', { kind: 'to_enum', from: operandOf(scope, args[0]!), members }, at)];
    }
    case 'length':
      return [lengthOf(scope, operandOf(scope, args[0]!), at)];
    case 'exists':
      return [exists(scope, bundleOf(scope, args[0]!), typeOf(scope, args[0]!), at)];
    case 'absent':
      return constantBundle(scope, absentOf(scope, result.type), result.type);
    case 'select':
      return selected(fn, operandOf(scope, args[0]!), bundleOf(scope, args[1]!), bundleOf(scope, args[2]!), at);
    case 'index': {
      const array = operandOf(scope, args[0]!);
      const index = operandOf(scope, args[1]!);
      const element = elementType(typeOf(scope, args[0]!));
      const folded = constantElement(scope, array, index);
      if (folded !== null) return constantBundle(scope, folded, element);
      const known = index.kind === 'literal' ? knownParts(scope, array, element)?.[index.value] : undefined;
      if (known !== undefined) return unboxed(scope, known, element, at);
      const slot = elementSlot(element);
      return unboxed(scope, emit(fn, slot, { kind: 'index', array, index, element: slot }, at), element, at);
    }
    case 'set':
    case 'extend': {
      const [array, index] = operands();
      const element = elementType(result.type);
      const value = boxed(scope, bundleOf(scope, args[2]!), element, at);
      const parts = updatedParts(scope, array!, index!, value, element, op === 'extend');
      if (parts !== null) return [arrayOfParts(scope, parts, elementSlot(element), at)];
      const absent = boxedAbsent(scope, element);
      const extend = op === 'extend';
      return [
        emit(
          fn,
          'value',
          { kind: 'update', extend, array: array!, index: index!, value, element: elementSlot(element), absent },
          at,
        ),
      ];
    }
    case 'fill': {
      const element = elementType(result.type);
      const count = operandOf(scope, args[0]!);
      const value = boxed(scope, bundleOf(scope, args[1]!), element, at);
      if (count.kind === 'literal' && count.value <= Math.min(knownLength, low.elements)) {
        const parts = Array<Operand>(Math.max(0, count.value || 0)).fill(value);
        return [arrayOfParts(scope, parts, elementSlot(element), at)];
      }
      return [emit(fn, 'value', { kind: 'fill', count, value, element: elementSlot(element) }, at)];
    }
    case 'append': {
      const array = operandOf(scope, args[0]!);
      const element = elementType(result.type);
      const value = boxed(scope, bundleOf(scope, args[1]!), element, at);
      const parts = knownParts(scope, array, element);
      if (parts !== null && parts.length < Math.min(knownLength, low.elements))
        return [arrayOfParts(scope, [...parts, value], elementSlot(element), at)];
      return [emit(fn, 'value', { kind: 'append', array, value, element: elementSlot(element) }, at)];
    }
    default:
      return [scalar(fn, op, operands(), at)];
  }
}

/** One absent value for each type, so that constants stay few. */
function absentOf(scope: Scope, type: IrType): RuntimeValue {
  const key = JSON.stringify(type);
  const found = scope.low.absent.get(key) ?? absentValue(type);
  scope.low.absent.set(key, found);
  return found;
}

function boxedAbsent(scope: Scope, element: IrType): Operand {
  const value = absentOf(scope, element);
  return typeof value === 'number' ? literal(value) : constant(scope.low, value);
}

function updatedParts(
  scope: Scope,
  array: Operand,
  index: Operand,
  value: Operand,
  element: IrType,
  extend: boolean,
): readonly Operand[] | null {
  const limit = Math.min(knownLength, scope.low.elements);
  if (index.kind !== 'literal' || !(Number.isInteger(index.value) && index.value >= 0 && index.value < limit))
    return null;
  const parts = knownParts(scope, array, element);
  if (parts === null || (!extend && index.value >= parts.length)) return null;
  const next = [...parts];
  while (next.length < index.value) next.push(boxedAbsent(scope, element));
  next[index.value] = value;
  return next;
}
