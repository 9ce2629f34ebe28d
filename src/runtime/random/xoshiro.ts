import { philox4x32 } from './philox.js';

/**
 * The next 32-bit word (int32) of xoshiro128++ 1.0.
 * D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators" (ACM TOMS 47(4), 2021).
 *
 * @param state four int32 words, not all zero; moved one step on
 */
export function nextWord(state: Int32Array): number {
  const s0 = state[0]!;
  const s1 = state[1]!;
  const s2 = state[2]! ^ s0;
  const s3 = state[3]! ^ s1;
  const sum = (s0 + state[3]!) | 0;
  state[0] = s0 ^ s3;
  state[1] = s1 ^ s2;
  state[2] = s2 ^ (s1 << 9);
  state[3] = (s3 << 11) | (s3 >>> 21);
  return (((sum << 7) | (sum >>> 25)) + s0) | 0;
}

/**
 * Sets a xoshiro state to the Philox4x32-10 hash of a counter under a key. The one hash that is all zero, a state
 * from which the generator would never leave, is replaced by a fixed other one.
 *
 * @param out four words, overwritten
 */
export function seedState(
  k0: number,
  k1: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  out: Int32Array,
): void {
  philox4x32(k0, k1, c0, c1, c2, c3, out);
  leaveZero(out);
}

/** Replaces the all-zero state, which the generator maps to itself, by a fixed other one. */
export function leaveZero(state: Int32Array): void {
  if ((state[0]! | state[1]! | state[2]! | state[3]!) === 0) state[0] = 0x9e3779b9;
}
