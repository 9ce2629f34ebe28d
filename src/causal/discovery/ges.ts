import { classOfParents, copyOf, direct, extension, joined, type PartlyDirected } from '../class/partly_directed.js';
import type { KnownArrows } from './knowledge.js';
import { knownClass } from './known_class.js';
import { type ScoreProblem, type ScoreResult, scoredAlgorithm } from './scored.js';
import { cachedScore } from './scores/cached.js';
import type { LocalScore } from './scores/score.js';

/** A change of a class: an edge between x and y comes or goes, and lines at y are directed. */
type Operator = {
  readonly x: number;
  readonly y: number;
  readonly set: readonly number[];
  readonly gain: number;
};

/** Gains up to this are none: sums of scores are rounded. */
const leastGain = 1e-8;

/** One of the two directions of the search. */
type Phase = {
  /** All changes between x and y that the lines at y allow, with what they gain. */
  readonly operators: (g: PartlyDirected, x: number, y: number, problem: ScoreProblem) => readonly Operator[];
  /** Whether no circle comes of it. */
  readonly valid: (g: PartlyDirected, operator: Operator) => boolean;
  readonly apply: (g: PartlyDirected, operator: Operator) => PartlyDirected;
};

/**
 * Greedy equivalence search: edges are put into a class of graphs one at a time while the score gains by it, then taken out (Chickering, "Optimal structure
 * identification with greedy search", JMLR 3, 2002, theorems 15 and 17, definitions 12 and 13). With enough rows from a graph over the columns it finds the
 * class of that graph. What is known beforehand is kept in each step: a class counts if one of its graphs agrees with it.
 */
export function greedySearch(problem: ScoreProblem): ScoreResult {
  const cached = cachedScore(problem.score);
  const inner = { ...problem, score: cached.local };
  const { count, known } = problem;
  const start = Array.from({ length: count }, (_, v) => causesRequired(known, v));
  let g = classOfParents(start);
  if (knownClass(g, known) === null) return { ok: false, reason: 'no graph agrees with what was known' };
  for (const phase of [inserting, deleting]) g = climb(g, phase, inner);
  const agreed = knownClass(g, known);
  const parents = agreed === null ? null : extension(agreed);
  if (parents === null) throw new Error('ges: a class without members');
  return { ok: true, parents, asked: cached.asked(), remarks: [] };
}

const causesRequired = ({ count, required }: KnownArrows, v: number): Set<number> => {
  const causes = new Set<number>();
  for (let w = 0; w < count; w++) if (required[w * count + v] === 1) causes.add(w);
  return causes;
};

/** Takes the best change again and again. Changes are looked for anew only where their surroundings have changed. */
function climb(start: PartlyDirected, phase: Phase, problem: ScoreProblem): PartlyDirected {
  const { count, known } = problem;
  const open: (readonly Operator[])[] = Array.from({ length: count * count }, () => []);
  let g = start;
  let stale = new Uint8Array(count).fill(1);
  for (;;) {
    for (let y = 0; y < count; y++) {
      const around = stale[y] === 1 || [...g.lines[y]!].some((w) => stale[w] === 1);
      for (let x = 0; x < count; x++)
        if (x !== y && (around || stale[x] === 1))
          open[x * count + y] = phase.operators(g, x, y, problem).filter(({ gain }) => gain > leastGain);
    }
    const next = best(g, open, phase, known);
    if (next === null) return g;
    stale = changed(g, next);
    g = next;
  }
}

/** The class after the best change that is valid and leaves a graph that agrees with what is known; null where there is none. */
function best(
  g: PartlyDirected,
  open: readonly (readonly Operator[])[],
  phase: Phase,
  known: KnownArrows,
): PartlyDirected | null {
  const ordered = open.flat().sort((a, b) => b.gain - a.gain || a.x - b.x || a.y - b.y);
  for (const operator of ordered) {
    if (!phase.valid(g, operator)) continue;
    const parents = extension(phase.apply(g, operator));
    if (parents === null) continue;
    const next = classOfParents(parents);
    if (knownClass(next, known) !== null) return next;
  }
  return null;
}

/** Nodes whose edges differ. */
function changed(a: PartlyDirected, b: PartlyDirected): Uint8Array<ArrayBuffer> {
  const same = (s: ReadonlySet<number>, t: ReadonlySet<number>): boolean =>
    s.size === t.size && [...s].every((v) => t.has(v));
  const marks = new Uint8Array(a.count);
  for (let v = 0; v < a.count; v++)
    if (!same(a.parents[v]!, b.parents[v]!) || !same(a.children[v]!, b.children[v]!) || !same(a.lines[v]!, b.lines[v]!))
      marks[v] = 1;
  return marks;
}

/** Ends of lines at y that an edge joins to x. */
const shared = (g: PartlyDirected, x: number, y: number): readonly number[] =>
  [...g.lines[y]!].filter((w) => w !== x && joined(g, w, x)).sort((a, b) => a - b);

const isClique = (g: PartlyDirected, nodes: readonly number[]): boolean =>
  nodes.every((a, k) => nodes.slice(k + 1).every((b) => joined(g, a, b)));

/** Sets of some nodes, all of which are joined to each other and to those of a clique; the empty one too. */
function* cliquesBeside(
  g: PartlyDirected,
  nodes: readonly number[],
  clique: readonly number[],
): Generator<readonly number[]> {
  const waiting: { readonly set: readonly number[]; readonly from: number }[] = [{ set: [], from: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { set, from } = next;
    yield set;
    for (let k = from; k < nodes.length; k++) {
      const v = nodes[k]!;
      if ([...clique, ...set].every((w) => joined(g, v, w))) waiting.push({ set: [...set, v], from: k + 1 });
    }
  }
}

const union = (...lists: readonly Iterable<number>[]): readonly number[] =>
  [...new Set(lists.flatMap((list) => [...list]))].sort((a, b) => a - b);

const gainOf = (score: LocalScore, y: number, without: readonly number[], x: number): number =>
  score(y, union(without, [x])) - score(y, without);

/** Edges come: theorem 15. */
export const inserting: Phase = {
  operators: (g, x, y, { score, most, known, count }) => {
    const never = known.forbidden[x * count + y] === 1 && known.forbidden[y * count + x] === 1;
    if (never || joined(g, x, y)) return [];
    const both = shared(g, x, y);
    if (!isClique(g, both)) return [];
    const free = [...g.lines[y]!].filter((w) => !joined(g, w, x)).sort((a, b) => a - b);
    const found: Operator[] = [];
    for (const set of cliquesBeside(g, free, both)) {
      const parents = union(g.parents[y]!, both, set);
      if (parents.length < (most ?? count)) found.push({ x, y, set, gain: gainOf(score, y, parents, x) });
    }
    return found;
  },
  // All ways from y to x that no arrow blocks meet what is in the set or joined to both.
  valid: (g, { x, y, set }) => {
    const seen = new Uint8Array(g.count);
    for (const v of [...shared(g, x, y), ...set, y]) seen[v] = 1;
    const waiting = [y];
    for (let v = waiting.pop(); v !== undefined; v = waiting.pop())
      for (const list of [g.children[v]!, g.lines[v]!])
        for (const w of list) {
          if (w === x) return false;
          if (seen[w] === 1) continue;
          seen[w] = 1;
          waiting.push(w);
        }
    return true;
  },
  apply: (g, { x, y, set }) => {
    const next = copyOf(g);
    next.parents[y]!.add(x);
    next.children[x]!.add(y);
    for (const w of set) direct(next, w, y);
    return next;
  },
};

/** Edges go: theorem 17. */
export const deleting: Phase = {
  operators: (g, x, y, { score, known, count }) => {
    const kept = known.required[x * count + y] === 1 || known.required[y * count + x] === 1;
    if (kept || !(g.lines[y]!.has(x) || g.parents[y]!.has(x))) return [];
    const both = shared(g, x, y);
    const found: Operator[] = [];
    for (const left of cliquesBeside(g, both, [])) {
      const without = union(left, g.parents[y]!).filter((w) => w !== x);
      const set = both.filter((w) => !left.includes(w));
      found.push({ x, y, set, gain: -gainOf(score, y, without, x) });
    }
    return found;
  },
  valid: () => true,
  apply: (g, { x, y, set }) => {
    const next = copyOf(g);
    next.lines[x]!.delete(y);
    next.lines[y]!.delete(x);
    next.parents[y]!.delete(x);
    next.children[x]!.delete(y);
    for (const w of set) {
      if (next.lines[y]!.has(w)) direct(next, y, w);
      if (next.lines[x]!.has(w)) direct(next, x, w);
    }
    return next;
  },
};

/** GES on data. */
export const ges = scoredAlgorithm(
  'ges',
  'GES: by a score, one edge after another; where all common causes are among the columns',
  'GES',
  greedySearch,
);
