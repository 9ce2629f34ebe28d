/** Columns in the memory of an instance: one number for each particle, all of one length, taken and given back. */
import type { Memory } from '../../../runtime/assembly/instance.js';

const pageBytes = 65536;
/** Pages that the memory grows by at least. */
const fewestPages = 16;

/** Columns are addresses. Room that is no column is kept until the next start. */
export type ColumnMemory = {
  /** Forgets everything; columns to come are for so many particles. */
  readonly start: (count: number) => void;
  /** So many bytes at a multiple of 16. */
  readonly room: (bytes: number) => number;
  /** A column of any numbers. */
  readonly take: () => number;
  readonly giveBack: (column: number) => void;
  /** The numbers of a column, as long as the memory does not grow. */
  readonly view: (column: number) => Float64Array;
  /** Columns that were given back. */
  readonly free: () => number;
  /** Bytes of all columns, those that were given back too. */
  readonly bytes: () => number;
};

/** @param end the first address that is free */
export function columnMemory(memory: Memory, end: number): ColumnMemory {
  let count = 0;
  let next = end;
  let columns = 0;
  let free: number[] = [];
  const room = (bytes: number): number => {
    const at = Math.ceil(next / 16) * 16;
    next = at + bytes;
    const missing = Math.ceil((next - memory.buffer.byteLength) / pageBytes);
    if (missing > 0) memory.grow(Math.max(missing, fewestPages));
    return at;
  };
  return {
    start: (particles) => {
      count = particles;
      next = end;
      columns = 0;
      free = [];
    },
    room,
    take: () => {
      const known = free.pop();
      if (known !== undefined) return known;
      columns += 1;
      // A number more: two particles are done at a time.
      return room(8 * (count + (count % 2)));
    },
    giveBack: (column) => {
      free.push(column);
    },
    view: (column) => new Float64Array(memory.buffer, column, count),
    free: () => free.length,
    bytes: () => 8 * count * columns,
  };
}
