import { type IndexedGraph, neighbours } from './indexed.js';

/** Covariances whose products agree in every linear model of a graph: cov(a, c) cov(b, d) = cov(a, d) cov(b, c). */
type Tetrad = { readonly rows: readonly [number, number]; readonly columns: readonly [number, number] };

/**
 * All tetrads of observed variables that vanish whatever the coefficients are: those whose two pairs are t-separated by one node (Sullivant, Talaska
 * and Draisma, "Trek separation for Gaussian graphical models", Annals of Statistics 38, 2010, theorem 2.8).
 */
export function* vanishingTetrads(graph: IndexedGraph): Generator<Tetrad> {
  const observed = [...graph.nodes.keys()].filter((v) => !graph.nodes[v]!.latent);
  const n = observed.length;
  for (let i = 0; i < n; i++)
    for (let j = i + 1; j < n; j++)
      for (let k = j + 1; k < n; k++)
        for (let l = k + 1; l < n; l++) {
          const [a, b, c, d] = [observed[i]!, observed[j]!, observed[k]!, observed[l]!];
          const splits: readonly Tetrad[] = [
            { rows: [a, b], columns: [c, d] },
            { rows: [a, c], columns: [b, d] },
            { rows: [a, d], columns: [b, c] },
          ];
          for (const tetrad of splits) if (treksThrough(graph, tetrad) < 2) yield tetrad;
        }
}

/** How many treks join two pairs without a common node on the same side: the greatest flow, up to 2. A trek goes up one side and down the other. */
function treksThrough(graph: IndexedGraph, { rows, columns }: Tetrad): number {
  const { count, parents, children, spouses } = graph;
  // Two copies of each node, one for each side of a trek, each with an entry and an exit of capacity one.
  const entry = (v: number, side: 0 | 1): number => 2 * (v + side * count);
  const used = new Set<string>();
  const next = (at: number): readonly number[] => {
    const place = at >> 1;
    const side = place >= count ? 1 : 0;
    const v = place - side * count;
    if ((at & 1) === 0) return [at + 1];
    if (side === 1) return [...neighbours(children, v)].map((w) => entry(w, 1));
    return [
      entry(v, 1),
      ...[...neighbours(parents, v)].map((w) => entry(w, 0)),
      ...[...neighbours(spouses, v)].map((w) => entry(w, 1)),
    ];
  };
  const before = new Map<number, readonly number[]>();
  for (let at = 0; at < 4 * count; at++) for (const to of next(at)) before.set(to, [...(before.get(to) ?? []), at]);
  const ends = new Set(columns.map((v) => entry(v, 1) + 1));
  const free = new Set<number>(rows.map((v) => entry(v, 0)));
  let flow = 0;
  for (;;) {
    const from = new Map<number, number>();
    const queue = [...free];
    let end = -1;
    for (let k = 0; k < queue.length && end === -1; k++) {
      const at = queue[k]!;
      if (ends.has(at)) {
        end = at;
        break;
      }
      const forward = next(at).filter((to) => !used.has(`${at} ${to}`));
      const back = (before.get(at) ?? []).filter((to) => used.has(`${to} ${at}`));
      for (const to of [...forward, ...back])
        if (!from.has(to) && !free.has(to)) {
          from.set(to, at);
          queue.push(to);
        }
    }
    if (end === -1) return flow;
    ends.delete(end);
    let at = end;
    for (let previous = from.get(at); previous !== undefined; previous = from.get(at)) {
      if (used.has(`${at} ${previous}`)) used.delete(`${at} ${previous}`);
      else used.add(`${previous} ${at}`);
      at = previous;
    }
    free.delete(at);
    flow += 1;
    if (flow === 2) return flow;
  }
}
