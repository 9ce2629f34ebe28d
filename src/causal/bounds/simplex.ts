/**
 * Linear programs in whole numbers, solved exactly: the revised simplex method on a basis whose inverse is kept as whole numbers over its
 * determinant (integer pivoting: Edmonds, Journal of Research of the National Bureau of Standards 71B, 1967; Azulay and Pique, ACM TOMS 27, 2001).
 */
import { type Rational, rational } from './rational.js';

/** The non-zero entries of one column. */
export type Column = readonly { readonly row: number; readonly value: bigint }[];

/** The points x >= 0 with A x = b: the columns of A, and b. */
export type Polytope = { readonly columns: readonly Column[]; readonly right: readonly bigint[] };

/** A vertex: the column that is basic in each row (those from `columns.length` on are artificial), and det * B^-1 and det * x. */
export type Vertex = {
  readonly polytope: Polytope;
  readonly basis: readonly number[];
  readonly inverse: readonly (readonly bigint[])[];
  readonly level: readonly bigint[];
  readonly determinant: bigint;
};

/** An optimum: its value and the vertex. `unbounded` where there is none. */
type Optimum =
  | { readonly kind: 'optimal'; readonly value: Rational; readonly vertex: Vertex }
  | { readonly kind: 'unbounded' };

/** A vertex of a polytope, or null where it is empty. */
export function vertexOf({ columns, right }: Polytope): Vertex | null {
  // Rows are turned so that the artificial variables start at b >= 0.
  const turned = right.map((b) => b < 0n);
  const polytope: Polytope = {
    columns: columns.map((c) => c.map(({ row, value }) => ({ row, value: turned[row] ? -value : value }))),
    right: right.map((b) => (b < 0n ? -b : b)),
  };
  const rows = right.length;
  const first: Vertex = {
    polytope,
    basis: right.map((_, r) => columns.length + r),
    inverse: right.map((_, r) => Array.from({ length: rows }, (_, k) => (k === r ? 1n : 0n))),
    level: polytope.right,
    determinant: 1n,
  };
  const found = climb(
    first,
    columns.map(() => 0n),
    -1n,
  );
  if (found.kind === 'unbounded') throw new Error('simplex: a sum of positive variables has no least value');
  return found.value.above === 0n ? withoutArtificials(found.vertex) : null;
}

/** The greatest value of cost * x on the polytope, from one of its vertices. */
export const maximum = (vertex: Vertex, cost: readonly bigint[]): Optimum => climb(vertex, cost, 0n);

/** The least value of cost * x on the polytope, from one of its vertices. */
export function minimum(vertex: Vertex, cost: readonly bigint[]): Optimum {
  const found = climb(
    vertex,
    cost.map((c) => -c),
    0n,
  );
  return found.kind === 'unbounded' ? found : { ...found, value: rational(-found.value.above, found.value.below) };
}

/** The positive coordinates of a vertex. */
export function coordinates({ basis, level, determinant, polytope }: Vertex): ReadonlyMap<number, Rational> {
  const point = new Map<number, Rational>();
  for (const [r, j] of basis.entries())
    if (j < polytope.columns.length && level[r] !== 0n) point.set(j, rational(level[r]!, determinant));
  return point;
}

/** A vertex while it moves. */
type Moving = { basis: number[]; inverse: bigint[][]; level: bigint[]; determinant: bigint };

const moving = ({ basis, inverse, level, determinant }: Vertex): Moving => ({
  basis: [...basis],
  inverse: inverse.map((row) => [...row]),
  level: [...level],
  determinant,
});

/** A column in terms of the basis, times the determinant. */
function inBasis({ inverse }: Moving, column: Column): bigint[] {
  return inverse.map((row) => {
    let sum = 0n;
    for (const { row: k, value } of column) {
      const entry = row[k]!;
      if (entry !== 0n) sum += value === 1n ? entry : entry * value;
    }
    return sum;
  });
}

/** Puts a column into the basis in a row where its coefficient is not zero. All divisions are exact. */
function pivot(at: Moving, entering: number, row: number, direction: readonly bigint[]): void {
  const by = direction[row]!;
  const own = at.inverse[row]!;
  const ownLevel = at.level[row]!;
  for (let i = 0; i < at.basis.length; i++) {
    if (i === row) continue;
    const factor = direction[i]!;
    const line = at.inverse[i]!;
    if (factor === 0n) {
      if (by === at.determinant) continue;
      for (let k = 0; k < line.length; k++) if (line[k] !== 0n) line[k] = (line[k]! * by) / at.determinant;
      at.level[i] = (at.level[i]! * by) / at.determinant;
    } else {
      for (let k = 0; k < line.length; k++) line[k] = (line[k]! * by - factor * own[k]!) / at.determinant;
      at.level[i] = (at.level[i]! * by - factor * ownLevel) / at.determinant;
    }
  }
  at.determinant = by;
  at.basis[row] = entering;
  if (by > 0n) return;
  at.determinant = -by;
  at.level = at.level.map((x) => -x);
  at.inverse = at.inverse.map((line) => line.map((x) => -x));
}

/**
 * Climbs to the optimum: the column that promises most enters, and after as many steps on the spot as there are rows the first one that promises
 * anything, so that no basis comes back (Bland, Mathematics of Operations Research 2, 1977).
 */
function climb(vertex: Vertex, cost: readonly bigint[], artificial: bigint): Optimum {
  const { columns } = vertex.polytope;
  const at = moving(vertex);
  const costOf = (j: number): bigint => cost[j] ?? artificial;
  let still = 0;
  for (;;) {
    const prices = at.basis.map(() => 0n);
    for (const [r, j] of at.basis.entries()) {
      const c = costOf(j);
      if (c === 0n) continue;
      const line = at.inverse[r]!;
      for (let k = 0; k < line.length; k++) if (line[k] !== 0n) prices[k]! += c * line[k]!;
    }
    const careful = still > at.basis.length;
    let entering = -1;
    let best = 0n;
    for (const [j, column] of columns.entries()) {
      let gain = cost[j]! * at.determinant;
      for (const { row, value } of column) gain -= value === 1n ? prices[row]! : value * prices[row]!;
      if (gain <= best) continue;
      best = gain;
      entering = j;
      if (careful) break;
    }
    if (entering === -1) {
      let sum = 0n;
      for (const [r, j] of at.basis.entries()) sum += costOf(j) * at.level[r]!;
      return { kind: 'optimal', value: rational(sum, at.determinant), vertex: { ...vertex, ...at } };
    }
    const direction = inBasis(at, columns[entering]!);
    const row = leaving(at, direction);
    if (row === -1) return { kind: 'unbounded' };
    still = at.level[row] === 0n ? still + 1 : 0;
    pivot(at, entering, row, direction);
  }
}

/** The row whose variable first falls to zero; of several the one with the variable of the least number. -1 where none falls. */
function leaving({ basis, level }: Moving, direction: readonly bigint[]): number {
  let row = -1;
  for (const [i, d] of direction.entries()) {
    if (d <= 0n) continue;
    if (row !== -1) {
      const difference = level[i]! * direction[row]! - level[row]! * d;
      if (difference > 0n || (difference === 0n && basis[i]! > basis[row]!)) continue;
    }
    row = i;
  }
  return row;
}

/** The vertex with artificial variables, which are zero, out of its basis wherever a column can take their place; the other rows say nothing new. */
function withoutArtificials(vertex: Vertex): Vertex {
  const { columns } = vertex.polytope;
  const at = moving(vertex);
  for (let row = 0; row < at.basis.length; row++) {
    if (at.basis[row]! < columns.length) continue;
    for (const [j, column] of columns.entries()) {
      let entry = 0n;
      for (const { row: k, value } of column) entry += at.inverse[row]![k]! * value;
      if (entry === 0n) continue;
      pivot(at, j, row, inBasis(at, column));
      break;
    }
  }
  return { ...vertex, ...at };
}
