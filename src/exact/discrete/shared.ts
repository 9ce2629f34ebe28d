/** Factors of draws whose noise several worlds share. */
import type { NoiseKind } from '../../ir/ir.js';
import { normalQuantile } from '../normal.js';
import { type Invoke, type Member, run, type Walk } from './draw.js';
import { mapped, tabled } from './factor.js';
import { raceFactor } from './race_factor.js';
import type { Row } from './rows.js';
import { newVariable, refused, weigh } from './scene.js';
import { cellsOver, projection, scopeOf, sizeOfScope, unionOf, type Variable } from './value.js';

/** How a family turns noise into values: one uniform cut into intervals, rising or falling, or a race of exponentials. */
type Kind = 'rising' | 'falling' | 'race';

/** Adds the factors of all draws and scores that share noise. Gives what was done, in sentences. */
export function addShared(walk: Walk, invoke: Invoke): readonly string[] {
  const kinds = new Map<string, Kind>();
  const count = { intervals: 0, races: 0 };
  for (const members of walk.groups.values()) {
    const [first] = members;
    if (first === undefined) continue;
    if (members.length === 1) {
      alone(walk, first);
      continue;
    }
    if (members.some((m) => m.family !== first.family))
      throw refused(`${first.place.site} is of several families in worlds that share its noise`);
    if (members.some((m) => m.rows.some((row) => row?.averaged === true)))
      throw refused(`worlds share the noise of ${first.place.site}, whose law hangs on a continuous draw`);
    const kind = kinds.get(first.family.name) ?? kindOf(walk, members, invoke);
    kinds.set(first.family.name, kind);
    if (kind === 'race') raceFactor(walk, members);
    else intervals(walk, members);
    count[kind === 'race' ? 'races' : 'intervals'] += 1;
  }
  return [
    ...(count.intervals > 0 ? [`The noise of ${count.intervals} draws that worlds share is cut into intervals.`] : []),
    ...(count.races > 0 ? [`The Gumbel-max noise of ${count.races} draws is integrated out in closed form.`] : []),
  ];
}

function alone(walk: Walk, { drawn, seen, position }: Member): void {
  const factor = drawn?.law ?? seen?.weight ?? null;
  if (factor !== null) weigh(walk.scene, factor, position);
}

/** So many laws of a family are tried, and so many values of each. */
const triedRows = 4;
const triedValues = 8;

/** How the family's mechanism uses its noise, found by running it on noise whose outcome is known for each kind. */
function kindOf(walk: Walk, members: readonly Member[], invoke: Invoke): Kind {
  const [first] = members;
  if (first === undefined) return 'rising';
  const { family, place } = first;
  const { mechanism } = family;
  if (mechanism === null) throw refused(`${family.name} has no mechanism`);
  const possible = new Set<Kind>(['rising', 'falling', 'race']);
  let tried = 0;
  for (const row of new Set(members.flatMap((m) => m.rows))) {
    if (row === null || row.weights.filter((p) => p > 1e-9).length < 2) continue;
    if (tried++ === triedRows) break;
    const asks = (noise: (kind: NoiseKind, request: number) => number): number => {
      let request = 0;
      const value = run(walk, mechanism, [{ hi: 0, lo: 0 }, ...row.params], invoke, (kind) => noise(kind, request++));
      return request === 0 ? Number.NaN : Number(value);
    };
    for (const kind of possible) if (!agrees(kind, row, asks)) possible.delete(kind);
  }
  const [found] = possible;
  if (tried === 0) return 'rising';
  if (found === undefined || possible.size > 1)
    throw refused(
      `worlds share the noise of ${place.site}, and ${family.name} is no function of one uniform, nor Gumbel-max`,
    );
  return found;
}

type Asks = (noise: (kind: NoiseKind, request: number) => number) => number;

function agrees(kind: Kind, row: Row, asks: Asks): boolean {
  return kind === 'race' ? agreesWithRace(row, asks) : agreesWithIntervals(row, asks, kind === 'rising');
}

/** Whether just inside both ends of its interval each of a few values comes out. */
function agreesWithIntervals(row: Row, asks: Asks, rising: boolean): boolean {
  const values = row.weights.length;
  const step = Math.max(1, Math.floor(values / triedValues));
  let below = 0;
  for (let k = 0; k < values; k++) {
    const p = row.weights[k]!;
    if (p > 1e-7 && (k % step === 0 || p > 0.05)) {
      for (const share of [1e-3, 1 - 1e-3]) {
        const u = below + share * p;
        let single = true;
        const value = asks((noise, request) => {
          if (request > 0) single = false;
          return noiseAt(noise, rising ? u : 1 - u);
        });
        if (!single || value !== row.low + k) return false;
      }
    }
    below += p;
  }
  return true;
}

function noiseAt(kind: NoiseKind, u: number): number {
  switch (kind) {
    case 'uniform':
      return u;
    case 'exponential':
      return -Math.log1p(-u);
    case 'normal':
      return normalQuantile(u);
  }
}

/** Whether the winner is the runner with the least time, for a few fixed lists of noise; one for each value of the family. */
function agreesWithRace(row: Row, asks: Asks): boolean {
  for (let round = 1; round <= triedValues; round++) {
    const times: number[] = [];
    const value = asks((noise, request) => {
      // Fractions of multiples of the golden ratio: spread evenly, and the same everywhere.
      const u = ((request + 1) * round * 0.6180339887498949 + round * 0.137) % 1;
      times.push(-Math.log(noise === 'uniform' ? u : 1 - u));
      return noiseAt(noise, u);
    });
    let winner = -1;
    let least = Number.POSITIVE_INFINITY;
    times.forEach((time, k) => {
      const finish = time / (row.weights[k - row.low] ?? 0);
      if (finish < least) {
        least = finish;
        winner = k;
      }
    });
    if (times.length < row.low + row.weights.length || value !== winner) return false;
  }
  return true;
}

/** A point of the unit interval by its distances from both ends, so that neither tail is lost. */
type Point = { readonly below: number; readonly above: number };

/** Points so near to each other, relative to the nearer end, are one. */
const near = 1e-14;

const before = (a: Point, b: Point): number => (a.below < 0.5 && b.below < 0.5 ? a.below - b.below : b.above - a.above);

const samePoint = (a: Point, b: Point): boolean => Math.abs(before(a, b)) <= near * Math.min(a.below, a.above, 0.5);

/** The ends of the intervals of a law's values, in order. */
function pointsOf({ weights }: Row): readonly Point[] {
  const above = new Float64Array(weights.length + 1);
  for (let k = weights.length - 1; k >= 0; k--) above[k] = above[k + 1]! + weights[k]!;
  let below = 0;
  return Array.from(weights, (p, k) => {
    below += p;
    return { below, above: above[k + 1]! };
  });
}

/**
 * One variable for the noise: the intervals between all ends of intervals of all laws of the members. Each draw is then certain given
 * the noise and its parameters, and evidence says in which intervals the noise can be: exact for any number of worlds.
 */
function intervals(walk: Walk, members: readonly Member[]): void {
  const { scene } = walk;
  const points = new Map<Row, readonly Point[]>();
  for (const row of new Set(members.flatMap((m) => m.rows))) if (row !== null) points.set(row, pointsOf(row));
  const sorted = [...points.values()]
    .flat()
    .filter((p) => p.below > 0 && p.above > 0)
    .sort(before);
  const ends: Point[] = [];
  for (const point of sorted) {
    const last = ends.at(-1);
    if (last === undefined || !samePoint(last, point)) ends.push(point);
  }
  const full: Point[] = [{ below: 0, above: 1 }, ...ends, { below: 1, above: 0 }];
  const masses = Float64Array.from({ length: full.length - 1 }, (_, k) => {
    const [from, to] = [full[k]!, full[k + 1]!];
    return Math.max(0, from.below < 0.5 && to.below <= 0.5 ? to.below - from.below : from.above - to.above);
  });
  // The middle of each interval decides which value it belongs to.
  const middles = Array.from(masses, (_, k): Point => {
    const [from, to] = [full[k]!, full[k + 1]!];
    return { below: (from.below + to.below) / 2, above: (from.above + to.above) / 2 };
  });
  const noise = newVariable(
    scene,
    Array.from(masses, (_, k) => k),
  );
  weigh(scene, { ...tabled([noise], masses), child: noise }, members[0]!.position);
  const valuesOf = new Map<Row, readonly number[]>();
  for (const [row, own] of points) {
    let k = 0;
    valuesOf.set(
      row,
      middles.map((middle) => {
        while (k < own.length - 1 && before(own[k]!, middle) <= 0) k++;
        return row.low + k;
      }),
    );
  }
  for (const member of members) memberFactor(walk, member, noise, valuesOf);
}

function memberFactor(
  walk: Walk,
  member: Member,
  noise: Variable,
  valuesOf: ReadonlyMap<Row, readonly number[]>,
): void {
  const { drawn, seen, rows, position } = member;
  const variable = drawn?.variable ?? null;
  if (drawn !== null && variable === null) return;
  const scope = unionOf([member.scope, ...(seen === null ? [] : [scopeOf(seen.value), scopeOf(seen.path)]), [noise]]);
  if (sizeOfScope(scope) > mostCells) throw refused(`the noise of ${member.place.site} has too many intervals`);
  const rowAt = projection(scope, member.scope);
  const noiseAt = projection(scope, [noise]);
  const valueAt = (i: number): number | null => {
    const law = rows[rowAt[i]!] ?? null;
    return law === null ? null : valuesOf.get(law)![noiseAt[i]!]!;
  };
  if (variable !== null) {
    const numbers = new Map(variable.values.map((v, k) => [Number(v), k]));
    const map = Int32Array.from(rowAt, (_, i) => {
      const value = valueAt(i);
      return value === null ? 0 : (numbers.get(value) ?? -1);
    });
    weigh(walk.scene, { ...mapped([...scope, variable], map), child: variable }, position);
  } else if (seen !== null) {
    const wanted = cellsOver(seen.value, scope);
    const path = cellsOver(seen.path, scope);
    const table = Float64Array.from(rowAt, (_, i) => {
      const value = valueAt(i);
      return path[i] !== 1 || value === null || wanted[i] === value ? 1 : 0;
    });
    weigh(walk.scene, { ...tabled(scope, table), child: null }, position);
  }
}

const mostCells = 1 << 22;
