import { canonical, type Estimand, freeNames, one, renamed } from './estimand.js';

/**
 * The expression with `to` in every place of `from`, which may be some of the factors of a product; null where it stands nowhere. Nothing else is
 * simplified. An equation that holds for all values of its names may be used in any place, whatever is summed over there.
 */
export function rewrite(e: Estimand, from: Estimand, to: Estimand): Estimand | null {
  const wanted = from.kind === 'product' ? from.factors.map(canonical) : [];
  const whole = canonical(from);
  let found = false;
  const walk = (inner: Estimand): Estimand => {
    if (canonical(inner) === whole) {
      found = true;
      return to;
    }
    switch (inner.kind) {
      case 'probability':
        return inner;
      case 'sum':
        return { ...inner, body: walk(inner.body) };
      case 'quotient':
        return { ...inner, above: walk(inner.above), below: walk(inner.below) };
      case 'product': {
        const rest = wanted.length === 0 ? null : without(inner.factors, wanted);
        if (rest === null) return flat(inner.factors.map(walk));
        found = true;
        return flat([...rest.map(walk), to]);
      }
    }
  };
  const made = walk(e);
  return found ? made : null;
}

/** The factors that are left when those of some texts are taken away, each once; null where one is missing. */
function without(factors: readonly Estimand[], wanted: readonly string[]): readonly Estimand[] | null {
  const left = [...factors];
  for (const text of wanted) {
    const k = left.findIndex((f) => canonical(f) === text);
    if (k === -1) return null;
    left.splice(k, 1);
  }
  return left;
}

/** A product as it is written: no product in it, and one factor for itself. */
function flat(factors: readonly Estimand[]): Estimand {
  const all = factors.flatMap((f) => (f.kind === 'product' ? f.factors : [f]));
  const [only, ...others] = all;
  if (only === undefined) return one;
  return others.length === 0 ? only : { kind: 'product', factors: all };
}

/** The name of the variable that a name in a text stands for: stars tell bound names from open ones. */
export const variableOf = (name: string): string => name.replace(/\*+$/, '');

/** An expression that was read, its bound names without their stars: inner sums bind the names of variables anew. Null where two meanings meet. */
export function withoutStars(e: Estimand): Estimand | null {
  switch (e.kind) {
    case 'probability':
      return e;
    case 'product': {
      const factors = e.factors.map(withoutStars);
      const kept = factors.filter((f) => f !== null);
      return kept.length === factors.length ? { ...e, factors: kept } : null;
    }
    case 'quotient': {
      const [above, below] = [withoutStars(e.above), withoutStars(e.below)];
      return above === null || below === null ? null : { ...e, above, below };
    }
    case 'sum': {
      const body = withoutStars(e.body);
      if (body === null) return null;
      const open = freeNames(body);
      const plain = new Map(e.over.map((name) => [name, variableOf(name)]));
      for (const [name, variable] of plain) if (name !== variable && open.has(variable)) return null;
      return { kind: 'sum', over: [...plain.values()], body: renamed(body, plain) };
    }
  }
}
