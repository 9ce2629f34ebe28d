/**
 * The orientation rules R1 to R10 of Zhang, "On the completeness of orientation rules for causal discovery in the presence of latent confounders and
 * selection bias", Artificial Intelligence 172, 2008, sections 3 and 4. R5 to R7 find edges without arrows, which selection makes.
 */
import { arrow, circle, type MarkMatrix, none, tail } from './marked_graph.js';

/** What the rules ask beside the graph. */
type RuleFacts = {
  /** Whether v is in the set that separates x and y. */
  readonly separates: (v: number, x: number, y: number) => boolean;
  /** Whether it is not known if the middle of a triple is a collider. */
  readonly open: (x: number, middle: number, y: number) => boolean;
};

/** A graph that rules change: they only ever turn circles into other marks. */
type Orienting = {
  readonly count: number;
  /** The mark at b of the edge between a and b. */
  readonly at: (a: number, b: number) => number;
  /** Sets the mark at b if it is a circle; says whether it was one. */
  readonly set: (a: number, b: number, mark: number) => boolean;
  readonly joined: (a: number, b: number) => boolean;
  readonly neighbours: readonly (readonly number[])[];
  readonly facts: RuleFacts;
};

type Rule = (g: Orienting) => boolean;

/** Applies the rules until none of them changes anything: the first four, then the fifth, then the others. */
export function applyRules({ count, marks }: MarkMatrix, facts: RuleFacts): void {
  const nodes = Array.from({ length: count }, (_, v) => v);
  const g: Orienting = {
    count,
    at: (a, b) => marks[a * count + b]!,
    set: (a, b, mark) => {
      if (marks[a * count + b] !== circle) return false;
      marks[a * count + b] = mark;
      return true;
    },
    joined: (a, b) => marks[a * count + b] !== none,
    neighbours: nodes.map((v) => nodes.filter((w) => marks[v * count + w] !== none)),
    facts,
  };
  exhaust(g, [awayFromCollider, awayFromCircle, doubleTriangle, discriminatingPath]);
  exhaust(g, [circlePath]);
  exhaust(g, [besideLine, besideHalfLine]);
  exhaust(g, [tailByChain, tailByPath, tailByTwoPaths]);
}

function exhaust(g: Orienting, rules: readonly Rule[]): void {
  while (rules.map((rule) => rule(g)).includes(true));
}

/** Calls for every path a – b – c with a and c different; says whether any call changed something. */
function everyPath(g: Orienting, change: (a: number, b: number, c: number) => boolean): boolean {
  let changed = false;
  for (let b = 0; b < g.count; b++)
    for (const a of g.neighbours[b]!) for (const c of g.neighbours[b]!) if (a !== c && change(a, b, c)) changed = true;
  return changed;
}

const isDirected = (g: Orienting, a: number, b: number): boolean => g.at(a, b) === arrow && g.at(b, a) === tail;

/** R1: a *→ b o–* c, a and c apart: b → c. */
const awayFromCollider: Rule = (g) =>
  everyPath(g, (a, b, c) => {
    if (g.at(a, b) !== arrow || g.at(c, b) !== circle || g.joined(a, c) || g.facts.open(a, b, c)) return false;
    g.set(b, c, arrow);
    return g.set(c, b, tail);
  });

/** R2: a → b *→ c or a *→ b → c, and a *–o c: a *→ c. */
const awayFromCircle: Rule = (g) =>
  everyPath(g, (a, b, c) => {
    const leads = g.at(a, b) === arrow && g.at(b, c) === arrow && (g.at(b, a) === tail || g.at(c, b) === tail);
    return leads && g.set(a, c, arrow);
  });

/** R3: a *→ b ←* c, a *–o d o–* c, a and c apart, d *–o b: d *→ b. */
const doubleTriangle: Rule = (g) =>
  everyPath(g, (a, b, c) => {
    if (a > c || g.at(a, b) !== arrow || g.at(c, b) !== arrow || g.joined(a, c)) return false;
    let changed = false;
    for (const d of g.neighbours[b]!)
      if (g.at(d, b) === circle && g.at(a, d) === circle && g.at(c, d) === circle && !g.facts.open(a, d, c))
        changed = g.set(d, b, arrow) || changed;
    return changed;
  });

/**
 * R4: where a path from d over colliders that are parents of c leads to a and on to b, d and c are apart, and b o–* c: b → c if b helps to separate d and c,
 * else a ↔ b ↔ c.
 */
const discriminatingPath: Rule = (g) =>
  everyPath(g, (a, b, c) => {
    if (g.at(c, b) !== circle || g.at(b, a) !== arrow || !g.joined(a, c) || !isDirected(g, a, c)) return false;
    const d = startOfDiscriminating(g, a, b, c);
    if (d === null) return false;
    if (g.facts.separates(b, d, c)) {
      g.set(b, c, arrow);
      return g.set(c, b, tail);
    }
    g.set(a, b, arrow);
    g.set(b, c, arrow);
    return g.set(c, b, arrow);
  });

/** The end of a discriminating path that comes to b by a, nearest first; null where there is none. */
function startOfDiscriminating(g: Orienting, a: number, b: number, c: number): number | null {
  const seen = new Set([a, b, c]);
  const waiting = [a];
  for (let k = 0; k < waiting.length; k++) {
    const v = waiting[k]!;
    for (const w of g.neighbours[v]!) {
      if (seen.has(w) || g.at(w, v) !== arrow) continue;
      if (!g.joined(w, c)) return w;
      if (g.at(v, w) === arrow && isDirected(g, w, c)) {
        seen.add(w);
        waiting.push(w);
      }
    }
  }
  return null;
}

/** R5: a o–o b and an uncovered path of circles between them whose ends are apart from b and a: all of them are lines. */
const circlePath: Rule = (g) => {
  const circles = (v: number, w: number): boolean => g.at(v, w) === circle && g.at(w, v) === circle;
  let changed = false;
  for (let a = 0; a < g.count; a++)
    for (const b of g.neighbours[a]!) {
      if (b < a || !circles(a, b)) continue;
      const path = uncoveredPath(
        g,
        [a],
        b,
        circles,
        (p) => !g.joined(p[1]!, b) && !g.joined(p.at(-2)!, a) && p.length > 3,
      );
      if (path === null) continue;
      changed = true;
      for (const [k, v] of path.entries()) {
        const w = path[k + 1] ?? a;
        g.set(v, w, tail);
        g.set(w, v, tail);
      }
    }
  return changed;
};

/** R6: a – b o–* c: a tail at b. */
const besideLine: Rule = (g) =>
  everyPath(g, (a, b, c) => g.at(a, b) === tail && g.at(b, a) === tail && g.set(c, b, tail));

/** R7: a –o b o–* c, a and c apart: a tail at b. */
const besideHalfLine: Rule = (g) =>
  everyPath(g, (a, b, c) => g.at(b, a) === tail && g.at(a, b) === circle && !g.joined(a, c) && g.set(c, b, tail));

/** R8: a → b → c or a –o b → c, and a o→ c: a → c. */
const tailByChain: Rule = (g) =>
  everyPath(g, (a, b, c) => {
    const leads = g.at(b, a) === tail && g.at(a, b) !== tail && isDirected(g, b, c);
    return leads && g.at(a, c) === arrow && g.set(c, a, tail);
  });

/** Whether the edge could point from v to w. */
const mayPoint =
  (g: Orienting) =>
  (v: number, w: number): boolean =>
    g.at(w, v) !== arrow && g.at(v, w) !== tail;

/** R9: a o→ c, and an uncovered path that may point from a over b to c, b and c apart: a → c. */
const tailByPath: Rule = (g) => {
  let changed = false;
  for (let a = 0; a < g.count; a++)
    for (const c of g.neighbours[a]!) {
      if (g.at(a, c) !== arrow || g.at(c, a) !== circle) continue;
      if (uncoveredPath(g, [a], c, mayPoint(g), (p) => p.length > 3 && !g.joined(p[1]!, c)) !== null)
        changed = g.set(c, a, tail) || changed;
    }
  return changed;
};

/**
 * R10: a o→ c, b → c ← d, uncovered paths that may point from a to b and from a to d, whose first nodes after a are two that are apart: a → c.
 */
const tailByTwoPaths: Rule = (g) => {
  let changed = false;
  for (let a = 0; a < g.count; a++)
    for (const c of g.neighbours[a]!) {
      if (g.at(a, c) !== arrow || g.at(c, a) !== circle) continue;
      const parents = g.neighbours[c]!.filter((v) => v !== a && isDirected(g, v, c));
      // The first nodes of paths to each parent.
      const starts = parents.map((parent) =>
        g.neighbours[a]!.filter(
          (v) =>
            v !== c &&
            mayPoint(g)(a, v) &&
            (v === parent || uncoveredPath(g, [a, v], parent, mayPoint(g), (p) => !p.includes(c)) !== null),
        ),
      );
      const found = starts.some((first, k) =>
        starts.slice(k + 1).some((second) => first.some((m) => second.some((w) => m !== w && !g.joined(m, w)))),
      );
      if (found) changed = g.set(c, a, tail) || changed;
    }
  return changed;
};

/** A path that goes on from a beginning to an end over edges that pass, no node of which is joined with the next but one; null where there is none. */
function uncoveredPath(
  g: Orienting,
  begun: readonly number[],
  end: number,
  passes: (v: number, w: number) => boolean,
  accept: (path: readonly number[]) => boolean,
): readonly number[] | null {
  const last = begun.at(-1)!;
  const before = begun.at(-2);
  for (const w of g.neighbours[last]!) {
    if (begun.includes(w) || !passes(last, w) || (before !== undefined && g.joined(before, w))) continue;
    const path = [...begun, w];
    if (w === end) {
      if (accept(path)) return path;
      continue;
    }
    const found = uncoveredPath(g, path, end, passes, accept);
    if (found !== null) return found;
  }
  return null;
}
