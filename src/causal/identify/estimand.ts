/**
 * Estimands: expressions of probabilities that data can answer. A variable stands for its value; a sum binds the names that it runs over,
 * so that an inner one of the same name is another variable.
 */
export type Estimand =
  /** P(of | given), under do(action). */
  | {
      readonly kind: 'probability';
      readonly of: readonly string[];
      readonly given: readonly string[];
      readonly action: readonly string[];
    }
  | { readonly kind: 'sum'; readonly over: readonly string[]; readonly body: Estimand }
  /** 1 where there are no factors. */
  | { readonly kind: 'product'; readonly factors: readonly Estimand[] }
  | { readonly kind: 'quotient'; readonly above: Estimand; readonly below: Estimand };

/** P(of | given) under do(action). */
export type Probability = Extract<Estimand, { readonly kind: 'probability' }>;

/** P(of | given) under do(action); 1 where it is of nothing. */
export const probability = (
  of: readonly string[],
  given: readonly string[] = [],
  action: readonly string[] = [],
): Estimand => (of.length === 0 ? one : { kind: 'probability', of, given, action });

/** The number 1. */
export const one: Estimand = { kind: 'product', factors: [] };

const isOne = (e: Estimand): boolean => e.kind === 'product' && e.factors.length === 0;

/** The product, flat and without ones; a factor that another one is divided by falls out with it. */
export function product(factors: readonly Estimand[]): Estimand {
  const flat = factors.flatMap((f) => (f.kind === 'product' ? f.factors : [f]));
  for (const [k, divided] of flat.entries()) {
    if (divided.kind !== 'quotient') continue;
    const others = flat.filter((_, i) => i !== k);
    const below = divided.below.kind === 'product' ? divided.below.factors : [divided.below];
    const met = below.map((b) => canonical(b));
    const at = others.findIndex((f) => met.includes(canonical(f)));
    if (at === -1) continue;
    const gone = met.indexOf(canonical(others[at]!));
    const rest = product(below.filter((_, i) => i !== gone));
    return product([...others.filter((_, i) => i !== at), quotient(divided.above, rest)]);
  }
  const [only, ...others] = flat;
  return only !== undefined && others.length === 0 ? only : { kind: 'product', factors: flat };
}

/** The names that an expression leaves open. */
export function freeNames(e: Estimand): Set<string> {
  switch (e.kind) {
    case 'probability':
      return new Set([...e.of, ...e.given, ...e.action]);
    case 'sum': {
      const names = freeNames(e.body);
      for (const name of e.over) names.delete(name);
      return names;
    }
    case 'product':
      return new Set(e.factors.flatMap((f) => [...freeNames(f)]));
    case 'quotient':
      return new Set([...freeNames(e.above), ...freeNames(e.below)]);
  }
}

/** The expression with its open names called otherwise; no sum in it binds a new name. */
export function renamed(e: Estimand, names: ReadonlyMap<string, string>): Estimand {
  const all = (list: readonly string[]): readonly string[] => list.map((name) => names.get(name) ?? name);
  switch (e.kind) {
    case 'probability':
      return { ...e, of: all(e.of), given: all(e.given), action: all(e.action) };
    case 'product':
      return { ...e, factors: e.factors.map((f) => renamed(f, names)) };
    case 'quotient':
      return { ...e, above: renamed(e.above, names), below: renamed(e.below, names) };
    case 'sum': {
      const inner = new Map([...names].filter(([name]) => !e.over.includes(name)));
      return { ...e, body: renamed(e.body, inner) };
    }
  }
}

/** A text that expressions have in common that differ only in the order of factors and names. */
export function canonical(e: Estimand): string {
  const list = (names: readonly string[]): string => [...names].sort().join(',');
  switch (e.kind) {
    case 'probability':
      return `P[${list(e.action)}](${list(e.of)}|${list(e.given)})`;
    case 'sum':
      return `sum{${list(e.over)}}(${canonical(e.body)})`;
    case 'product':
      return `(${e.factors.map(canonical).sort().join(' ')})`;
    case 'quotient':
      return `(${canonical(e.above)}/${canonical(e.below)})`;
  }
}

/**
 * The sum over some names. What does not hang on a name is taken out of its sum, so that it goes inside as far as it can; a name that then
 * stands in one probability alone, left of the bar, sums to one and is left out.
 */
export function sum(over: readonly string[], body: Estimand): Estimand {
  const names = new Set(over);
  const factors = body.kind === 'product' ? [...body.factors] : [body];
  for (let changed = true; changed; ) {
    changed = false;
    for (const name of [...names]) {
      const [only, ...others] = factors.filter((f) => freeNames(f).has(name));
      const inner = others.length > 0 ? null : only === undefined ? one : summedInside(name, only);
      if (inner === null) continue;
      names.delete(name);
      if (only !== undefined)
        factors.splice(factors.indexOf(only), 1, ...(inner.kind === 'product' ? inner.factors : [inner]));
      changed = true;
    }
  }
  const hangs = (f: Estimand): boolean => [...names].some((name) => freeNames(f).has(name));
  const inside = factors.filter(hangs);
  const outside = factors.filter((f) => !hangs(f));
  if (inside.length === 0) return product(outside);
  return product([...outside, { kind: 'sum', over: [...names], body: product(inside) }]);
}

/** The sum of one factor over a name, where it is simpler than a sum around it. */
function summedInside(name: string, factor: Estimand): Estimand | null {
  switch (factor.kind) {
    case 'probability':
      if (!factor.of.includes(name)) return null;
      return probability(
        factor.of.filter((other) => other !== name),
        factor.given,
        factor.action,
      );
    case 'sum':
      return sum([...factor.over, name], factor.body);
    case 'quotient':
      return freeNames(factor.below).has(name) ? null : quotient(sum([name], factor.above), factor.below);
    case 'product':
      return null;
  }
}

/** The quotient; what stands above and below is left out, and of one probability over its own margin a conditional is made. */
export function quotient(above: Estimand, below: Estimand): Estimand {
  if (isOne(below)) return above;
  const upper = above.kind === 'product' ? [...above.factors] : [above];
  const lower = below.kind === 'product' ? [...below.factors] : [below];
  for (const factor of [...lower]) {
    const same = upper.findIndex((f) => canonical(f) === canonical(factor));
    if (same === -1) continue;
    upper.splice(same, 1);
    lower.splice(lower.indexOf(factor), 1);
  }
  for (const factor of [...lower]) {
    const at = upper.findIndex((f) => conditional(f, factor) !== null);
    const made = at === -1 ? null : conditional(upper[at]!, factor);
    if (made === null) continue;
    upper[at] = made;
    lower.splice(lower.indexOf(factor), 1);
  }
  const left = product(upper);
  return lower.length === 0 ? left : { kind: 'quotient', above: left, below: product(lower) };
}

/** P(a, b | c) over P(b | c) as P(a | b, c); null where they are of other forms. */
function conditional(above: Estimand, below: Estimand): Estimand | null {
  if (above.kind !== 'probability' || below.kind !== 'probability') return null;
  const alike = (a: readonly string[], b: readonly string[]): boolean =>
    a.length === b.length && a.every((name) => b.includes(name));
  if (!alike(above.given, below.given) || !alike(above.action, below.action)) return null;
  if (!below.of.every((name) => above.of.includes(name))) return null;
  const of = above.of.filter((name) => !below.of.includes(name));
  return probability(of, [...below.of, ...above.given], above.action);
}

/** What answers P(of | given) under do(action), all names having a value. */
export type Distribution = (
  of: readonly string[],
  given: readonly string[],
  action: readonly string[],
  values: ReadonlyMap<string, number>,
) => number;

/**
 * The number that an expression is, where each open name has a value; one without a value is taken as 0, since nothing hangs on it. What an
 * inner expression comes to is kept by the values of its open names, so that nested sums cost no more than their tables.
 *
 * @param levels the number of values of each name: 0, 1, …
 */
export function evaluate(
  e: Estimand,
  values: ReadonlyMap<string, number>,
  levels: (name: string) => number,
  distribution: Distribution,
): number {
  const open = new Map<Estimand, readonly string[]>();
  const known = new Map<Estimand, Map<string, number>>();
  const at = (inner: Estimand, bound: ReadonlyMap<string, number>): number => {
    const names = open.get(inner) ?? [...freeNames(inner)];
    open.set(inner, names);
    const table = known.get(inner) ?? new Map<string, number>();
    known.set(inner, table);
    const key = names.map((name) => bound.get(name) ?? 0).join();
    const before = table.get(key);
    if (before !== undefined) return before;
    const value = compute(inner, bound);
    table.set(key, value);
    return value;
  };
  const compute = (inner: Estimand, bound: ReadonlyMap<string, number>): number => {
    switch (inner.kind) {
      case 'probability':
        return distribution(inner.of, inner.given, inner.action, bound);
      case 'product':
        return inner.factors.reduce((p, f) => p * at(f, bound), 1);
      case 'quotient': {
        const above = at(inner.above, bound);
        return above === 0 ? 0 : above / at(inner.below, bound);
      }
      case 'sum': {
        const run = (k: number, inside: ReadonlyMap<string, number>): number => {
          const name = inner.over[k];
          if (name === undefined) return at(inner.body, inside);
          let total = 0;
          for (let value = 0; value < levels(name); value++) total += run(k + 1, new Map([...inside, [name, value]]));
          return total;
        };
        return run(0, bound);
      }
    }
  };
  return at(e, values);
}
