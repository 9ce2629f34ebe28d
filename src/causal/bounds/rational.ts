/** Exact fractions, for sums and programs whose answers must not hang on rounding. */

/** A fraction in lowest terms; the denominator is positive. */
export type Rational = { readonly above: bigint; readonly below: bigint };

export const zero: Rational = { above: 0n, below: 1n };
export const unit: Rational = { above: 1n, below: 1n };

const magnitude = (x: bigint): bigint => (x < 0n ? -x : x);

/** The greatest common divisor of two whole numbers, never negative. */
function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [magnitude(a), magnitude(b)];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** above / below; the denominator is not zero. */
export function rational(above: bigint, below = 1n): Rational {
  if (below === 0n) throw new Error('rational: the denominator is zero');
  const common = gcd(above, below) * (below < 0n ? -1n : 1n);
  return common === 1n ? { above, below } : { above: above / common, below: below / common };
}

export const plus = (a: Rational, b: Rational): Rational =>
  rational(a.above * b.below + b.above * a.below, a.below * b.below);
export const times = (a: Rational, b: Rational): Rational => rational(a.above * b.above, a.below * b.below);
export const minus = (a: Rational, b: Rational): Rational =>
  rational(a.above * b.below - b.above * a.below, a.below * b.below);

/** The fraction that a double is. The number is finite. */
export function rationalOf(x: number): Rational {
  if (!Number.isFinite(x)) throw new Error('rational: not a finite number');
  let whole = x;
  let below = 1n;
  // Doubling is exact, and ends: a double has at most 1074 binary places.
  while (!Number.isInteger(whole)) {
    whole *= 2;
    below *= 2n;
  }
  return rational(BigInt(whole), below);
}

/** Bits of the quotient that `numberOf` computes before it rounds: more than a double holds. */
const bits = 64;

/** The double next to a fraction, or one beside it. */
export function numberOf({ above, below }: Rational): number {
  if (above === 0n) return 0;
  const size = (x: bigint): number => magnitude(x).toString(16).length * 4;
  const shift = bits + size(below) - size(above);
  const quotient = shift >= 0 ? (above << BigInt(shift)) / below : above / (below << BigInt(-shift));
  // In two steps: the power alone may be further out than a double reaches.
  const half = Math.trunc(shift / 2);
  return Number(quotient) * 2 ** -half * 2 ** (half - shift);
}

/** Fractions as whole numbers over one denominator, the least that all have in common. */
export function overOne(list: readonly Rational[]): { readonly wholes: readonly bigint[]; readonly below: bigint } {
  let below = 1n;
  for (const r of list) below = (below / gcd(below, r.below)) * r.below;
  return { wholes: list.map((r) => r.above * (below / r.below)), below };
}
