import type { PartlyDirected } from './partly_directed.js';
import { joined } from './partly_directed.js';

/**
 * Nodes that a node leads to in some graph of a class, itself included, with the node before each on such a path: those at the end of paths along arrows and
 * lines whose neighbours but one are not joined. Each such path can be directed all along, since its first edge directs the others (Perkovic, Kalisch
 * and Maathuis, "Interpreting and using CPDAGs with background knowledge", UAI 2017, lemma 3.6). The graph is closed under the rules of Meek.
 *
 * @param avoid nodes that paths do not enter
 */
export function possibleDescendants(
  g: PartlyDirected,
  start: number,
  avoid: ReadonlySet<number> = new Set(),
): ReadonlyMap<number, readonly number[]> {
  type Step = { readonly node: number; readonly before: Step | null };
  const found = new Map<number, Step>();
  const seen = new Set<number>();
  const waiting: Step[] = [{ node: start, before: null }];
  for (const step of waiting) {
    const { node, before } = step;
    if (!found.has(node)) found.set(node, step);
    for (const list of [g.children[node]!, g.lines[node]!])
      for (const next of list) {
        const key = node * g.count + next;
        if (
          seen.has(key) ||
          avoid.has(next) ||
          (before !== null && (next === before.node || joined(g, before.node, next)))
        )
          continue;
        seen.add(key);
        waiting.push({ node: next, before: step });
      }
  }
  const pathTo = (end: Step): readonly number[] => {
    const path: number[] = [];
    for (let at: Step | null = end; at !== null; at = at.before) path.unshift(at.node);
    return path;
  };
  return new Map([...found].map(([node, step]) => [node, pathTo(step)]));
}
