import type { UnitColumn } from '../../estimate/units.js';

/** Tables up to this many cells are counted in an array; greater ones by the cells that are met. */
const mostCells = 1 << 20;

/** How often the labels of a node come with each combination of its parents' labels. */
export type Counter = {
  /** Numbers of labels, by column. */
  readonly levels: readonly number[];
  /**
   * Calls `each` with the counts of the node's labels for each combination of parents that rows have, and with their sum. The array is used again:
   * `each` must not keep it.
   */
  readonly count: (node: number, parents: readonly number[], each: (counts: Int32Array, total: number) => void) => void;
};

/** A counter of columns of labels. */
export function counterOf(columns: readonly UnitColumn[]): Counter {
  const rows = columns[0]?.values.length ?? 0;
  const levels = columns.map((column) => Math.max(1, column.levels ?? 1));
  const labels = columns.map(({ values }) => Int32Array.from(values));
  const place = new Int32Array(rows);
  let table = new Int32Array(1024);
  return {
    levels,
    count: (node, parents, each) => {
      const own = levels[node]!;
      const cells = parents.reduce((product, p) => product * levels[p]!, own);
      if (cells > mostCells) {
        countMet(labels, levels, node, parents, each);
        return;
      }
      place.set(labels[node]!);
      let stride = own;
      for (const p of parents) {
        const values = labels[p]!;
        for (let k = 0; k < rows; k++) place[k]! += stride * values[k]!;
        stride *= levels[p]!;
      }
      if (table.length < cells) table = new Int32Array(cells);
      table.fill(0, 0, cells);
      for (let k = 0; k < rows; k++) table[place[k]!]! += 1;
      for (let start = 0; start < cells; start += own) {
        let total = 0;
        for (let v = start; v < start + own; v++) total += table[v]!;
        if (total > 0) each(table.subarray(start, start + own), total);
      }
    },
  };
}

/** The same for tables of which most cells are empty. Combinations of parents are numbered as they are met, one parent after another. */
function countMet(
  labels: readonly Int32Array[],
  levels: readonly number[],
  node: number,
  parents: readonly number[],
  each: (counts: Int32Array, total: number) => void,
): void {
  const rows = labels[node]!.length;
  const place = new Int32Array(rows);
  let met = 1;
  for (const p of parents) {
    const values = labels[p]!;
    const numbers = new Map<number, number>();
    for (let k = 0; k < rows; k++) {
      const key = place[k]! * levels[p]! + values[k]!;
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      place[k] = number;
    }
    met = numbers.size;
  }
  const own = levels[node]!;
  const table = new Int32Array(met * own);
  for (let k = 0; k < rows; k++) table[place[k]! * own + labels[node]![k]!]! += 1;
  for (let start = 0; start < table.length; start += own) {
    let total = 0;
    for (let v = start; v < start + own; v++) total += table[v]!;
    each(table.subarray(start, start + own), total);
  }
}
