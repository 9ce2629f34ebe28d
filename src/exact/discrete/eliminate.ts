/** Sums and marginals of a product of factors, by elimination of one variable after another (Dechter 1999). */
import { contract } from './contract.js';
import { type Factor, tabled } from './factor.js';
import type { Order } from './order.js';
import type { Scope, Variable } from './value.js';

/** The clique that eliminating a variable makes. */
type Bucket = {
  readonly variable: Variable;
  readonly factors: Factor[];
  /** What the clique hands on to a later one, a function of its other variables. */
  message: Factor | null;
  parent: Bucket | null;
};

/** The network after all variables of an order are eliminated. */
type Eliminated = {
  /** What is left: factors of the kept variables alone. */
  readonly left: readonly Factor[];
  readonly buckets: readonly Bucket[];
};

/** Multiplies and sums out, one variable of the order after the other. With `keep` the cliques remember what they are made of. */
export function eliminate(factors: readonly Factor[], order: Order, keep: boolean): Eliminated {
  const place = new Map(order.variables.map((v, i) => [v.id, i]));
  const buckets = order.variables.map((variable): Bucket => ({ variable, factors: [], message: null, parent: null }));
  const left: Factor[] = [];
  const hand = (factor: Factor): Bucket | null => {
    let first = buckets.length;
    for (const v of factor.scope) first = Math.min(first, place.get(v.id) ?? first);
    const bucket = buckets[first] ?? null;
    (bucket === null ? left : bucket.factors).push(factor);
    return bucket;
  };
  factors.forEach(hand);
  for (const bucket of buckets) {
    const [message] = contract(bucket.factors, [separatorOf(bucket)]);
    if (message === undefined) continue;
    bucket.parent = hand(message);
    if (keep) bucket.message = message;
    else bucket.factors.length = 0;
  }
  return { left, buckets };
}

function separatorOf(bucket: Bucket): Scope {
  const found = new Map<number, Variable>();
  for (const factor of bucket.factors) for (const v of factor.scope) if (v !== bucket.variable) found.set(v.id, v);
  return [...found.values()].sort((a, b) => a.id - b.id);
}

/**
 * The marginals of scopes, each of which lies in one clique, in a second pass from the last clique back to the first (Lauritzen and
 * Spiegelhalter 1988). Results are in the order of the scopes and normalised only up to a factor.
 */
export function marginals({ buckets }: Eliminated, scopes: readonly Scope[]): readonly Factor[] {
  const place = new Map(buckets.map((b, i) => [b.variable.id, i]));
  const found: Factor[] = scopes.map(() => tabled([], Float64Array.of(1)));
  const wanted = new Map<Bucket, number[]>();
  scopes.forEach((scope, number) => {
    const bucket = buckets[Math.min(...scope.map((v) => place.get(v.id) ?? buckets.length))];
    if (bucket !== undefined) wanted.set(bucket, [...(wanted.get(bucket) ?? []), number]);
  });
  const children = new Map<Bucket, Bucket[]>();
  for (const bucket of buckets) {
    const list = bucket.parent === null ? undefined : (children.get(bucket.parent) ?? []);
    if (bucket.parent === null || list === undefined) continue;
    list.push(bucket);
    children.set(bucket.parent, list);
  }
  const down = new Map<Bucket, Factor>();
  for (const bucket of [...buckets].reverse()) {
    const from = down.get(bucket);
    down.delete(bucket);
    const below = children.get(bucket) ?? [];
    const numbers = wanted.get(bucket) ?? [];
    const targets = [...below.map((child) => child.message?.scope ?? []), ...numbers.map((n) => scopes[n]!)];
    if (targets.length === 0) continue;
    const beliefs = contract(from === undefined ? bucket.factors : [...bucket.factors, from], targets);
    below.forEach((child, k) => {
      const [belief, message] = [beliefs[k], child.message];
      if (belief !== undefined && message !== null) down.set(child, divided(belief, message));
    });
    numbers.forEach((number, k) => {
      found[number] = beliefs[below.length + k]!;
    });
  }
  return found;
}

/** a / b over the same scope, with 0 / 0 = 0. Scales are left out. */
const divided = (a: Factor, b: Factor): Factor =>
  tabled(
    a.scope,
    a.table.map((x, i) => (x === 0 ? 0 : x / b.table[i]!)),
  );
