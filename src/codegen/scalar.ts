import { applyPrimitive, type PrimitiveSetting } from '../ir/primitives.js';
import { asNumber } from '../ir/values.js';
import { exp } from '../runtime/math/exp.js';
import { log } from '../runtime/math/log.js';
import { pow } from '../runtime/math/pow.js';
import { cos, sin } from '../runtime/math/sine.js';
import type { ScalarOp } from './low.js';

const { abs, ceil, floor, max, min, sign, sqrt, trunc } = Math;

/** The functions of numbers that generated text may use, by the names under which they are handed in. */
export const mathFunctions = { abs, ceil, cos, exp, floor, log, max, min, pow, sign, sin, sqrt, trunc } as const;

/** JavaScript text of an operation. A `flag` text gives a JavaScript boolean, the others a number. */
type ScalarText = { readonly text: string; readonly flag: boolean };

/** How an operand reads as a number, and as a condition. */
export type OperandText = { readonly number: string; readonly flag: string };

const number = (text: string): ScalarText => ({ text, flag: false });
const flag = (text: string): ScalarText => ({ text, flag: true });

/** The text of an operation on operands that are atoms or in parentheses. */
export function scalarText(op: ScalarOp, args: readonly OperandText[]): ScalarText {
  const a = args[0]?.number ?? '';
  const b = args[1]?.number ?? '';
  switch (op) {
    case 'add':
      return number(`(${a} + ${b})`);
    case 'sub':
      return number(`(${a} - ${b})`);
    case 'mul':
      return number(`(${a} * ${b})`);
    case 'div':
      return number(`(${a} / ${b})`);
    case 'mod':
      return number(`floorMod(${a}, ${b})`);
    case 'idiv':
      return number(`floor(${a} / ${b})`);
    case 'pow':
      return number(`pow(${a}, ${b})`);
    case 'neg':
      return number(`(-${a})`);
    case 'eq':
      return flag(`(${a} === ${b})`);
    case 'ne':
      return flag(`(${a} !== ${b})`);
    case 'lt':
      return flag(`(${a} < ${b})`);
    case 'le':
      return flag(`(${a} <= ${b})`);
    case 'gt':
      return flag(`(${a} > ${b})`);
    case 'ge':
      return flag(`(${a} >= ${b})`);
    case 'and':
      return flag(`(${args[0]?.flag} && ${args[1]?.flag})`);
    case 'or':
      return flag(`(${args[0]?.flag} || ${args[1]?.flag})`);
    case 'not':
      return flag(`(!${args[0]?.flag})`);
    case 'floor':
    case 'ceil':
    case 'trunc':
    case 'abs':
    case 'sign':
    case 'exp':
    case 'log':
    case 'sqrt':
    case 'sin':
    case 'cos':
      return number(`${op}(${a})`);
    case 'round':
      return number(`roundHalfAway(${a})`);
    case 'min':
    case 'max':
      return number(`${op}(${a}, ${b})`);
    case 'to_real':
    case 'to_int':
      return number(a);
    case 'is_number':
      return flag(`(${a} === ${a})`);
    case 'select':
      return number(`(${args[0]?.flag} ? ${b} : ${args[2]?.number})`);
  }
}

/** A number as JavaScript text that reads back as the same double. */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return '(-0)';
  if (value < 0) return `(${String(value)})`;
  if (Number.isNaN(value)) return 'NaN';
  return value === Number.POSITIVE_INFINITY ? 'Infinity' : String(value);
}

const numberSetting: PrimitiveSetting = { from: { kind: 'real' }, type: { kind: 'real' }, at: -1, elements: 0 };

/** The value of an operation on literals: what the text that would be emitted for it gives. */
export function evaluateScalar(op: ScalarOp, args: readonly number[]): number {
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN] = args;
  switch (op) {
    case 'is_number':
      return Number.isNaN(a) ? 0 : 1;
    case 'select':
      return a === 1 ? b : c;
    default:
      return asNumber(applyPrimitive(op, args, numberSetting));
  }
}
