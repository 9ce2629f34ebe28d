import type { IndependenceTest } from '../independence/test.js';
import type { KnownArrows } from './knowledge.js';

/** What a search for a skeleton works with. */
export type SkeletonProblem = {
  readonly count: number;
  readonly test: IndependenceTest;
  /** Two variables count as independent where p is above this. */
  readonly alpha: number;
  readonly known: KnownArrows;
  /** The most variables that are conditioned on at a time. */
  readonly most: number;
};

/** What separates pairs: for a < b, entry `a * count + b`. */
type SeparatingSets = Map<number, readonly number[]>;

/** A skeleton: 1 at `a * count + b` and `b * count + a` where an edge joins a and b. */
export type Skeleton = { readonly joined: Uint8Array; readonly separators: SeparatingSets };

/** The place of a pair among separating sets. */
export const pairOf = (count: number, a: number, b: number): number => (a < b ? a * count + b : b * count + a);

/**
 * The skeleton by the stable form of PC (Colombo and Maathuis, "Order-independent constraint-based causal structure learning", JMLR 15, 2014,
 * algorithm 4.1): sets of size 0, 1, 2 … are taken from the neighbours that a variable had when that size began. An edge that is known to be
 * there stays; a pair that is known to have none is apart from the start. A variable that can not be a cause of x or y is no help in separating
 * them by neighbours of x or y.
 */
export function skeletonOf(problem: SkeletonProblem): Skeleton {
  const { count, known, most, alpha, test } = problem;
  const joined = new Uint8Array(count * count).fill(1);
  for (let a = 0; a < count; a++)
    for (let b = 0; b < count; b++) {
      const pair = [a * count + b, b * count + a] as const;
      if (a === b || pair.every((place) => known.forbidden[place] === 1)) for (const place of pair) joined[place] = 0;
    }
  const separators: SeparatingSets = new Map();
  for (let size = 0; size <= most; size++) {
    const before = joined.slice();
    let open = false;
    for (let a = 0; a < count; a++)
      for (let b = a + 1; b < count; b++) {
        if (joined[a * count + b] === 0 || isRequired(known, a, b)) continue;
        const pools = [neighboursFor(before, known, a, b), neighboursFor(before, known, b, a)];
        if (pools.some((pool) => pool.length > size)) open = true;
        const found = firstSubset(pools, size, (given) => test.test(a, b, given).p > alpha);
        if (found === null) continue;
        joined[a * count + b] = 0;
        joined[b * count + a] = 0;
        separators.set(pairOf(count, a, b), found);
      }
    if (!open) break;
  }
  return { joined, separators };
}

const isRequired = ({ count, required }: KnownArrows, a: number, b: number): boolean =>
  required[a * count + b]! + required[b * count + a]! > 0;

/** Neighbours of x but y that may be causes of x. */
export function neighboursFor(joined: Uint8Array, known: KnownArrows, x: number, y: number): readonly number[] {
  const { count } = known;
  const found: number[] = [];
  for (let v = 0; v < count; v++)
    if (v !== y && joined[x * count + v] === 1 && known.forbidden[v * count + x] === 0) found.push(v);
  return found;
}

/** The first set of this size within one of the pools that passes, or null. */
export function firstSubset(
  pools: readonly (readonly number[])[],
  size: number,
  passes: (set: readonly number[]) => boolean,
): readonly number[] | null {
  for (const [k, pool] of pools.entries())
    for (const set of subsets(pool, size)) {
      // Sets of two pools were seen in the first already.
      const seen = k > 0 && (size === 0 || set.every((v) => pools[0]!.includes(v)));
      if (!seen && passes(set)) return set;
    }
  return null;
}

/** All subsets of a size, in the order of their places. */
export function* subsets(pool: readonly number[], size: number): Generator<readonly number[]> {
  if (size > pool.length) return;
  const at = Array.from({ length: size }, (_, k) => k);
  for (;;) {
    yield at.map((k) => pool[k]!);
    let last = size - 1;
    while (last >= 0 && at[last] === pool.length - size + last) last -= 1;
    if (last < 0) return;
    at[last]! += 1;
    for (let k = last + 1; k < size; k++) at[k] = at[k - 1]! + 1;
  }
}
