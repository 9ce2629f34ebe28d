/*
 * M. H. Payne, R. N. Hanek, "Radian reduction for trigonometric functions" (SIGNUM Newsletter 18(1), 1983), in whole numbers: of 2 / pi only
 * those bits are multiplied that make no multiple of 4 of the product and are not too low to matter.
 */

/** Bits of 2 / pi behind the point, in hexadecimal, behind 64 zeros. */
export const TWO_OVER_PI =
  '0000000000000000a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921cfe1deb1cb129' +
  'a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e' +
  '5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856';
/** pi / 2 in units of 2^-63. */
export const HALF_PI = 14488038916154245684n;

const double = new Float64Array(1);
const bits = new BigUint64Array(double.buffer);
const WORD = (1n << 64n) - 1n;
const upper = (a: bigint, b: bigint): bigint => (a * b) >> 64n;

/** An angle as quarter turns, of which the lowest two bits count, and what is left, to more than 60 bits: `y + rest`, at most pi / 4. */
type Reduced = { readonly quarters: number; readonly y: number; readonly rest: number };

/** Takes quarter turns off a finite angle of at least 0.5. */
export function reduceAngle(x: number): Reduced {
  double[0] = x;
  const exponent = Number(bits[0]! >> 52n) - 1075;
  const mantissa = (bits[0]! & 0xfffffffffffffn) | 0x10000000000000n;
  // The first bit that matters has the weight 2 once it is multiplied.
  const first = exponent + 62;
  const m = mantissa << BigInt(first & 7);
  const at = 2 * (first >> 3);
  const word = (k: number): bigint => BigInt(`0x${TWO_OVER_PI.slice(at + 16 * k, at + 16 * k + 16)}`);
  // Bits 64 to 191 of the product: two for quarter turns, 126 behind the point.
  const product = (((m * word(0)) << 64n) + m * word(1) + upper(m, word(2))) & ((WORD << 64n) | WORD);
  const fraction = (product << 2n) & ((WORD << 64n) | WORD);
  const above = fraction >> 127n === 1n;
  const size = above ? fraction ^ ((WORD << 64n) | WORD) : fraction;
  const zeros = 128 - size.toString(2).length;
  const angle = upper((size << BigInt(zeros)) >> 64n, HALF_PI);
  const sign = above ? -1 : 1;
  return {
    quarters: Number(product >> 126n) + (above ? 1 : 0),
    y: sign * Number(angle >> 11n) * 2 ** (-52 - zeros),
    rest: sign * Number(angle & 2047n) * 2 ** (-63 - zeros),
  };
}
