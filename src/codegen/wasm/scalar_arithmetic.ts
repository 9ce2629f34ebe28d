/** Arithmetic of one particle: numbers are f64, flags i32. */
import type { Code } from '../../runtime/assembly/code.js';
import { choose, f64, get, i32, select, set, tee, types } from '../../runtime/assembly/instructions.js';
import type { Routine } from '../../runtime/assembly/module.js';
import { expRoutine } from '../../runtime/math/exp_routines.js';
import { logRoutine } from '../../runtime/math/log_routines.js';
import { powRoutine } from '../../runtime/math/pow_routines.js';
import { cosRoutine, sinRoutine } from '../../runtime/math/sine_routines.js';
import type { ScalarOp } from '../low.js';
import type { Arithmetic, Site, Value } from './contract.js';
import { modRoutine } from './host_routines.js';
import { powerCode } from './power.js';

const number = (code: Code): Value => ({ code, flag: false });
const flag = (code: Code): Value => ({ code, flag: true });

const asNumber = (value: Value): Code => (value.flag ? f64.fromSigned(value.code) : value.code);
const asFlag = (value: Value): Code => (value.flag ? value.code : f64.equal(value.code, f64.of(1)));

/** Whole numbers below this have a remainder by division, for then a quotient that is no whole number is not rounded to one. */
const WHOLE = 2 ** 52;

/** a % b: for whole numbers by division, else by the host. */
export const remainderRoutine: Routine = {
  params: [types.f64, types.f64],
  results: [types.f64],
  body: (link) => {
    const [a, b] = [get(0), get(1)];
    const whole = (x: Code): Code => i32.and(f64.equal(x, f64.trunc(x)), f64.less(f64.abs(x), f64.of(WHOLE)));
    return choose(
      types.f64,
      i32.and(whole(a), whole(b)),
      f64.copySign(f64.sub(a, f64.mul(b, f64.trunc(f64.div(a, b)))), a),
      link.call(modRoutine, a, b),
    );
  },
};

/** What `floorMod` gives. */
export const modulusRoutine: Routine = {
  params: [types.f64, types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const b = get(1);
    const rest = locals.fresh(types.f64);
    const otherSide = i32.xor(f64.less(get(rest), f64.of(0)), f64.less(b, f64.of(0)));
    return [
      set(rest, link.call(remainderRoutine, get(0), b)),
      select(i32.and(f64.unequal(get(rest), f64.of(0)), otherSide), f64.add(get(rest), b), get(rest)),
    ];
  },
};

/** Halves away from zero. What is added to the whole part has the sign of the number, so that -0 stays. */
function round({ locals }: Site, x: Code): Code {
  const own = locals.fresh(types.f64);
  const whole = locals.fresh(types.f64);
  const far = f64.atLeast(f64.abs(f64.sub(get(own), get(whole))), f64.of(0.5));
  return [
    set(own, x),
    set(whole, f64.trunc(get(own))),
    f64.add(get(whole), f64.copySign(f64.fromSigned(far), get(own))),
  ];
}

function sign({ locals }: Site, x: Code): Code {
  const own = locals.fresh(types.f64);
  return [set(own, x), select(f64.greater(f64.abs(get(own)), f64.of(0)), f64.copySign(f64.of(1), get(own)), get(own))];
}

function isNumber({ locals }: Site, x: Code): Code {
  const own = locals.fresh(types.f64);
  return f64.equal(tee(own, x), get(own));
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
      return number(f64[op](a(), b()));
    case 'mod':
      return number(link.call(modulusRoutine, a(), b()));
    case 'idiv':
      return number(f64.floor(f64.div(a(), b())));
    case 'pow':
      return number(link.call(powRoutine, a(), b()));
    case 'neg':
    case 'floor':
    case 'ceil':
    case 'trunc':
    case 'abs':
    case 'sqrt':
      return number(f64[op](a()));
    case 'eq':
      return flag(flags ? i32.equal(args[0]!.code, args[1]!.code) : f64.equal(a(), b()));
    case 'ne':
      return flag(flags ? i32.unequal(args[0]!.code, args[1]!.code) : f64.unequal(a(), b()));
    case 'lt':
      return flag(f64.less(a(), b()));
    case 'le':
      return flag(f64.atMost(a(), b()));
    case 'gt':
      return flag(f64.greater(a(), b()));
    case 'ge':
      return flag(f64.atLeast(a(), b()));
    case 'and':
      return flag(i32.and(asFlag(args[0]!), asFlag(args[1]!)));
    case 'or':
      return flag(i32.or(asFlag(args[0]!), asFlag(args[1]!)));
    case 'not':
      return flag(i32.isZero(asFlag(args[0]!)));
    case 'round':
      return number(round(site, a()));
    case 'sign':
      return number(sign(site, a()));
    case 'exp':
      return number(link.call(expRoutine, a()));
    case 'log':
      return number(link.call(logRoutine, a()));
    case 'sin':
      return number(link.call(sinRoutine, a()));
    case 'cos':
      return number(link.call(cosRoutine, a()));
    case 'to_real':
    case 'to_int':
      return number(a());
    case 'is_number':
      return flag(isNumber(site, a()));
    case 'select':
      return number(select(asFlag(args[0]!), b(), asNumber(args[2]!)));
  }
}

/** Arithmetic of one particle. */
export const scalarArithmetic: Arithmetic = {
  lanes: 1,
  number: types.f64,
  flag: types.i32,
  literal: f64.of,
  asNumber,
  asFlag,
  apply,
  power: (site, base, exponent) =>
    powerCode({ number: types.f64, literal: f64.of, mul: f64.mul, div: f64.div }, site, base, exponent),
  select,
};
