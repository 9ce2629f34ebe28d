import { EXP_TABLE } from './exp_table.js';
import { POWERS_OF_TWO } from './powers_of_two.js';

/*
 * P. T. P. Tang, "Table-driven implementation of the exponential function in IEEE floating-point arithmetic" (ACM TOMS 15(2), 1989), with
 * 128 entries: x = (128 e + i) log 2 / 128 + r, |r| <= log 2 / 256, so that exp x = 2^e 2^(i / 128) exp r. Of exp r are taken the terms
 * of its series up to r^5, what is left out being below 2^-60.
 */

/** Beyond this, up or down, exp may not be a normal number. */
export const EXP_NEAR = 708;
/** Below this exp is 0. */
export const EXP_LEAST = -745.1332191019412;

/**
 * e^x, with an error below 0.51 units in the last place, or 1 where the result is no normal number. The same bits as from
 * `expRoutine` and `expLanes`: those do the same operations.
 */
export function exp(x: number): number {
  if (!(Math.abs(x) <= 708)) return expFar(x);
  // Numbers stand here and not at the top of the module, whose variables V8 reads and checks at each use. 128 / log 2; adding and taking
  // away 1.5 * 2^52 rounds to a whole number.
  const n = x * 184.6649652337873 + 6755399441055744 - 6755399441055744;
  // log 2 / 128 in two parts; products of the first with n are exact.
  const r = x - n * 0.005415212348111709 - n * 1.2864023111638346e-14;
  const k = n | 0;
  const at = (k & 127) << 1;
  const scale = EXP_TABLE[at + 1]! * POWERS_OF_TWO[(k >> 7) + 1024]!;
  const square = r * r;
  return (
    scale +
    scale *
      (EXP_TABLE[at]! +
        r +
        square * (0.5 + r * 0.16666666666666666) +
        square * square * (0.041666666666666664 + r * 0.008333333333333333))
  );
}

/** e^x beyond 708: the same with the power of two put on in two steps, at the end. */
function expFar(x: number): number {
  if (!(x <= 709.782712893384)) return x * Number.POSITIVE_INFINITY;
  if (x < EXP_LEAST) return 0;
  const n = x * 184.6649652337873 + 6755399441055744 - 6755399441055744;
  const r = x - n * 0.005415212348111709 - n * 1.2864023111638346e-14;
  const k = n | 0;
  const at = (k & 127) << 1;
  const scale = EXP_TABLE[at + 1]!;
  const square = r * r;
  const result =
    scale +
    scale *
      (EXP_TABLE[at]! +
        r +
        square * (0.5 + r * 0.16666666666666666) +
        square * square * (0.041666666666666664 + r * 0.008333333333333333));
  const half = k >> 8;
  return result * POWERS_OF_TWO[half + 1024]! * POWERS_OF_TWO[(k >> 7) - half + 1024]!;
}
