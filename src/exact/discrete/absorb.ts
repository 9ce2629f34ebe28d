/** What shrinks a network of factors before it is solved: barren variables, and values that evidence rules out. */
import { type Factor, mapped, multiplyInto, odometer, type PlacedFactor, tabled } from './factor.js';
import { type Scope, sizeOfScope, stridesIn, type Variable } from './value.js';

/**
 * Without the factors that sum to one and tell nothing: the law of a variable that no other factor and no question speaks of (a barren
 * node, Shachter 1986), again and again.
 */
export function withoutBarren(factors: readonly PlacedFactor[], asked: readonly Scope[]): readonly PlacedFactor[] {
  const uses = new Map<Variable, number>();
  const count = (scope: Scope, by: number): void => {
    for (const v of scope) uses.set(v, (uses.get(v) ?? 0) + by);
  };
  for (const factor of factors) count(factor.scope, 1);
  for (const scope of asked) count(scope, 1);
  const lawOf = new Map<Variable, PlacedFactor>();
  for (const factor of factors) if (factor.child !== null) lawOf.set(factor.child, factor);
  const dropped = new Set<PlacedFactor>();
  const candidates = [...lawOf.keys()];
  for (let variable = candidates.pop(); variable !== undefined; variable = candidates.pop()) {
    const law = lawOf.get(variable);
    if (law === undefined || dropped.has(law) || uses.get(variable) !== 1) continue;
    dropped.add(law);
    count(law.scope, -1);
    for (const other of law.scope) if (lawOf.has(other)) candidates.push(other);
  }
  return factors.filter((f) => !dropped.has(f));
}

/** A network in which every value of every variable is possible as far as single factors tell, and how its variables were before. */
export type Absorbed = {
  readonly factors: readonly Factor[];
  /** What is left of a variable: its values that are possible, by their numbers in the original. Null where a variable is as before. */
  readonly rest: (variable: Variable) => { readonly variable: Variable; readonly numbers: readonly number[] } | null;
};

/** Factors above this size are not searched for zeros. */
const largest = 1 << 16;

/** Takes values away that some factor gives no weight (generalised arc consistency), until none is left. */
export function absorb(factors: readonly Factor[]): Absorbed {
  const zeros = new Map<Float64Array, boolean>();
  const hasZeros = ({ table, map }: Factor): boolean => {
    if (map !== null) return map.length <= largest;
    const before = zeros.get(table);
    if (before !== undefined) return before;
    const found = table.length <= largest && table.includes(0);
    zeros.set(table, found);
    return found;
  };
  const sparse = factors.filter(hasZeros);
  const touching = new Map<Variable, Factor[]>();
  for (const factor of sparse)
    for (const v of factor.scope) {
      const list = touching.get(v) ?? [];
      list.push(factor);
      touching.set(v, list);
    }
  const alive = new Map<Variable, Uint8Array>();
  const waiting = new Set(sparse);
  for (const factor of waiting) {
    waiting.delete(factor);
    for (const [v, seen] of supportOf(factor, alive)) {
      const before = alive.get(v) ?? new Uint8Array(v.values.length).fill(1);
      if (seen.every((s, i) => s === before[i])) continue;
      alive.set(v, seen);
      for (const other of touching.get(v) ?? []) if (other !== factor) waiting.add(other);
    }
  }
  const rests = new Map<Variable, { readonly variable: Variable; readonly numbers: readonly number[] }>();
  for (const [v, marks] of alive) {
    const numbers = v.values.map((_, i) => i).filter((i) => marks[i] === 1);
    rests.set(v, { variable: { id: v.id, values: numbers.map((i) => v.values[i]!) }, numbers });
  }
  const rest: Absorbed['rest'] = (variable) => rests.get(variable) ?? null;
  return { factors: factors.map((f) => restricted(f, rest)), rest };
}

/** For each variable of a factor, which values have weight somewhere, with all values that are possible so far. */
function supportOf(factor: Factor, alive: ReadonlyMap<Variable, Uint8Array>): ReadonlyMap<Variable, Uint8Array> {
  const { scope, table, map } = factor;
  const seen = scope.map((v) => new Uint8Array(v.values.length));
  const limits = scope.map((v) => alive.get(v));
  const outer = map === null ? scope : scope.slice(0, -1);
  const { digits, advance } = odometer(outer);
  const last = scope.length - 1;
  for (let i = 0; i < (map ?? table).length; i++, advance()) {
    const made = map === null ? -1 : map[i]!;
    if (map === null ? table[i] === 0 : made < 0 || limits[last]?.[made] === 0) continue;
    let possible = true;
    for (let d = 0; d < digits.length && possible; d++) possible = limits[d]?.[digits[d]!] !== 0;
    if (!possible) continue;
    for (let d = 0; d < digits.length; d++) seen[d]![digits[d]!] = 1;
    if (map !== null) seen[last]![made] = 1;
  }
  return new Map(scope.map((v, d) => [v, seen[d]!]));
}

/** A factor over what is left of its variables; those with one value are left out. */
function restricted(factor: Factor, rest: Absorbed['rest']): Factor {
  const rests = factor.scope.map(rest);
  if (rests.every((r) => r === null)) return factor;
  const { map } = factor;
  const scope = factor.scope.map((v, d) => rests[d]?.variable ?? v);
  const outer = map === null ? scope : scope.slice(0, -1);
  const strides = stridesIn(factor.scope.slice(0, outer.length), factor.scope.slice(0, outer.length));
  const child = map === null ? null : (rests.at(-1) ?? null);
  const childNumber = child === null ? null : new Map(child.numbers.map((n, k) => [n, k]));
  const source: ArrayLike<number> = map ?? factor.table;
  const size = sizeOfScope(outer);
  const values = new Float64Array(size);
  const { digits, advance } = odometer(outer);
  for (let i = 0; i < size; i++, advance()) {
    let at = 0;
    for (let d = 0; d < outer.length; d++) at += strides[d]! * (rests[d]?.numbers[digits[d]!] ?? digits[d]!);
    values[i] = childNumber === null ? source[at]! : (childNumber.get(source[at]!) ?? -1);
  }
  const left = outer.filter((v) => v.values.length !== 1);
  const last = scope.at(-1);
  if (map === null || last === undefined) return tabled(left, values, factor.logScale);
  // A child with one value is seen: the map becomes a test of the others.
  if (last.values.length === 1)
    return tabled(
      left,
      values.map((n) => (n === 0 ? 1 : 0)),
      factor.logScale,
    );
  return mapped([...left, last], Int32Array.from(values));
}

/** A table over what is left of a scope, put back into a table over the scope itself. */
export function putBack(over: Factor, scope: Scope, rest: Absorbed['rest']): Float64Array {
  const out = new Float64Array(sizeOfScope(scope));
  const left = scope.map((v) => rest(v)?.variable ?? v);
  const full = new Float64Array(sizeOfScope(left)).fill(1);
  multiplyInto(full, left, over);
  const strides = stridesIn(scope, scope);
  const { digits, advance } = odometer(left);
  for (const weight of full) {
    let at = 0;
    for (let d = 0; d < left.length; d++) at += strides[d]! * (rest(scope[d]!)?.numbers[digits[d]!] ?? digits[d]!);
    out[at] = weight;
    advance();
  }
  return out;
}
