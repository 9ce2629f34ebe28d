/**
 * The functions that the language has without a declaration: its primitives. The checker types their calls by this table and the
 * lowering turns them into operations. All other functions (`tan`, `sum`, `cholesky` …) are declared in `stdlib/functions`.
 */
import { type OpName, opType } from '../ir/ops.js';
import { arrayOf, bool, isNumeric, joinTypes, real, type Type, unit, unknown } from '../ir/type.js';
import { plainName } from './rename.js';

export type Builtin = {
  /** The IR operation of the same meaning; null for what the lowering builds otherwise (noise, the parts of distributions). */
  readonly op: OpName | null;
  readonly arity: number;
  /** What the arguments are, as messages name them. */
  readonly parameters: readonly string[];
  /** The result's type, or null when the arguments don't fit. Arguments are never of type `unknown`. */
  readonly type: (args: readonly Type[]) => Type | null;
  readonly documentation: string;
};

/** Names that ask for exogenous noise: only the entries of a `dist`, and functions that they call, may. */
export const noiseNames = ['noise_uniform', 'noise_normal', 'noise_exponential'] as const;

const byOp = (op: OpName, parameters: readonly string[], documentation: string): Builtin => ({
  op,
  arity: parameters.length,
  parameters,
  type: (args) => opType(op, args),
  documentation,
});

const extreme = (op: 'min' | 'max', documentation: string): Builtin => ({
  ...byOp(op, ['a number', 'a number'], documentation),
  type: (args) => (args.every(isNumeric) ? args.reduce((a, b) => joinTypes(a, b) ?? a) : null),
});

const noise = (documentation: string): Builtin => ({
  op: null,
  arity: 0,
  parameters: [],
  type: () => real,
  documentation,
});

/** `logpdf(d, x)` and its kin: a distribution, and where to evaluate it. */
const ofDist = (
  second: string | null,
  result: (over: Type) => Type,
  takes: (over: Type, at: Type) => boolean,
  documentation: string,
): Builtin => ({
  op: null,
  arity: second === null ? 1 : 2,
  parameters: second === null ? ['a distribution'] : ['a distribution', second],
  type: ([dist, at]) =>
    dist?.kind === 'dist' && (second === null || (at !== undefined && takes(dist.over, at))) ? result(dist.over) : null,
  documentation,
});

const isValue = (over: Type, at: Type): boolean => {
  const joined = joinTypes(over, at);
  // What is not known may be a value: whoever looks for the argument that is wrong asks for each as if it were alone.
  const any = over.kind === 'unknown' || at.kind === 'unknown';
  return joined !== null && (any || over.kind === at.kind || over.kind === 'real');
};
const isPoint = (over: Type, at: Type): boolean => isNumeric(at) || at.kind === over.kind;

/** By name; look names up with `Object.hasOwn` (or `findBuiltin`), for a program may call anything. */
export const builtins: Readonly<Record<string, Builtin>> = {
  exp: byOp('exp', ['a number'], 'e to the power x'),
  log: byOp('log', ['a number'], 'natural logarithm'),
  sqrt: byOp('sqrt', ['a number'], 'square root'),
  sin: byOp('sin', ['a number'], 'sine of an angle in radians'),
  cos: byOp('cos', ['a number'], 'cosine of an angle in radians'),
  abs: byOp('abs', ['a number'], 'absolute value'),
  floor: byOp('floor', ['a number'], 'the whole number at or below x'),
  ceil: byOp('ceil', ['a number'], 'the whole number at or above x'),
  round: byOp('round', ['a number'], 'the nearest whole number, halves away from zero'),
  trunc: byOp('trunc', ['a number'], 'x without its fraction'),
  sign: byOp('sign', ['a number'], '-1, 0 or 1'),
  min: extreme('min', 'the smallest of some numbers, or of an array'),
  max: extreme('max', 'the largest of some numbers, or of an array'),
  len: byOp('length', ['an array'], 'number of elements of an array'),
  real: byOp('to_real', ['a number or a bool'], 'as a real; true is 1, false is 0'),
  int: byOp('to_int', ['a bool or a member of an enum'], 'as a whole number; the position of a member counts from 0'),
  fill: {
    op: 'fill',
    arity: 2,
    parameters: ['an int', 'a value'],
    type: ([n, value]) => (n?.kind === 'int' && value !== undefined ? arrayOf(value) : null),
    documentation: 'array of n times the same value',
  },
  append: {
    op: 'append',
    arity: 2,
    parameters: ['an array', 'a value'],
    type: ([array, value]) => {
      if (array?.kind !== 'array' || value === undefined) return null;
      const element = joinTypes(array.element, value);
      return element === null ? null : arrayOf(element, array.length === null ? null : array.length + 1);
    },
    documentation: 'the array with one more element at its end',
  },
  exists: {
    op: 'exists',
    arity: 1,
    parameters: ['a node'],
    type: () => bool,
    documentation: 'whether the run has the node',
  },
  assert: {
    op: null,
    arity: 2,
    parameters: ['a bool', 'a text'],
    type: ([holds, message]) => (holds?.kind === 'bool' && message?.kind === 'string' ? unit : null),
    documentation:
      'ends the whole run with the text (E0622) where the bool is false; the text is written out in quotes',
  },
  noise_uniform: noise('exogenous noise, uniform between 0 and 1'),
  noise_normal: noise('exogenous noise, standard normal'),
  noise_exponential: noise('exogenous noise, exponential with rate 1'),
  logpdf: ofDist('a value', () => real, isValue, 'log density, or log mass, of a value'),
  cdf: ofDist('a value', () => real, isPoint, 'probability of a value at or below x'),
  survival: ofDist('a value', () => real, isPoint, 'probability of a value above x'),
  logcdf: ofDist('a value', () => real, isPoint, 'logarithm of cdf'),
  quantile: ofDist('a probability', (over) => over, isPoint, 'smallest value with cdf at or above p'),
  moment_mean: ofDist(
    null,
    (over) => (over.kind === 'array' ? arrayOf(real, over.length) : real),
    isValue,
    'mean of a distribution',
  ),
  moment_variance: ofDist(
    null,
    (over) => (over.kind === 'array' ? arrayOf(real, over.length) : real),
    isValue,
    'variance of a distribution',
  ),
  abduct: ofDist('a value', () => arrayOf(real), isValue, 'noise that makes the draw give the value'),
};

/**
 * The primitive of a name that takes so many arguments, or null. A library function may bear the name of a primitive with another
 * number of arguments: `max(xs)` beside `max(a, b)`. `name@library` is the library's own reference to a name that the user has taken.
 */
export function findBuiltin(name: string, args: number): Builtin | null {
  const plain = plainName(name);
  const builtin = Object.hasOwn(builtins, plain) ? builtins[plain] : undefined;
  if (builtin === undefined) return null;
  return builtin.arity === args || (isExtreme(plain) && args > 2) ? builtin : null;
}

/** `min` and `max` take any number of numbers; of one array they are the library's `min_of` and `max_of`. */
export const isExtreme = (name: string): name is 'min' | 'max' => name === 'min' || name === 'max';

/** Numbers that have a name without a declaration. */
const builtinConstants: Readonly<Record<string, number>> = {
  pi: Math.PI,
  infinity: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
};

/** The value of a built-in constant, or null. */
export const builtinConstant = (name: string): number | null =>
  Object.hasOwn(builtinConstants, name) ? (builtinConstants[name] ?? null) : null;

/** The type of a call of a primitive; null when the arguments don't fit. */
export const builtinType = (builtin: Builtin, args: readonly Type[]): Type | null =>
  args.some((t) => t.kind === 'unknown') ? (builtin.type(args) ?? unknown) : builtin.type(args);

/** `int` is the type of whole numbers too, so a call of it may look like a conversion of a real: say what to write. */
export const builtinHint = (name: string, args: readonly Type[]): string | null =>
  name === 'int' && args[0]?.kind === 'real' ? 'write `floor(x)`, `round(x)` or `trunc(x)`' : null;
