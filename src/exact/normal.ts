/** The standard normal distribution on the host, for laws that no family of the program stands behind. */
import { exp } from '../runtime/math/exp.js';

/**
 * P(X <= x), to 1e-15 relative down to the least normal number (x = -37.5): the series of erf near the middle (Abramowitz and
 * Stegun 7.1.6), Mills' ratio beyond, times a density of which rounding x^2 costs no digits.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) < near) return 0.5 + x * seriesAt(x);
  const tail = lowerTail(-Math.abs(x));
  return x < 0 ? tail : 1 - tail;
}

/** The x with P(X <= x) = p: Newton's method on log P from the tails' asymptote; -Infinity at 0, Infinity at 1. */
export function normalQuantile(p: number): number {
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  if (!(p > 0)) return p === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  let x = -Math.sqrt(Math.max(0, -2 * Math.log(2 * p)));
  for (let round = 0; round < 60; round++) {
    const cdf = normalCdf(x);
    const step = (Math.log(cdf / p) * cdf) / density(x);
    x -= step;
    if (Math.abs(step) <= 4e-16 * Math.abs(x)) break;
  }
  return x;
}

/** log of the standard normal density. */
export const logDensity = (x: number): number => -0.5 * x * x - 0.5 * Math.log(2 * Math.PI);

const density = (x: number): number => exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

const near = 0.7;

/** (P(X <= x) - 1/2) / x = density(x) · Σ x^(2k) / (1·3·5···(2k+1)). */
function seriesAt(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return density(x) * sum;
}

/**
 * P(X <= x) for x <= -`near`. x is cut to sixteenths, whose square is exact (W. J. Cody, "Rational Chebyshev approximations for the error
 * function", Mathematics of Computation 23, 1969).
 */
function lowerTail(x: number): number {
  if (x < -39) return 0;
  const coarse = Math.ceil(16 * x) / 16;
  return 0.5 * exp(-0.5 * coarse * coarse) * exp(-0.5 * (x - coarse) * (x + coarse)) * scaledErfc(-x * Math.SQRT1_2);
}

/** exp(x^2) erfc(x) for x >= 0.49: the rational function of t = 2 / (2 + x) of the library's `erfcx` (error 1e-17). */
function scaledErfc(x: number): number {
  const t = 2 / (2 + x);
  return (t * polynomial(numerator, t)) / polynomial(denominator, t);
}

/** By Horner's rule, the coefficient of the highest power first. */
const polynomial = (coefficients: readonly number[], t: number): number => {
  let sum = 0;
  for (const c of coefficients) sum = sum * t + c;
  return sum;
};

const numerator = [
  0.1607696303720345, 0.5239460325298275, 1.1087537357408188, 1.5698859598721335, 2.34297134040473, 1.7272389944148505,
  2.5659800583252936, 0.7336308003467734, 1.4048403658594055, 0.08145673283657773, 0.28209479177387814,
];
const denominator = [
  0.036317881170019724, -0.03274794469675846, 0.7939180470723328, -0.5409179811951802, 4.077746342131241,
  -1.967353195573817, 7.2478572440203015, -2.218281383183961, 4.816272833150808, -0.7112434004032385, 1.0,
];
