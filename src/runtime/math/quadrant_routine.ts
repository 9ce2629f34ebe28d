/** `reduceAngle` (quadrant.ts) in WebAssembly, to the bit. */
import type { Code } from '../assembly/code.js';
import { f64, get, i32, i64, set, types } from '../assembly/instructions.js';
import type { Routine } from '../assembly/module.js';
import { HALF_PI, TWO_OVER_PI } from './quadrant.js';

/** The bytes of 2 / pi from the last to the first, so that eight of them are read as a number. */
const BYTES = Uint8Array.from({ length: TWO_OVER_PI.length / 2 }, (_, k) =>
  Number.parseInt(TWO_OVER_PI.slice(TWO_OVER_PI.length - 2 * k - 2, TWO_OVER_PI.length - 2 * k), 16),
);

const LOW_HALF = i64.of(0xffffffffn);
const HALF = i64.of(32n);

/** The upper 64 bits of a product. */
const upper: Routine = {
  params: [types.i64, types.i64],
  results: [types.i64],
  body: (_, locals) => {
    const lowHigh = locals.fresh(types.i64);
    const highLow = locals.fresh(types.i64);
    const low = (a: number): Code => i64.and(get(a), LOW_HALF);
    const high = (a: number): Code => i64.shrUnsigned(get(a), HALF);
    const middle = i64.add(i64.add(i64.shrUnsigned(i64.mul(low(0), low(1)), HALF), low(lowHigh)), low(highLow));
    return [
      set(lowHigh, i64.mul(low(0), high(1))),
      set(highLow, i64.mul(high(0), low(1))),
      i64.add(i64.add(i64.mul(high(0), high(1)), high(lowHigh)), i64.add(high(highLow), i64.shrUnsigned(middle, HALF))),
    ];
  },
};

/** Parameter: a finite angle of at least 0.5. Results: quarter turns (i32, of which two bits count), y, rest. */
export const reduceRoutine: Routine = {
  params: [types.f64],
  results: [types.i32, types.f64, types.f64],
  body: (link, locals) => {
    const table = link.place(BYTES);
    const long = (): number => locals.fresh(types.i64);
    const [x, bits, m, low, high, sign, size, angle] = [0, long(), long(), long(), long(), long(), long(), long()];
    const first = locals.fresh(types.i32);
    const at = locals.fresh(types.i32);
    const zeros = locals.fresh(types.i32);
    const word = (k: number): Code => i64.load(get(at), table + 8 * (2 - k));
    /** 2^-(less + zeros). */
    const scale = (less: number): Code =>
      f64.ofBits(i64.shl(i64.extendUnsigned(i32.sub(i32.of(1023 - less), get(zeros))), i64.of(52n)));
    /** With the sign of what is left. */
    const signed = (value: Code): Code => f64.copySign(value, f64.ofBits(get(sign)));
    return [
      set(bits, i64.bitsOf(get(x))),
      set(first, i32.sub(i32.wrap(i64.shrUnsigned(get(bits), i64.of(52n))), i32.of(1075 - 62))),
      set(
        m,
        i64.shl(
          i64.or(i64.and(get(bits), i64.of(0xfffffffffffffn)), i64.of(0x10000000000000n)),
          i64.extendUnsigned(i32.and(get(first), i32.of(7))),
        ),
      ),
      set(at, i32.sub(i32.of(BYTES.length - 24), i32.shr(get(first), i32.of(3)))),
      set(size, link.call(upper, get(m), word(2))),
      set(low, i64.add(i64.mul(get(m), word(1)), get(size))),
      set(
        high,
        i64.add(
          i64.add(i64.mul(get(m), word(0)), link.call(upper, get(m), word(1))),
          i64.extendUnsigned(i64.less(get(low), get(size))),
        ),
      ),
      set(size, i64.or(i64.shl(get(high), i64.of(2n)), i64.shrUnsigned(get(low), i64.of(62n)))),
      set(low, i64.shl(get(low), i64.of(2n))),
      set(sign, i64.shr(get(size), i64.of(63n))),
      set(size, i64.xor(get(size), get(sign))),
      set(low, i64.xor(get(low), get(sign))),
      set(zeros, i32.wrap(i64.leadingZeros(get(size)))),
      set(
        angle,
        link.call(
          upper,
          i64.or(
            i64.shl(get(size), i64.extendUnsigned(get(zeros))),
            i64.shrUnsigned(i64.shrUnsigned(get(low), i64.of(1n)), i64.extendUnsigned(i32.sub(i32.of(63), get(zeros)))),
          ),
          i64.of(HALF_PI),
        ),
      ),
      i32.wrap(i64.sub(i64.shrUnsigned(get(high), i64.of(62n)), get(sign))),
      signed(f64.mul(f64.fromLong(i64.shrUnsigned(get(angle), i64.of(11n))), scale(52))),
      signed(f64.mul(f64.fromLong(i64.and(get(angle), i64.of(2047n))), scale(63))),
    ];
  },
};
