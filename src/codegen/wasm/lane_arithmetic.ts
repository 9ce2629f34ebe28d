/** Arithmetic of two particles side by side: numbers are two doubles, a flag sets all bits of a lane or none. */
import type { Code } from '../../runtime/assembly/code.js';
import { f64, f64x2, get, set, types, v128 } from '../../runtime/assembly/instructions.js';
import type { Routine } from '../../runtime/assembly/module.js';
import { expLanes } from '../../runtime/math/exp_routines.js';
import { logLanes } from '../../runtime/math/log_routines.js';
import { cosLanes, sinLanes } from '../../runtime/math/sine_routines.js';
import { arithmeticOf } from './arithmetic.js';
import type { Site } from './contract.js';

const literal = (value: number): Code => f64x2.splat(f64.of(value));

/** A routine of two numbers called for each lane. */
function eachPair({ link, locals }: Site, routine: Routine, a: Code, b: Code): Code {
  const [left, right] = [locals.fresh(types.v128), locals.fresh(types.v128)];
  const call = (lane: number): Code => link.call(routine, f64x2.lane(get(left), lane), f64x2.lane(get(right), lane));
  return [set(left, a), set(right, b), f64x2.withLane(f64x2.splat(call(0)), call(1), 1)];
}

/** Arithmetic of two particles. */
export const laneArithmetic = arithmeticOf({
  lanes: 2,
  number: types.v128,
  flag: types.v128,
  literal,
  numbers: f64x2,
  flags: {
    and: v128.and,
    or: v128.or,
    not: v128.not,
    equal: (a, b) => v128.not(v128.xor(a, b)),
    unequal: v128.xor,
    toNumber: (mask) => v128.and(mask, literal(1)),
  },
  withSign: (magnitude, sign) => v128.or(magnitude, v128.and(sign, literal(-0))),
  routines: { exp: expLanes, log: logLanes, sin: sinLanes, cos: cosLanes },
  callOnPair: eachPair,
  select: (mask, then, otherwise) => v128.select(then, otherwise, mask),
});
