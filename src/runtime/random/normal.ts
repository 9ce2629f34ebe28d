import { exp } from '../math/exp.js';
import { log } from '../math/log.js';
import { nextUniform } from './uniform.js';
import { nextWord } from './xoshiro.js';

/*
 * Standard normal draws by the ziggurat of 256 layers.
 * G. Marsaglia, W. W. Tsang, "The ziggurat method for generating random variables" (J. Stat. Software 5(8), 2000);
 * J. A. Doornik, "An improved ziggurat method to generate normal random samples" (2005): layer, sign and position in
 * the layer must come from different bits.
 *
 * A draw takes two words. Bits 0 to 7 of the first are the layer. Its bits 11 to 31, read as a signed number, and the
 * 32 bits of the second make k + 1/2 with -2^52 <= k < 2^52: sign and position, exactly symmetric about 0.
 */

const LAYERS = 256;
const TWO_32 = 4294967296;
const TWO_52 = 4503599627370496;
/** Where the tail starts. */
export const NORMAL_TAIL = 3.654152885361009;
/** The area of every layer, the tail included in the lowest, under exp(-x^2 / 2). */
const AREA = 0.004928673233974655;

/** Width of layer i (its right edge), divided by 2^52. */
export const NORMAL_WIDTH = new Float64Array(LAYERS);
/** Positions below this, in units of 2^-52 of the width, lie under the curve without further test. */
export const NORMAL_INSIDE = new Float64Array(LAYERS);
/** The curve at the right edges of the layers, and at 0. */
export const NORMAL_HEIGHT = new Float64Array(LAYERS + 1);

function fillTables(): void {
  // The lowest layer is a rectangle up to NORMAL_TAIL and the tail; its "width" is that of a rectangle of the same area.
  let edge = AREA / exp(-0.5 * NORMAL_TAIL * NORMAL_TAIL);
  let next = NORMAL_TAIL;
  for (let layer = 0; layer < LAYERS; layer++) {
    NORMAL_WIDTH[layer] = edge / TWO_52;
    NORMAL_INSIDE[layer] = (next / edge) * TWO_52;
    NORMAL_HEIGHT[layer] = exp(-0.5 * edge * edge);
    edge = next;
    next = layer < LAYERS - 2 ? Math.sqrt(-2 * log(AREA / edge + exp(-0.5 * edge * edge))) : 0;
  }
  NORMAL_HEIGHT[LAYERS] = 1;
}
fillTables();

/** A draw of the normal's tail beyond NORMAL_TAIL (G. Marsaglia, Technometrics 6, 1964). */
function tail(state: Int32Array): number {
  for (;;) {
    const beyond = -log(nextUniform(state)) / NORMAL_TAIL;
    if (-2 * log(nextUniform(state)) >= beyond * beyond) return NORMAL_TAIL + beyond;
  }
}

/**
 * Finishes a normal draw whose first position was not surely under the curve (one draw in about 80).
 *
 * @param state the state after the two words that gave `layer` and `position`; moved on as far as it takes
 * @param layer 0 to 255
 * @param position the signed position in the layer, in units of 2^-52 of its width
 */
export function finishNormal(state: Int32Array, layer: number, position: number): number {
  let at = layer;
  let u = position;
  for (;;) {
    if (at === 0) return u < 0 ? -tail(state) : tail(state);
    const x = u * NORMAL_WIDTH[at]!;
    const low = NORMAL_HEIGHT[at]!;
    if (low + nextUniform(state) * (NORMAL_HEIGHT[at + 1]! - low) < exp(-0.5 * x * x)) return x;
    const first = nextWord(state);
    const second = nextWord(state);
    at = first & 255;
    u = (first >> 11) * TWO_32 + (second >>> 0) + 0.5;
    if (Math.abs(u) < NORMAL_INSIDE[at]!) return u * NORMAL_WIDTH[at]!;
  }
}

/**
 * The next standard normal draw of a xoshiro128++ state; takes two words, seldom more.
 *
 * @param state four int32 words, not all zero; moved on
 */
export function nextNormal(state: Int32Array): number {
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
  const u = (first >> 11) * TWO_32 + (second >>> 0) + 0.5;
  if (Math.abs(u) < NORMAL_INSIDE[layer]!) return u * NORMAL_WIDTH[layer]!;
  return +finishNormal(state, layer, u);
}
