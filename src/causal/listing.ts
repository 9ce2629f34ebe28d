/**
 * All sets of a family, one after another, where a search finds one that has some nodes and lacks others: nodes are decided on one after another, first as
 * the set that is known has it, so that a search is needed only to turn a decision round. A search that fails ends its branch: the delay is
 * as many searches as there are nodes.
 *
 * @param free the nodes that sets differ in
 * @param find a set that has the first nodes and lacks the second; null where there is none. It must not keep what it is given
 */
export function* setsFoundBy(
  free: readonly number[],
  find: (has: ReadonlySet<number>, lacks: ReadonlySet<number>) => ReadonlySet<number> | null,
): Generator<ReadonlySet<number>> {
  const [has, lacks] = [new Set<number>(), new Set<number>()];
  const first = find(has, lacks);
  if (first === null) return;
  // What was known when a node was decided on, and whether both ways were tried.
  const known: ReadonlySet<number>[] = [first];
  const turned = new Uint8Array(free.length);
  for (let k = 0; ; ) {
    for (; k < free.length; k++) {
      const v = free[k]!;
      (known[k]!.has(v) ? has : lacks).add(v);
      turned[k] = 0;
      known[k + 1] = known[k]!;
    }
    yield known[k]!;
    let other: ReadonlySet<number> | null = null;
    while (other === null) {
      k -= 1;
      if (k < 0) return;
      const v = free[k]!;
      const was = has.delete(v);
      if (!was) lacks.delete(v);
      if (turned[k] === 1) continue;
      (was ? lacks : has).add(v);
      other = find(has, lacks);
      if (other === null) (was ? lacks : has).delete(v);
    }
    turned[k] = 1;
    known[k + 1] = other;
    k += 1;
  }
}

/**
 * A set of a family in which as many nodes of a list as possible are turned: many at once where that goes, so that it takes as many searches
 * as there are nodes that stay, times a logarithm.
 *
 * @param turn a set with these nodes turned too, and what was turned before; null where there is none
 */
export function turnedWherePossible<T>(
  first: T,
  nodes: readonly number[],
  turn: (set: T, nodes: readonly number[]) => T | null,
): T {
  let set = first;
  const waiting: (readonly number[])[] = [nodes];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    const next = part.length === 0 ? set : turn(set, part);
    if (next !== null) set = next;
    else if (part.length > 1) {
      const half = part.length >> 1;
      waiting.push(part.slice(half), part.slice(0, half));
    }
  }
  return set;
}
