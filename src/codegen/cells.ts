/**
 * Arrays of all particles at once. An array that every particle changes at the same index is a list of cells, and a cell holds the
 * element of each particle: a column. Cells do not change once they are filled, so lists share them. A cell is given back after
 * the last statement that reads it, and where many are alive, resampling leaves them as they are: who comes from whom is written
 * down, and a cell is put in order when it is read.
 */
import { elementsFault, indexFault } from '../ir/faults.js';
import type { PlaceId } from '../ir/ir.js';
import type { RuntimeValue } from '../ir/values.js';

export type Column = Float64Array | RuntimeValue[];

/** Where columns of numbers live: as arrays, or (`Numbers` being addresses) in the memory of compiled code. */
export type ColumnStore<Numbers> = {
  /** Forgets all columns; those to come are so long. */
  readonly start: (count: number) => void;
  /** A column of any numbers. */
  readonly take: () => Numbers;
  readonly giveBack: (column: Numbers) => void;
  readonly fill: (column: Numbers, value: number) => void;
  /** A column with `column[from[k]]` at place k; the other is given back. */
  readonly ordered: (column: Numbers, from: Int32Array) => Numbers;
  /** Columns that were given back. */
  readonly free: () => number;
};

type Cell<Numbers = Float64Array> = {
  readonly id: number;
  readonly numbers: boolean;
  /** Null where no particle runs, where the cell was given back, and where all particles have `constant`. */
  data: Numbers | RuntimeValue[] | null;
  readonly constant: RuntimeValue | null;
  /** Number of the last resampling that the data has gone through. */
  epoch: number;
};

type CellOf<Numbers> = Cell<Numbers>;

/** More cells than this are not put in order at each resampling. */
const mostEager = 16;

type Cells<Numbers = Float64Array> = {
  /** Starts anew with so many particles. In a rehearsal nothing is stored; the reads of each cell are counted. */
  readonly start: (count: number, rehearsal: boolean) => void;
  /** A cell to be filled. */
  readonly fresh: (numbers: boolean) => Cell<Numbers>;
  /** A cell that is the same in all particles. */
  readonly constantCell: (value: RuntimeValue) => Cell<Numbers>;
  readonly listOf: (array: RuntimeValue) => Cell<Numbers>[];
  readonly filled: (count: number, cell: Cell<Numbers>, at: PlaceId) => Cell<Numbers>[];
  /** `index` is replaced, or with `absent` may lie beyond the end. */
  readonly updated: (
    list: Cell<Numbers>[],
    index: number,
    cell: Cell<Numbers>,
    absent: Cell<Numbers> | null,
    inPlace: boolean,
    at: PlaceId,
  ) => Cell<Numbers>[];
  readonly appended: (list: Cell<Numbers>[], cell: Cell<Numbers>, inPlace: boolean, at: PlaceId) => Cell<Numbers>[];
  /** The column of an element, in order. */
  readonly read: (list: readonly Cell<Numbers>[], index: number, at: PlaceId) => Numbers | RuntimeValue[];
  /** As `read`, null where there is no such element. */
  readonly readIfAny: (list: readonly Cell<Numbers>[], index: number) => Numbers | RuntimeValue[] | null;
  /** All columns, in order. */
  readonly whole: (list: readonly Cell<Numbers>[]) => readonly (Numbers | RuntimeValue[])[];
  /** Gives back what is not read any more. */
  readonly settle: () => void;
  /** Particle k becomes what particle `from[k]` was. */
  readonly copyRows: (from: Int32Array) => void;
  /** Bytes that all particles take up together. */
  readonly bytes: () => number;
};

/** The array of one particle from its columns. */
export function gathered(columns: readonly Column[], p: number, numbers: boolean): RuntimeValue {
  if (!numbers) return columns.map((column) => column[p] ?? Number.NaN);
  const array = new Float64Array(columns.length);
  for (const [k, column] of columns.entries()) array[k] = Number(column[p]);
  return array;
}

/** Puts `column[from[k]]` at place k of `to`. */
export function gatherNumbers(to: Float64Array, column: Float64Array, from: Int32Array): void {
  const { length } = from;
  for (let k = 0; k < length; k++) to[k] = column[from[k]!]!;
}

/** Columns as arrays. */
export function arrayColumns(): ColumnStore<Float64Array> {
  let count = 0;
  const free: Float64Array[] = [];
  const take = (): Float64Array => free.pop() ?? new Float64Array(count);
  const giveBack = (column: Float64Array): void => {
    if (column.length === count) free.push(column);
  };
  return {
    start: (particles) => {
      if (particles !== count) free.length = 0;
      count = particles;
    },
    take,
    giveBack,
    fill: (column, value) => column.fill(value),
    ordered: (column, from) => {
      const next = take();
      gatherNumbers(next, column, from);
      giveBack(column);
      return next;
    },
    free: () => free.length,
  };
}

/** @param elements the limit on the elements of one array */
export function createCells<Numbers>(elements: number, store: ColumnStore<Numbers>, nothing: Numbers): Cells<Numbers> {
  type Column = Numbers | RuntimeValue[];
  type Cell = CellOf<Numbers>;
  let count = 0;
  let rehearsal = true;
  let made = 0;
  let epoch = 0;
  /** Reads of each cell, and those that are left. */
  let reads: number[] = [];
  let left: number[] = [];
  let touched: Cell[] = [];
  const alive = new Set<Cell>();
  /** By epoch: who every particle comes from. */
  const ancestors = new Map<number, Int32Array>();

  const room = (numbers: boolean): Column => (numbers ? store.take() : new Array<RuntimeValue>(count).fill(0));
  const giveBack = (column: Column | null): void => {
    if (column !== null && !Array.isArray(column)) store.giveBack(column);
  };
  const make = (numbers: boolean, constant: RuntimeValue | null): Cell => {
    const cell: Cell = { id: made++, numbers, data: null, constant, epoch };
    if (rehearsal) reads.push(0);
    else touched.push(cell);
    return cell;
  };
  const fresh = (numbers: boolean): Cell => {
    const cell = make(numbers, null);
    if (rehearsal) return cell;
    cell.data = room(numbers);
    alive.add(cell);
    return cell;
  };
  const constantCell = (value: RuntimeValue): Cell => make(typeof value === 'number', value);
  const ordered = (cell: Cell, from: Int32Array): void => {
    const { data } = cell;
    if (data === null) return;
    cell.data = Array.isArray(data) ? Array.from(from, (source) => data[source]!) : store.ordered(data, from);
    cell.epoch = epoch;
  };
  /** Puts cells in order that have missed resamplings, those that missed least first. */
  const bring = (late: readonly Cell[]): void => {
    if (late.length === 0) return;
    const sorted = [...late].sort((a, b) => b.epoch - a.epoch);
    let from = ancestors.get(epoch)!;
    let at = epoch - 1;
    for (const cell of sorted) {
      // Another array where it is another order: who moves columns may know the last one.
      if (at > cell.epoch) from = from.slice();
      for (; at > cell.epoch; at--) {
        const before = ancestors.get(at)!;
        for (let k = 0; k < count; k++) from[k] = before[from[k]!]!;
      }
      ordered(cell, from);
    }
  };
  const note = (cell: Cell): void => {
    if (rehearsal) {
      reads[cell.id] = reads[cell.id]! + 1;
      return;
    }
    left[cell.id] = left[cell.id]! - 1;
    touched.push(cell);
    if (cell.constant === null || cell.data !== null) return;
    cell.data = room(cell.numbers);
    if (Array.isArray(cell.data)) cell.data.fill(cell.constant);
    else store.fill(cell.data, Number(cell.constant));
    cell.epoch = epoch;
    alive.add(cell);
  };
  const dataOf = (cell: Cell): Column => {
    note(cell);
    if (rehearsal) return nothing;
    if (cell.constant !== null) cell.epoch = epoch;
    if (cell.epoch < epoch) bring([cell]);
    return cell.data ?? nothing;
  };
  const limited = (length: number, at: PlaceId): void => {
    if (length > elements) throw elementsFault(elements, at);
  };
  const isPlace = (list: readonly Cell[], index: number): boolean =>
    Number.isInteger(index) && index >= 0 && index < list.length;
  const readIfAny = (list: readonly Cell[], index: number): Column | null =>
    isPlace(list, index) ? dataOf(list[index]!) : null;

  return {
    start: (particles, isRehearsal) => {
      for (const cell of alive) giveBack(cell.data);
      store.start(particles);
      alive.clear();
      ancestors.clear();
      touched = [];
      count = particles;
      rehearsal = isRehearsal;
      made = 0;
      epoch = 0;
      if (isRehearsal) reads = [];
      else left = reads.slice();
    },
    fresh,
    constantCell,
    listOf: (array) => {
      if (array instanceof Float64Array) return Array.from(array, constantCell);
      return Array.isArray(array) ? array.map((value: RuntimeValue) => constantCell(value)) : [];
    },
    filled: (size, cell, at) => {
      const length = Math.max(0, size || 0);
      limited(length, at);
      return new Array<Cell>(length).fill(cell);
    },
    updated: (list, index, cell, absent, inPlace, at) => {
      if (!(Number.isInteger(index) && index >= 0) || (absent === null && index >= list.length))
        throw indexFault(index, list.length, at);
      limited(index + 1, at);
      const next = inPlace ? list : list.slice();
      if (absent !== null) while (next.length < index) next.push(absent);
      next[index] = cell;
      return next;
    },
    appended: (list, cell, inPlace, at) => {
      limited(list.length + 1, at);
      const next = inPlace ? list : list.slice();
      next.push(cell);
      return next;
    },
    read: (list, index, at) => {
      const found = readIfAny(list, index);
      if (found === null) throw indexFault(index, list.length, at);
      return found;
    },
    readIfAny,
    whole: (list) => {
      list.forEach(note);
      if (rehearsal) return [];
      const late = new Set(list.filter((cell) => cell.constant === null && cell.epoch < epoch));
      bring([...late]);
      return list.map((cell) => cell.data ?? nothing);
    },
    settle: () => {
      for (const cell of touched) {
        if (left[cell.id]! > 0) continue;
        giveBack(cell.data);
        cell.data = null;
        alive.delete(cell);
      }
      touched = [];
    },
    copyRows: (from) => {
      epoch += 1;
      ancestors.set(epoch, from.slice());
      const varying = [...alive].filter((cell) => cell.constant === null);
      if (varying.length <= mostEager) {
        bring(varying);
        ancestors.clear();
      } else if (epoch % 64 === 0) {
        const oldest = varying.reduce((least, cell) => Math.min(least, cell.epoch), epoch);
        for (const at of ancestors.keys()) if (at <= oldest) ancestors.delete(at);
      }
    },
    bytes: () => {
      let columns = store.free();
      for (const { data } of alive) if (data !== null) columns += 1;
      return 8 * count * columns + 4 * count * ancestors.size;
    },
  };
}
