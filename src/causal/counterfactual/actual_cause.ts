/**
 * Actual causes by the modified Halpern–Pearl definition (Halpern, "A Modification of the Halpern–Pearl Definition of Causality", IJCAI 2015,
 * Definition 2.3 with AC2(a^m); "Actual Causality", MIT Press 2016, chapter 2).
 */

/** A variable and a value. */
export type Setting = { readonly node: string; readonly value: number };

/** One deterministic world: a model in which all that is random is settled. */
export type Situated = {
  /** The values of all variables after an intervention on some. */
  readonly run: (action: ReadonlyMap<string, number>) => ReadonlyMap<string, number>;
  /** Whether what is to be explained holds among these values. */
  readonly holds: (values: ReadonlyMap<string, number>) => boolean;
  /** Variables that can be causes, and their possible values. */
  readonly candidates: ReadonlyMap<string, readonly number[]>;
  /** Whether a change of one variable can change another. */
  readonly reaches: (from: string, to: string) => boolean;
};

/** A cause, and why it is one: with `instead` in its place, and `kept` held at what it was, the outcome would not have come about. */
export type ActualCause = {
  readonly cause: readonly Setting[];
  readonly instead: readonly Setting[];
  readonly kept: readonly Setting[];
};

/** The causes of a world; null where they would take more than `budget` runs. */
export function actualCauses(world: Situated, budget: number): readonly ActualCause[] | null {
  const actual = world.run(new Map());
  if (!world.holds(actual)) return [];
  const names = [...world.candidates.keys()].filter((name) => actual.has(name));
  const found: ActualCause[] = [];
  let left = budget;
  const undone = (action: ReadonlyMap<string, number>): boolean => {
    left -= 1;
    return !world.holds(world.run(action));
  };
  const at = (name: string): Setting => ({ node: name, value: actual.get(name)! });
  // A cause is minimal: a set that contains one that was found is none.
  for (let size = 1; size <= names.length; size++) {
    for (const set of subsetsOf(names, size)) {
      if (found.some(({ cause }) => cause.every(({ node }) => set.includes(node)))) continue;
      // Holding what the change cannot reach is holding nothing.
      const holdable = names.filter((name) => !set.includes(name) && set.some((from) => world.reaches(from, name)));
      const witness = witnessOf(set, holdable, world, actual, undone, () => left > 0);
      if (witness === 'spent') return null;
      if (witness !== null) found.push({ cause: set.map(at), instead: witness.instead, kept: witness.kept.map(at) });
    }
  }
  return found;
}

type Witness = { readonly instead: readonly Setting[]; readonly kept: readonly string[] };

/** The smallest set that has to be held for another setting to undo the outcome; null where there is none. */
function witnessOf(
  set: readonly string[],
  holdable: readonly string[],
  { candidates }: Situated,
  actual: ReadonlyMap<string, number>,
  undone: (action: ReadonlyMap<string, number>) => boolean,
  affordable: () => boolean,
): Witness | null | 'spent' {
  for (let size = 0; size <= holdable.length; size++) {
    for (const kept of subsetsOf(holdable, size)) {
      for (const instead of settingsOf(set, candidates, actual)) {
        if (!affordable()) return 'spent';
        const action = new Map([
          ...kept.map((node) => [node, actual.get(node)!] as const),
          ...instead.map(({ node, value }) => [node, value] as const),
        ]);
        if (undone(action)) return { instead, kept };
      }
    }
  }
  return null;
}

/** Settings of variables in which each has another value than it had: one that stays as it was could be held, and the cause would be smaller. */
function* settingsOf(
  set: readonly string[],
  values: ReadonlyMap<string, readonly number[]>,
  actual: ReadonlyMap<string, number>,
): Generator<readonly Setting[]> {
  const [node, ...others] = set;
  if (node === undefined) {
    yield [];
    return;
  }
  for (const value of values.get(node) ?? []) {
    if (value === actual.get(node)) continue;
    for (const rest of settingsOf(others, values, actual)) yield [{ node, value }, ...rest];
  }
}

/** All subsets of a size, in order. */
function* subsetsOf(names: readonly string[], size: number): Generator<readonly string[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let k = 0; k <= names.length - size; k++)
    for (const rest of subsetsOf(names.slice(k + 1), size - 1)) yield [names[k]!, ...rest];
}
