/** Graphs in which the direction of some edges is not known, and what directions follow from others. */

/** Nodes by number. Every edge is directed (`parents`, `children`) or a line (`lines`), never both. */
export type PartlyDirected = {
  readonly count: number;
  readonly parents: readonly Set<number>[];
  readonly children: readonly Set<number>[];
  readonly lines: readonly Set<number>[];
};

const sets = (count: number): Set<number>[] => Array.from({ length: count }, () => new Set());

/** A graph of these arrows and lines; a pair that has an arrow keeps no line. */
export function partlyDirected(
  count: number,
  directed: Iterable<readonly [from: number, to: number]>,
  undirected: Iterable<readonly [number, number]>,
): PartlyDirected {
  const g: PartlyDirected = { count, parents: sets(count), children: sets(count), lines: sets(count) };
  for (const [from, to] of directed) {
    g.parents[to]!.add(from);
    g.children[from]!.add(to);
  }
  for (const [a, b] of undirected) {
    if (g.parents[a]!.has(b) || g.parents[b]!.has(a)) continue;
    g.lines[a]!.add(b);
    g.lines[b]!.add(a);
  }
  return g;
}

/** A copy that can be changed on its own. */
export const copyOf = ({ count, parents, children, lines }: PartlyDirected): PartlyDirected => ({
  count,
  parents: parents.map((set) => new Set(set)),
  children: children.map((set) => new Set(set)),
  lines: lines.map((set) => new Set(set)),
});

/** Whether an edge joins two nodes. */
export const joined = (g: PartlyDirected, a: number, b: number): boolean =>
  g.parents[a]!.has(b) || g.children[a]!.has(b) || g.lines[a]!.has(b);

/** Directs the line between two nodes. */
export function direct(g: PartlyDirected, from: number, to: number): void {
  g.lines[from]!.delete(to);
  g.lines[to]!.delete(from);
  g.parents[to]!.add(from);
  g.children[from]!.add(to);
}

/** All arrows. */
export function* arrowsOf(g: PartlyDirected): Generator<readonly [from: number, to: number]> {
  for (let v = 0; v < g.count; v++) for (const to of g.children[v]!) yield [v, to];
}

/** All lines, each once, the smaller number first. */
export function* linesOf(g: PartlyDirected): Generator<readonly [number, number]> {
  for (let v = 0; v < g.count; v++) for (const w of g.lines[v]!) if (v < w) yield [v, w];
}

/** What directions have to respect beside the graph; all is allowed, and nothing open, where it is left out. */
type DirectionLimits = {
  /** Whether a line may become an arrow. */
  readonly allowed?: (from: number, to: number) => boolean;
  /** Whether it is not known if the middle of a triple is a collider: nothing follows from such a triple. */
  readonly open?: (x: number, middle: number, y: number) => boolean;
};

/**
 * Directs every line whose direction follows from arrows: else there would be a new collider or a circle (Meek, "Causal inference and causal
 * explanation with background knowledge", UAI 1995, rules 1 to 4). Each arrow is looked at once, with the rules that it is a premise of.
 *
 * @param fresh the arrows that are new since the graph was last closed; all of them by default
 */
export function closeDirections(
  g: PartlyDirected,
  fresh: Iterable<readonly [from: number, to: number]> = [...arrowsOf(g)],
  { allowed = () => true, open = () => false }: DirectionLimits = {},
): void {
  const waiting = [...fresh];
  const found = (from: number, to: number): void => {
    if (!allowed(from, to)) return;
    direct(g, from, to);
    waiting.push([from, to]);
  };
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [a, b] = next;
    // Rule 1: a -> b -- c would make a new collider at b.
    for (const c of [...g.lines[b]!]) if (!joined(g, a, c) && !open(a, b, c)) found(b, c);
    // Rule 2: a -> b -> c -> a would be a circle.
    for (const c of [...g.lines[a]!]) if (g.children[b]!.has(c)) found(a, c);
    for (const c of [...g.lines[b]!]) if (g.parents[a]!.has(c)) found(c, b);
    for (const x of [...g.lines[b]!]) if (g.lines[a]!.has(x) && thirdRule(g, x, a, b, open)) found(x, b);
    // Rule 4: from x -- k -> l -> y, k and y apart, x and l joined follows x -> y; the arrow is its first or its second.
    for (const y of g.children[b]!)
      if (y !== a && !joined(g, y, a))
        for (const x of [...g.lines[a]!]) if (g.lines[y]!.has(x) && joined(g, x, b) && !open(a, x, y)) found(x, y);
    for (const k of g.parents[a]!)
      if (k !== b && !joined(g, k, b))
        for (const x of [...g.lines[b]!]) if (g.lines[k]!.has(x) && joined(g, x, a) && !open(k, x, b)) found(x, b);
  }
}

/** Whether x -- b must lead to b because of a -> b: with x -- d -> b, a and d apart, b -> x would make a circle or a new collider at x. */
function thirdRule(
  g: PartlyDirected,
  x: number,
  a: number,
  b: number,
  open: Required<DirectionLimits>['open'],
): boolean {
  for (const d of g.parents[b]!) if (d !== a && g.lines[x]!.has(d) && !joined(g, a, d) && !open(a, x, d)) return true;
  return false;
}

/**
 * An acyclic graph with these arrows, a direction for each line and no new collider; null where there is none (Dor and Tarsi, "A simple
 * algorithm to construct a consistent extension of a partially oriented graph", UCLA technical report R-185, 1992). Parents of each node.
 */
export function extension(graph: PartlyDirected): readonly ReadonlySet<number>[] | null {
  const g = copyOf(graph);
  const parents = graph.parents.map((set) => new Set(set));
  const left = new Uint8Array(g.count).fill(1);
  const isEnd = (v: number): boolean => {
    if (g.children[v]!.size > 0) return false;
    for (const w of g.lines[v]!) {
      for (const u of g.lines[v]!) if (u !== w && !joined(g, u, w)) return false;
      for (const u of g.parents[v]!) if (!joined(g, u, w)) return false;
    }
    return true;
  };
  // A node that is no end can become one only when a neighbour has gone.
  const waiting = [...left.keys()].reverse();
  let gone = 0;
  for (let v = waiting.pop(); v !== undefined; v = waiting.pop()) {
    if (left[v] === 0 || !isEnd(v)) continue;
    left[v] = 0;
    gone += 1;
    for (const w of g.lines[v]!) {
      parents[v]!.add(w);
      g.lines[w]!.delete(v);
      waiting.push(w);
    }
    for (const w of g.parents[v]!) {
      g.children[w]!.delete(v);
      waiting.push(w);
    }
    g.lines[v]!.clear();
    g.parents[v]!.clear();
  }
  return gone === g.count ? parents : null;
}

/** The class of an acyclic graph: its colliders, what follows from them, and lines for the rest. Parents of each node. */
export function classOfParents(parents: readonly ReadonlySet<number>[]): PartlyDirected {
  const apart = (a: number, b: number): boolean => !parents[a]!.has(b) && !parents[b]!.has(a);
  const directed: (readonly [number, number])[] = [];
  const undirected: (readonly [number, number])[] = [];
  for (const [v, causes] of parents.entries()) {
    const list = [...causes];
    for (const a of list) (list.some((b) => b !== a && apart(a, b)) ? directed : undirected).push([a, v]);
  }
  const g = partlyDirected(parents.length, directed, undirected);
  closeDirections(g);
  return g;
}
