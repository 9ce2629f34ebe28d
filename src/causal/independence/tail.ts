/** Upper tails of the laws that test statistics follow. */

/** log Γ(x) for x > 0: Stirling's series from 10 on, the recurrence below. About 1e-14 relative. */
export function logGamma(x: number): number {
  let product = 1;
  let at = x;
  for (; at < 10; at += 1) product *= at;
  const inverse = 1 / (at * at);
  const series =
    (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse * (1 / 1188))))) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

const mostTerms = 10_000;

/**
 * The regularised upper incomplete gamma function Q(a, x), a > 0, x >= 0: the chance that a gamma(a, 1) is above x. By its series below
 * a + 1 and its continued fraction above (NIST DLMF 8.7.1 and 8.9.2, the fraction by Lentz's method); about 1e-13 relative for a under 1e4.
 */
export function gammaTail(a: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(a)) return Number.NaN;
  if (x <= 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let k = 1; k < mostTerms && term > sum * 1e-17; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return Math.max(0, 1 - front * sum);
  }
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let k = 1; k < mostTerms; k++) {
    const factor = -k * (k - a);
    b += 2;
    d = factor * d + b;
    c = b + factor / c;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    if (Math.abs(c) < tiny) c = tiny;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return front * h;
}

/** The chance that a chi-squared variable of `df` degrees of freedom is above x; 1 where df is 0. */
export const chiSquaredTail = (x: number, df: number): number => (df <= 0 ? 1 : gammaTail(df / 2, x / 2));

/** The chance that a standard normal variable is further from 0 than z. */
export const normalTails = (z: number): number => gammaTail(0.5, (z * z) / 2);
