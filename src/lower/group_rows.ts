/** Rows of a table by which of their cells are present, and equal rows counted: the sufficient statistics of discrete units. */

/** One column of what is to be grouped: a cell for each row, NaN where it is missing. */
type GroupedColumn = { readonly values: Float64Array; readonly discrete: boolean };

/** Rows of which the same cells are present. */
export type Pattern = {
  /** For each column, whether its cells are present. */
  readonly present: readonly boolean[];
  /** The cells of the columns that are present, by row. */
  readonly cells: readonly Float64Array[];
  /** How often each row counts; null where each counts once. */
  readonly weights: Float64Array | null;
  readonly rows: number;
};

/** Columns of more different values are not grouped. */
const mostValues = { discrete: 65_536, continuous: 512 };

/** Tables of counts up to this size are arrays, larger ones maps. */
const mostSlots = 1 << 22;

/**
 * Splits rows by which cells are present and joins equal rows, where that leaves at most half of them: one pass over each column. Rows
 * of weight zero are left out. Patterns and rows stand in the order of their first appearance.
 */
export function groupRows(
  columns: readonly GroupedColumn[],
  rows: number,
  weights: Float64Array | null,
): readonly Pattern[] {
  return byPresence(columns, rows, weights).map(({ present, members }) => {
    const own = columns.filter((_, k) => present[k]);
    const cells = own.map(({ values, discrete }) => ({ values: pick(values, members), discrete }));
    const counts = weights === null ? null : pick(weights, members);
    const grouped = joinEqual(cells, members?.length ?? rows, counts);
    return { present, ...grouped };
  });
}

type Presence = { readonly present: readonly boolean[]; readonly members: Int32Array | null };

/** The rows of each pattern; null for all rows of the table. */
function byPresence(
  columns: readonly GroupedColumn[],
  rows: number,
  weights: Float64Array | null,
): readonly Presence[] {
  if (rows === 0) return [];
  const gaps = columns.map(({ values }) => values.some(Number.isNaN));
  const whole = gaps.every((gap) => !gap) && (weights === null || !weights.includes(0));
  if (whole) return [{ present: columns.map(() => true), members: null }];
  let patterns: Coded = { codes: new Int32Array(rows), count: 1 };
  for (const [k, { values }] of columns.entries()) {
    if (!gaps[k]) continue;
    const there = Int32Array.from(values, (v) => (Number.isNaN(v) ? 0 : 1));
    patterns = joinCodes(patterns.codes, patterns.count, there, 2);
  }
  const members: number[][] = Array.from({ length: patterns.count }, () => []);
  for (let row = 0; row < rows; row++)
    if (weights === null || weights[row] !== 0) members[patterns.codes[row]!]!.push(row);
  return members.flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    return [{ present: columns.map((c) => !Number.isNaN(c.values[first])), members: Int32Array.from(own) }];
  });
}

const pick = (values: Float64Array, members: Int32Array | null): Float64Array =>
  members === null ? values : Float64Array.from(members, (row) => values[row]!);

type Joined = Pick<Pattern, 'cells' | 'weights' | 'rows'>;

/** Equal rows as one row with the sum of their weights. */
function joinEqual(columns: readonly GroupedColumn[], rows: number, weights: Float64Array | null): Joined {
  const cells = columns.map((c) => c.values);
  const apart: Joined = { cells, weights: weights?.every((w) => w === 1) === false ? weights : null, rows };
  if (rows < 2) return apart;
  let groups: Int32Array = new Int32Array(rows);
  let count = 1;
  for (const { values, discrete } of columns) {
    const coded = codes(values, discrete ? mostValues.discrete : mostValues.continuous);
    if (coded === null) return apart;
    const joined = joinCodes(groups, count, coded.codes, coded.count);
    groups = joined.codes;
    count = joined.count;
    if (count > rows / 2) return apart;
  }
  const first = new Int32Array(count).fill(-1);
  const counts = new Float64Array(count);
  for (let row = 0; row < rows; row++) {
    const group = groups[row]!;
    if (first[group] === -1) first[group] = row;
    counts[group]! += weights === null ? 1 : weights[row]!;
  }
  return { cells: cells.map((values) => pick(values, first)), weights: counts, rows: count };
}

type Coded = { readonly codes: Int32Array; readonly count: number };

/** Numbers 0, 1, … for the different values in the order in which they appear; null where there are more than `most`. */
function codes(values: Float64Array, most: number): Coded | null {
  const found = new Map<number, number>();
  const small = new Int32Array(256).fill(-1);
  const out = new Int32Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    // Members of enums, bools and small counts need no map.
    const isSmall = value >= 0 && value < 256 && Math.trunc(value) === value;
    let code = isSmall ? small[value]! : (found.get(value) ?? -1);
    if (code === -1) {
      if (count === most) return null;
      code = count++;
      if (isSmall) small[value] = code;
      else found.set(value, code);
    }
    out[row] = code;
  }
  return { codes: out, count };
}

/** Numbers for the different pairs of codes, in the order in which they appear. */
function joinCodes(left: Int32Array, leftCount: number, right: Int32Array, rightCount: number): Coded {
  const out = new Int32Array(left.length);
  const slots = leftCount * rightCount;
  const table = slots <= mostSlots ? new Int32Array(slots).fill(-1) : null;
  const found = new Map<number, number>();
  let count = 0;
  for (let row = 0; row < left.length; row++) {
    const pair = left[row]! * rightCount + right[row]!;
    let code = table === null ? (found.get(pair) ?? -1) : table[pair]!;
    if (code === -1) {
      code = count++;
      if (table === null) found.set(pair, code);
      else table[pair] = code;
    }
    out[row] = code;
  }
  return { codes: out, count };
}
