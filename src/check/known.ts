/** Values that are known before running. */
import { exp } from '../runtime/math/exp.js';
import { log } from '../runtime/math/log.js';
import { cos, sin } from '../runtime/math/sine.js';
import type { Supplied } from './project.js';

/**
 * Numbers stand for real, int, bool (0 or 1) and members of enums (their position). Arrays and tuples are lists; a record is a
 * map of its fields.
 */
export type Known = number | string | readonly Known[] | ReadonlyMap<string, Known>;

/** Longer arrays are not kept: their length is. */
export const longestKnown = 4096;

/** A value of the host program, where it is short enough to be kept. */
export function knownOf({ type, value }: Supplied): Known | null {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (value.length > longestKnown) return null;
  const parts: Known[] = [];
  for (const [i, part] of value.entries()) {
    const partType = type.kind === 'array' ? type.element : type.kind === 'record' ? type.fields[i]?.type : undefined;
    const known = partType === undefined ? null : knownOf({ type: partType, value: part });
    if (known === null) return null;
    parts.push(known);
  }
  if (type.kind !== 'record') return parts;
  return new Map(type.fields.map((field, i) => [field.name, parts[i]!]));
}

export const isList = (value: Known | null): value is readonly Known[] => Array.isArray(value);

/** The number that a known value is, or null. */
export const numberOf = (value: Known | null): number | null => (typeof value === 'number' ? value : null);

/** Arithmetic and comparison as the running program does it; null where an operand is no number. */
function applyBinary(operator: string, left: Known, right: Known): Known | null {
  if (typeof left === 'string' || typeof right === 'string') {
    if (operator === '==' || operator === '=') return left === right ? 1 : 0;
    return operator === '!=' ? (left === right ? 0 : 1) : null;
  }
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left - right * Math.floor(left / right);
    case '^':
      return left ** right;
    case '==':
    case '=':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case '<':
      return left < right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case 'and':
      return left !== 0 && right !== 0 ? 1 : 0;
    case 'or':
      return left !== 0 || right !== 0 ? 1 : 0;
    default:
      return null;
  }
}

/** `and` and `or` decide with one side only where that side is enough. */
export function shortCircuit(operator: string, left: Known | null, right: Known | null): Known | null {
  const absorbing = operator === 'and' ? 0 : operator === 'or' ? 1 : null;
  if (absorbing !== null && (left === absorbing || right === absorbing)) return absorbing;
  return left === null || right === null ? null : applyBinary(operator, left, right);
}

/** The whole numbers of a range; null where it is longer than is kept. */
export function rangeOf(low: number, high: number, closed: boolean): readonly number[] | null {
  const count = Math.max(0, high - low + (closed ? 1 : 0));
  return count <= longestKnown ? Array.from({ length: count }, (_, i) => low + i) : null;
}

const scalarFunctions: Readonly<Record<string, (x: number) => number>> = {
  exp,
  log,
  sqrt: Math.sqrt,
  sin,
  cos,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  round: (x) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5),
  trunc: Math.trunc,
  sign: Math.sign,
  real: (x) => x,
  int: (x) => x,
};

/** The value of a primitive, or null where it has none before running. */
export function applyBuiltin(name: string, args: readonly Known[]): Known | null {
  const [a, b] = args;
  if (name === 'len') return a !== undefined && isList(a) ? a.length : null;
  if (name === 'fill')
    return typeof a === 'number' && b !== undefined && a <= longestKnown
      ? new Array<Known>(Math.max(0, a)).fill(b)
      : null;
  if (name === 'append')
    return a !== undefined && isList(a) && b !== undefined && a.length < longestKnown ? [...a, b] : null;
  if (typeof a !== 'number') return null;
  if (name === 'min' || name === 'max') {
    const numbers = args.filter((x) => typeof x === 'number');
    return numbers.length === args.length && numbers.length > 1 ? Math[name](...numbers) : null;
  }
  return Object.hasOwn(scalarFunctions, name) ? (scalarFunctions[name]?.(a) ?? null) : null;
}

/** The element at an index, or null where there is none. */
export function elementAt(target: Known | null, index: Known | null): Known | null {
  return isList(target) && typeof index === 'number' ? (target[index] ?? null) : null;
}
