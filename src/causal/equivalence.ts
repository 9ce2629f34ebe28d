import {
  arrowsOf,
  classOfParents,
  closeDirections,
  direct,
  linesOf,
  type PartlyDirected,
  partlyDirected,
} from './class/partly_directed.js';
import { type IndexedGraph, neighbours } from './indexed.js';

/**
 * What all graphs of a Markov equivalence class have in common: edges that point the same way in all of them, and edges that do not. Node
 * numbers are those of the graph.
 */
type Cpdag = {
  readonly count: number;
  readonly directed: readonly (readonly [from: number, to: number])[];
  readonly undirected: readonly (readonly [number, number])[];
};

/** The completed partially directed graph of a graph without `<->`. */
export function cpdagOf(graph: IndexedGraph): Cpdag {
  const parents = Array.from({ length: graph.count }, (_, v) => new Set(neighbours(graph.parents, v)));
  const g = classOfParents(parents);
  const inOrder = (a: readonly [number, number], b: readonly [number, number]): number => a[0] - b[0] || a[1] - b[1];
  return {
    count: graph.count,
    directed: [...arrowsOf(g)].sort(inOrder),
    undirected: [...linesOf(g)].sort(inOrder),
  };
}

/**
 * The number of graphs in the class: the product over the undirected components of their orientations without a new collider, each counted by
 * the node that all its edges leave (He, Jia and Yu, "Counting and exploring sizes of Markov equivalence classes of directed acyclic graphs", JMLR 16,
 * 2015, theorem 4). Exponential in the size of a component at worst; what was counted is kept.
 */
export function classSize({ count, undirected }: Cpdag): number {
  const known = new Map<string, number>();
  const size = (nodes: readonly number[], lines: readonly ReadonlySet<number>[]): number => {
    const n = nodes.length;
    const links = nodes.reduce((sum, v) => sum + lines[v]!.size, 0) / 2;
    if (links === n - 1) return n;
    if (links === (n * (n - 1)) / 2) return factorial(n);
    const key = nodes.map((v) => `${v}:${[...lines[v]!].sort((a, b) => a - b).join()}`).join(';');
    const before = known.get(key);
    if (before !== undefined) return before;
    const own = nodes.flatMap((v) => [...lines[v]!].map((w) => [v, w] as const));
    let total = 0;
    for (const root of nodes) {
      const g = partlyDirected(count, [], own);
      for (const v of [...g.lines[root]!]) direct(g, root, v);
      closeDirections(g);
      total += lineComponents(g).reduce((product, part) => product * size(part, g.lines), 1);
    }
    known.set(key, total);
    return total;
  };
  const whole = partlyDirected(count, [], undirected);
  return lineComponents(whole).reduce((product, part) => product * size(part, whole.lines), 1);
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** Nodes that undirected edges join, set by set; single nodes are left out. */
function lineComponents({ count, lines }: PartlyDirected): readonly (readonly number[])[] {
  const seen = new Uint8Array(count);
  const found: (readonly number[])[] = [];
  for (let v = 0; v < count; v++) {
    if (seen[v] === 1 || lines[v]!.size === 0) continue;
    const part = new Set([v]);
    for (const w of part) for (const u of lines[w]!) part.add(u);
    for (const w of part) seen[w] = 1;
    found.push([...part].sort((a, b) => a - b));
  }
  return found;
}
