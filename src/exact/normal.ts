/** The standard normal distribution on the host, for laws that no family of the program stands behind. */

/**
 * P(X <= x), to about 1e-15 relative into both tails: the series of erf near the middle (Abramowitz and Stegun 7.1.6), Laplace's
 * continued fraction of erfc beyond (7.1.14), evaluated backwards.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) < near) return 0.5 + x * seriesAt(x);
  const tail = density(x) * fractionAt(Math.abs(x));
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

const density = (x: number): number => Math.exp(logDensity(x));

const near = 3;

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

/** Mills' ratio for x >= `near`: 1/(x + 1/(x + 2/(x + 3/(x + …)))). */
function fractionAt(x: number): number {
  let fraction = x;
  for (let k = Math.ceil(20 + 900 / (x * x)); k > 0; k--) fraction = x + k / fraction;
  return 1 / fraction;
}
