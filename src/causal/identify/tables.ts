import type { Distribution, Estimand } from './estimand.js';

/** A function of binary names: the entry of an assignment is the number whose bit k is the value of name k. */
type Table = { readonly names: readonly string[]; readonly values: Float64Array };

/**
 * The number that an expression over binary variables is, where each open name has a value. Sums are taken one name after another, over the product of what
 * hangs on it alone, so that long sums of small factors cost little (variable elimination; Zhang and Poole, Journal of Artificial Intelligence
 * Research 5, 1996). Null where a table would have too many entries.
 */
export function numberOf(e: Estimand, values: ReadonlyMap<string, number>, distribution: Distribution): number | null {
  try {
    return tablesOf(e, values, distribution).reduce((product, table) => product * table.values[0]!, 1);
  } catch (thrown) {
    if (thrown === tooWide) return null;
    throw thrown;
  }
}

/** Thrown where a table is over more names than `widest`. */
const tooWide = Symbol('too wide');
const widest = 18;

/** Tables over the names without a value whose product is the expression. */
function tablesOf(e: Estimand, values: ReadonlyMap<string, number>, distribution: Distribution): readonly Table[] {
  switch (e.kind) {
    case 'probability': {
      const names = [...new Set([...e.of, ...e.given, ...e.action])].filter((name) => !values.has(name));
      const all = new Map(values);
      return [
        tabled(names, (row) => {
          for (const [k, name] of names.entries()) all.set(name, (row >> k) & 1);
          return distribution(e.of, e.given, e.action, all);
        }),
      ];
    }
    case 'product':
      return e.factors.flatMap((f) => tablesOf(f, values, distribution));
    case 'quotient': {
      const [above, below] = [e.above, e.below].map((part) => product(tablesOf(part, values, distribution)));
      return [combined([above!, below!], ([a, b]) => (a === 0 ? 0 : a! / b!))];
    }
    case 'sum': {
      const open = new Map(values);
      for (const name of e.over) open.delete(name);
      let tables = tablesOf(e.body, open, distribution);
      const waiting = new Set(e.over);
      while (waiting.size > 0) {
        const sizes = [...waiting].map((name) => [name, namesWith(tables, name).size] as const);
        const [name] = sizes.reduce((best, next) => (next[1] < best[1] ? next : best));
        waiting.delete(name);
        const hanging = tables.filter(({ names }) => names.includes(name));
        const others = tables.filter(({ names }) => !names.includes(name));
        tables = [...others, summed(product(hanging), name)];
      }
      return tables;
    }
  }
}

const namesWith = (tables: readonly Table[], name: string): Set<string> =>
  new Set(tables.flatMap(({ names }) => (names.includes(name) ? names : [])));

function tabled(names: readonly string[], entry: (row: number) => number): Table {
  if (names.length > widest) throw tooWide;
  return { names, values: Float64Array.from({ length: 2 ** names.length }, (_, row) => entry(row)) };
}

/** One table of several, entry by entry, over all their names. */
function combined(tables: readonly Table[], combine: (entries: readonly number[]) => number): Table {
  const names = [...new Set(tables.flatMap((t) => t.names))];
  const places = tables.map((t) => t.names.map((name) => names.indexOf(name)));
  return tabled(names, (row) =>
    combine(
      tables.map(({ values }, t) => values[places[t]!.reduce((at, place, k) => at | (((row >> place) & 1) << k), 0)]!),
    ),
  );
}

const product = (tables: readonly Table[]): Table =>
  combined(tables, (entries) => entries.reduce((p, entry) => p * entry, 1));

/** The sum over a name; twice the table where nothing hangs on it. */
function summed(table: Table, name: string): Table {
  const place = table.names.indexOf(name);
  if (place === -1) return { ...table, values: table.values.map((v) => 2 * v) };
  const low = 2 ** place - 1;
  const names = table.names.filter((other) => other !== name);
  return tabled(names, (row) => {
    const at = (row & low) | ((row & ~low) << 1);
    return table.values[at]! + table.values[at | (1 << place)]!;
  });
}
