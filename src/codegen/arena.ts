/** Frames of paused particles: one row for each particle, doubles and values side by side. */
import type { RuntimeValue } from '../ir/values.js';
import type { RowMoves } from './row_moves.js';

export type Arena = {
  numbers: Float64Array;
  /** Empty where frames hold numbers alone. */
  values: (RuntimeValue | null)[];
  /** Places in a row. */
  stride: number;
  readonly rows: number;
  /** Whether frames hold arrays or strings. */
  readonly hasValues: boolean;
};

/** Room for so many rows, and a spare one behind them. */
export const newArena = (rows: number, stride: number, hasValues: boolean): Arena => ({
  numbers: new Float64Array((rows + 1) * stride),
  values: hasValues ? new Array<RuntimeValue | null>((rows + 1) * stride).fill(null) : [],
  stride,
  rows,
  hasValues,
});

/** Makes rows longer, at least `needed` places, and keeps what they hold. */
export function growArena(arena: Arena, needed: number): void {
  const { stride, rows, numbers, values, hasValues } = arena;
  const longer = newArena(rows, Math.max(needed, 2 * stride), hasValues);
  for (let row = 0; row < rows; row++) {
    longer.numbers.set(numbers.subarray(row * stride, (row + 1) * stride), row * longer.stride);
    if (hasValues)
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

/** Shorter stretches are copied number by number. */
const longestLoop = 48;

/**
 * Copies the used part of rows, one after the other.
 *
 * @param used places that the frames take up which stand in `row`; they stood in `origin` before
 * @param mutable yields the places, of the same, that hold arrays which may be changed in place: two rows never share these
 */
export function moveArenaRows(
  { stride, rows, numbers, values, hasValues }: Arena,
  moves: RowMoves,
  used: (row: number, origin: number) => number,
  mutable: (row: number, origin: number) => Iterable<number>,
): void {
  const origins = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) origins[row] = row;
  for (let move = 0; move < moves.count; move++) {
    const source = moves.from[move]!;
    const row = moves.to[move]!;
    const origin = origins[source]!;
    origins[row] = origin;
    const length = used(source, origin);
    const [start, to] = [source * stride, row * stride];
    if (length > longestLoop) numbers.copyWithin(to, start, start + length);
    else for (let k = 0; k < length; k++) numbers[to + k] = numbers[start + k]!;
    if (!hasValues) continue;
    for (let k = 0; k < length; k++) values[to + k] = values[start + k] ?? null;
    if (moves.last[move] === 1) continue;
    for (const place of mutable(source, origin)) values[to + place] = copyOf(values[start + place] ?? null);
  }
}
