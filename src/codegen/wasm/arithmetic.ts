/** The operations of the low form on numbers and flags, whatever the form that these take. */
import type { Code } from '../../runtime/assembly/code.js';
import { get, set, tee } from '../../runtime/assembly/instructions.js';
import type { Routine } from '../../runtime/assembly/module.js';
import { powRoutine } from '../../runtime/math/pow_routines.js';
import type { ScalarOp } from '../low.js';
import type { Arithmetic, Site, Value } from './contract.js';
import { modulusRoutine } from './modulus.js';
import { powerCode } from './power.js';

type Unary = (a: Code) => Code;
type Binary = (a: Code, b: Code) => Code;

/** Numbers and flags of one particle or of two: types, instructions and routines. */
type Form = Pick<Arithmetic, 'lanes' | 'number' | 'flag' | 'literal' | 'select'> & {
  readonly numbers: Readonly<
    Record<
      'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'equal' | 'unequal' | 'less' | 'atMost' | 'greater' | 'atLeast',
      Binary
    > &
      Record<'neg' | 'floor' | 'ceil' | 'trunc' | 'abs' | 'sqrt', Unary>
  >;
  readonly flags: Readonly<Record<'and' | 'or' | 'equal' | 'unequal', Binary> & Record<'not' | 'toNumber', Unary>>;
  /** A number that is not negative with the sign of another. */
  readonly withSign: Binary;
  /** From the form's numbers to its numbers. */
  readonly routines: Readonly<Record<'exp' | 'log' | 'sin' | 'cos', Routine>>;
  /** Calls a routine of two doubles. */
  readonly callOnPair: (site: Site, routine: Routine, a: Code, b: Code) => Code;
};

const number = (code: Code): Value => ({ code, flag: false });
const flag = (code: Code): Value => ({ code, flag: true });

/** Halves away from zero. What is added to the whole part has the sign of the number, so that -0 stays. */
function round({ number: type, numbers, flags, literal, withSign }: Form, { locals }: Site, x: Code): Code {
  const [own, whole] = [locals.fresh(type), locals.fresh(type)];
  const far = numbers.atLeast(numbers.abs(numbers.sub(get(own), get(whole))), literal(0.5));
  return [
    set(own, x),
    set(whole, numbers.trunc(get(own))),
    numbers.add(get(whole), withSign(flags.toNumber(far), get(own))),
  ];
}

function sign({ number: type, numbers, literal, withSign, select }: Form, { locals }: Site, x: Code): Code {
  const own = locals.fresh(type);
  const other = numbers.greater(numbers.abs(get(own)), literal(0));
  return [set(own, x), select(other, withSign(literal(1), get(own)), get(own))];
}

function isNumber({ number: type, numbers }: Form, { locals }: Site, x: Code): Code {
  const own = locals.fresh(type);
  return numbers.equal(tee(own, x), get(own));
}

/** Arithmetic in a form. */
export function arithmeticOf(form: Form): Arithmetic {
  const { lanes, number: type, flag: flagType, literal, select, numbers, flags, routines, callOnPair } = form;
  const asNumber = (value: Value): Code => (value.flag ? flags.toNumber(value.code) : value.code);
  const asFlag = (value: Value): Code => (value.flag ? value.code : numbers.equal(value.code, literal(1)));
  const apply = (site: Site, op: ScalarOp, args: readonly Value[]): Value => {
    const a = (): Code => asNumber(args[0]!);
    const b = (): Code => asNumber(args[1]!);
    const bothFlags = args.length === 2 && args.every((arg) => arg.flag);
    switch (op) {
      case 'add':
      case 'sub':
      case 'mul':
      case 'div':
      case 'min':
      case 'max':
        return number(numbers[op](a(), b()));
      case 'mod':
        return number(callOnPair(site, modulusRoutine, a(), b()));
      case 'idiv':
        return number(numbers.floor(numbers.div(a(), b())));
      case 'pow':
        return number(callOnPair(site, powRoutine, a(), b()));
      case 'neg':
      case 'floor':
      case 'ceil':
      case 'trunc':
      case 'abs':
      case 'sqrt':
        return number(numbers[op](a()));
      case 'eq':
        return flag(bothFlags ? flags.equal(args[0]!.code, args[1]!.code) : numbers.equal(a(), b()));
      case 'ne':
        return flag(bothFlags ? flags.unequal(args[0]!.code, args[1]!.code) : numbers.unequal(a(), b()));
      case 'lt':
        return flag(numbers.less(a(), b()));
      case 'le':
        return flag(numbers.atMost(a(), b()));
      case 'gt':
        return flag(numbers.greater(a(), b()));
      case 'ge':
        return flag(numbers.atLeast(a(), b()));
      case 'and':
        return flag(flags.and(asFlag(args[0]!), asFlag(args[1]!)));
      case 'or':
        return flag(flags.or(asFlag(args[0]!), asFlag(args[1]!)));
      case 'not':
        return flag(flags.not(asFlag(args[0]!)));
      case 'round':
        return number(round(form, site, a()));
      case 'sign':
        return number(sign(form, site, a()));
      case 'exp':
      case 'log':
      case 'sin':
      case 'cos':
        return number(site.link.call(routines[op], a()));
      case 'to_real':
      case 'to_int':
        return number(a());
      case 'is_number':
        return flag(isNumber(form, site, a()));
      case 'select':
        return number(select(asFlag(args[0]!), b(), asNumber(args[2]!)));
    }
  };
  const power: Arithmetic['power'] = (site, base, exponent) =>
    powerCode({ number: type, literal, mul: numbers.mul, div: numbers.div }, site, base, exponent);
  return { lanes, number: type, flag: flagType, literal, asNumber, asFlag, apply, power, select };
}
