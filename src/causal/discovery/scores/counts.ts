import type { UnitColumn } from '../../estimate/units.js';

/** How often combinations of labels come in rows. */
export type Counter = {
  /** Numbers of labels, by column. */
  readonly levels: readonly number[];
  /** The counts of the combinations of some columns' labels that rows have. The array is used again. */
  readonly count: (columns: readonly number[]) => Int32Array;
  /** The combination of each row. The array is used again. */
  readonly numbered: (columns: readonly number[]) => Numbered;
};

/** Each row's combination of labels as a number below `met`; only those that rows have are numbered. */
type Numbered = { readonly place: Int32Array; readonly met: number };

/**
 * A counter of columns of labels. Combinations of the first columns of the last question, of the first two and so on are kept: the next question often
 * begins with the same ones, and takes two looks at each row then. No table is greater than the rows times the labels of a column.
 */
export function counterOf(columns: readonly UnitColumn[]): Counter {
  const rows = columns[0]?.values.length ?? 0;
  const levels = columns.map((column) => Math.max(1, column.levels ?? 1));
  const labels = columns.map(({ values }) => Int32Array.from(values));
  const prefixes: { readonly place: Int32Array; met: number }[] = [{ place: new Int32Array(rows), met: 1 }];
  let last: readonly number[] = [];
  let numbers = new Int32Array(1024);
  const numbered = (set: readonly number[]): Numbered => {
    let k = 0;
    while (k < set.length && k < last.length && set[k] === last[k]) k += 1;
    for (; k < set.length; k++) {
      const own = levels[set[k]!]!;
      const values = labels[set[k]!]!;
      const before = prefixes[k]!;
      prefixes[k + 1] ??= { place: new Int32Array(rows), met: 0 };
      const next = prefixes[k + 1]!;
      const cells = before.met * own;
      if (numbers.length < cells) numbers = new Int32Array(cells);
      // 0 stands for a combination that was not met yet.
      numbers.fill(0, 0, cells);
      let met = 0;
      for (let r = 0; r < rows; r++) {
        const cell = before.place[r]! * own + values[r]!;
        let number = numbers[cell]!;
        if (number === 0) {
          met += 1;
          number = met;
          numbers[cell] = met;
        }
        next.place[r] = number - 1;
      }
      next.met = met;
    }
    last = set;
    return prefixes[set.length]!;
  };
  let table = new Int32Array(1024);
  return {
    levels,
    numbered,
    count: (set) => {
      const { place, met } = numbered(set);
      if (table.length < met) table = new Int32Array(met);
      table.fill(0, 0, met);
      for (let r = 0; r < rows; r++) table[place[r]!]! += 1;
      return table.subarray(0, met);
    },
  };
}
