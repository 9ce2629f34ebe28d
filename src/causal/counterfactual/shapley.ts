/**
 * Shapley values (Shapley, "A value for n-person games", 1953): the share of a player is the mean of what it adds to those before it, over all
 * orders. A coalition is a number whose bit k says whether player k is in it.
 */

/** The share of a player as a weighted sum of values of coalitions. */
type ShapleyTerms = readonly ReadonlyMap<number, number>[];

/** The terms of all players, exact: 2^n coalitions. */
export function shapleyTerms(players: number): ShapleyTerms {
  const terms = Array.from({ length: players }, () => new Map<number, number>());
  // |S|! (n - |S| - 1)! / n!, by size.
  const weights: number[] = [];
  for (let size = 0; size < players; size++)
    weights.push(size === 0 ? 1 / players : (weights[size - 1]! * size) / (players - size));
  for (let set = 0; set < 2 ** players; set++) {
    for (let k = 0; k < players; k++) {
      if ((set >> k) % 2 === 1) continue;
      const weight = weights[sizeOf(set)]!;
      terms[k]!.set(set, (terms[k]!.get(set) ?? 0) - weight);
      terms[k]!.set(set | (1 << k), (terms[k]!.get(set | (1 << k)) ?? 0) + weight);
    }
  }
  return terms;
}

/** The terms that one order of the players gives. */
export function orderTerms(order: readonly number[]): ShapleyTerms {
  const terms = order.map(() => new Map<number, number>());
  let set = 0;
  for (const k of order) {
    terms[k]!.set(set, -1);
    set |= 1 << k;
    terms[k]!.set(set, 1);
  }
  return terms;
}

/** Orders of players drawn at random, each together with its reverse (antithetic: Mitchell et al., JMLR 23, 2022). `uniform` gives numbers in (0, 1). */
export function randomOrders(players: number, count: number, uniform: () => number): readonly (readonly number[])[] {
  const orders: (readonly number[])[] = [];
  while (orders.length < count) {
    const order = Array.from({ length: players }, (_, k) => k);
    for (let k = players - 1; k > 0; k--) {
      const other = Math.floor(uniform() * (k + 1));
      [order[k], order[other]] = [order[other]!, order[k]!];
    }
    orders.push(order, order.toReversed());
  }
  return orders.slice(0, count);
}

function sizeOf(set: number): number {
  let size = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) size += 1;
  return size;
}
