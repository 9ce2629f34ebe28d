import { type ScoreProblem, type ScoreResult, scoredAlgorithm } from './scored.js';

/** The most columns: the tables of 20 take 100 MB, and each more doubles them. */
const mostColumns = 20;

/** Local scores that are computed at most, where nobody says how many parents a node may have. */
const mostScores = 250_000;

/**
 * The graph with the greatest score of all: for each set of nodes the best graph over it is that of all but one, and the best parents of that one
 * among them (Silander and Myllymäki, "A simple approach for finding the globally optimal Bayesian network structure", UAI 2006). Of 20 nodes the best
 * parents take 84 MB, the best graphs 8 MB.
 */
export function exactSearch({ count, score, ceiling, known, most }: ScoreProblem): ScoreResult {
  if (count > mostColumns)
    return { ok: false, reason: `exact search is for up to ${mostColumns} columns, and these are ${count}` };
  const bound = Math.min(most ?? parentsWithin(count), count - 1);
  const asked = { count: 0 };
  const tables = Array.from({ length: count }, (_, v) => {
    const may = [...Array(count).keys()].filter((w) => w !== v && known.forbidden[w * count + v] === 0);
    const must = may.filter((w) => known.required[w * count + v] === 1);
    const choices = { count, v, free: may.filter((w) => !must.includes(w)), must, bound };
    const local = (parents: readonly number[]): number => {
      asked.count += 1;
      return score(v, parents);
    };
    return bestParents(choices, local, ceiling === null ? null : (parents) => ceiling(v, parents));
  });
  const size = 2 ** count;
  const value = new Float64Array(size);
  const last = new Uint8Array(size);
  for (let set = 1; set < size; set++) {
    let greatest = Number.NEGATIVE_INFINITY;
    for (let v = 0; v < count; v++) {
      if (((set >> v) & 1) === 0) continue;
      const before = set ^ (1 << v);
      const whole = value[before]! + tables[v]![without(before, v)]!;
      if (whole > greatest) {
        greatest = whole;
        last[set] = v;
      }
    }
    value[set] = greatest;
  }
  if (value[size - 1] === Number.NEGATIVE_INFINITY)
    return { ok: false, reason: `no graph in which a node has at most ${bound} parents agrees with what was known` };
  const parents: Set<number>[] = Array.from({ length: count }, () => new Set());
  for (let set = size - 1; set > 0; ) {
    const v = last[set]!;
    set ^= 1 << v;
    parents[v] = parentsIn(tables[v]!, set, v, count);
  }
  const remarks = bound < count - 1 ? [`only graphs in which a node has at most ${bound} parents were compared`] : [];
  return { ok: true, parents, asked: asked.count, remarks };
}

/** The greatest number of parents for which all sets can be scored. */
function parentsWithin(count: number): number {
  let sets = 1;
  let choices = 1;
  for (let k = 1; k < count; k++) {
    choices = (choices * (count - k)) / k;
    sets += choices;
    if (count * sets > mostScores) return k - 1;
  }
  return count - 1;
}

const setOf = (nodes: readonly number[]): number => nodes.reduce((set, w) => set | (1 << w), 0);

/** A set of nodes as a set of those that are not v. */
const without = (set: number, v: number): number => (set & ((1 << v) - 1)) | ((set >> (v + 1)) << v);

/** Of which nodes the parents of v are chosen. */
type Choices = {
  readonly count: number;
  readonly v: number;
  readonly must: readonly number[];
  readonly free: readonly number[];
  readonly bound: number;
};

/**
 * For each set of the other nodes the greatest score of v with parents in it; -Infinity where no allowed set is. Sets that cannot be better than one inside of
 * them are not scored, and nor are those around them.
 */
function bestParents(
  { count, v, must, free, bound }: Choices,
  score: (parents: readonly number[]) => number,
  ceiling: ((parents: readonly number[]) => number) | null,
): Float64Array {
  const table = new Float64Array(2 ** (count - 1)).fill(Number.NEGATIVE_INFINITY);
  const fill = (parents: readonly number[], from: number, before: number): void => {
    const sorted = [...parents].sort((a, b) => a - b);
    if (ceiling !== null && ceiling(sorted) <= before) return;
    const value = score(sorted);
    table[without(setOf(sorted), v)] = value;
    if (parents.length === bound) return;
    const greatest = Math.max(before, value);
    for (let k = from; k < free.length; k++) fill([...parents, free[k]!], k + 1, greatest);
  };
  if (must.length <= bound) fill(must, 0, Number.NEGATIVE_INFINITY);
  for (let bit = 1; bit < table.length; bit <<= 1)
    for (let set = 0; set < table.length; set++)
      if ((set & bit) !== 0 && table[set ^ bit]! > table[set]!) table[set] = table[set ^ bit]!;
  return table;
}

/** The least set that has the greatest score among the sets in a set: nodes are left out while nothing is lost. */
function parentsIn(table: Float64Array, among: number, v: number, count: number): Set<number> {
  let set = among;
  for (let w = 0; w < count; w++) {
    const less = set & ~(1 << w);
    if (less !== set && table[without(less, v)] === table[without(set, v)]) set = less;
  }
  const parents = new Set<number>();
  for (let w = 0; w < count; w++) if (((set >> w) & 1) === 1) parents.add(w);
  return parents;
}

/** Exact search on data. */
export const exact = scoredAlgorithm(
  'exact',
  `exact: the graph with the greatest score of all, for up to ${mostColumns} columns`,
  'exact search',
  exactSearch,
);
