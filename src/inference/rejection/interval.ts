/** Interval arithmetic over the primitives: what a value can be at most and at least, whatever is drawn. */
import type { Constant } from '../../ir/ir.js';
import type { OpName } from '../../ir/ops.js';
import { exp } from '../../runtime/math/exp.js';
import { log } from '../../runtime/math/log.js';
import { pow } from '../../runtime/math/pow.js';

/** All numbers from `low` to `high`; of an array, all that its elements can be. */
export type Interval = { readonly low: number; readonly high: number };

const infinity = Number.POSITIVE_INFINITY;

/** Any number. */
export const anything: Interval = { low: -infinity, high: infinity };
const truth: Interval = { low: 0, high: 1 };

/** One number. */
export const point = (value: number): Interval => ({ low: value, high: value });

/** Whether an interval is one number. */
export const isPoint = ({ low, high }: Interval): boolean => low === high;

/** What both intervals hold, and what lies between them. */
export const hull = (a: Interval, b: Interval): Interval => between(Math.min(a.low, b.low), Math.max(a.high, b.high));

/** The interval of a constant: of an array, of its elements. */
export function intervalOf(value: Constant): Interval {
  if (typeof value === 'number') return between(value, value);
  if (typeof value === 'string') return anything;
  const parts = Array.from(value, (part: Constant) => intervalOf(part));
  return parts.length === 0 ? anything : parts.reduce(hull);
}

/** NaN bounds nothing. */
const between = (low: number, high: number): Interval =>
  Number.isNaN(low) || Number.isNaN(high) ? anything : { low, high };

const monotone = (f: (x: number) => number, { low, high }: Interval): Interval => between(f(low), f(high));

const product = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : a * b);

function times(a: Interval, b: Interval): Interval {
  const products = [product(a.low, b.low), product(a.low, b.high), product(a.high, b.low), product(a.high, b.high)];
  return between(Math.min(...products), Math.max(...products));
}

const plus = (a: Interval, b: Interval): Interval => ({
  low: a.low === -infinity || b.low === -infinity ? -infinity : a.low + b.low,
  high: a.high === infinity || b.high === infinity ? infinity : a.high + b.high,
});

const negative = ({ low, high }: Interval): Interval => ({ low: -high, high: -low });

const holdsZero = ({ low, high }: Interval): boolean => low <= 0 && high >= 0;

/** A divisor that reaches 0 from above leaves the sign, and the end that is farthest from it. */
function quotient(a: Interval, b: Interval): Interval {
  if (!holdsZero(b)) return times(a, between(1 / b.high, 1 / b.low));
  if (b.low < 0 || b.high === 0) return anything;
  const least = 1 / b.high;
  if (a.low >= 0) return between(product(a.low, least), infinity);
  return a.high <= 0 ? between(-infinity, product(a.high, least)) : anything;
}

function absolute(a: Interval): Interval {
  if (a.low >= 0) return a;
  if (a.high <= 0) return negative(a);
  return { low: 0, high: Math.max(-a.low, a.high) };
}

function power(a: Interval, exponent: number): Interval {
  if (!Number.isInteger(exponent) || exponent < 1) return isPoint(a) ? point(pow(a.low, exponent)) : anything;
  const base = exponent % 2 === 0 ? absolute(a) : a;
  return monotone((x) => pow(x, exponent), base);
}

/** The least and the greatest that a primitive can give; anything where that is not known. */
export function applyToIntervals(op: OpName, args: readonly Interval[]): Interval {
  const [a = anything, b = anything, c = anything] = args;
  switch (op) {
    case 'add':
      return plus(a, b);
    case 'sub':
      return plus(a, negative(b));
    case 'mul':
      return times(a, b);
    case 'div':
      return quotient(a, b);
    case 'neg':
      return negative(a);
    case 'power':
    case 'pow':
      return isPoint(b) ? power(a, b.low) : anything;
    case 'abs':
      return absolute(a);
    case 'exp':
      return monotone(exp, a);
    case 'log':
      return a.high < 0 ? anything : between(log(Math.max(0, a.low)), log(a.high));
    case 'sqrt':
      return a.high < 0 ? anything : between(Math.sqrt(Math.max(0, a.low)), Math.sqrt(a.high));
    case 'sin':
    case 'cos':
      return { low: -1, high: 1 };
    case 'floor':
      return monotone(Math.floor, a);
    case 'ceil':
      return monotone(Math.ceil, a);
    case 'trunc':
      return monotone(Math.trunc, a);
    case 'min':
      return between(Math.min(a.low, b.low), Math.min(a.high, b.high));
    case 'max':
      return between(Math.max(a.low, b.low), Math.max(a.high, b.high));
    case 'to_real':
    case 'to_int':
    case 'index':
      return a;
    case 'fill':
      return b;
    case 'append':
      return hull(a, b);
    case 'set':
    case 'extend':
      return hull(a, c);
    case 'length':
      return { low: 0, high: infinity };
    case 'lt':
      return a.high < b.low ? point(1) : a.low >= b.high ? point(0) : truth;
    case 'le':
      return a.high <= b.low ? point(1) : a.low > b.high ? point(0) : truth;
    case 'gt':
      return applyToIntervals('lt', [b, a]);
    case 'ge':
      return applyToIntervals('le', [b, a]);
    case 'eq':
      if (isPoint(a) && isPoint(b)) return point(a.low === b.low ? 1 : 0);
      return a.high < b.low || b.high < a.low ? point(0) : truth;
    case 'ne':
      return plus(point(1), negative(applyToIntervals('eq', [a, b])));
    case 'and':
      return between(Math.min(a.low, b.low), Math.min(a.high, b.high));
    case 'or':
      return between(Math.max(a.low, b.low), Math.max(a.high, b.high));
    case 'not':
      return plus(point(1), negative(a));
    case 'exists':
      return truth;
    case 'select':
      return isPoint(a) ? (a.low === 1 ? b : c) : hull(b, c);
    default:
      return anything;
  }
}
