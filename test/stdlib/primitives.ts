/** What the language has without a declaration, in plain numbers. */
import { exp } from '../../src/runtime/math/exp.js';
import { log } from '../../src/runtime/math/log.js';
import { pow } from '../../src/runtime/math/pow.js';
import { cos, sin } from '../../src/runtime/math/sine.js';

/** Where noise comes from. */
export type Noise = {
  readonly uniform: () => number;
  readonly normal: () => number;
  readonly exponential: () => number;
};

const half = (x: number): number => Math.sign(x) * Math.round(Math.abs(x));
const power = (base: number, exponent: number): number => {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 64) return pow(base, exponent);
  let result = 1;
  for (let n = Math.abs(exponent), square = base; n > 0; n = Math.floor(n / 2), square *= square)
    if (n % 2 === 1) result *= square;
  return exponent < 0 ? 1 / result : result;
};

/** Functions of numbers by name. */
export const scalar: Readonly<Record<string, (...args: number[]) => number>> = {
  exp,
  log,
  sqrt: Math.sqrt,
  sin,
  cos,
  abs: Math.abs,
  floor: Math.floor,
  ceil: Math.ceil,
  round: half,
  trunc: Math.trunc,
  sign: Math.sign,
  min: Math.min,
  max: Math.max,
  real: (x = 0) => x,
  int: (x = 0) => x,
};
/** Requests of noise by name. */
export const noises: Readonly<Record<string, (source: Noise) => number>> = {
  noise_uniform: (s) => s.uniform(),
  noise_normal: (s) => s.normal(),
  noise_exponential: (s) => s.exponential(),
};
/** Built-in constants. */
export const constants: Readonly<Record<string, number>> = {
  pi: Math.PI,
  infinity: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
};
/** Operators on numbers. */
export const binary: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': power,
  '%': (a, b) => a - b * Math.floor(a / b),
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};
