/** `sin` and `cos` in WebAssembly, to the bit as in JavaScript (sine.ts, where the method is described). */
import type { Code } from '../assembly/code.js';
import {
  choose,
  f64,
  f64x2,
  get,
  give,
  i32,
  i64,
  i64x2,
  set,
  types,
  type ValueType,
  v128,
  when,
} from '../assembly/instructions.js';
import type { Locals, Routine } from '../assembly/module.js';
import { eachLane, type Form, lanesForm, scalarForm } from './forms.js';
import { reduceRoutine } from './quadrant_routine.js';
import { ANGLE_LEAST, ANGLE_NEAR } from './sine.js';

const PER_QUARTER = 0.6366197723675814;
const ROUNDS = 6755399441055744;
const QUARTER = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21] as const;

/** sin(y + rest); all are locals. */
function sineOf({ add, sub, mul, of }: Form, locals: Locals, type: ValueType, y: number, rest: number): Code {
  const [z, v] = [locals.fresh(type), locals.fresh(type)];
  const r = add(
    add(
      of(0.00833333333332249),
      mul(get(z), add(of(-0.0001984126982985795), mul(get(z), of(0.0000027557313707070068)))),
    ),
    mul(mul(get(z), mul(get(z), get(z))), add(of(-2.5050760253406863e-8), mul(get(z), of(1.58969099521155e-10)))),
  );
  return [
    set(z, mul(get(y), get(y))),
    set(v, mul(get(z), get(y))),
    sub(
      get(y),
      sub(
        sub(mul(get(z), sub(mul(of(0.5), get(rest)), mul(get(v), r))), get(rest)),
        mul(get(v), of(-0.16666666666666632)),
      ),
    ),
  ];
}

/** cos(y + rest); all are locals. */
function cosineOf({ add, sub, mul, of }: Form, locals: Locals, type: ValueType, y: number, rest: number): Code {
  const [z, w, half, near] = [locals.fresh(type), locals.fresh(type), locals.fresh(type), locals.fresh(type)];
  const r = add(
    mul(
      get(z),
      add(of(0.0416666666666666), mul(get(z), add(of(-0.001388888888887411), mul(get(z), of(0.00002480158728947673))))),
    ),
    mul(
      mul(get(w), get(w)),
      add(
        of(-2.7557314351390663e-7),
        mul(get(z), add(of(2.087572321298175e-9), mul(get(z), of(-1.1359647557788195e-11)))),
      ),
    ),
  );
  return [
    set(z, mul(get(y), get(y))),
    set(w, mul(get(z), get(z))),
    set(half, mul(of(0.5), get(z))),
    set(near, sub(of(1), get(half))),
    add(get(near), add(sub(sub(of(1), get(near)), get(half)), sub(mul(get(z), r), mul(get(y), get(rest))))),
  ];
}

/** Locals of a reduced angle; `n` begins with what makes it a whole number still added. */
type Angle = { readonly x: number; readonly n: number; readonly y: number; readonly rest: number };

/** Sets y and rest from x and n. */
function reduce({ sub, mul, of }: Form, locals: Locals, type: ValueType, { x, n, y, rest }: Angle): Code {
  const [a, second, b, less] = [locals.fresh(type), locals.fresh(type), locals.fresh(type), locals.fresh(type)];
  return [
    set(a, sub(get(x), mul(get(n), of(QUARTER[0])))),
    set(second, mul(get(n), of(QUARTER[1]))),
    set(b, sub(get(a), get(second))),
    set(less, sub(mul(get(n), of(QUARTER[2])), sub(sub(get(a), get(b)), get(second)))),
    set(y, sub(get(b), get(less))),
    set(rest, sub(sub(get(b), get(y)), get(less))),
  ];
}

/** The sine or cosine by the lowest bit of `quarters`, its sign by the next. */
const turned = (locals: Locals, quarters: number, y: number, rest: number): Code =>
  f64.ofBits(
    i64.xor(
      i64.bitsOf(
        choose(
          types.f64,
          i32.and(get(quarters), i32.of(1)),
          cosineOf(scalarForm, locals, types.f64, y, rest),
          sineOf(scalarForm, locals, types.f64, y, rest),
        ),
      ),
      i64.shl(i64.extendUnsigned(i32.and(get(quarters), i32.of(2))), i64.of(62n)),
    ),
  );

/** Of an angle that is large, near to a multiple of pi / 2, or not finite. */
const farOf = (ahead: 0 | 1): Routine => ({
  params: [types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const x = 0;
    const y = locals.fresh(types.f64);
    const rest = locals.fresh(types.f64);
    const quarters = locals.fresh(types.i32);
    const turnedOver = i32.shl(f64.less(get(x), f64.of(0)), i32.of(1));
    const turns = ahead === 0 ? i32.xor(get(quarters), turnedOver) : i32.add(get(quarters), i32.of(1));
    return [
      when(i32.isZero(f64.less(f64.abs(get(x)), f64.of(Number.POSITIVE_INFINITY))), give(f64.of(Number.NaN))),
      set(rest, link.call(reduceRoutine, f64.abs(get(x)))),
      set(y, []),
      set(quarters, []),
      set(quarters, turns),
      turned(locals, quarters, y, rest),
    ];
  },
});

function scalar(ahead: 0 | 1): Routine {
  const far = farOf(ahead);
  return {
    params: [types.f64],
    results: [types.f64],
    body: (link, locals) => {
      const x = 0;
      const n = locals.fresh(types.f64);
      const y = locals.fresh(types.f64);
      const rest = locals.fresh(types.f64);
      const quarters = locals.fresh(types.i32);
      const form = scalarForm;
      return [
        when(i32.isZero(f64.atMost(f64.abs(get(x)), f64.of(ANGLE_NEAR))), give(link.call(far, get(x)))),
        set(n, form.add(form.mul(get(x), form.of(PER_QUARTER)), form.of(ROUNDS))),
        set(quarters, i32.add(i32.wrap(i64.bitsOf(get(n))), i32.of(ahead))),
        set(n, form.sub(get(n), form.of(ROUNDS))),
        reduce(form, locals, types.f64, { x, n, y, rest }),
        when(
          i32.and(f64.less(f64.abs(get(y)), f64.of(ANGLE_LEAST)), f64.unequal(get(n), f64.of(0))),
          give(link.call(far, get(x))),
        ),
        turned(locals, quarters, y, rest),
      ];
    },
  };
}

/** The smallest number: its bits are those of a whole 1. */
const ONE_BIT = 5e-324;

/**
 * Sine, cosine or both of two numbers: both are computed, and each lane takes what its quarter turns say.
 *
 * @param aheads quarter turns ahead of the sine, for each result
 * @param ones the routines of one number
 */
const lanes = (aheads: readonly (0 | 1)[], ones: readonly Routine[]): Routine => ({
  params: [types.v128],
  results: aheads.map(() => types.v128),
  body: (link, locals) => {
    const x = 0;
    const vector = (): number => locals.fresh(types.v128);
    const [n, quarters, y, rest, sine, cosine] = [vector(), vector(), vector(), vector(), vector(), vector()];
    const form = lanesForm(link);
    const biased = form.add(form.mul(get(x), form.of(PER_QUARTER)), form.of(ROUNDS));
    const small = f64x2.atMost(f64x2.abs(get(x)), form.of(ANGLE_NEAR));
    const clear = v128.or(f64x2.atLeast(f64x2.abs(get(y)), form.of(ANGLE_LEAST)), f64x2.equal(get(n), form.of(0)));
    return [
      set(quarters, biased),
      set(n, form.sub(get(quarters), form.of(ROUNDS))),
      reduce(form, locals, types.v128, { x, n, y, rest }),
      when(
        i32.unequal(i64x2.bitmask(v128.and(small, clear)), i32.of(3)),
        give(ones.map((one) => eachLane(link, one, get(x)))),
      ),
      set(sine, sineOf(form, locals, types.v128, y, rest)),
      set(cosine, cosineOf(form, locals, types.v128, y, rest)),
      aheads.map((ahead) => {
        const turns = ahead === 0 ? get(quarters) : i64x2.add(get(quarters), form.of(ONE_BIT));
        return v128.xor(
          v128.select(get(sine), get(cosine), i64x2.equal(v128.and(turns, form.of(ONE_BIT)), form.of(0))),
          v128.and(i64x2.shl(turns, i32.of(62)), form.of(-0)),
        );
      }),
    ];
  },
});

/** sin of one number. */
export const sinRoutine: Routine = scalar(0);
/** cos of one number. */
export const cosRoutine: Routine = scalar(1);
/** sin of two numbers. */
export const sinLanes: Routine = lanes([0], [sinRoutine]);
/** cos of two numbers. */
export const cosLanes: Routine = lanes([1], [cosRoutine]);
/** sin and cos of two numbers. */
export const sinCosLanes: Routine = lanes([0, 1], [sinRoutine, cosRoutine]);
