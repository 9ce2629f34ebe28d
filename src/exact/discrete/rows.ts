/** The mass functions of discrete families: which values have probability, found by looking and not by the family's name. */
import { parameterFault, requireFault } from '../../ir/faults.js';
import type { Family, PlaceId } from '../../ir/ir.js';
import { type RuntimeValue, toConstant } from '../../ir/values.js';
import type { Problem } from '../solver.js';
import { refused } from './scene.js';
import { keyOf } from './value.js';

/** The law of a draw with certain parameters: `weights[i]` is the probability of the value `low + i`; `cut` bounds what is left out. */
export type Row = {
  readonly number: number;
  readonly params: readonly RuntimeValue[];
  readonly low: number;
  readonly weights: Float64Array;
  readonly cut: number;
  /** Whether it is the average over a continuous parameter. */
  readonly averaged: boolean;
};

/** Rows by family and parameters. */
export type Rows = (family: Family, params: readonly RuntimeValue[], place: DrawPlace) => Row;

/** What is asked of families to find their rows. */
type Entries = Pick<Problem, 'entry'>;

/** Where a family is drawn or scored, for messages. */
export type DrawPlace = { readonly site: string; readonly at: PlaceId };

/** Throws the fault that a draw with these parameters has, if it has one. */
export function expectInDomain(
  problem: Entries,
  family: Family,
  params: readonly RuntimeValue[],
  { site, at }: DrawPlace,
): void {
  params.forEach((value, k) => {
    if (typeof value === 'number' && Number.isNaN(value))
      throw parameterFault(family.parameters[k]?.name ?? '', family.name, site, at);
  });
  const required = problem.entry(family.name, 'require');
  if (required !== null && Number(required(...params.map(toConstant))) !== 1) throw requireFault(family.name, site, at);
}

/** The most values of one draw. */
const mostValues = 20000;
/** So much of a law must be found before its tails are judged. */
const bulk = 1 - 1e-9;

/** Rows that leave out at most about `tolerance` of mass on either side. */
export function createRows(problem: Entries, tolerance: number): Rows {
  const found = new Map<string, Row>();
  // A single array, as of a categorical draw, is looked up by itself.
  const byArray = new Map<string, WeakMap<object, Row>>();
  return (family, params, place) => {
    const [only] = params;
    const array = params.length === 1 && typeof only === 'object' ? only : null;
    const arrays = byArray.get(family.name) ?? new WeakMap<object, Row>();
    byArray.set(family.name, arrays);
    const known = array === null ? undefined : arrays.get(array);
    if (known !== undefined) return known;
    const key = `${family.name}(${params.map(keyOf).join(';')})`;
    const before = found.get(key);
    if (before !== undefined) return before;
    expectInDomain(problem, family, params, place);
    const row = {
      ...scan(problem, family, params, place.site, tolerance),
      number: found.size,
      params,
      averaged: false,
    };
    found.set(key, row);
    if (array !== null) arrays.set(array, row);
    return row;
  };
}

function scan(
  problem: Entries,
  family: Family,
  params: readonly RuntimeValue[],
  site: string,
  tolerance: number,
): Omit<Row, 'number' | 'params' | 'averaged'> {
  const given = params.map(toConstant);
  const logpdf = problem.entry(family.name, 'logpdf');
  if (logpdf === null) throw refused(`${family.name} at ${site} has no probability mass function`);
  const mass = (k: number): number => {
    const p = Math.exp(Number(logpdf(...given, k)));
    return p > 0 ? p : 0;
  };
  const { value } = family;
  const members = value.kind === 'bool' ? 2 : value.kind === 'enum' ? value.members.length : null;
  if (members !== null) {
    const weights = Float64Array.from({ length: members }, (_, k) => mass(k));
    expectWhole(weights, family, site);
    return { low: 0, weights, cut: 0 };
  }
  const entry = (name: 'support' | 'mean' | 'quantile' | 'cdf' | 'survival') => problem.entry(family.name, name);
  const support = entry('support');
  const possible = (k: number): boolean => support === null || Number(support(...given, k)) === 1;
  const centre = Number(entry('mean')?.(...given) ?? entry('quantile')?.(...given, 0.5) ?? 0);
  const start = Number.isFinite(centre) ? Math.round(centre) : 0;
  const up: number[] = [];
  const down: number[] = [];
  let total = 0;
  let [highest, lowest] = [start, start - 1];
  /** Looks at further values on one side until what lies beyond is surely small. */
  const cut = (side: 1 | -1): number => {
    const list = side === 1 ? up : down;
    const tail = entry(side === 1 ? 'survival' : 'cdf');
    for (;;) {
      const k = side === 1 ? highest : lowest;
      if (!possible(k)) return 0;
      const p = mass(k);
      list.push(p);
      total += p;
      if (side === 1) highest += 1;
      else lowest -= 1;
      if (list.length > mostValues)
        throw refused(`${family.name} at ${site} has more than ${mostValues} values that matter`);
      if (total < bulk || (list.length & 3) !== 0) continue;
      const beyond = tailMass(tail === null ? null : Number(tail(...given, k + (side === 1 ? 0 : -1))), list);
      if (beyond <= tolerance) return beyond;
    }
  };
  // Both sides in turn until the bulk is found: neither alone may hold it.
  for (let round = 0; total < bulk; round++) {
    const before = highest - lowest;
    if (possible(highest)) {
      const p = mass(highest++);
      up.push(p);
      total += p;
    }
    if (possible(lowest)) {
      const p = mass(lowest--);
      down.push(p);
      total += p;
    }
    if (highest - lowest === before) break;
    if (round > mostValues) throw refused(`${family.name} at ${site} has more than ${mostValues} values that matter`);
  }
  const left = cut(1) + cut(-1);
  const weights = Float64Array.from([...down.reverse(), ...up]);
  expectWhole(weights, family, site);
  return { low: lowest + 1, weights, cut: left };
}

/** A bound of the mass beyond the last of the values seen: the family's own, or a geometric one from the last masses. */
function tailMass(own: number | null, list: readonly number[]): number {
  if (own !== null && own >= 0) return own;
  const last = list.at(-1)!;
  const before = list.at(-4) ?? Number.POSITIVE_INFINITY;
  if (last === 0) return list.slice(-4).every((p) => p === 0) ? 0 : Number.POSITIVE_INFINITY;
  const ratio = (last / before) ** (1 / 3);
  return ratio < 1 ? (last * ratio) / (1 - ratio) : Number.POSITIVE_INFINITY;
}

/** A mass function that does not sum to one is not the law of what is drawn. */
function expectWhole(weights: Float64Array, family: Family, site: string): void {
  const total = weights.reduce((a, b) => a + b, 0);
  if (!(Math.abs(total - 1) < 1e-6)) throw refused(`the probabilities of ${family.name} at ${site} do not sum to one`);
}
