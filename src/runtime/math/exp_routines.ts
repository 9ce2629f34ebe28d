/** `exp` in WebAssembly, to the bit as in JavaScript (exp.ts, where the method is described). */
import type { Code } from '../assembly/code.js';
import {
  choose,
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
  v128,
  when,
} from '../assembly/instructions.js';
import type { Locals, ModuleBuilder, Routine } from '../assembly/module.js';
import { EXP_LEAST, EXP_NEAR } from './exp.js';
import { EXP_TABLE } from './exp_table.js';
import { eachLane, type Form, lanesForm, scalarForm } from './forms.js';

const PER_STEP = 184.6649652337873;
const ROUNDS = 6755399441055744;
const STEP = 0.005415212348111709;
const STEP_REST = 1.2864023111638346e-14;

/** x in steps of log 2 / 128, with what makes it a whole number still added: its lowest bits are that number. */
const stepsOf = ({ mul, add, of }: Form, x: Code): Code => add(mul(x, of(PER_STEP)), of(ROUNDS));

/** r = x - n log 2 / 128; `n` is a constant or a local. */
const restOf = ({ mul, sub, of }: Form, x: Code, n: Code): Code => sub(sub(x, mul(n, of(STEP))), mul(n, of(STEP_REST)));

/** scale (1 + tail) exp r; `r`, `square` and `scale` are locals, the square not yet set. */
function raised({ add, mul, of }: Form, scale: number, tail: Code, r: number, square: number): Code {
  const sum = add(
    add(add(tail, get(r)), mul(tee(square, mul(get(r), get(r))), add(of(0.5), mul(get(r), of(1 / 6))))),
    mul(mul(get(square), get(square)), add(of(1 / 24), mul(get(r), of(1 / 120)))),
  );
  return add(get(scale), mul(get(scale), sum));
}

/** 2^e for a whole e, of normal size. */
const powerOfTwo = (e: Code): Code => f64.ofBits(i64.shl(i64.extendSigned(i32.add(e, i32.of(1023))), i64.of(52n)));
const placeInTable = (k: Code): Code => i32.shl(i32.and(k, i32.of(127)), i32.of(4));

/** Parameter: a number of more than 708 in size, or NaN. */
const far: Routine = {
  params: [types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const x = 0;
    const r = locals.fresh(types.f64);
    const square = locals.fresh(types.f64);
    const scale = locals.fresh(types.f64);
    const k = locals.fresh(types.i32);
    const half = locals.fresh(types.i32);
    const table = link.place(EXP_TABLE);
    const n = f64.sub(stepsOf(scalarForm, get(x)), f64.of(ROUNDS));
    const at = placeInTable(get(k));
    return [
      when(
        i32.isZero(f64.atMost(get(x), f64.of(709.782712893384))),
        give(f64.mul(get(x), f64.of(Number.POSITIVE_INFINITY))),
      ),
      when(f64.less(get(x), f64.of(EXP_LEAST)), give(f64.of(0))),
      set(k, i32.truncate(n)),
      set(r, restOf(scalarForm, get(x), f64.fromSigned(get(k)))),
      set(scale, f64.load(at, table + 8)),
      set(half, i32.shr(get(k), i32.of(8))),
      f64.mul(
        f64.mul(raised(scalarForm, scale, f64.load(at, table), r, square), powerOfTwo(get(half))),
        powerOfTwo(i32.sub(i32.shr(get(k), i32.of(7)), get(half))),
      ),
    ];
  },
};

/** e^x of one number. */
export const expRoutine: Routine = {
  params: [types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const x = 0;
    const n = locals.fresh(types.f64);
    const r = locals.fresh(types.f64);
    const square = locals.fresh(types.f64);
    const scale = locals.fresh(types.f64);
    const bits = locals.fresh(types.i64);
    const at = locals.fresh(types.i32);
    const table = link.place(EXP_TABLE);
    return [
      when(i32.isZero(f64.atMost(f64.abs(get(x)), f64.of(EXP_NEAR))), give(link.call(far, get(x)))),
      set(n, stepsOf(scalarForm, get(x))),
      set(bits, i64.bitsOf(get(n))),
      set(n, f64.sub(get(n), f64.of(ROUNDS))),
      set(r, restOf(scalarForm, get(x), get(n))),
      set(at, placeInTable(i32.wrap(get(bits)))),
      set(
        scale,
        f64.ofBits(i64.add(i64.load(get(at), table + 8), i64.shl(i64.shrUnsigned(get(bits), i64.of(7n)), i64.of(52n)))),
      ),
      raised(scalarForm, scale, f64.load(get(at), table), r, square),
    ];
  },
};

/** e^x of two numbers not above 708 in size, or NaN; `x` is a local. */
export function expNearLanes(link: ModuleBuilder, locals: Locals, x: number): Code {
  const [bits, n, r, square, scale, left, right] = [
    locals.fresh(types.v128),
    locals.fresh(types.v128),
    locals.fresh(types.v128),
    locals.fresh(types.v128),
    locals.fresh(types.v128),
    locals.fresh(types.v128),
    locals.fresh(types.v128),
  ];
  const form = lanesForm(link);
  const table = link.place(EXP_TABLE);
  return [
    set(bits, stepsOf(form, get(x))),
    set(n, f64x2.sub(get(bits), form.of(ROUNDS))),
    set(r, restOf(form, get(x), get(n))),
    set(left, v128.load(placeInTable(i32x4.lane(get(bits), 0)), table)),
    set(right, v128.load(placeInTable(i32x4.lane(get(bits), 2)), table)),
    set(
      scale,
      i64x2.add(
        i64x2.pick(get(left), get(right), [1, 3]),
        i64x2.shl(i64x2.shrUnsigned(get(bits), i32.of(7)), i32.of(52)),
      ),
    ),
    raised(form, scale, i64x2.pick(get(left), get(right), [0, 2]), r, square),
  ];
}

/**
 * e^x of two numbers, written where it is needed; `x` is a local, which is changed. Where nothing is left of one, 0 is computed with instead:
 * weights far below the greatest are common. `far` is what is done where the result of one may be no normal number.
 */
export function expLanesCode(link: ModuleBuilder, locals: Locals, x: number, far: Code): Code {
  const gone = locals.fresh(types.v128);
  const form = lanesForm(link);
  const near = f64x2.atMost(f64x2.abs(get(x)), form.of(EXP_NEAR));
  return [
    set(gone, f64x2.less(get(x), form.of(EXP_LEAST))),
    choose(types.v128, i32.unequal(i64x2.bitmask(v128.or(near, get(gone))), i32.of(3)), far, [
      set(x, v128.without(get(x), get(gone))),
      v128.without(expNearLanes(link, locals, x), get(gone)),
    ]),
  ];
}

/** e^x of two numbers. */
export const expLanes: Routine = {
  params: [types.v128],
  results: [types.v128],
  body: (link, locals) => expLanesCode(link, locals, 0, eachLane(link, expRoutine, get(0))),
};
