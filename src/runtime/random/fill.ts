import { EXPONENTIAL_INSIDE, EXPONENTIAL_WIDTH, finishExponential } from './exponential.js';
import { finishNormal, NORMAL_INSIDE, NORMAL_WIDTH } from './normal.js';

/*
 * Fills for generated code. Each gives, to the bit, the numbers of as many single calls, and leaves the state where
 * those would. The generator is written out in each loop so that its four words stay in registers: a call or an
 * Int32Array in the loop makes it two to three times slower.
 */

const TWO_32 = 4294967296;
const TWO_MINUS_52 = 2.220446049250313e-16;

/**
 * Uniform draws in (0, 1), as by `nextUniform`.
 *
 * @param state four int32 words, not all zero; moved on
 * @param out written at `offset` … `offset + count - 1`
 */
export function fillUniform(state: Int32Array, out: Float64Array, offset: number, count: number): void {
  let s0 = state[0]!;
  let s1 = state[1]!;
  let s2 = state[2]!;
  let s3 = state[3]!;
  const end = offset + count;
  for (let i = offset; i < end; i++) {
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
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    out[i] = ((high >>> 12) * TWO_32 + (low >>> 0) + 0.5) * TWO_MINUS_52;
  }
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
}

/**
 * Standard normal draws, as by `nextNormal`.
 *
 * @param state four int32 words, not all zero; moved on
 * @param out written at `offset` … `offset + count - 1`
 */
export function fillNormal(state: Int32Array, out: Float64Array, offset: number, count: number): void {
  const inside = NORMAL_INSIDE;
  const width = NORMAL_WIDTH;
  let s0 = state[0]!;
  let s1 = state[1]!;
  let s2 = state[2]!;
  let s3 = state[3]!;
  const end = offset + count;
  for (let i = offset; i < end; i++) {
    let sum = (s0 + s3) | 0;
    const first = (((sum << 7) | (sum >>> 25)) + s0) | 0;
    let shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    sum = (s0 + s3) | 0;
    const second = (((sum << 7) | (sum >>> 25)) + s0) | 0;
    shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    const layer = first & 255;
    const u = (first >> 11) * TWO_32 + (second >>> 0) + 0.5;
    if (Math.abs(u) < inside[layer]!) {
      out[i] = u * width[layer]!;
    } else {
      state[0] = s0;
      state[1] = s1;
      state[2] = s2;
      state[3] = s3;
      out[i] = +finishNormal(state, layer, u);
      s0 = state[0]!;
      s1 = state[1]!;
      s2 = state[2]!;
      s3 = state[3]!;
    }
  }
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
}

/**
 * Exponential draws of rate 1, as by `nextExponential`.
 *
 * @param state four int32 words, not all zero; moved on
 * @param out written at `offset` … `offset + count - 1`
 */
export function fillExponential(state: Int32Array, out: Float64Array, offset: number, count: number): void {
  const inside = EXPONENTIAL_INSIDE;
  const width = EXPONENTIAL_WIDTH;
  let s0 = state[0]!;
  let s1 = state[1]!;
  let s2 = state[2]!;
  let s3 = state[3]!;
  const end = offset + count;
  for (let i = offset; i < end; i++) {
    let sum = (s0 + s3) | 0;
    const first = (((sum << 7) | (sum >>> 25)) + s0) | 0;
    let shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    sum = (s0 + s3) | 0;
    const second = (((sum << 7) | (sum >>> 25)) + s0) | 0;
    shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    const layer = first & 255;
    const u = (first >>> 12) * TWO_32 + (second >>> 0) + 0.5;
    if (u < inside[layer]!) {
      out[i] = u * width[layer]!;
    } else {
      state[0] = s0;
      state[1] = s1;
      state[2] = s2;
      state[3] = s3;
      out[i] = +finishExponential(state, layer, u);
      s0 = state[0]!;
      s1 = state[1]!;
      s2 = state[2]!;
      s3 = state[3]!;
    }
  }
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
}
