/** Values between the host and linear memory, in the form of `arena.ts`. */
import type { IrType } from '../../ir/ir.js';
import { isScalarType, partTypes, type RuntimeValue } from '../../ir/values.js';
import type { Memory } from '../../runtime/assembly/instance.js';
import { irType } from '../shape.js';
import { headBytes } from './arena.js';

/** Strings by number. */
export type Strings = { readonly all: string[]; readonly numbers: Map<string, number> };

export const newStrings = (): Strings => ({ all: [], numbers: new Map() });

/** The number of a string; the same for the same string. */
export function stringNumber({ all, numbers }: Strings, text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  const number = all.push(text) - 1;
  numbers.set(text, number);
  return number;
}

/** Bytes that a value takes up in memory, at any depth. */
export function bytesOf(value: RuntimeValue): number {
  if (typeof value === 'number' || typeof value === 'string' || 'hi' in value) return 0;
  const own = headBytes + 8 * value.length;
  if (value instanceof Float64Array) return own;
  return value.reduce<number>((sum, part) => sum + bytesOf(part), own);
}

/** Writes a value that is no number from address `free` on, a multiple of 8; gives what stands for it, and the next free address. */
export function writeValue(
  memory: Memory,
  strings: Strings,
  value: RuntimeValue,
  free: number,
): { readonly pointer: number; readonly free: number } {
  if (typeof value === 'string') return { pointer: stringNumber(strings, value), free };
  if (typeof value === 'number' || 'hi' in value) throw new Error('codegen: a value has no place in memory');
  const head = new Int32Array(memory.buffer, free, 2);
  head.fill(value.length);
  const cells = free + headBytes;
  const doubles = new Float64Array(memory.buffer, cells, value.length);
  let next = cells + 8 * value.length;
  if (value instanceof Float64Array) doubles.set(value);
  else
    value.forEach((part, k) => {
      if (typeof part === 'number') {
        doubles[k] = part;
        return;
      }
      const made = writeValue(memory, strings, part, next);
      next = made.free;
      new Int32Array(memory.buffer, cells + 8 * k, 1)[0] = made.pointer;
    });
  return { pointer: free, free: next };
}

/** The value of a type in cell `k` of the array or boxed tuple at a pointer. */
export function readCell(memory: Memory, strings: Strings, type: IrType, pointer: number, k: number): RuntimeValue {
  const at = pointer + headBytes + 8 * k;
  if (type.kind === 'unit') return 0;
  if (isScalarType(type)) return new Float64Array(memory.buffer, at, 1)[0]!;
  return readValue(memory, strings, type, new Int32Array(memory.buffer, at, 1)[0]!);
}

/** The value of a type that stands at a pointer; arrays are copies. */
export function readValue(memory: Memory, strings: Strings, type: IrType, pointer: number): RuntimeValue {
  if (type.kind === 'string') return strings.all[pointer]!;
  const parts = partTypes(type);
  if (parts !== null) return parts.map((part, k) => readCell(memory, strings, irType(part), pointer, k));
  if (type.kind !== 'array') throw new Error(`codegen: ${type.kind} has no place in memory`);
  const length = new Int32Array(memory.buffer, pointer, 1)[0]!;
  const element = irType(type.element);
  if (isScalarType(element)) return new Float64Array(memory.buffer, pointer + headBytes, length).slice();
  return Array.from({ length }, (_, k) => readCell(memory, strings, element, pointer, k));
}
