import { type IndexedGraph, neighbours } from './indexed.js';
import { adjacentIn, arrowMark, closeByMeek, hasMark, lineMark, orient, type Pattern } from './meek.js';

/**
 * What all graphs of a Markov equivalence class have in common: edges that point the same way in all of them, and edges that do not. Node
 * numbers are those of the graph.
 */
export type Cpdag = {
  readonly count: number;
  readonly directed: readonly (readonly [from: number, to: number])[];
  readonly undirected: readonly (readonly [number, number])[];
};

/** The completed partially directed graph of a graph without `<->` (Meek, "Causal inference and causal explanation with background knowledge", UAI 1995). */
export function cpdagOf(graph: IndexedGraph): Cpdag {
  const { count } = graph;
  const g: Pattern = { count, marks: new Uint8Array(count * count) };
  for (let v = 0; v < count; v++)
    for (const parent of neighbours(graph.parents, v)) {
      g.marks[parent * count + v] = lineMark;
      g.marks[v * count + parent] = lineMark;
    }
  for (let v = 0; v < count; v++) {
    const parents = [...neighbours(graph.parents, v)];
    for (const [k, a] of parents.entries())
      for (const b of parents.slice(k + 1))
        if (!adjacentIn(g, a, b)) {
          orient(g, a, v);
          orient(g, b, v);
        }
  }
  closeByMeek(g);
  return read(g);
}

function read(g: Pattern): Cpdag {
  const directed: (readonly [number, number])[] = [];
  const undirected: (readonly [number, number])[] = [];
  for (let a = 0; a < g.count; a++)
    for (let b = 0; b < g.count; b++) {
      if (hasMark(g, a, b, arrowMark)) directed.push([a, b]);
      if (a < b && hasMark(g, a, b, lineMark)) undirected.push([a, b]);
    }
  return { count: g.count, directed, undirected };
}

/**
 * The number of graphs in the class: the product over the undirected components of their orientations without a new collider, each counted by
 * the node that all its edges leave (He, Jia and Yu, "Counting and exploring sizes of Markov equivalence classes of directed acyclic graphs", JMLR 16,
 * 2015, theorem 4). Exponential in the size of a component at worst; what was counted is kept.
 */
export function classSize({ count, undirected }: Cpdag): number {
  const known = new Map<string, number>();
  const around = Array.from({ length: count }, () => new Set<number>());
  for (const [a, b] of undirected) {
    around[a]!.add(b);
    around[b]!.add(a);
  }
  const size = (nodes: readonly number[], edges: (a: number, b: number) => boolean): number => {
    const n = nodes.length;
    const links = nodes.flatMap((a, k) => nodes.slice(k + 1).filter((b) => edges(a, b))).length;
    if (links === n - 1) return n;
    if (links === (n * (n - 1)) / 2) return factorial(n);
    const key = nodes.map((a) => `${a}:${nodes.filter((b) => edges(a, b)).join()}`).join(';');
    const before = known.get(key);
    if (before !== undefined) return before;
    let total = 0;
    for (const root of nodes) {
      const place = new Map(nodes.map((v, k) => [v, k]));
      const g: Pattern = { count: n, marks: new Uint8Array(n * n) };
      for (const a of nodes)
        for (const b of nodes) if (a !== b && edges(a, b)) g.marks[place.get(a)! * n + place.get(b)!] = lineMark;
      for (const b of nodes) if (b !== root && edges(root, b)) orient(g, place.get(root)!, place.get(b)!);
      closeByMeek(g);
      let product = 1;
      for (const part of lineComponents(g))
        product *= size(
          part.map((k) => nodes[k]!),
          (a, b) => hasMark(g, place.get(a)!, place.get(b)!, lineMark),
        );
      total += product;
    }
    known.set(key, total);
    return total;
  };
  const whole: Pattern = { count, marks: new Uint8Array(count * count) };
  for (const [a, b] of undirected) {
    whole.marks[a * count + b] = lineMark;
    whole.marks[b * count + a] = lineMark;
  }
  return lineComponents(whole).reduce((p, part) => p * size(part, (a, b) => around[a]!.has(b)), 1);
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** Nodes that undirected edges join, set by set; single nodes are left out. */
function lineComponents(g: Pattern): readonly (readonly number[])[] {
  const seen = new Uint8Array(g.count);
  const found: (readonly number[])[] = [];
  for (let v = 0; v < g.count; v++) {
    if (seen[v] === 1) continue;
    const part = [v];
    seen[v] = 1;
    for (let k = 0; k < part.length; k++)
      for (let w = 0; w < g.count; w++)
        if (seen[w] === 0 && hasMark(g, part[k]!, w, lineMark)) {
          seen[w] = 1;
          part.push(w);
        }
    if (part.length > 1) found.push(part.sort((a, b) => a - b));
  }
  return found;
}
