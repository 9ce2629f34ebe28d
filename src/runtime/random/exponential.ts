import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import { nextUniform } from './uniform.js';
import { nextWord } from './xoshiro.js';

/*
 * Exponential draws of rate 1 by the ziggurat of 256 layers (Marsaglia and Tsang 2000, as for the normal).
 *
 * A draw takes two words. Bits 0 to 7 of the first are the layer; its upper 20 bits and the 32 bits of the second
 * make k + 1/2 with 0 <= k < 2^52, the position in the layer.
 */

const LAYERS = 256;
const TWO_32 = 4294967296;
const TWO_52 = 4503599627370496;
/** Where the tail starts. */
export const EXPONENTIAL_TAIL = 7.69711747013105;
/** The area of every layer, the tail included in the lowest, under exp(-x). */
const AREA = 0.003949659822581557;

/** Width of layer i (its right edge), divided by 2^52. */
export const EXPONENTIAL_WIDTH = new Float64Array(LAYERS);
/** Positions below this, in units of 2^-52 of the width, lie under the curve without further test. */
export const EXPONENTIAL_INSIDE = new Float64Array(LAYERS);
/** The curve at the right edges of the layers, and at 0. */
export const EXPONENTIAL_HEIGHT = new Float64Array(LAYERS + 1);

function fillTables(): void {
  let edge = AREA / exp(-EXPONENTIAL_TAIL);
  let next = EXPONENTIAL_TAIL;
  for (let layer = 0; layer < LAYERS; layer++) {
    EXPONENTIAL_WIDTH[layer] = edge / TWO_52;
    EXPONENTIAL_INSIDE[layer] = (next / edge) * TWO_52;
    EXPONENTIAL_HEIGHT[layer] = exp(-edge);
    edge = next;
    next = layer < LAYERS - 2 ? -log(AREA / edge + exp(-edge)) : 0;
  }
  EXPONENTIAL_HEIGHT[LAYERS] = 1;
}
fillTables();

/**
 * Finishes an exponential draw whose first position was not surely under the curve (one draw in about 45).
 *
 * @param state the state after the two words that gave `layer` and `position`; moved on as far as it takes
 * @param layer 0 to 255
 * @param position the position in the layer, in units of 2^-52 of its width
 */
export function finishExponential(state: Int32Array, layer: number, position: number): number {
  let at = layer;
  let u = position;
  // Beyond the tail's start the distribution repeats itself, so a draw in the tail is that start plus a fresh draw.
  let beyond = 0;
  for (;;) {
    const x = u * EXPONENTIAL_WIDTH[at]!;
    if (at === 0) {
      beyond += EXPONENTIAL_TAIL;
    } else {
      const low = EXPONENTIAL_HEIGHT[at]!;
      if (low + nextUniform(state) * (EXPONENTIAL_HEIGHT[at + 1]! - low) < exp(-x)) return beyond + x;
    }
    const first = nextWord(state);
    const second = nextWord(state);
    at = first & 255;
    u = (first >>> 12) * TWO_32 + (second >>> 0) + 0.5;
    if (u < EXPONENTIAL_INSIDE[at]!) return beyond + u * EXPONENTIAL_WIDTH[at]!;
  }
}

/**
 * The next exponential draw (rate 1, greater than 0) of a xoshiro128++ state; takes two words, seldom more.
 *
 * @param state four int32 words, not all zero; moved on
 */
export function nextExponential(state: Int32Array): number {
  let s0 = state[0]!;
  let s1 = state[1]!;
  let s2 = state[2]!;
  let s3 = state[3]!;
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
  state[1] = s1 ^ s2;
  state[0] = s0 ^ s3;
  state[2] = s2 ^ shifted;
  state[3] = (s3 << 11) | (s3 >>> 21);
  const layer = first & 255;
  const u = (first >>> 12) * TWO_32 + (second >>> 0) + 0.5;
  if (u < EXPONENTIAL_INSIDE[layer]!) return u * EXPONENTIAL_WIDTH[layer]!;
  return +finishExponential(state, layer, u);
}
