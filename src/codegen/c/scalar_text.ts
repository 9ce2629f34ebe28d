/** C text of operations on doubles. */
import type { ScalarOp } from '../low.js';

/** How an operand reads as a number, and as a truth value. */
type OperandText = { readonly number: string; readonly flag: string };

/** Text of an operation, and whether it gives a truth value. */
type ScalarText = { readonly text: string; readonly flag: boolean };

const number = (text: string): ScalarText => ({ text, flag: false });
const flag = (text: string): ScalarText => ({ text, flag: true });

/**
 * The text of an operation. With `odd`, the name of a flag, functions have their near form and set it where that does not hold; all
 * operands are evaluated then.
 */
export function scalarText(op: ScalarOp, args: readonly OperandText[], odd: string | null = null): ScalarText {
  const a = args[0]?.number ?? '';
  const b = args[1]?.number ?? '';
  const [first, second] = [args[0]?.flag ?? '', args[1]?.flag ?? ''];
  switch (op) {
    case 'add':
      return number(`${a} + ${b}`);
    case 'sub':
      return number(`${a} - ${b}`);
    case 'mul':
      return number(`${a} * ${b}`);
    case 'div':
      return number(`${a} / ${b}`);
    case 'mod':
      return number(`floor_mod(${a}, ${b})`);
    case 'idiv':
      return number(`floor(${a} / ${b})`);
    case 'pow':
      return number(`own_pow(${a}, ${b})`);
    case 'neg':
      return number(`-${a}`);
    case 'eq':
      return flag(`${a} == ${b}`);
    case 'ne':
      return flag(`${a} != ${b}`);
    case 'lt':
      return flag(`${a} < ${b}`);
    case 'le':
      return flag(`${a} <= ${b}`);
    case 'gt':
      return flag(`${a} > ${b}`);
    case 'ge':
      return flag(`${a} >= ${b}`);
    case 'and':
      return flag(`${first} & ${second}`);
    case 'or':
      return flag(`${first} | ${second}`);
    case 'not':
      return flag(`!${first}`);
    case 'exp':
    case 'log':
    case 'sin':
    case 'cos':
      return number(odd === null ? `own_${op}(${a})` : `${op}_near(${a}, &${odd})`);
    case 'floor':
    case 'ceil':
    case 'trunc':
    case 'sqrt':
      return number(`${op}(${a})`);
    case 'abs':
      return number(`fabs(${a})`);
    case 'sign':
      return number(`sign_of(${a})`);
    case 'round':
      return number(`round_half_away(${a})`);
    case 'min':
      return number(`smaller(${a}, ${b})`);
    case 'max':
      return number(`greater(${a}, ${b})`);
    case 'to_real':
    case 'to_int':
      return number(a);
    case 'is_number':
      return flag(`${a} == ${a}`);
    case 'select':
      return number(`${first} ? ${b} : ${args[2]?.number}`);
  }
}

/** Lines that compute base^exponent for a known whole exponent, as `powerOf`; the last is the product's text. */
export function powerText(name: string, base: string, exponent: number): readonly string[] {
  if (!(Math.abs(exponent) < 2 ** 31)) return [`power_of(${base}, ${exponent}.0)`];
  const lines: string[] = [];
  const factors: string[] = [];
  let square = base;
  for (let rest = Math.abs(exponent); ; ) {
    if (rest % 2 === 1) factors.push(square);
    rest = Math.floor(rest / 2);
    if (rest === 0) break;
    const next = `${name}s${lines.length}`;
    lines.push(`const double ${next} = ${square} * ${square};`);
    square = next;
  }
  const product = factors.length === 0 ? '1.0' : factors.reduce((a, b) => `(${a} * ${b})`);
  return [...lines, exponent < 0 ? `1.0 / ${product}` : product];
}
