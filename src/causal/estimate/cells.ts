import type { UnitColumn } from './units.js';

/**
 * Which rows are alike in some labels: a number for each row, the same where all of them are, from 0 in the order in which they appear. Any
 * number of labels will do, since only those cells are counted that have rows.
 */
export function cellsOf(labels: readonly UnitColumn[], rows: number): Int32Array {
  const cells = new Int32Array(rows);
  for (const { values, levels } of labels) {
    const known = new Map<number, number>();
    for (let r = 0; r < rows; r++) {
      const key = cells[r]! * (levels ?? 1) + values[r]!;
      const cell = known.get(key) ?? known.size;
      known.set(key, cell);
      cells[r] = cell;
    }
  }
  return cells;
}
