/** The order in which rows are copied one after another, so that each becomes what another one was before. */

/** Copies of rows, in the order in which they are made. */
export type RowMoves = {
  readonly to: Int32Array;
  readonly from: Int32Array;
  /** 1 where nobody reads the row that is copied any more, and it does not stay: what it refers to may be handed on. */
  readonly last: Uint8Array;
  /** How many there are; the arrays may be longer. */
  readonly count: number;
};

/**
 * Moves after which row k is what row `from[k]` was. Rows that others are copied from are overwritten behind those; a ring of rows that
 * wait for each other goes by a spare row, whose number is `from.length`.
 */
export function rowMoves(from: Int32Array): RowMoves {
  const { length } = from;
  const readers = new Int32Array(length);
  let changed = 0;
  for (let row = 0; row < length; row++) {
    const source = from[row]!;
    if (source === row) continue;
    readers[source] = readers[source]! + 1;
    changed += 1;
  }
  // At most every second row begins a ring.
  const room = changed + (changed >> 1);
  const moves = { to: new Int32Array(room), from: new Int32Array(room), last: new Uint8Array(room), count: 0 };
  const done = new Uint8Array(length);
  const add = (to: number, source: number, last: boolean): void => {
    moves.to[moves.count] = to;
    moves.from[moves.count] = source;
    moves.last[moves.count] = last ? 1 : 0;
    moves.count += 1;
  };
  /** Overwrites the row and those in turn that nobody reads any more. */
  const settle = (first: number): void => {
    for (let row = first; ; ) {
      const source = from[row]!;
      readers[source] = readers[source]! - 1;
      done[row] = 1;
      const free = readers[source] === 0 && from[source] !== source;
      add(row, source, free);
      if (!free || done[source] === 1) return;
      row = source;
    }
  };
  for (let row = 0; row < length; row++) if (from[row] !== row && done[row] === 0 && readers[row] === 0) settle(row);
  // What is left are rings, in which each row is read by one other.
  for (let first = 0; first < length; first++) {
    if (from[first] === first || done[first] === 1) continue;
    add(length, first, true);
    let row = first;
    for (; from[row] !== first; row = from[row]!) {
      done[row] = 1;
      add(row, from[row]!, true);
    }
    done[row] = 1;
    add(row, length, true);
  }
  return moves;
}
