/** `pow` in WebAssembly, to the bit as in JavaScript (pow.ts, where the method is described). */
import type { Code } from '../assembly/code.js';
import { f64, get, give, i32, i64, set, tee, types, when } from '../assembly/instructions.js';
import type { Locals, Routine } from '../assembly/module.js';
import { EXP_TABLE } from './exp_table.js';
import { LOG_TABLE } from './log_table.js';
import { POWER_FAR, POWER_MOST } from './pow.js';

const { add, sub, mul, of } = f64;
const LEAST_NORMAL = of(2.2250738585072014e-308);
const INFINITE = of(Number.POSITIVE_INFINITY);
const ROUNDS = of(6755399441055744);

/** The upper 26 bits of a number, added to what is left. */
function split(
  locals: Locals,
  of27: Code,
  x: number,
): { readonly code: Code; readonly high: number; readonly low: number } {
  const [part, high, low] = [locals.fresh(types.f64), locals.fresh(types.f64), locals.fresh(types.f64)];
  return {
    code: [
      set(part, mul(get(x), of27)),
      set(high, sub(get(part), sub(get(part), get(x)))),
      set(low, sub(get(x), get(high))),
    ],
    high,
    low,
  };
}

/** 2^e for a whole e, of normal size. */
const powerOfTwo = (e: Code): Code => f64.ofBits(i64.shl(i64.extendSigned(i32.add(e, i32.of(1023))), i64.of(52n)));

/** exp(y (log + rest)). */
const raised: Routine = {
  params: [types.f64, types.f64, types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const [y, log, rest] = [0, 1, 2];
    const number = (): number => locals.fresh(types.f64);
    const [x, more, n, r, scale, square] = [number(), number(), number(), number(), number(), number()];
    const [k, at, half] = [locals.fresh(types.i32), locals.fresh(types.i32), locals.fresh(types.i32)];
    const table = link.place(EXP_TABLE);
    const ofY = split(locals, of(134217729), y);
    const ofLog = split(locals, of(134217729), log);
    const product = [
      mul(get(ofY.high), get(ofLog.low)),
      mul(get(ofY.low), get(ofLog.high)),
      mul(get(ofY.low), get(ofLog.low)),
      mul(get(y), get(rest)),
    ].reduce(add, sub(mul(get(ofY.high), get(ofLog.high)), get(x)));
    const sum = add(
      add(
        add(f64.load(get(at), table), get(r)),
        mul(tee(square, mul(get(r), get(r))), add(of(0.5), mul(get(r), of(1 / 6)))),
      ),
      mul(mul(get(square), get(square)), add(of(1 / 24), mul(get(r), of(1 / 120)))),
    );
    return [
      ofY.code,
      ofLog.code,
      set(x, mul(get(y), get(log))),
      set(more, product),
      when(f64.greater(get(x), of(POWER_FAR)), give(INFINITE)),
      when(f64.less(get(x), of(-POWER_FAR)), give(of(0))),
      set(n, sub(add(mul(get(x), of(184.6649652337873)), ROUNDS), ROUNDS)),
      set(
        r,
        add(
          sub(sub(get(x), mul(get(n), of(0.005415212348111709))), mul(get(n), of(1.2864023111638346e-14))),
          get(more),
        ),
      ),
      set(k, i32.truncate(get(n))),
      set(at, i32.shl(i32.and(get(k), i32.of(127)), i32.of(4))),
      set(half, i32.shr(get(k), i32.of(8))),
      set(scale, f64.load(get(at), table + 8)),
      mul(
        mul(add(get(scale), mul(get(scale), sum)), powerOfTwo(get(half))),
        powerOfTwo(i32.sub(i32.shr(get(k), i32.of(7)), get(half))),
      ),
    ];
  },
};

/** Parameters: x, `less` as a whole number, y. */
const powNormal: Routine = {
  params: [types.f64, types.i32, types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const [x, less, y] = [0, 1, 2];
    const number = (): number => locals.fresh(types.f64);
    const [k, z, upper, inverse, main, rest] = [number(), number(), number(), number(), number(), number()];
    const [r, whole, sum, near, off, half] = [number(), number(), number(), number(), number(), number()];
    const [total, low, log, square] = [number(), number(), number(), number()];
    const bits = locals.fresh(types.i64);
    const [place, at] = [locals.fresh(types.i32), locals.fresh(types.i32)];
    const table = link.place(LOG_TABLE);
    const power = i32.shr(get(place), i32.of(20));
    const series = add(
      sub(of(1 / 3), mul(get(r), of(0.25))),
      mul(
        tee(square, mul(get(r), get(r))),
        add(
          sub(of(0.2), mul(get(r), of(1 / 6))),
          mul(get(square), add(sub(of(1 / 7), mul(get(r), of(0.125))), mul(get(square), of(1 / 9)))),
        ),
      ),
    );
    const lost = add(add(sub(get(whole), get(sum)), get(main)), add(sub(get(sum), get(total)), get(half)));
    const small = add(
      add(mul(get(k), of(5.497923018708371e-14)), f64.load(i32.shrUnsigned(get(at), i32.of(1)), table + 2048)),
      get(rest),
    );
    const higher = add(
      mul(of(-0.5), mul(get(off), add(get(r), get(near)))),
      mul(mul(get(r), mul(get(r), get(r))), series),
    );
    return [
      set(bits, i64.bitsOf(get(x))),
      set(place, i32.sub(i32.wrap(i64.shrUnsigned(get(bits), i64.of(32n))), i32.of(0x3fe5f000))),
      set(at, i32.and(i32.shr(get(place), i32.of(9)), i32.of(0x7f0))),
      set(k, f64.fromSigned(i32.sub(power, get(less)))),
      set(z, f64.ofBits(i64.sub(get(bits), i64.shl(i64.extendSigned(power), i64.of(52n))))),
      set(upper, sub(add(get(z), of(6144)), of(6144))),
      set(inverse, f64.load(get(at), table)),
      set(main, sub(mul(get(upper), get(inverse)), of(1))),
      set(rest, mul(sub(get(z), get(upper)), get(inverse))),
      set(r, add(get(main), get(rest))),
      set(whole, add(mul(get(k), of(0.6931471805598903)), f64.load(get(at), table + 8))),
      set(sum, add(get(whole), get(main))),
      set(near, sub(add(get(r), of(393216)), of(393216))),
      set(off, add(sub(get(main), get(near)), get(rest))),
      set(half, mul(of(-0.5), mul(get(near), get(near)))),
      set(total, add(get(sum), get(half))),
      set(low, add(add(lost, small), higher)),
      set(log, add(get(total), get(low))),
      link.call(raised, get(y), get(log), add(sub(get(total), get(log)), get(low))),
    ];
  },
};

/** Parameters: x, which is no normal number above 0, and y; or any x where y is NaN, 0, very large or very little. */
const far: Routine = {
  params: [types.f64, types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const [x, y] = [0, 1];
    const [base, size, sign] = [locals.fresh(types.f64), locals.fresh(types.f64), locals.fresh(types.f64)];
    const whole = f64.equal(f64.trunc(get(y)), get(y));
    const even = f64.equal(mul(of(2), f64.trunc(mul(of(0.5), get(y)))), get(y));
    const unlimited = i32.equal(f64.greater(get(base), of(1)), f64.greater(get(y), of(0)));
    const signed = (value: Code): Code => give(f64.copySign(value, get(sign)));
    const infinite = (value: number): Code => f64.equal(get(value), INFINITE);
    const nan = of(Number.NaN);
    return [
      when(f64.equal(get(y), of(0)), give(of(1))),
      set(base, f64.abs(get(x))),
      set(size, f64.abs(get(y))),
      when(i32.isZero(i32.and(f64.atLeast(get(base), of(0)), f64.atLeast(get(size), of(0)))), give(nan)),
      set(sign, of(1)),
      when(i32.and(whole, i32.isZero(even)), set(sign, get(x))),
      when(i32.and(f64.equal(get(base), of(1)), f64.greater(get(size), of(POWER_MOST))), [
        when(infinite(size), give(nan)),
        signed(of(1)),
      ]),
      when(i32.or(i32.or(f64.equal(get(base), of(0)), infinite(base)), f64.greater(get(size), of(POWER_MOST))), [
        when(unlimited, signed(INFINITE)),
        signed(of(0)),
      ]),
      when(i32.and(f64.less(get(x), of(0)), i32.isZero(whole)), give(nan)),
      when(f64.less(get(size), of(1 / POWER_MOST)), signed(of(1))),
      when(
        f64.less(get(base), LEAST_NORMAL),
        signed(link.call(powNormal, mul(get(base), of(18014398509481984)), i32.of(54), get(y))),
      ),
      f64.copySign(link.call(powNormal, get(base), i32.of(0), get(y)), get(sign)),
    ];
  },
};

/** x^y. */
export const powRoutine: Routine = {
  params: [types.f64, types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const [x, y] = [0, 1];
    const size = locals.fresh(types.f64);
    const normal = i32.and(f64.atLeast(get(x), LEAST_NORMAL), f64.atMost(get(x), of(1.7976931348623157e308)));
    const usual = i32.and(f64.atMost(get(size), of(POWER_MOST)), f64.atLeast(get(size), of(1 / POWER_MOST)));
    return [
      when(f64.equal(get(y), of(2)), give(mul(get(x), get(x)))),
      set(size, f64.abs(get(y))),
      when(i32.and(normal, usual), give(link.call(powNormal, get(x), i32.of(0), get(y)))),
      link.call(far, get(x), get(y)),
    ];
  },
};
