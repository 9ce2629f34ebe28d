/** Orders of elimination. */
import type { Scope, Variable } from './value.js';

/** The order in which variables are eliminated. */
export type Order = {
  readonly variables: readonly Variable[];
  /** Operations for all cliques together. */
  readonly cells: number;
  /** Cells of the largest table. */
  readonly largest: number;
};

/** A cell of a clique with maps takes about so many times the time of one without. */
const mapCost = 8;

/** Above so many variables only the cheaper rule is tried. */
const many = 1500;

/** Below so many operations a second order would cost more than it could save. */
const little = 20_000;

/**
 * An order for eliminating all variables of the scopes but the kept ones: the better of two greedy rules, least clique and fewest new
 * edges (min-weight and min-fill; Koller and Friedman 2009, section 9.4.3). A variable that a map makes certain costs nothing in the clique that
 * takes the map in.
 *
 * @param maps the scopes of factors that are maps, all of them among the scopes
 */
export function eliminationOrder(scopes: readonly Scope[], maps: readonly Scope[], kept: ReadonlySet<Variable>): Order {
  const byWeight = greedy(scopes, maps, kept, false);
  if (byWeight.variables.length > many || byWeight.cells <= little) return byWeight;
  const byFill = greedy(scopes, maps, kept, true);
  return byFill.cells < byWeight.cells ? byFill : byWeight;
}

type Weight = { readonly weight: number; readonly work: number; readonly table: number };
type Entry = Weight & { readonly cost: number; readonly variable: Variable };

function greedy(scopes: readonly Scope[], maps: readonly Scope[], kept: ReadonlySet<Variable>, fill: boolean): Order {
  const mapsOf = new Map<Variable, Set<Scope>>();
  for (const scope of maps)
    for (const v of scope) {
      const own = mapsOf.get(v) ?? new Set<Scope>();
      own.add(scope);
      mapsOf.set(v, own);
    }
  const neighbours = new Map<Variable, Set<Variable>>();
  for (const scope of scopes) {
    for (const variable of scope) {
      const own = neighbours.get(variable) ?? new Set<Variable>();
      for (const other of scope) if (other !== variable) own.add(other);
      neighbours.set(variable, own);
    }
  }
  const around = (v: Variable): ReadonlySet<Variable> => neighbours.get(v) ?? new Set();
  const weightOf = (v: Variable): Weight => {
    const certain = new Set<Variable>();
    for (const scope of mapsOf.get(v) ?? []) certain.add(scope.at(-1)!);
    let free = certain.has(v) ? 1 : v.values.length;
    let separator = 1;
    for (const other of around(v)) {
      separator *= other.values.length;
      if (!certain.has(other)) free *= other.values.length;
    }
    return certain.size === 0
      ? { weight: free, work: free, table: free }
      : { weight: free + separator, work: mapCost * free + separator, table: separator };
  };
  const missingEdges = (v: Variable): number => {
    const list = [...around(v)];
    let missing = 0;
    for (const [i, a] of list.entries()) {
      const of = around(a);
      for (let j = i + 1; j < list.length; j++) if (!of.has(list[j]!)) missing++;
    }
    return missing;
  };
  const current = new Map<Variable, Entry>();
  const heap = createHeap();
  const update = (variable: Variable): void => {
    if (kept.has(variable)) return;
    const weight = weightOf(variable);
    const entry = { cost: fill ? missingEdges(variable) : weight.weight, ...weight, variable };
    current.set(variable, entry);
    heap.push(entry);
  };
  for (const variable of neighbours.keys()) update(variable);
  const variables: Variable[] = [];
  let cells = 0;
  let largest = 0;
  for (let entry = heap.pop(); entry !== null; entry = heap.pop()) {
    const { variable, work, table } = entry;
    if (current.get(variable) !== entry) continue;
    current.delete(variable);
    variables.push(variable);
    cells += work;
    largest = Math.max(largest, table);
    const ring = [...around(variable)];
    neighbours.delete(variable);
    for (const scope of mapsOf.get(variable) ?? []) for (const v of scope) mapsOf.get(v)?.delete(scope);
    const changed = new Set(ring);
    for (const a of ring) {
      const own = neighbours.get(a);
      if (own === undefined) continue;
      own.delete(variable);
      for (const b of ring) {
        if (a === b || own.has(b)) continue;
        own.add(b);
        // A new edge changes the count of missing edges of those who know both ends.
        if (fill) for (const c of own) changed.add(c);
      }
    }
    for (const a of changed) if (neighbours.has(a)) update(a);
  }
  return { variables, cells, largest };
}

const before = (a: Entry, b: Entry): boolean =>
  a.cost !== b.cost ? a.cost < b.cost : a.weight !== b.weight ? a.weight < b.weight : a.variable.id < b.variable.id;

/** A binary heap of entries, least first. */
function createHeap(): { readonly push: (entry: Entry) => void; readonly pop: () => Entry | null } {
  const items: Entry[] = [];
  const swap = (i: number, j: number): void => {
    const held = items[i]!;
    items[i] = items[j]!;
    items[j] = held;
  };
  return {
    push: (entry) => {
      items.push(entry);
      for (let i = items.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1;
        if (!before(items[i]!, items[parent]!)) break;
        swap(i, parent);
        i = parent;
      }
    },
    pop: () => {
      const top = items[0];
      const end = items.pop();
      if (top === undefined || end === undefined) return null;
      if (items.length > 0) {
        items[0] = end;
        for (let i = 0; ; ) {
          const left = 2 * i + 1;
          const right = left + 1;
          let least = i;
          if (left < items.length && before(items[left]!, items[least]!)) least = left;
          if (right < items.length && before(items[right]!, items[least]!)) least = right;
          if (least === i) break;
          swap(i, least);
          i = least;
        }
      }
      return top;
    },
  };
}
