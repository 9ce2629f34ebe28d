/** Counts of two label columns in the strata of others, made to be fast: one pass over the rows for each question. */
import type { UnitColumn } from '../estimate/units.js';

/** The strata that a set of columns divides the rows into: the stratum of each row, and how many there may be. */
type Strata = { readonly codes: Int32Array; readonly count: number };

/** Tables of counts for pairs of columns. */
export type Counting = {
  readonly rows: number;
  /**
   * Calls back with the counts of x and y: entry (z * ly + j) * lx + i for stratum z. The array is used again for the next question.
   */
  readonly count: (x: number, y: number, given: readonly number[]) => CrossTable;
  readonly strata: (given: readonly number[]) => Strata;
  /** The label of each row, from 0; of quantities nothing that counts. */
  readonly codes: (column: number) => Int32Array;
};

/** Counts of x (fastest), y, stratum. */
export type CrossTable = {
  readonly counts: Float64Array;
  readonly lx: number;
  readonly ly: number;
  readonly strata: number;
};

/** Sets of columns whose strata are kept. */
const mostKept = 256;

/** Makes ready to count columns of labels. */
export function countingOf(columns: readonly UnitColumn[]): Counting {
  const rows = columns[0]?.values.length ?? 0;
  const codes = columns.map(({ values }) => Int32Array.from(values));
  const levels = columns.map((column) => column.levels ?? 1);
  const kept = new Map<string, Strata>();
  let counts = new Float64Array(1024);

  const strata = (given: readonly number[]): Strata => {
    if (given.length === 0) return { codes: new Int32Array(0), count: 1 };
    if (given.length === 1) return { codes: codes[given[0]!]!, count: levels[given[0]!]! };
    const sorted = [...given].sort((a, b) => a - b);
    const key = sorted.join();
    const before = kept.get(key);
    if (before !== undefined) return before;
    const made = compacted(joined(strata(sorted.slice(0, -1)), codes[sorted.at(-1)!]!, levels[sorted.at(-1)!]!), rows);
    if (kept.size >= mostKept) for (const oldest of [...kept.keys()].slice(0, mostKept / 4)) kept.delete(oldest);
    kept.set(key, made);
    return made;
  };

  const count = (x: number, y: number, given: readonly number[]): CrossTable => {
    const [lx, ly] = [levels[x]!, levels[y]!];
    const within = strata(given);
    const cells = within.count * ly * lx;
    if (cells > counts.length) counts = new Float64Array(cells);
    else counts.fill(0, 0, cells);
    const [cx, cy, out] = [codes[x]!, codes[y]!, counts];
    if (given.length === 0) for (let r = 0; r < rows; r++) out[cy[r]! * lx + cx[r]!]! += 1;
    else {
      const cz = within.codes;
      for (let r = 0; r < rows; r++) out[(cz[r]! * ly + cy[r]!) * lx + cx[r]!]! += 1;
    }
    return { counts: out, lx, ly, strata: within.count };
  };
  return { rows, count, strata, codes: (column) => codes[column]! };
}

function joined(before: Strata, codes: Int32Array, levels: number): Strata {
  const out = new Int32Array(codes.length);
  for (let r = 0; r < out.length; r++) out[r] = before.codes[r]! * levels + codes[r]!;
  return { codes: out, count: before.count * levels };
}

/** Strata without empty ones where they would be more than the rows. */
function compacted(strata: Strata, rows: number): Strata {
  if (strata.count <= rows) return strata;
  const places = new Map<number, number>();
  const codes = strata.codes.map((code) => {
    const known = places.get(code);
    if (known !== undefined) return known;
    places.set(code, places.size);
    return places.size - 1;
  });
  return { codes, count: places.size };
}
