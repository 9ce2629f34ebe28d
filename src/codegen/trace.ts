/** What a particle remembers of its noise: numbers fixed by evidence, addresses visited, and what was taken from columns. */
import { nextExponential } from '../runtime/random/exponential.js';
import { nextNormal } from '../runtime/random/normal.js';
import type { Key } from '../runtime/random/seed.js';
import { seedColumn } from '../runtime/random/source.js';
import { nextUniform } from '../runtime/random/uniform.js';
import { type AddressTable, addressTable } from './address_table.js';

/** The tables of one particle. */
export type Memory = {
  readonly fixed: AddressTable<ArrayLike<number>>;
  readonly visited: AddressTable<true>;
  /** What each outermost draw has taken from its column: a draw of another world reads it again. */
  readonly taken: AddressTable<number[]>;
};

export const newMemory = (): Memory => ({ fixed: addressTable(), visited: addressTable(), taken: addressTable() });

/** Whether nothing was remembered. */
export const isEmpty = ({ fixed, visited, taken }: Memory): boolean =>
  fixed.size() === 0 && visited.size() === 0 && taken.size() === 0;

/** Forgets everything, for the next particle. */
function clearMemory(memory: Memory): void {
  memory.fixed.clear();
  memory.visited.clear();
  memory.taken.clear();
}

/** A memory of its own with the same contents. */
export function copyMemory(from: Memory): Memory {
  const to = newMemory();
  from.fixed.each(to.fixed.set);
  from.visited.each(to.visited.set);
  from.taken.each((hi, lo, numbers) => to.taken.set(hi, lo, [...numbers]));
  return to;
}

/** What generated code calls; see `Statement` and `NoiseSource` of the low form for the meaning. */
export type Trace = {
  readonly startBlock: (block: number) => void;
  /** Goes to the streams of a block, as they were left; for particles of several blocks that take turns. */
  readonly useBlock: (block: number) => void;
  /** Starts a particle: forgets everything of the one before. */
  readonly start: () => void;
  /** The memory of the particle that runs from now on. */
  readonly use: (memory: Memory) => void;
  readonly fix: (hi: number, lo: number, numbers: ArrayLike<number>) => void;
  readonly replay: (hi: number, lo: number) => boolean;
  readonly left: () => boolean;
  readonly again: () => number;
  readonly take: (hi: number, lo: number) => void;
  readonly taken: () => void;
  /** `kind`: 0 uniform, 1 normal, 2 exponential. */
  readonly next: (kind: number) => number;
  /** Whether the outermost draw took its next number before; that number; or a number to remember as it. */
  readonly met: () => boolean;
  readonly seen: () => number;
  readonly keep: (number: number) => number;
  readonly visit: (hi: number, lo: number, count: number) => void;
};

/** @param totals the count of unaligned draws is its entry 3 */
export function createTrace(key: Key, totals: Float64Array): Trace {
  let streams = addressTable<Int32Array>();
  const ofBlocks = new Map<number, AddressTable<Int32Array>>();
  let memory = newMemory();
  let block = 0;
  let replayed: ArrayLike<number> = [];
  let replayAt = 0;
  let takenHere: number[] = [];
  let takenAt = 0;
  let takenHi = 0;
  let takenLo = 0;
  const streamOf = (hi: number, lo: number): Int32Array => {
    const known = streams.get(hi, lo);
    if (known !== null) return known;
    const fresh = new Int32Array(4);
    seedColumn(key[0], key[1], hi, lo, block, fresh);
    streams.set(hi, lo, fresh);
    return fresh;
  };
  return {
    startBlock: (number) => {
      block = number;
      ofBlocks.clear();
      streams.clear();
    },
    useBlock: (number) => {
      if (number === block) return;
      ofBlocks.set(block, streams);
      streams = ofBlocks.get(number) ?? addressTable();
      block = number;
    },
    start: () => clearMemory(memory),
    use: (next) => {
      memory = next;
    },
    fix: (hi, lo, numbers) => {
      memory.fixed.set(hi, lo, numbers);
    },
    replay: (hi, lo) => {
      const found = memory.fixed.get(hi, lo);
      if (found === null) return false;
      replayed = found;
      replayAt = 0;
      return true;
    },
    left: () => replayAt < replayed.length,
    again: () => replayed[replayAt++]!,
    take: (hi, lo) => {
      let numbers = memory.taken.get(hi, lo);
      if (numbers === null) {
        numbers = [];
        memory.taken.set(hi, lo, numbers);
      }
      takenHere = numbers;
      takenAt = 0;
      takenHi = hi;
      takenLo = lo;
    },
    taken: () => {
      takenHere = [];
    },
    next: (kind) => {
      const at = takenAt++;
      const before = takenHere[at];
      if (before !== undefined) return before;
      const stream = streamOf(takenHi, takenLo);
      const number = kind === 0 ? nextUniform(stream) : kind === 1 ? nextNormal(stream) : nextExponential(stream);
      takenHere[at] = number;
      return number;
    },
    met: () => takenAt < takenHere.length,
    seen: () => takenHere[takenAt++]!,
    keep: (number) => {
      takenHere[takenAt++] = number;
      return number;
    },
    visit: (hi, lo, count) => {
      if (memory.visited.get(hi, lo) !== null) return;
      memory.visited.set(hi, lo, true);
      if (count === 1) totals[3] = totals[3]! + 1;
    },
  };
}
