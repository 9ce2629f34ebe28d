import { EXP_TABLE } from './exp_table.js';
import { LOG_TABLE } from './log_table.js';
import { POWERS_OF_TWO } from './powers_of_two.js';

/*
 * x^y = exp(y log x) with log x and its product with y in two doubles: log x as in log.ts, its series up to r^9 and the square of r in two
 * parts; products exact by T. J. Dekker, "A floating-point technique for extending the available precision" (Numer. Math. 18, 1971), exp as in
 * exp.ts.
 */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** Powers to more than this are 1, 0 or infinite; to less than its reciprocal they are 1. */
export const POWER_MOST = 2 ** 64;
/** Beyond this, up or down, the exponential of a number is infinite or 0, whatever is put to it. */
export const POWER_FAR = 1000;

/**
 * x^y as ECMAScript's `**` (NaN for 1 to an infinite power), with an error below 0.52 units in the last place, or 1 where the result is no
 * normal number; x x for y = 2. The same bits as from `powRoutine`, which does the same operations.
 */
export function pow(x: number, y: number): number {
  if (y === 2) return x * x;
  const size = Math.abs(y);
  if (
    x >= 2.2250738585072014e-308 &&
    x <= 1.7976931348623157e308 &&
    size <= 18446744073709552000 &&
    size >= 5.421010862427522e-20
  )
    return powNormal(x, 0, y);
  return powFar(x, y);
}

/** (x / 2^less)^y for a normal x above 0. */
function powNormal(x: number, less: number, y: number): number {
  double[0] = x;
  const place = words[1]! - 0x3fe5f000;
  const power = place >> 20;
  const at = (place >> 12) & 254;
  const z = x * POWERS_OF_TWO[1024 - power]!;
  const k = power - less;
  const upper = z + 6144 - 6144;
  const inverse = LOG_TABLE[at]!;
  const main = upper * inverse - 1;
  const rest = (z - upper) * inverse;
  const r = main + rest;
  const whole = k * 0.6931471805598903 + LOG_TABLE[at + 1]!;
  const sum = whole + main;
  // To 34 binary places, so that its square is exact.
  const near = r + 393216 - 393216;
  const off = main - near + rest;
  const half = -0.5 * (near * near);
  const total = sum + half;
  const low =
    whole -
    sum +
    main +
    (sum - total + half) +
    (k * 5.497923018708371e-14 + LOG_TABLE[(at >> 1) + 256]! + rest) +
    (-0.5 * (off * (r + near)) + r * (r * r) * seriesOf(r));
  const log = total + low;
  const logRest = total - log + low;
  return raised(y, log, logRest);
}

/** (log(1 + r) - r + r^2 / 2) / r^3. */
function seriesOf(r: number): number {
  const square = r * r;
  return (
    0.3333333333333333 -
    r * 0.25 +
    square * (0.2 - r * 0.16666666666666666 + square * (0.14285714285714285 - r * 0.125 + square * 0.1111111111111111))
  );
}

/** exp(y (log + rest)). */
function raised(y: number, log: number, rest: number): number {
  const yPart = y * 134217729;
  const yHigh = yPart - (yPart - y);
  const yLow = y - yHigh;
  const part = log * 134217729;
  const high = part - (part - log);
  const low = log - high;
  const x = y * log;
  const more = yHigh * high - x + yHigh * low + yLow * high + yLow * low + y * rest;
  if (x > POWER_FAR) return Number.POSITIVE_INFINITY;
  if (x < -POWER_FAR) return 0;
  const n = x * 184.6649652337873 + 6755399441055744 - 6755399441055744;
  const r = x - n * 0.005415212348111709 - n * 1.2864023111638346e-14 + more;
  const k = n | 0;
  const at = (k & 127) << 1;
  const half = k >> 8;
  const scale = EXP_TABLE[at + 1]!;
  const square = r * r;
  const result =
    scale +
    scale *
      (EXP_TABLE[at]! +
        r +
        square * (0.5 + r * 0.16666666666666666) +
        square * square * (0.041666666666666664 + r * 0.008333333333333333));
  return result * POWERS_OF_TWO[half + 1024]! * POWERS_OF_TWO[(k >> 7) - half + 1024]!;
}

/** Where x is no normal number above 0, or y is NaN, 0, very large or very little. */
function powFar(x: number, y: number): number {
  if (y === 0) return 1;
  const base = Math.abs(x);
  const size = Math.abs(y);
  if (!(base >= 0 && size >= 0)) return Number.NaN;
  const whole = Math.trunc(y) === y;
  // The infinite is whole and even.
  const odd = whole && 2 * Math.trunc(0.5 * y) !== y;
  const negative = odd && (x < 0 || Object.is(x, -0));
  let result: number;
  if (base === 1 && size > POWER_MOST) result = size === Number.POSITIVE_INFINITY ? Number.NaN : 1;
  else if (base === 0 || base === Number.POSITIVE_INFINITY || size > POWER_MOST)
    result = base > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  else if (x < 0 && !whole) result = Number.NaN;
  else if (size < 1 / POWER_MOST) result = 1;
  else if (base < 2.2250738585072014e-308) result = powNormal(base * 18014398509481984, 54, y);
  else result = powNormal(base, 0, y);
  return negative ? -result : result;
}
