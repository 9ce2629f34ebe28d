/** Columns in the memory of an instance: one number for each particle, all of one length, taken and given back. */
import type { Memory } from '../../../runtime/assembly/instance.js';
import { growMemory } from '../faults.js';

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
  /** The first address behind all columns: what stands there is overwritten by the next column. */
  readonly end: () => number;
  /** Makes the memory reach so far. */
  readonly reach: (address: number) => void;
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
  const reach = (address: number): void => {
    const missing = Math.ceil((address - memory.buffer.byteLength) / pageBytes);
    if (missing > 0) growMemory(memory, Math.max(missing, fewestPages));
  };
  const behind = (): number => Math.ceil(next / 16) * 16;
  const room = (bytes: number): number => {
    const at = behind();
    next = at + bytes;
    reach(next);
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
    end: behind,
    reach,
    free: () => free.length,
    bytes: () => 8 * count * columns,
  };
}
