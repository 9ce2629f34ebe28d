/** Factors: non-negative functions of a few variables. */
import { type Scope, sizeOfScope, stridesIn, type Variable } from './value.js';

/**
 * A non-negative function of the variables of its scope, which may stand in any order, times exp(logScale). It is never changed.
 */
export type Factor = {
  readonly scope: Scope;
  readonly logScale: number;
  /** Row-major; empty if the factor is a map. */
  readonly table: Float64Array;
  /**
   * Where the last variable of the scope is certain given the others: for each configuration of these the number of its value, -1 where the
   * factor is zero.
   */
  readonly map: Int32Array | null;
};

/** A factor with its place in the program's order, and the variable of which it is the law given the others, if it is one. */
export type PlacedFactor = Factor & { readonly position: number; readonly child: Variable | null };

/** A factor by its table. */
export const tabled = (scope: Scope, table: Float64Array, logScale = 0): Factor => ({
  scope,
  table,
  logScale,
  map: null,
});

/** A factor that is 1 where the last variable is what the map says, else 0. */
export const mapped = (scope: Scope, map: Int32Array): Factor => ({
  scope,
  table: new Float64Array(0),
  logScale: 0,
  map,
});

/** Goes through all configurations of a scope in row-major order. `advance` gives the first digit that changed; -1 at the end. */
type Odometer = { readonly digits: Int32Array; readonly advance: () => number };

/** An odometer at its first configuration. */
export function odometer(scope: Scope): Odometer {
  const sizes = scope.map((v) => v.values.length);
  const digits = new Int32Array(sizes.length);
  return {
    digits,
    advance: () => {
      for (let d = sizes.length - 1; d >= 0; d--) {
        const next = digits[d]! + 1;
        if (next < sizes[d]!) {
          digits[d] = next;
          return d;
        }
        digits[d] = 0;
      }
      return -1;
    },
  };
}

/** Multiplies every cell of `out`, a table over `scope`, by the factor's, which must have a table. */
export function multiplyInto(out: Float64Array, scope: Scope, factor: Factor): void {
  const { table } = factor;
  if (scope.length === 0) {
    out[0] = out[0]! * table[0]!;
    return;
  }
  const strides = stridesIn(scope, factor.scope);
  const last = scope.length - 1;
  const inner = scope[last]!.values.length;
  const step = strides[last]!;
  const outer = scope.slice(0, -1);
  const { digits, advance } = odometer(outer);
  for (let base = 0; base < out.length; base += inner) {
    let offset = 0;
    for (let d = 0; d < digits.length; d++) offset += digits[d]! * strides[d]!;
    if (step === 0) {
      const weight = table[offset]!;
      if (weight !== 1) for (let k = base; k < base + inner; k++) out[k] = out[k]! * weight;
    } else {
      for (let k = base, at = offset; k < base + inner; k++, at += step) out[k] = out[k]! * table[at]!;
    }
    advance();
  }
}

/** The same factor with 1 as its greatest cell; a factor that is zero everywhere has the scale -Infinity. Changes the table in place. */
export function scaled(scope: Scope, table: Float64Array, logScale: number): Factor {
  let most = 0;
  for (const value of table) if (value > most) most = value;
  if (most === 0) return tabled(scope, table, Number.NEGATIVE_INFINITY);
  if (most !== 1) for (let i = 0; i < table.length; i++) table[i] = table[i]! / most;
  return tabled(scope, table, logScale + Math.log(most));
}

/** The sum of scales. */
export const logScaleOf = (factors: readonly Factor[]): number => factors.reduce((sum, f) => sum + f.logScale, 0);

/** Number of cells of a table over a scope. */
export const newTable = (scope: Scope, value: number): Float64Array => {
  const table = new Float64Array(sizeOfScope(scope));
  return value === 0 ? table : table.fill(value);
};
