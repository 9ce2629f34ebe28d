/** `log` in WebAssembly, to the bit as in JavaScript (log.ts, where the method is described). */
import type { Code } from '../assembly/code.js';
import {
  f64,
  f64x2,
  get,
  give,
  i32,
  i32x4,
  i64,
  i64x2,
  set,
  tee,
  types,
  type ValueType,
  v128,
  when,
} from '../assembly/instructions.js';
import type { Locals, Routine } from '../assembly/module.js';
import { eachLane, type Form, lanesForm, scalarForm } from './forms.js';
import { LOG_TABLE } from './log_table.js';

/** The higher word of the first c, less half a step. */
const FIRST = 0x3fe5f000;
/** The number with that higher word. */
const FIRST_AS_DOUBLE = 0.685546875;
const LEAST_NORMAL = 2.2250738585072014e-308;
const GREATEST = 1.7976931348623157e308;
const SPLITS = 6144;
const LOG_2 = 0.6931471805598903;
const LOG_2_REST = 5.497923018708371e-14;
/** Bytes of the table before its third numbers. */
const RESTS = 2048;

/** Parts of a number and of the table, each used once. */
type Parts = {
  readonly k: Code;
  readonly z: Code;
  readonly inverse: Code;
  readonly upperLog: Code;
  readonly rest: Code;
};

/** log of a number taken apart. */
function logOf({ add, sub, mul, of }: Form, locals: Locals, type: ValueType, parts: Parts): Code {
  const fresh = (): number => locals.fresh(type);
  const [k, z, upper, inverse, main, rest] = [fresh(), fresh(), fresh(), fresh(), fresh(), fresh()];
  const [r, whole, sum, square] = [fresh(), fresh(), fresh(), fresh()];
  const low = add(
    add(mul(get(k), of(LOG_2_REST)), parts.rest),
    add(add(sub(get(whole), get(sum)), get(main)), get(rest)),
  );
  const series = add(
    sub(mul(get(r), of(1 / 3)), of(0.5)),
    mul(
      get(square),
      add(sub(mul(get(r), of(0.2)), of(0.25)), mul(get(square), sub(mul(get(r), of(1 / 7)), of(1 / 6)))),
    ),
  );
  return [
    set(k, parts.k),
    set(z, parts.z),
    set(upper, sub(add(get(z), of(SPLITS)), of(SPLITS))),
    set(inverse, parts.inverse),
    set(main, sub(mul(get(upper), get(inverse)), of(1))),
    set(rest, mul(sub(get(z), get(upper)), get(inverse))),
    set(r, add(get(main), get(rest))),
    set(whole, add(mul(get(k), of(LOG_2)), parts.upperLog)),
    set(sum, add(get(whole), get(main))),
    set(square, mul(get(r), get(r))),
    add(get(sum), add(low, mul(get(square), series))),
  ];
}

/** log of one number. */
export const logRoutine: Routine = {
  params: [types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const x = 0;
    const less = locals.fresh(types.i32);
    const bits = locals.fresh(types.i64);
    const place = locals.fresh(types.i32);
    const at = locals.fresh(types.i32);
    const table = link.place(LOG_TABLE);
    const power = i32.shr(get(place), i32.of(20));
    const notBetween = (above: Code, below: Code): Code => i32.isZero(i32.and(above, below));
    return [
      when(notBetween(f64.atLeast(get(x), f64.of(LEAST_NORMAL)), f64.atMost(get(x), f64.of(GREATEST))), [
        when(notBetween(f64.greater(get(x), f64.of(0)), f64.less(get(x), f64.of(1))), [
          when(f64.equal(get(x), f64.of(0)), give(f64.of(Number.NEGATIVE_INFINITY))),
          when(f64.greater(get(x), f64.of(0)), give(get(x))),
          give(f64.of(Number.NaN)),
        ]),
        set(x, f64.mul(get(x), f64.of(18014398509481984))),
        set(less, i32.of(54)),
      ]),
      set(bits, i64.bitsOf(get(x))),
      set(place, i32.sub(i32.wrap(i64.shrUnsigned(get(bits), i64.of(32n))), i32.of(FIRST))),
      set(at, i32.and(i32.shr(get(place), i32.of(9)), i32.of(0x7f0))),
      logOf(scalarForm, locals, types.f64, {
        k: f64.fromSigned(i32.sub(power, get(less))),
        z: f64.ofBits(i64.sub(get(bits), i64.shl(i64.extendSigned(power), i64.of(52n)))),
        inverse: f64.load(get(at), table),
        upperLog: f64.load(get(at), table + 8),
        rest: f64.load(i32.shrUnsigned(get(at), i32.of(1)), table + RESTS),
      }),
    ];
  },
};

/** log of two numbers. */
export const logLanes: Routine = {
  params: [types.v128],
  results: [types.v128],
  body: (link, locals) => {
    const x = 0;
    const place = locals.fresh(types.v128);
    const left = locals.fresh(types.i32);
    const right = locals.fresh(types.i32);
    const leftPair = locals.fresh(types.v128);
    const rightPair = locals.fresh(types.v128);
    const form = lanesForm(link);
    const table = link.place(LOG_TABLE);
    const entry = (lane: number): Code => i32.and(i32.shr(i32x4.lane(get(place), lane), i32.of(9)), i32.of(0x7f0));
    const rest = (at: number): Code => i32.shrUnsigned(get(at), i32.of(1));
    return [
      when(
        i32.unequal(
          i64x2.bitmask(
            v128.and(f64x2.atLeast(get(x), form.of(LEAST_NORMAL)), f64x2.atMost(get(x), form.of(GREATEST))),
          ),
          i32.of(3),
        ),
        give(eachLane(link, logRoutine, get(x))),
      ),
      set(place, i64x2.sub(get(x), form.of(FIRST_AS_DOUBLE))),
      set(leftPair, v128.load(tee(left, entry(1)), table)),
      set(rightPair, v128.load(tee(right, entry(3)), table)),
      logOf(form, locals, types.v128, {
        k: f64x2.fromSigned(i32x4.pick(i32x4.shr(get(place), i32.of(20)), get(place), [1, 3, 1, 3])),
        z: i64x2.sub(get(x), v128.and(get(place), form.of(Number.NEGATIVE_INFINITY))),
        inverse: i64x2.pick(get(leftPair), get(rightPair), [0, 2]),
        upperLog: i64x2.pick(get(leftPair), get(rightPair), [1, 3]),
        rest: v128.loadHalf(rest(right), v128.loadSplat(rest(left), table + RESTS), 1, table + RESTS),
      }),
    ];
  },
};
