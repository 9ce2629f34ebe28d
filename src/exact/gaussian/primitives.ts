/** The primitives of `ir/ops.ts` on abstract values. */
import { indexFault } from '../../ir/faults.js';
import type { InstructionOf } from '../../ir/ir.js';
import type { OpName } from '../../ir/ops.js';
import { applyPrimitive } from '../../ir/primitives.js';
import { absentValue, type RuntimeValue } from '../../ir/values.js';
import { type Abstract, elementsOf, isEvent, isItems, itemsOf, linearOf } from './abstract.js';
import { addScaled, type Linear, scaled } from './affine.js';
import { below, both, either, negated, type Truth } from './event.js';
import { giveUp } from './refusal.js';

/** The most elements that an array may have. */
const mostElements = 1e7;
const tooLong = `an array has more than ${mostElements} elements`;

/** The result of a primitive; gives up where it is not affine in the noise. */
export function apply(i: InstructionOf<'op'>, a?: Abstract, b?: Abstract, c?: Abstract): Abstract {
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = ofNumbers(i.op, a, b);
    if (quick !== null) return quick;
  }
  switch (i.op) {
    case 'index': {
      const position = knownIndex(b);
      if (a instanceof Float64Array) return a[position] ?? outside(position, a.length, i.at);
      if (!isItems(a)) return giveUp('an array is not known');
      const element = position < a.length ? a.buffer[position] : undefined;
      return element ?? outside(position, a.length, i.at);
    }
    case 'length':
      return isItems(a) ? a.length : (elementsOf(a)?.length ?? giveUp('an array is not known'));
    case 'extend':
      return extended(a, knownIndex(b), c, i);
    case 'append':
      return extended(a, elementsOf(a)?.length ?? 0, b, i);
    case 'set': {
      const elements = [...(elementsOf(a) ?? giveUp('an array is not known'))];
      const position = knownIndex(b);
      if (elements[position] === undefined) outside(position, elements.length, i.at);
      elements[position] = given(c);
      return itemsOf(elements);
    }
    case 'fill': {
      const count = Math.max(0, knownIndex(a) || 0);
      if (count > mostElements) giveUp(tooLong);
      return itemsOf(Array<Abstract>(count).fill(given(b)));
    }
    case 'exists':
      return exists(given(a));
    case 'absent':
      return abstractFrom(absentValue(i.result.type));
    case 'select':
      if (isEvent(a)) return chosen(a, given(b), given(c));
      return given(a === 1 ? b : c);
    default:
      return isPlain(a) && isPlain(b) && isPlain(c) ? ofPlain(i, a, b, c) : arithmetic(i.op, a, b);
  }
}

type Plain = number | string | undefined;

const isPlain = (value: Abstract | undefined): value is Plain => typeof value !== 'object';

function ofPlain(i: InstructionOf<'op'>, ...args: readonly Plain[]): Abstract {
  const { type } = i.result;
  const given = args.filter((x) => x !== undefined);
  return abstractFrom(applyPrimitive(i.op, given, { from: type, type, at: i.at, elements: mostElements }));
}

/** The commonest primitives of two numbers, as in `ir/primitives.ts`; null for the others. */
function ofNumbers(op: OpName, a: number, b: number): number | null {
  switch (op) {
    case 'add':
      return a + b;
    case 'sub':
      return a - b;
    case 'mul':
      return a * b;
    case 'lt':
      return a < b ? 1 : 0;
    case 'gt':
      return a > b ? 1 : 0;
    default:
      return null;
  }
}

/** What stands for one of two values where a question on noise decides: itself such a question. */
export function chosen(condition: Truth, yes: Abstract, no: Abstract): Abstract {
  if (typeof condition === 'number') return condition === 1 ? yes : no;
  if (yes === no) return yes;
  if (!isTruth(yes) || !isTruth(no)) return giveUp('which value is taken hangs on a continuous value');
  const left = both(condition, yes);
  const right = both(negated(condition), no);
  const whole = left === null || right === null ? null : either(left, right);
  return whole ?? giveUp('two different continuous values are compared at once');
}

const isTruth = (value: Abstract): value is Truth => value === 0 || value === 1 || isEvent(value);

function arithmetic(op: OpName, a: Abstract | undefined, b: Abstract | undefined): Abstract {
  switch (op) {
    case 'and':
    case 'or':
    case 'not': {
      if (a === undefined || !isTruth(a)) return giveUp('a bool is not known');
      if (op === 'not') return negated(a);
      if (b === undefined || !isTruth(b)) return giveUp('a bool is not known');
      return (
        (op === 'and' ? both(a, b) : either(a, b)) ?? giveUp('two different continuous values are compared at once')
      );
    }
    case 'eq':
      return equal(a, b);
    case 'ne':
      return negated(equal(a, b));
    case 'to_real':
    case 'to_int':
      if (isEvent(a)) return a;
      return onLinear(op, numberIn(a), null);
    default:
      return onLinear(op, numberIn(a), b === undefined ? null : numberIn(b));
  }
}

/** Whether a question on noise, which is 0 or 1, has a value. */
function equal(a: Abstract | undefined, b: Abstract | undefined): Truth {
  if (isEvent(b) && typeof a === 'number') return equal(b, a);
  if (!isEvent(a) || typeof b !== 'number') return giveUp('two continuous values are asked to be equal');
  if (b === 1) return a;
  return b === 0 ? negated(a) : 0;
}

const numberIn = (value: Abstract | undefined): Linear =>
  linearOf(value) ?? giveUp('a number hangs on whether a continuous value lies in a range');

function onLinear(op: OpName, a: Linear, b: Linear | null): Abstract {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  switch (op) {
    case 'neg':
      return scaled(a, -1);
    case 'to_real':
      return a;
    default:
      if (b !== null) return ofTwo(op, a, b);
      return giveUp(`'${op}' of a continuous value is not linear`);
  }
}

function ofTwo(op: OpName, a: Linear, b: Linear): Abstract {
  switch (op) {
    case 'add':
      return addScaled(a, b, 1);
    case 'sub':
      return addScaled(a, b, -1);
    case 'mul':
      if (typeof a === 'number') return scaled(b, a);
      return typeof b === 'number' ? scaled(a, b) : giveUp('two continuous values are multiplied');
    case 'div':
      return typeof b === 'number' ? quotient(a, b) : giveUp('something is divided by a continuous value');
    case 'power':
    case 'pow':
      if (b === 1) return a;
      return b === 0 ? 1 : giveUp('a power of a continuous value is not linear');
    case 'lt':
    case 'le':
      return below(a, b);
    case 'gt':
    case 'ge':
      return below(b, a);
    default:
      return giveUp(`'${op}' of continuous values is not linear`);
  }
}

/** Each number divided, so that no rounding is made by a reciprocal. */
function quotient(a: Linear, b: number): Linear {
  if (typeof a === 'number') return a / b;
  if (b === 0) return giveUp('a continuous value is divided by 0');
  return { ...a, constant: a.constant / b, coefficients: a.coefficients.map((c) => c / b) };
}

function extended(
  a: Abstract | undefined,
  index: number,
  value: Abstract | undefined,
  i: InstructionOf<'op'>,
): Abstract {
  const length = isItems(a) ? a.length : (elementsOf(a)?.length ?? giveUp('an array is not known'));
  if (!(Number.isInteger(index) && index >= 0)) return outside(index, length, i.at);
  if (index >= mostElements) giveUp(tooLong);
  if (isItems(a) && index === length && a.buffer.length === length) {
    a.buffer.push(given(value));
    return { kind: 'items', buffer: a.buffer, length: length + 1 };
  }
  const elements: Abstract[] = [...(elementsOf(a) ?? [])];
  const { type } = i.result;
  while (elements.length < index)
    elements.push(abstractFrom(absentValue(type.kind === 'array' ? type.element : { kind: 'real' })));
  elements[index] = given(value);
  return itemsOf(elements);
}

function exists(value: Abstract): number {
  if (typeof value === 'number') return Number.isNaN(value) ? 0 : 1;
  if (typeof value === 'string') return value === '' ? 0 : 1;
  if (value instanceof Float64Array) return value.length > 0 ? 1 : 0;
  if (isItems(value)) return value.length > 0 ? 1 : 0;
  return 1;
}

function abstractFrom(value: RuntimeValue): Abstract {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Float64Array) return value;
  return 'hi' in value ? value : itemsOf(value.map(abstractFrom));
}

const knownIndex = (value: Abstract | undefined): number =>
  typeof value === 'number' ? value : giveUp('an index or a length hangs on a continuous value');

function outside(index: number, length: number, at: number): never {
  throw indexFault(index, length, at);
}

const given = (value: Abstract | undefined): Abstract => {
  if (value === undefined) throw new Error('gaussian: an argument is missing');
  return value;
};
