import { reduceAngle } from './quadrant.js';

/*
 * The angle is reduced to at most pi / 4 by W. J. Cody and W. Waite, "Software Manual for the Elementary Functions" (1980), with pi / 2 in three
 * parts; angles too large for that, or too near to a multiple of pi / 2, by `reduceAngle`. The polynomials are those of fdlibm's k_sin.c and
 * k_cos.c (Sun Microsystems 1993).
 */

/** Angles up to this are reduced by parts of pi / 2. */
export const ANGLE_NEAR = 500_000;
/** What is left of a reduced angle must be this large, or else not enough of its bits are right. */
export const ANGLE_LEAST = 2 ** -13;

// Each function is short enough for V8 to put it in the place of its call.

/** sin(y + rest) for at most pi / 4. */
function sineOf(y: number, rest: number): number {
  const z = y * y;
  const r =
    0.00833333333332249 +
    z * (-0.0001984126982985795 + z * 0.0000027557313707070068) +
    z * (z * z) * (-2.5050760253406863e-8 + z * 1.58969099521155e-10);
  const v = z * y;
  return y - (z * (0.5 * rest - v * r) - rest - v * -0.16666666666666632);
}

/** cos(y + rest) for at most pi / 4. */
function cosineOf(y: number, rest: number): number {
  const z = y * y;
  const w = z * z;
  const r =
    z * (0.0416666666666666 + z * (-0.001388888888887411 + z * 0.00002480158728947673)) +
    w * w * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11));
  const half = 0.5 * z;
  const near = 1 - half;
  return near + (1 - near - half + (z * r - y * rest));
}

/** The sine or cosine by the lowest bit of `quarters`, its sign by the next. */
function turned(quarters: number, y: number, rest: number): number {
  const value = (quarters & 1) === 0 ? sineOf(y, rest) : cosineOf(y, rest);
  return (quarters & 2) === 0 ? value : -value;
}

/** sin x for `ahead` 0, cos x for 1. */
function sineAhead(x: number, ahead: 0 | 1): number {
  // Numbers stand here for V8, as in `exp`. 2 / pi; adding and taking away 1.5 * 2^52 rounds to a whole number.
  const n = x * 0.6366197723675814 + 6755399441055744 - 6755399441055744;
  // Products of n with the first two parts of pi / 2 are exact, and so is the first difference.
  const a = x - n * 1.5707963267341256;
  const second = n * 6.077100506303966e-11;
  const b = a - second;
  const less = n * 2.0222662487959506e-21 - (a - b - second);
  const y = b - less;
  if (!(Math.abs(x) <= 500_000) || (n !== 0 && Math.abs(y) < 0.0001220703125)) return far(x, ahead);
  return turned((n | 0) + ahead, y, b - y - less);
}

/** Of an angle that is large, near to a multiple of pi / 2, or not finite. */
function far(x: number, ahead: 0 | 1): number {
  if (!(Math.abs(x) < Number.POSITIVE_INFINITY)) return Number.NaN;
  const { quarters, y, rest } = reduceAngle(Math.abs(x));
  // The cosine is even, the sine odd.
  return turned(ahead === 0 && x < 0 ? quarters ^ 2 : quarters + ahead, y, rest);
}

/** sin x, with an error below 0.75 units in the last place. The same bits as from `sinRoutine` and `sinLanes`: those do the same operations. */
export const sin = (x: number): number => sineAhead(x, 0);

/** cos x, with an error below 0.75 units in the last place. The same bits as from `cosRoutine` and `cosLanes`. */
export const cos = (x: number): number => sineAhead(x, 1);
