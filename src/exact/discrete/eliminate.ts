/** Sums and marginals of a product of factors, by elimination of one variable after another (Dechter 1999). */
import { type Factor, product, summedTo, withoutLast } from './factor.js';
import type { Order } from './order.js';
import type { Scope, Variable } from './value.js';

/** The clique that eliminating a variable makes. */
type Bucket = {
  readonly variable: Variable;
  readonly factors: Factor[];
  /** The other variables of the clique, once the variable was eliminated. */
  separator: Scope;
  /** What the clique hands on. */
  message: Factor | null;
  parent: Bucket | null;
};

/** The network after all variables of an order are eliminated. */
export type Eliminated = {
  /** What is left: factors of the kept variables alone. */
  readonly left: readonly Factor[];
  readonly buckets: readonly Bucket[];
};

/** Multiplies and sums out, one variable of the order after the other. With `keep` the cliques remember what they are made of. */
export function eliminate(factors: readonly Factor[], order: Order, keep: boolean): Eliminated {
  const place = new Map(order.variables.map((v, i) => [v.id, i]));
  const buckets = order.variables.map(
    (variable): Bucket => ({
      variable,
      factors: [],
      separator: [],
      message: null,
      parent: null,
    }),
  );
  const left: Factor[] = [];
  const bucketOf = (scope: Scope): Bucket | null => {
    let first = buckets.length;
    for (const v of scope) first = Math.min(first, place.get(v.id) ?? first);
    return buckets[first] ?? null;
  };
  const hand = (factor: Factor): Bucket | null => {
    const bucket = bucketOf(factor.scope);
    (bucket === null ? left : bucket.factors).push(factor);
    return bucket;
  };
  factors.forEach(hand);
  for (const bucket of buckets) {
    const { variable } = bucket;
    bucket.separator = separatorOf(bucket);
    const message = withoutLast(product(bucket.factors, [...bucket.separator, variable]));
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
  const wanted = new Map<Bucket, number[]>();
  const place = new Map(buckets.map((b, i) => [b.variable.id, i]));
  const found: Factor[] = [];
  scopes.forEach((scope, number) => {
    const first = Math.min(...scope.map((v) => place.get(v.id) ?? buckets.length));
    const bucket = buckets[first];
    if (bucket === undefined) {
      found[number] = { scope: [], table: Float64Array.of(1), logScale: 0 };
      return;
    }
    wanted.set(bucket, [...(wanted.get(bucket) ?? []), number]);
  });
  const down = new Map<Bucket, Factor>();
  const children = new Map<Bucket, Bucket[]>();
  for (const bucket of buckets)
    if (bucket.parent !== null) children.set(bucket.parent, [...(children.get(bucket.parent) ?? []), bucket]);
  for (const bucket of [...buckets].reverse()) {
    const from = down.get(bucket);
    down.delete(bucket);
    const factors = from === undefined ? bucket.factors : [...bucket.factors, from];
    const belief = product(factors, [...bucket.separator, bucket.variable]);
    for (const number of wanted.get(bucket) ?? []) found[number] = summedTo(belief, scopes[number]!);
    for (const child of children.get(bucket) ?? []) {
      const back = summedTo(belief, child.separator);
      if (child.message !== null) down.set(child, divided(back, child.message));
    }
  }
  return found;
}

/** a / b over the same scope, with 0 / 0 = 0. Scales are left out. */
function divided(a: Factor, b: Factor): Factor {
  const table = a.table.map((x, i) => (x === 0 ? 0 : x / b.table[i]!));
  return { scope: a.scope, table, logScale: 0 };
}
