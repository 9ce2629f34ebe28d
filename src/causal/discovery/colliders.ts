import type { ColliderRule } from './discovery.js';
import { neighboursFor, pairOf, type Skeleton, type SkeletonProblem, subsets } from './skeleton.js';

/** x and y are not joined, the middle is joined with both. `p` says how clearly x and y are apart: colliders of clearer triples go first. */
type Triple = { readonly x: number; readonly middle: number; readonly y: number; readonly p: number };

/** Which triples are colliders, the clearest first, and which can not be told. */
type JudgedTriples = {
  readonly colliders: readonly Triple[];
  /** How many triples can not be told. */
  readonly undecided: number;
  /** Whether this triple is one of them. */
  readonly open: (x: number, middle: number, y: number) => boolean;
};

/**
 * Judges the unshielded triples of a skeleton. `standard` asks the set that separated the ends (Spirtes, Glymour and Scheines 2000); the others
 * ask all sets of neighbours that do: `majority` calls the middle a collider where it is in fewer than half of them and leaves a half open (Colombo and
 * Maathuis 2014, section 4.2), `conservative` where it is in none, and leaves it open unless it is in all (Ramsey, Zhang and Spirtes, UAI 2006).
 */
export function judgeTriples(problem: SkeletonProblem, skeleton: Skeleton, rule: ColliderRule): JudgedTriples {
  const { count } = problem;
  const { joined } = skeleton;
  const colliders: Triple[] = [];
  const undecided = new Set<string>();
  for (let x = 0; x < count; x++)
    for (let y = x + 1; y < count; y++) {
      if (joined[x * count + y] === 1) continue;
      const middles: number[] = [];
      for (let v = 0; v < count; v++) if (joined[x * count + v] === 1 && joined[y * count + v] === 1) middles.push(v);
      if (middles.length === 0) continue;
      const { sets, p } = separatingSets(problem, skeleton, x, y, rule === 'standard');
      for (const middle of middles) {
        const within = sets.filter((set) => set.includes(middle)).length;
        const verdict = verdictOf(rule, within, sets.length);
        if (verdict === 'collider') colliders.push({ x, middle, y, p });
        else if (verdict === 'open') undecided.add(`${x},${middle},${y}`);
      }
    }
  colliders.sort((s, t) => t.p - s.p || s.x - t.x || s.y - t.y || s.middle - t.middle);
  return {
    colliders,
    undecided: undecided.size,
    open: (x, middle, y) => undecided.has(x < y ? `${x},${middle},${y}` : `${y},${middle},${x}`),
  };
}

function verdictOf(rule: ColliderRule, within: number, of: number): 'collider' | 'chain' | 'open' {
  if (of === 0) return 'open';
  switch (rule) {
    case 'standard':
    case 'majority':
      return 2 * within < of ? 'collider' : 2 * within > of ? 'chain' : 'open';
    case 'conservative':
      return within === 0 ? 'collider' : within === of ? 'chain' : 'open';
  }
}

/** The set that separated two variables, or all sets of neighbours that do; the first one where they are apart by what was known. */
function separatingSets(
  problem: SkeletonProblem,
  { joined, separators }: Skeleton,
  x: number,
  y: number,
  one: boolean,
): { readonly sets: readonly (readonly number[])[]; readonly p: number } {
  const { count, known, most, alpha, test } = problem;
  const found = separators.get(pairOf(count, x, y));
  if (one && found !== undefined) return { sets: [found], p: test.test(x, y, found).p };
  const pools = [neighboursFor(joined, known, x, y), neighboursFor(joined, known, y, x)];
  const sets = new Map<string, readonly number[]>();
  let greatest = 0;
  for (let size = 0; size <= most && pools.some((pool) => pool.length >= size); size++)
    for (const pool of pools)
      for (const set of subsets(pool, size)) {
        const { p } = test.test(x, y, set);
        if (p <= alpha) continue;
        greatest = Math.max(greatest, p);
        sets.set(set.join(), set);
        if (one) return { sets: [set], p };
      }
  if (sets.size === 0 && found !== undefined) return { sets: [found], p: test.test(x, y, found).p };
  return { sets: [...sets.values()], p: greatest };
}
