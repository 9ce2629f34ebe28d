import type { IndexedGraph } from '../indexed.js';
import { type ComponentLaw, componentLaw } from './component_law.js';
import { assignments, type JointTable, weightOf } from './joint_table.js';
import { minus, numberOf, overOne, plus, type Rational, rational, times, unit, zero } from './rational.js';
import { answerOf, type Fixed, type Monotone, type NodeTypes, typeCount, typesOf } from './response_types.js';
import { coordinates, minimum, type Polytope, type Vertex, vertexOf } from './simplex.js';

/** Some c-components by their response types: every column is one type for each member, every row something that is known of their distribution. */
export type ResponseSpace = {
  /** Members in topological order within each component. */
  readonly members: readonly NodeTypes[];
  /** The types of the members in each column, in their order. */
  readonly columns: readonly (readonly Uint8Array[])[];
  readonly rows: readonly Row[];
};

/** The sum of the probabilities of some columns (each times a factor) is known; rows of many units weigh more where the data contradict the graph. */
export type Row = {
  readonly entries: ReadonlyMap<number, Rational>;
  readonly right: Rational;
  readonly weight: Rational;
};

/** More columns, rows or entries than these are not attempted: a program then takes about a second. */
const mostColumns = 5000;
const mostRows = 64;
const mostEntries = 20_000;

/** The space of some components while some nodes are held fast; or how many columns or rows it would have, where these are too many. */
export function responseSpace(
  graph: IndexedGraph,
  table: JointTable,
  parts: readonly ReadonlySet<number>[],
  monotone: readonly Monotone[],
  fixed: Fixed,
): ResponseSpace | { readonly tooMany: number } {
  const { sizes } = table;
  const cells = (nodes: Iterable<number>): number =>
    [...nodes].reduce((product, v) => (fixed.has(v) ? product : product * sizes[v]!), 1);
  const laws = parts.map((part) => componentLaw(graph, table, part));
  const rowCount = laws.reduce((product, law) => product * cells([...law.members, ...law.outside]), 1);
  const count = laws.reduce((all, law) => law.members.reduce((n, v) => n * typeCount(graph, sizes, v, fixed), all), 1);
  // Assumptions leave out types, but only after all of one node have been written down.
  const widest = Math.max(...laws.flatMap((law) => law.members.map((v) => typeCount(graph, sizes, v, fixed))));
  if (rowCount > mostRows) return { tooMany: rowCount };
  if (widest > mostColumns) return { tooMany: count };
  const types = laws.map((law) => law.members.map((v) => typesOf(graph, sizes, v, monotone, fixed)));
  const columnCount = types.flat().reduce((product, { answers }) => product * answers.length, 1);
  const circumstances = laws.reduce((product, law) => product * cells(law.outside), 1);
  if (columnCount > mostColumns || columnCount * circumstances > mostEntries) return { tooMany: columnCount };
  return laws.map((law, k) => spaceOf(table, law, types[k]!, fixed)).reduce(joined);
}

/** Two independent spaces as one: products of what is known of each are known of both, though not that they are independent. */
function joined(a: ResponseSpace, b: ResponseSpace): ResponseSpace {
  const width = b.columns.length;
  return {
    members: [...a.members, ...b.members],
    columns: a.columns.flatMap((left) => b.columns.map((right) => [...left, ...right])),
    rows: a.rows.flatMap((left) =>
      b.rows.map((right): Row => {
        const entries = new Map<number, Rational>();
        for (const [i, x] of left.entries) for (const [j, y] of right.entries) entries.set(i * width + j, times(x, y));
        return { entries, right: times(left.right, right.right), weight: times(left.weight, right.weight) };
      }),
    ),
  };
}

function spaceOf(table: JointTable, law: ComponentLaw, members: readonly NodeTypes[], fixed: Fixed): ResponseSpace {
  const { sizes } = table;
  const columns: Uint8Array[][] = [];
  const chosen = members.map(() => 0);
  for (const _ of assignments(
    [...members.keys()],
    members.map(({ answers }) => answers.length),
    chosen,
  ))
    columns.push(members.map(({ answers }, k) => answers[chosen[k]!]!));
  const rows: Row[] = [];
  const values = sizes.map((_, v) => fixed.get(v) ?? 0);
  const free = law.outside.filter((v) => !fixed.has(v));
  for (const _ of assignments(free, sizes, values)) {
    // The columns by what the members answer in this circumstance.
    const groups = new Map<number, Map<number, Rational>>();
    for (const [j, column] of columns.entries()) {
      let cell = 0;
      for (const [k, types] of members.entries()) {
        const value = answerOf(types, column[k]!, sizes, values);
        values[types.node] = value;
        cell = cell * sizes[types.node]! + value;
      }
      const group = groups.get(cell) ?? new Map<number, Rational>();
      groups.set(cell, group.set(j, unit));
    }
    const weight = rational(weightOf(table, law.outside, values), table.total === 0n ? 1n : table.total);
    const known: Row[] = [];
    for (const _cell of assignments(law.members, sizes, values)) {
      const right = law.at(values);
      if (right === null) break;
      const cell = law.members.reduce((c, v) => c * sizes[v]! + values[v]!, 0);
      known.push({ entries: groups.get(cell) ?? new Map(), right, weight });
    }
    // A circumstance that no unit is in tells nothing.
    if (known.length === law.members.reduce((n, v) => n * sizes[v]!, 1)) rows.push(...known);
  }
  if (rows.length === 0) rows.push(wholeOf(columns.length));
  return { members, columns, rows };
}

/** All probabilities add to one. */
const wholeOf = (columns: number): Row => ({
  entries: new Map(Array.from({ length: columns }, (_, j) => [j, unit])),
  right: unit,
  weight: zero,
});

/** Rows as equations in whole numbers: unknowns are probabilities times `scale`, of the columns that no row forbids. */
type Program = { readonly polytope: Polytope; readonly kept: readonly number[]; readonly scale: bigint };

/** The equations of a space. Columns in a sum that is zero are left out, with the sum. */
function programOf({ rows, columns }: ResponseSpace): Program {
  const forbidden = new Set<number>();
  const telling = rows.filter(({ entries, right }) => {
    if (right.above !== 0n || [...entries.values()].some((f) => f.above < 0n)) return true;
    for (const [j, factor] of entries) if (factor.above !== 0n) forbidden.add(j);
    return false;
  });
  const kept = [...columns.keys()].filter((j) => !forbidden.has(j));
  const places = new Map(kept.map((j, place) => [j, place]));
  const list: { row: number; value: bigint }[][] = kept.map(() => []);
  const { wholes, below: scale } = overOne(telling.map(({ right }) => right));
  const right = telling.map(({ entries }, row) => {
    const factors = overOne([...entries.values()]);
    let k = 0;
    for (const j of entries.keys()) {
      const value = factors.wholes[k++]!;
      const place = places.get(j);
      if (place !== undefined && value !== 0n) list[place]!.push({ row, value });
    }
    return wholes[row]! * factors.below;
  });
  return { polytope: { columns: list, right }, kept, scale };
}

/** Distributions over the types that agree with what is known, after that was moved by the share `gap` of all units. */
export type Compatible = {
  readonly space: ResponseSpace;
  readonly program: Program;
  readonly vertex: Vertex;
  readonly gap: number;
};

/**
 * The distributions of the types that agree with what is known. Where none does, what is known is moved by as little as possible, counted in units:
 * `gap` is their share.
 */
export function compatible(space: ResponseSpace): Compatible {
  const program = programOf(space);
  const vertex = vertexOf(program.polytope);
  if (vertex !== null) return { space, program, vertex, gap: 0 };
  const moved = nearest(space);
  const next = programOf(moved.space);
  const found = vertexOf(next.polytope);
  if (found === null) throw new Error('bounds: the nearest distribution is not possible');
  return { space: moved.space, program: next, vertex: found, gap: moved.gap };
}

/** The rows that some distribution meets with the least sum of weighted differences: a linear program with two slacks for each row. */
function nearest(space: ResponseSpace): { readonly space: ResponseSpace; readonly gap: number } {
  const count = space.columns.length;
  const whole: Row = { ...wholeOf(count), right: unit };
  const slack = (from: number, k: number): readonly [number, Rational][] => [
    [from + 2 * k, unit],
    [from + 2 * k + 1, rational(-1n)],
  ];
  const rows = space.rows.map((row, k): Row => ({ ...row, entries: new Map([...row.entries, ...slack(count, k)]) }));
  const columns: readonly (readonly Uint8Array[])[] = [...space.columns, ...rows.flatMap(() => [[], []])];
  const program = programOf({ members: space.members, columns, rows: [...rows, whole] });
  const weights = overOne(space.rows.map(({ weight }) => weight)).wholes;
  const vertex = vertexOf(program.polytope);
  const cost = program.kept.map((j) => (j < count ? 0n : weights[(j - count) >> 1]!));
  const best = vertex === null ? null : minimum(vertex, cost);
  if (best?.kind !== 'optimal') throw new Error('bounds: slacks have no least sum');
  const point = new Map(
    [...coordinates(best.vertex)].map(([place, x]) => [program.kept[place]!, times(x, rational(1n, program.scale))]),
  );
  let difference = zero;
  const moved = space.rows.map((row): Row => {
    let right = zero;
    for (const [j, factor] of row.entries) right = plus(right, times(factor, point.get(j) ?? zero));
    const away = minus(right, row.right);
    difference = plus(difference, times(row.weight, away.above < 0n ? minus(zero, away) : away));
    return { ...row, right };
  });
  return { space: { ...space, rows: moved }, gap: numberOf(difference) / 2 };
}
