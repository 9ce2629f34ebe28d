/** Scores that are differences of a function of sets. */

/** A function of sets of columns, in rising order, that is computed once for each. */
export function ofSets(value: (columns: readonly number[]) => number): (columns: readonly number[]) => number {
  const known = new Map<string, number>();
  return (columns) => {
    const key = String.fromCharCode(...columns);
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = value(columns);
    known.set(key, found);
    return found;
  };
}

/** The parents with the node in its place. */
export function family(node: number, parents: readonly number[]): readonly number[] {
  const at = parents.findIndex((p) => p > node);
  return at === -1 ? [...parents, node] : [...parents.slice(0, at), node, ...parents.slice(at)];
}
