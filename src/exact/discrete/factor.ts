/** Factors: non-negative functions of a few variables. */
import { type Scope, sizeOfScope, stridesIn, type Variable } from './value.js';

/**
 * A non-negative function of the variables of its scope, which may stand in any order; `table` is row-major and never changed. The factor's
 * value is table · exp(logScale).
 */
export type Factor = { readonly scope: Scope; readonly table: Float64Array; readonly logScale: number };

/** A factor with its place in the program's order, and the variable of which it is the law given the others, if it is one. */
export type PlacedFactor = Factor & { readonly position: number; readonly child: Variable | null };

/** Multiplies every cell of `out`, a table over `scope`, by the factor's. */
export function multiplyInto(out: Float64Array, scope: Scope, factor: Factor): void {
  const { table } = factor;
  if (scope.length === 0) {
    out[0] = out[0]! * table[0]!;
    return;
  }
  const strides = stridesIn(scope, factor.scope);
  const sizes = scope.map((v) => v.values.length);
  const last = sizes.length - 1;
  const inner = sizes[last]!;
  const step = strides[last]!;
  const counter = new Int32Array(sizes.length);
  let offset = 0;
  for (let base = 0; base < out.length; base += inner) {
    if (step === 0) {
      const weight = table[offset]!;
      if (weight !== 1) for (let k = base; k < base + inner; k++) out[k] = out[k]! * weight;
    } else {
      for (let k = base, at = offset; k < base + inner; k++, at += step) out[k] = out[k]! * table[at]!;
    }
    for (let d = last - 1; d >= 0; d--) {
      counter[d] = counter[d]! + 1;
      offset += strides[d]!;
      if (counter[d]! < sizes[d]!) break;
      offset -= strides[d]! * sizes[d]!;
      counter[d] = 0;
    }
  }
}

/** The product of factors over a scope that has all their variables. */
export function product(factors: readonly Factor[], scope: Scope): Factor {
  const table = new Float64Array(sizeOfScope(scope)).fill(1);
  let logScale = 0;
  for (const factor of factors) {
    multiplyInto(table, scope, factor);
    logScale += factor.logScale;
  }
  return { scope, table, logScale };
}

/** The factor summed over the last variable of its scope. */
export function withoutLast({ scope, table, logScale }: Factor): Factor {
  const inner = scope.at(-1)?.values.length ?? 1;
  const out = new Float64Array(table.length / inner);
  for (let i = 0, base = 0; i < out.length; i++, base += inner) {
    let sum = 0;
    for (let k = base; k < base + inner; k++) sum += table[k]!;
    out[i] = sum;
  }
  return scaled({ scope: scope.slice(0, -1), table: out, logScale });
}

/** The factor summed over all variables that are not in `kept`, whose order the result has. */
export function summedTo({ scope, table, logScale }: Factor, kept: Scope): Factor {
  const out = new Float64Array(sizeOfScope(kept));
  const strides = stridesIn(scope, kept);
  const counter = new Int32Array(scope.length);
  let offset = 0;
  for (const value of table) {
    out[offset] = out[offset]! + value;
    for (let d = scope.length - 1; d >= 0; d--) {
      counter[d] = counter[d]! + 1;
      offset += strides[d]!;
      const size = scope[d]!.values.length;
      if (counter[d]! < size) break;
      offset -= strides[d]! * size;
      counter[d] = 0;
    }
  }
  return scaled({ scope: kept, table: out, logScale });
}

/** The same factor with 1 as its greatest cell; a factor that is zero everywhere has the scale -Infinity. Changes the table in place. */
function scaled({ scope, table, logScale }: Factor): Factor {
  let most = 0;
  for (const value of table) if (value > most) most = value;
  if (most === 0) return { scope, table, logScale: Number.NEGATIVE_INFINITY };
  if (most !== 1) for (let i = 0; i < table.length; i++) table[i] = table[i]! / most;
  return { scope, table, logScale: logScale + Math.log(most) };
}
