/** The complementary error function to about 1e-15: a series near 0, a continued fraction (Lentz) in the tails. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let k = 120; k > 0; k--) fraction = k / 2 / (x + fraction);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
}

/** The cdf of the standard normal. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

/**
 * Kolmogorov's statistic sqrt(n) * sup |F_n - F|; above 1.95 with probability 0.001, above 2.35 with 3e-5. Where the cdf is dear it is
 * asked at every `step`-th draw, in order of size, which loses less than step / sqrt(n).
 */
export function kolmogorov(draws: Float64Array, cdf: (x: number) => number, step = 1): number {
  const sorted = Float64Array.from(draws).sort();
  const n = sorted.length;
  let worst = 0;
  for (let i = 0; i < n; i += step) {
    const p = cdf(sorted[i]!);
    worst = Math.max(worst, p - i / n, (i + 1) / n - p);
  }
  return worst * Math.sqrt(n);
}

/**
 * The standard error of a standard deviation that is estimated from so many draws, or an effective number of them; `excess` is the excess
 * kurtosis of what is drawn, 0 of a normal. Throws where no number of draws is known, since no error would then be too large.
 */
export function errorOfSd(sd: number, draws: number | null, excess = 0): number {
  if (draws === null || !(draws > 0)) throw new Error(`a standard deviation of ${draws} draws`);
  return sd * Math.sqrt((2 + excess) / (4 * draws));
}

/** The mean of `power`-th powers. */
export function rawMoment(draws: Float64Array, power: number): number {
  let sum = 0;
  for (const x of draws) sum += x ** power;
  return sum / draws.length;
}

/** The correlation of two columns of equal length. */
export function correlation(a: Float64Array, b: Float64Array): number {
  const meanA = rawMoment(a, 1);
  const meanB = rawMoment(b, 1);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const da = a[i]! - meanA;
    const db = b[i]! - meanB;
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}
