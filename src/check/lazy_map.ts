/** A read-only map whose values are made when they are first asked for. `decode` gets names of `names` only. */
export function lazyMap<V>(names: readonly string[], decode: (name: string) => V): ReadonlyMap<string, V> {
  const known = new Set(names);
  const made = new Map<string, V>();
  const get = (name: string): V | undefined => {
    if (!known.has(name)) return undefined;
    const value = made.get(name) ?? decode(name);
    made.set(name, value);
    return value;
  };
  return viewOf(known, get);
}

/** The values of `first`, and behind them those of `second` for the names that `first` lacks. */
export function overlay<V>(first: ReadonlyMap<string, V>, second: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  return viewOf(new Set([...first.keys(), ...second.keys()]), (name) => first.get(name) ?? second.get(name));
}

function viewOf<V>(names: ReadonlySet<string>, get: (name: string) => V | undefined): ReadonlyMap<string, V> {
  function* entries(): Generator<[string, V], undefined> {
    for (const name of names) {
      const value = get(name);
      if (value !== undefined) yield [name, value];
    }
  }
  function* values(): Generator<V, undefined> {
    for (const [, value] of entries()) yield value;
  }
  const view: ReadonlyMap<string, V> = {
    size: names.size,
    get,
    has: (name) => names.has(name),
    keys: () => names.keys(),
    values,
    entries,
    forEach: (visit) => {
      for (const [name, value] of entries()) visit(value, name, view);
    },
    [Symbol.iterator]: entries,
  };
  return view;
}
