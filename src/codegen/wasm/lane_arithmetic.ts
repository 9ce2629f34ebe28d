/** Arithmetic of two particles side by side: numbers are two doubles, a flag sets all bits of a lane or none. */
import type { Code } from '../../runtime/assembly/code.js';
import { f64, f64x2, get, set, tee, types, v128 } from '../../runtime/assembly/instructions.js';
import type { Routine } from '../../runtime/assembly/module.js';
import { expLanes } from '../../runtime/math/exp_routines.js';
import { logLanes } from '../../runtime/math/log_routines.js';
import { powRoutine } from '../../runtime/math/pow_routines.js';
import { cosLanes, sinLanes } from '../../runtime/math/sine_routines.js';
import type { ScalarOp } from '../low.js';
import type { Arithmetic, Site, Value } from './contract.js';
import { powerCode } from './power.js';
import { modulusRoutine } from './scalar_arithmetic.js';

const number = (code: Code): Value => ({ code, flag: false });
const flag = (code: Code): Value => ({ code, flag: true });

const literal = (value: number): Code => f64x2.splat(f64.of(value));
const asNumber = (value: Value): Code => (value.flag ? v128.and(value.code, literal(1)) : value.code);
const asFlag = (value: Value): Code => (value.flag ? value.code : f64x2.equal(value.code, literal(1)));
const select = (mask: Code, then: Code, otherwise: Code): Code => v128.select(then, otherwise, mask);

const signBit = literal(-0);

/** A routine of two numbers called for each lane. */
function eachPair({ link, locals }: Site, routine: Routine, a: Code, b: Code): Code {
  const [left, right] = [locals.fresh(types.v128), locals.fresh(types.v128)];
  const call = (lane: number): Code => link.call(routine, f64x2.lane(get(left), lane), f64x2.lane(get(right), lane));
  return [set(left, a), set(right, b), f64x2.withLane(f64x2.splat(call(0)), call(1), 1)];
}

/** Halves away from zero. What is added to the whole part has the sign of the number, so that -0 stays. */
function round({ locals }: Site, x: Code): Code {
  const [own, whole] = [locals.fresh(types.v128), locals.fresh(types.v128)];
  const far = f64x2.atLeast(f64x2.abs(f64x2.sub(get(own), get(whole))), literal(0.5));
  return [
    set(own, x),
    set(whole, f64x2.trunc(get(own))),
    f64x2.add(get(whole), v128.or(v128.and(far, literal(1)), v128.and(get(own), signBit))),
  ];
}

function sign({ locals }: Site, x: Code): Code {
  const own = locals.fresh(types.v128);
  return [
    set(own, x),
    select(f64x2.greater(f64x2.abs(get(own)), literal(0)), v128.or(literal(1), v128.and(get(own), signBit)), get(own)),
  ];
}

function isNumber({ locals }: Site, x: Code): Code {
  const own = locals.fresh(types.v128);
  return f64x2.equal(tee(own, x), get(own));
}

function apply(site: Site, op: ScalarOp, args: readonly Value[]): Value {
  const { link } = site;
  const a = (): Code => asNumber(args[0]!);
  const b = (): Code => asNumber(args[1]!);
  const flags = args.length === 2 && args.every((arg) => arg.flag);
  switch (op) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'min':
    case 'max':
      return number(f64x2[op](a(), b()));
    case 'mod':
      return number(eachPair(site, modulusRoutine, a(), b()));
    case 'idiv':
      return number(f64x2.floor(f64x2.div(a(), b())));
    case 'pow':
      return number(eachPair(site, powRoutine, a(), b()));
    case 'neg':
    case 'floor':
    case 'ceil':
    case 'trunc':
    case 'abs':
    case 'sqrt':
      return number(f64x2[op](a()));
    case 'eq':
      return flag(flags ? v128.not(v128.xor(args[0]!.code, args[1]!.code)) : f64x2.equal(a(), b()));
    case 'ne':
      return flag(flags ? v128.xor(args[0]!.code, args[1]!.code) : f64x2.unequal(a(), b()));
    case 'lt':
      return flag(f64x2.less(a(), b()));
    case 'le':
      return flag(f64x2.atMost(a(), b()));
    case 'gt':
      return flag(f64x2.greater(a(), b()));
    case 'ge':
      return flag(f64x2.atLeast(a(), b()));
    case 'and':
      return flag(v128.and(asFlag(args[0]!), asFlag(args[1]!)));
    case 'or':
      return flag(v128.or(asFlag(args[0]!), asFlag(args[1]!)));
    case 'not':
      return flag(v128.not(asFlag(args[0]!)));
    case 'round':
      return number(round(site, a()));
    case 'sign':
      return number(sign(site, a()));
    case 'exp':
      return number(link.call(expLanes, a()));
    case 'log':
      return number(link.call(logLanes, a()));
    case 'sin':
      return number(link.call(sinLanes, a()));
    case 'cos':
      return number(link.call(cosLanes, a()));
    case 'to_real':
    case 'to_int':
      return number(a());
    case 'is_number':
      return flag(isNumber(site, a()));
    case 'select':
      return number(select(asFlag(args[0]!), b(), asNumber(args[2]!)));
  }
}

/** Arithmetic of two particles. */
export const laneArithmetic: Arithmetic = {
  lanes: 2,
  number: types.v128,
  flag: types.v128,
  literal,
  asNumber,
  asFlag,
  apply,
  power: (site, base, exponent) =>
    powerCode({ number: types.v128, literal, mul: f64x2.mul, div: f64x2.div }, site, base, exponent),
  select,
};
