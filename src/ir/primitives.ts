/** The primitives of `ops.ts` on runtime values, one by one. This is their meaning; engines agree with it to the bit. */
import { exp } from '../runtime/math/exp.js';
import { log } from '../runtime/math/log.js';
import { pow } from '../runtime/math/pow.js';
import { cos, sin } from '../runtime/math/sine.js';
import { elementsFault, indexFault, labelFault } from './faults.js';
import type { IrType, PlaceId } from './ir.js';
import type { OpName } from './ops.js';
import type { Type } from './type.js';
import {
  absentValue,
  arrayValue,
  asElements,
  asNumber,
  type Elements,
  isPresent,
  isScalarType,
  type RuntimeValue,
} from './values.js';

/**
 * base^exponent for a whole exponent by repeated squaring, from the exponent's lowest bit up: a^2 = a a, a^3 = a (a a),
 * a^5 = a ((a a) (a a)); a^-n = 1 / a^n.
 */
export function powerOf(base: number, exponent: number): number {
  let rest = Math.abs(exponent);
  let square = base;
  let product = 1;
  for (;;) {
    if (rest % 2 === 1) product *= square;
    rest = Math.floor(rest / 2);
    if (rest === 0) return exponent < 0 ? 1 / product : product;
    square *= square;
  }
}

/** a mod b with the sign of b; NaN where b is 0. */
export function floorMod(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** To the nearest whole number, halves away from zero. */
export function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

/** A boolean as the number it is held as. An absent bool (NaN) counts as false. */
const truth = (value: boolean): number => (value ? 1 : 0);
const isTrue = (value: RuntimeValue | undefined): boolean => asNumber(value) === 1;

/** What a primitive needs to know besides its arguments. */
export type PrimitiveSetting = {
  /** Type of the first argument. */
  readonly from: IrType;
  readonly type: IrType;
  readonly at: PlaceId;
  /** The most elements an array may have. */
  readonly elements: number;
};

/** The result of a primitive; throws a fault where one is defined. */
export function applyPrimitive(op: OpName, args: readonly RuntimeValue[], setting: PrimitiveSetting): RuntimeValue {
  const [a, b, c] = args;
  switch (op) {
    case 'add':
      return asNumber(a) + asNumber(b);
    case 'sub':
      return asNumber(a) - asNumber(b);
    case 'mul':
      return asNumber(a) * asNumber(b);
    case 'div':
      return asNumber(a) / asNumber(b);
    case 'mod':
      return floorMod(asNumber(a), asNumber(b));
    case 'idiv':
      return Math.floor(asNumber(a) / asNumber(b));
    case 'pow':
      return pow(asNumber(a), asNumber(b));
    case 'power':
      return powerOf(asNumber(a), asNumber(b));
    case 'neg':
      return -asNumber(a);
    case 'eq':
      return truth(a === b);
    case 'ne':
      return truth(a !== b);
    case 'lt':
      return truth(asNumber(a) < asNumber(b));
    case 'le':
      return truth(asNumber(a) <= asNumber(b));
    case 'gt':
      return truth(asNumber(a) > asNumber(b));
    case 'ge':
      return truth(asNumber(a) >= asNumber(b));
    case 'and':
      return truth(isTrue(a) && isTrue(b));
    case 'or':
      return truth(isTrue(a) || isTrue(b));
    case 'not':
      return truth(!isTrue(a));
    case 'floor':
      return Math.floor(asNumber(a));
    case 'ceil':
      return Math.ceil(asNumber(a));
    case 'round':
      return roundHalfAway(asNumber(a));
    case 'trunc':
      return Math.trunc(asNumber(a));
    case 'abs':
      return Math.abs(asNumber(a));
    case 'sign':
      return Math.sign(asNumber(a));
    case 'min':
      return Math.min(asNumber(a), asNumber(b));
    case 'max':
      return Math.max(asNumber(a), asNumber(b));
    case 'exp':
      return exp(asNumber(a));
    case 'log':
      return log(asNumber(a));
    case 'sqrt':
      return Math.sqrt(asNumber(a));
    case 'sin':
      return sin(asNumber(a));
    case 'cos':
      return cos(asNumber(a));
    case 'to_real':
    case 'to_int':
      return asNumber(a);
    case 'to_enum':
      return label(asNumber(a), setting);
    case 'length':
      return asElements(a).length;
    case 'index': {
      const elements = asElements(a);
      const element = elements[asNumber(b)];
      if (element === undefined) throw indexFault(asNumber(b), elements.length, setting.at);
      return element;
    }
    case 'set': {
      const elements = asElements(a);
      if (elements[asNumber(b)] === undefined) throw indexFault(asNumber(b), elements.length, setting.at);
      return updated(elements, asNumber(b), c, setting);
    }
    case 'extend':
      return extended(asElements(a), asNumber(b), c, setting);
    case 'fill': {
      const count = Math.max(0, asNumber(a) || 0);
      limit(count, setting);
      const value = given(b);
      if (isScalarType(elementOf(setting.type))) return new Float64Array(count).fill(asNumber(value));
      return Array<RuntimeValue>(count).fill(value);
    }
    case 'append': {
      const elements = asElements(a);
      limit(elements.length + 1, setting);
      return updated(elements, elements.length, b, setting);
    }
    case 'exists':
      return truth(isPresent(given(a), setting.from));
    case 'absent':
      return absentValue(setting.type);
    case 'select':
      return given(isTrue(a) ? b : c);
  }
}

function given(value: RuntimeValue | undefined): RuntimeValue {
  if (value === undefined) throw new Error('interpreter: an argument is missing');
  return value;
}

function elementOf(type: IrType): Type {
  if (type.kind !== 'array') throw new Error(`interpreter: ${type.kind} is no array`);
  return type.element;
}

function label(index: number, setting: PrimitiveSetting): number {
  const members = setting.type.kind === 'enum' ? setting.type.members.length : 0;
  if (!(Number.isInteger(index) && index >= 0 && index < members)) throw labelFault(index, members, setting.at);
  return index;
}

function limit(count: number, setting: PrimitiveSetting): void {
  if (count > setting.elements) throw elementsFault(setting.elements, setting.at);
}

/** The elements with another one in one place, which may be that behind the last. */
function updated(
  elements: Elements,
  index: number,
  value: RuntimeValue | undefined,
  setting: PrimitiveSetting,
): RuntimeValue {
  const next = given(value);
  if (elements instanceof Float64Array) {
    const copy = new Float64Array(Math.max(elements.length, index + 1));
    copy.set(elements);
    copy[index] = asNumber(next);
    return copy;
  }
  const copy = [...elements];
  copy[index] = next;
  return arrayValue(elementOf(setting.type), copy);
}

function extended(
  elements: Elements,
  index: number,
  value: RuntimeValue | undefined,
  setting: PrimitiveSetting,
): RuntimeValue {
  if (!(Number.isInteger(index) && index >= 0)) throw indexFault(index, elements.length, setting.at);
  limit(index + 1, setting);
  if (index <= elements.length) return updated(elements, index, value, setting);
  const gap = Array.from({ length: index - elements.length }, () => absentValue(elementOf(setting.type)));
  return arrayValue(elementOf(setting.type), [...elements, ...gap, given(value)]);
}
