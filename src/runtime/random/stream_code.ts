/** Code of xoshiro128++ and of the transforms' first steps, for states whose words stand in locals. */
import type { Code } from '../assembly/code.js';
import { f64, get, i32, i64, set } from '../assembly/instructions.js';

/** Locals (i32) of the four words of a state. */
export type Words = readonly [number, number, number, number];

/** How far apart the words of a state are in memory: 4 bytes, or 16 in states of four streams side by side. */
export type Stride = 4 | 16;

/** Takes the state at an address into locals. */
export const loadWords = (words: Words, state: Code, stride: Stride = 4): Code =>
  words.map((word, k) => set(word, i32.load(state, stride * k)));

/** Puts the state back. */
export const storeWords = (words: Words, state: Code, stride: Stride = 4): Code =>
  words.map((word, k) => i32.store(state, get(word), stride * k));

/** Sets `into` to the next word, as `nextWord`, and moves the state on; `shifted` is working space. */
export function advance([s0, s1, s2, s3]: Words, into: number, shifted: number): Code {
  return [
    set(into, i32.add(i32.rotl(i32.add(get(s0), get(s3)), i32.of(7)), get(s0))),
    set(shifted, i32.shl(get(s1), i32.of(9))),
    set(s2, i32.xor(get(s2), get(s0))),
    set(s3, i32.xor(get(s3), get(s1))),
    set(s1, i32.xor(get(s1), get(s2))),
    set(s0, i32.xor(get(s0), get(s3))),
    set(s2, i32.xor(get(s2), get(shifted))),
    set(s3, i32.rotl(get(s3), i32.of(11))),
  ];
}

/** The double whose lower 52 bits are the upper 20 of `high` and all of `low`, with sign and exponent `top`. */
const doubleOf = (top: number, high: Code, low: Code): Code =>
  f64.ofBits(
    i64.or(
      i64.shl(i64.extendUnsigned(i32.or(i32.shrUnsigned(high, i32.of(12)), i32.of(top))), i64.of(32n)),
      i64.extendUnsigned(low),
    ),
  );

/** The upper half of the bits of 1 and of 2^52. */
export const oneTop = 0x3ff00000;
export const two52Top = 0x43300000;
/** Less by half a unit of the last place of what stands under `oneTop` and `two52Top`: subtracting them is exact. */
export const oneLess = 1 - 2 ** -53;
export const two52Less = 2 ** 52 - 0.5;

/** `uniformFromWords`: 1 + k / 2^52 is put together of its bits, and 1 - 2^-53 taken away without rounding. */
export const uniformOf = (high: Code, low: Code): Code => f64.sub(doubleOf(oneTop, high, low), f64.of(oneLess));

/** The position k + 1/2 of an exponential draw, in the same way from 2^52 + k. */
export const exponentialPosition = (first: Code, second: Code): Code =>
  f64.sub(doubleOf(two52Top, first, second), f64.of(two52Less));

/** The signed position k + 1/2 of a normal draw. */
export const normalPosition = (first: Code, second: Code): Code =>
  f64.add(
    f64.fromLong(
      i64.or(i64.shl(i64.extendSigned(i32.shr(first, i32.of(11))), i64.of(32n)), i64.extendUnsigned(second)),
    ),
    f64.of(0.5),
  );

/** 16 times the layer: where its pair stands in the table of a ziggurat. */
export const pairOffset = (first: Code): Code => i32.shl(i32.and(first, i32.of(255)), i32.of(4));
