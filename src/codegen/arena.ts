/** Frames of paused particles: one row for each particle, doubles and values side by side. */
import type { RuntimeValue } from '../ir/values.js';

export type Arena = {
  numbers: Float64Array;
  values: (RuntimeValue | null)[];
  /** Places in a row. */
  stride: number;
  readonly rows: number;
};

export const newArena = (rows: number, stride: number): Arena => ({
  numbers: new Float64Array(rows * stride),
  values: new Array<RuntimeValue | null>(rows * stride).fill(null),
  stride,
  rows,
});

/** Makes rows longer, at least `needed` places, and keeps what they hold. */
export function growArena(arena: Arena, needed: number): void {
  const { stride, rows, numbers, values } = arena;
  const longer = newArena(rows, Math.max(needed, 2 * stride));
  for (let row = 0; row < rows; row++) {
    longer.numbers.set(numbers.subarray(row * stride, (row + 1) * stride), row * longer.stride);
    for (let k = 0; k < stride; k++) longer.values[row * longer.stride + k] = values[row * stride + k] ?? null;
  }
  Object.assign(arena, longer);
}

const copyOf = (value: RuntimeValue | null): RuntimeValue | null =>
  value instanceof Float64Array || Array.isArray(value) ? value.slice() : value;

/** Whether every row that changes becomes what a row is that stays. */
export function isInPlace(from: Int32Array): boolean {
  for (let row = 0; row < from.length; row++) if (from[from[row]!] !== from[row]) return false;
  return true;
}

/** As `copyArenaRows` for `from` that is in place: rows that stay are not touched. */
export function copyArenaRowsInPlace(
  { stride, numbers, values }: Arena,
  from: Int32Array,
  mutable: (row: number) => Iterable<number>,
): void {
  for (let row = 0; row < from.length; row++) {
    const source = from[row]!;
    if (source === row) continue;
    const start = source * stride;
    numbers.copyWithin(row * stride, start, start + stride);
    for (let k = 0; k < stride; k++) values[row * stride + k] = values[start + k] ?? null;
    for (const place of mutable(source)) values[row * stride + place] = copyOf(values[start + place] ?? null);
  }
}

/**
 * Row k becomes what row `from[k]` was. `mutable(row)` yields the places of the row that hold arrays which may be changed in
 * place: a row that is taken twice has copies of these.
 */
export function copyArenaRows(arena: Arena, from: Int32Array, mutable: (row: number) => Iterable<number>): void {
  const { stride, rows, numbers, values } = arena;
  const next = newArena(rows, stride);
  const taken = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const source = from[row]!;
    const start = source * stride;
    next.numbers.set(numbers.subarray(start, start + stride), row * stride);
    for (let k = 0; k < stride; k++) next.values[row * stride + k] = values[start + k] ?? null;
    if (taken[source] === 1)
      for (const place of mutable(source)) next.values[row * stride + place] = copyOf(values[start + place] ?? null);
    taken[source] = 1;
  }
  Object.assign(arena, next);
}
