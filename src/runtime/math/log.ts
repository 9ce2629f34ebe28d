import { LOG_TABLE } from './log_table.js';
import { POWERS_OF_TWO } from './powers_of_two.js';

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/**
 * log x, with an error below 0.51 units in the last place. The same bits as from `logRoutine` and `logLanes`: those do the same
 * operations.
 *
 * P. T. P. Tang, "Table-driven implementation of the logarithm function in IEEE floating-point arithmetic" (ACM TOMS 16(4), 1990), with
 * reciprocals so short that the reduced argument is exact: x = 2^k z, z c' = 1 + r with c' = 1 / c to 12 places and
 * |r| < 2^-7.9, log x = k log 2 - log c' + log(1 + r). About 1 both c' and its logarithm are exact, so that no other method is
 * needed there. Of log(1 + r) are taken the terms of its series up to r^7.
 */
export function log(x: number): number {
  let normal = x;
  let less = 0;
  if (!(x >= 2.2250738585072014e-308 && x <= 1.7976931348623157e308)) {
    if (!(x > 0 && x < 1)) return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN;
    normal = x * 18014398509481984;
    less = 54;
  }
  double[0] = normal;
  // Half a step more, so that c is the nearest. The words are in the order of all of today's machines.
  const place = words[1]! - 0x3fe5f000;
  const power = place >> 20;
  const at = (place >> 12) & 254;
  const z = normal * POWERS_OF_TWO[1024 - power]!;
  const k = power - less;
  // To 40 binary places, and the rest: products with c' are exact.
  const upper = z + 6144 - 6144;
  const inverse = LOG_TABLE[at]!;
  const main = upper * inverse - 1;
  const rest = (z - upper) * inverse;
  const r = main + rest;
  // log 2 in two parts, of which the first has 42 binary places.
  const whole = k * 0.6931471805598903 + LOG_TABLE[at + 1]!;
  const sum = whole + main;
  const square = r * r;
  return (
    sum +
    (k * 5.497923018708371e-14 +
      LOG_TABLE[(at >> 1) + 256]! +
      (whole - sum + main + rest) +
      square *
        (r * 0.3333333333333333 -
          0.5 +
          square * (r * 0.2 - 0.25 + square * (r * 0.14285714285714285 - 0.16666666666666666))))
  );
}
