import { type IndexedGraph, neighbours } from '../indexed.js';

/** What a node has a signal from: itself, where it begins; a cause; or a coin on a `<->`. */
export type Hears =
  | { readonly kind: 'self' }
  | { readonly kind: 'cause'; readonly node: number }
  | { readonly kind: 'coin' };

/** A signal that an outcome shows and that hides the bit of a node which is conditioned on. */
export type Mask = {
  readonly hidden: number;
  /** What the hidden bit is turned round by. */
  readonly by: Hears;
  /** Nodes that carry the signal, each with what it has it from. */
  readonly carriers: ReadonlyMap<number, Hears>;
};

/** For each node the next one on a shortest way along arrows to some others, inside of a set. */
export function waysTo(
  graph: IndexedGraph,
  inside: ReadonlySet<number>,
  ends: Iterable<number>,
): ReadonlyMap<number, number> {
  const next = new Map<number, number>();
  const queue = [...ends];
  const seen = new Set(queue);
  for (let k = 0; k < queue.length; k++)
    for (const parent of neighbours(graph.parents, queue[k]!)) {
      if (!inside.has(parent) || seen.has(parent)) continue;
      seen.add(parent);
      next.set(parent, queue[k]!);
      queue.push(parent);
    }
  return next;
}

/**
 * A signal from a common cause of a node that is conditioned on and of an outcome, or from a coin on a `<->` above both; null where there is none. Once
 * the hidden bit is known, so is the signal, and only then: so an effect on the bit becomes one on the outcome given what is conditioned on.
 *
 * @param ends nodes whose bit may be hidden
 * @param inside nodes that may carry the signal
 */
export function maskFor(
  graph: IndexedGraph,
  ends: Iterable<number>,
  inside: ReadonlySet<number>,
  outcome: ReadonlySet<number>,
): Mask | null {
  const shown = waysTo(graph, inside, outcome);
  const shows = (v: number): boolean => inside.has(v) && (shown.has(v) || outcome.has(v));
  for (const end of ends) {
    const hides = waysTo(graph, inside, [end]);
    const carriers = new Map<number, Hears>();
    /** Carries the signal on from a node that has it; gives the last one before a stop. */
    const carry = (from: number, ways: ReadonlyMap<number, number>, stop: (v: number) => boolean): number => {
      let at = from;
      for (let next = ways.get(at); next !== undefined && !stop(at); next = ways.get(at)) {
        if (next === end) break;
        if (!carriers.has(next)) carriers.set(next, { kind: 'cause', node: at });
        at = next;
      }
      return at;
    };
    const isShown = (v: number): boolean => outcome.has(v);
    for (const source of hides.keys()) {
      if (!shows(source)) continue;
      carriers.set(source, { kind: 'self' });
      carry(source, shown, isShown);
      return { hidden: end, by: { kind: 'cause', node: carry(source, hides, () => false) }, carriers };
    }
    for (const a of [end, ...hides.keys()])
      for (const b of neighbours(graph.spouses, a)) {
        if (!shows(b)) continue;
        carriers.set(b, { kind: 'coin' });
        carry(b, shown, isShown);
        if (a === end) return { hidden: end, by: { kind: 'coin' }, carriers };
        carriers.set(a, { kind: 'coin' });
        return { hidden: end, by: { kind: 'cause', node: carry(a, hides, () => false) }, carriers };
      }
  }
  return null;
}
