/** What shrinks a network of factors before it is solved: barren variables, and values that evidence rules out. */
import { type Factor, multiplyInto, type PlacedFactor } from './factor.js';
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
  const hasZeros = ({ table }: Factor): boolean => {
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
  const { scope, table } = factor;
  const seen = scope.map((v) => new Uint8Array(v.values.length));
  const limits = scope.map((v) => alive.get(v));
  const counter = new Int32Array(scope.length);
  for (const weight of table) {
    if (weight > 0 && limits.every((limit, d) => limit === undefined || limit[counter[d]!] === 1))
      for (let d = 0; d < scope.length; d++) seen[d]![counter[d]!] = 1;
    for (let d = scope.length - 1; d >= 0; d--) {
      counter[d] = counter[d]! + 1;
      if (counter[d]! < scope[d]!.values.length) break;
      counter[d] = 0;
    }
  }
  return new Map(scope.map((v, d) => [v, seen[d]!]));
}

/** A factor over what is left of its variables; those with one value are left out. */
function restricted(factor: Factor, rest: Absorbed['rest']): Factor {
  const rests = factor.scope.map(rest);
  if (rests.every((r) => r === null)) return factor;
  const scope = factor.scope.map((v, d) => rests[d]?.variable ?? v);
  const table = new Float64Array(sizeOfScope(scope));
  const strides = stridesIn(factor.scope, factor.scope);
  const counter = new Int32Array(scope.length);
  for (let i = 0; i < table.length; i++) {
    let at = 0;
    for (let d = 0; d < scope.length; d++) at += strides[d]! * (rests[d]?.numbers[counter[d]!] ?? counter[d]!);
    table[i] = factor.table[at]!;
    for (let d = scope.length - 1; d >= 0; d--) {
      counter[d] = counter[d]! + 1;
      if (counter[d]! < scope[d]!.values.length) break;
      counter[d] = 0;
    }
  }
  return { scope: scope.filter((v) => v.values.length !== 1), table, logScale: factor.logScale };
}

/** A table over what is left of a scope, put back into a table over the scope itself. */
export function putBack(over: Factor, scope: Scope, rest: Absorbed['rest']): Float64Array {
  const out = new Float64Array(sizeOfScope(scope));
  const left = scope.map((v) => rest(v)?.variable ?? v);
  const full = new Float64Array(sizeOfScope(left)).fill(1);
  multiplyInto(full, left, over);
  const strides = stridesIn(scope, scope);
  const counter = new Int32Array(left.length);
  for (const weight of full) {
    let at = 0;
    for (let d = 0; d < left.length; d++) at += strides[d]! * (rest(scope[d]!)?.numbers[counter[d]!] ?? counter[d]!);
    out[at] = weight;
    for (let d = left.length - 1; d >= 0; d--) {
      counter[d] = counter[d]! + 1;
      if (counter[d]! < left[d]!.values.length) break;
      counter[d] = 0;
    }
  }
  return out;
}
