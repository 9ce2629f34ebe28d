import type { Graph } from '../../causal/graph.js';
import { indexGraph, neighbours } from '../../causal/indexed.js';
import { topologicalOrder } from '../../causal/structure.js';

/** Where a node stands: its layer from the top, and its place in the layer from the left. */
type Place = { readonly layer: number; readonly place: number };

/** Sweeps over all layers, down and up in turn. */
const sweeps = 12;

/**
 * Places for the nodes of a graph, causes above effects: layers by the longest way from a root, and in each layer an order in which few edges cross
 * (the barycentre method of Sugiyama, Tagawa and Toda, IEEE Transactions on Systems, Man, and Cybernetics 11, 1981). Nodes of a circle stand in
 * the order in which they are named.
 */
export function layered(graph: Graph): readonly Place[] {
  // Edges of unknown direction pull as those of common causes do.
  const edges = graph.edges.map((edge) => (edge.kind === '--' ? { ...edge, kind: '<->' as const } : edge));
  const indexed = indexGraph({ ...graph, edges });
  const order = topologicalOrder(indexed) ?? [...graph.nodes.keys()];
  const layer = new Int32Array(indexed.count);
  for (const v of order)
    for (const child of neighbours(indexed.children, v)) layer[child] = Math.max(layer[child]!, layer[v]! + 1);
  // A root stands right above its first effect, not at the very top.
  for (const v of order.toReversed()) {
    const below = [...neighbours(indexed.children, v)].map((child) => layer[child]!);
    if (below.length > 0 && neighbours(indexed.parents, v).length === 0) layer[v] = Math.max(0, Math.min(...below) - 1);
  }
  const rows: number[][] = Array.from({ length: Math.max(0, ...layer) + 1 }, () => []);
  for (const v of order) rows[layer[v]!]!.push(v);
  const at = new Float64Array(indexed.count);
  const settle = (row: readonly number[]): void => {
    row.forEach((v, k) => {
      at[v] = k - (row.length - 1) / 2;
    });
  };
  rows.forEach(settle);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : rows.toReversed()) {
      const wish = new Map(
        row.map((v) => {
          const near = [
            ...neighbours(down ? indexed.parents : indexed.children, v),
            ...[...neighbours(indexed.spouses, v)].filter((w) => layer[w] !== layer[v]),
          ];
          return [v, near.length === 0 ? at[v]! : near.reduce((sum, w) => sum + at[w]!, 0) / near.length];
        }),
      );
      row.sort((a, b) => wish.get(a)! - wish.get(b)!);
      settle(row);
    }
  }
  return graph.nodes.map((_, v) => ({ layer: layer[v]!, place: at[v]! }));
}
