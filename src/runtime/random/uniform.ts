const TWO_32 = 4294967296;
const TWO_MINUS_52 = 2.220446049250313e-16;

/**
 * A uniform double in the open interval (0, 1) from two 32-bit words: (k + 1/2) / 2^52 with the 52-bit number k made
 * of the upper 20 bits of `high` and all of `low`. Exact, symmetric about 1/2, never 0 and never 1: the ends are
 * 2^-53 and 1 - 2^-53. (With 53 bits, k + 1/2 would round to 2^53 and the value to 1.)
 */
export function uniformFromWords(high: number, low: number): number {
  return ((high >>> 12) * TWO_32 + (low >>> 0) + 0.5) * TWO_MINUS_52;
}

/**
 * The next uniform draw in (0, 1) of a xoshiro128++ state; takes two words.
 *
 * @param state four int32 words, not all zero; moved two steps on
 */
export function nextUniform(state: Int32Array): number {
  let s0 = state[0]!;
  let s1 = state[1]!;
  let s2 = state[2]!;
  let s3 = state[3]!;
  let sum = (s0 + s3) | 0;
  const high = (((sum << 7) | (sum >>> 25)) + s0) | 0;
  let shifted = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  s1 ^= s2;
  s0 ^= s3;
  s2 ^= shifted;
  s3 = (s3 << 11) | (s3 >>> 21);
  sum = (s0 + s3) | 0;
  const low = (((sum << 7) | (sum >>> 25)) + s0) | 0;
  shifted = s1 << 9;
  s2 ^= s0;
  s3 ^= s1;
  state[1] = s1 ^ s2;
  state[0] = s0 ^ s3;
  state[2] = s2 ^ shifted;
  state[3] = (s3 << 11) | (s3 >>> 21);
  return ((high >>> 12) * TWO_32 + (low >>> 0) + 0.5) * TWO_MINUS_52;
}
