/** Draws by a race of exponentials (Gumbel-max) that share their noise between worlds. */
import type { Member, Walk } from './draw.js';
import { tabled } from './factor.js';
import { pairOfRaces } from './race.js';
import type { Row } from './rows.js';
import { refused, weigh } from './scene.js';
import { cellsOver, projection, scopeOf, sizeOfScope, stridesIn, unionOf } from './value.js';

const mostCells = 1 << 22;

/**
 * The joint law of all members given their parameters, as one factor. Members with equal parameters have equal values, so the joint law
 * of two races is enough wherever there are at most two different laws; with three the solver refuses.
 */
export function raceFactor(walk: Walk, members: readonly Member[]): void {
  const [first] = members;
  if (first === undefined) return;
  const drawn = members.flatMap((m) => m.drawn?.variable ?? []);
  const given = unionOf(
    members.flatMap((m) => [m.scope, ...(m.seen === null ? [] : [scopeOf(m.seen.value), scopeOf(m.seen.path)])]),
  );
  const scope = unionOf([given, drawn]);
  const { site } = first.place;
  if (sizeOfScope(scope) > mostCells)
    throw refused(`the worlds' draws of ${site} have too many configurations together`);
  const table = new Float64Array(sizeOfScope(scope));
  const strides = stridesIn(scope, scope);
  const strideOf = new Map(scope.map((v, d) => [v.id, strides[d]!]));
  const numbering = members.map((m) => new Map((m.drawn?.variable?.values ?? []).map((v, k) => [Number(v), k])));
  const columns = members.map((m) => ({
    rows: projection(given, m.scope),
    seen: m.seen === null ? null : cellsOver(m.seen.value, given),
    path: m.seen === null ? null : cellsOver(m.seen.path, given),
  }));
  const pairs = new Map<string, Float64Array>();
  const bases = projectionInto(scope, given);
  for (let c = 0; c < bases.length; c++) {
    const laws: Row[] = [];
    const lawOf = members.map((member, m) => {
      const { rows, path } = columns[m]!;
      const row = member.rows[rows[c]!] ?? null;
      if (row === null || (path !== null && path[c] !== 1)) return -1;
      const same = laws.findIndex((law) => sameRow(law, row));
      if (same >= 0) return same;
      laws.push(row);
      return laws.length - 1;
    });
    if (laws.length > 2)
      throw refused(`worlds share the Gumbel-max noise of ${site} under ${laws.length} different laws`);
    const size = laws.reduce((n, law) => Math.max(n, law.low + law.weights.length), 1);
    const joint = jointOf(laws, size, pairs);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < (laws.length > 1 ? size : 1); j++) {
        const weight = joint[laws.length > 1 ? i * size + j : i]!;
        if (!(weight > 0)) continue;
        let at = bases[c]!;
        const possible = members.every((member, m) => {
          const law = lawOf[m]!;
          const value = law === 1 ? j : i;
          const { seen } = columns[m]!;
          if (seen !== null) return law < 0 || seen[c] === undefined || seen[c] === value;
          const variable = member.drawn?.variable ?? null;
          if (variable === null) return true;
          const number = law < 0 ? 0 : numbering[m]!.get(value);
          if (number === undefined) return false;
          at += number * strideOf.get(variable.id)!;
          return true;
        });
        if (possible) table[at] = table[at]! + weight;
      }
  }
  const [child = null] = drawn;
  weigh(walk.scene, { ...tabled(scope, table), child: members.length === 1 ? child : null }, first.position);
}

/** For each configuration of `part` where it starts in a table over `whole`. */
function projectionInto(whole: ReturnType<typeof unionOf>, part: ReturnType<typeof unionOf>): Int32Array {
  const own = stridesIn(whole, whole);
  const strideOf = new Map(whole.map((v, d) => [v.id, own[d]!]));
  const out = new Int32Array(sizeOfScope(part));
  const counter = new Int32Array(part.length);
  for (let c = 0; c < out.length; c++) {
    let at = 0;
    for (let d = 0; d < part.length; d++) at += counter[d]! * strideOf.get(part[d]!.id)!;
    out[c] = at;
    for (let d = part.length - 1; d >= 0; d--) {
      counter[d] = counter[d]! + 1;
      if (counter[d]! < part[d]!.values.length) break;
      counter[d] = 0;
    }
  }
  return out;
}

const sameRow = (a: Row, b: Row): boolean =>
  a === b ||
  (a.low === b.low && a.weights.length === b.weights.length && a.weights.every((p, k) => p === b.weights[k]));

/** The joint law of the winners under one or two laws; a single 1 where no law takes part. */
function jointOf(laws: readonly Row[], size: number, pairs: Map<string, Float64Array>): Float64Array {
  const [p, q] = laws.map((law) => {
    const row = new Float64Array(size);
    row.set(law.weights, law.low);
    return row;
  });
  if (p === undefined) return Float64Array.of(1);
  if (q === undefined) return p;
  const key = laws.map((law) => law.number).join();
  const joint = pairs.get(key) ?? pairOfRaces(p, q);
  pairs.set(key, joint);
  return joint;
}
