/*
 * Whether ranks are uniform, by their empirical distribution function with bands that hold at all points at once: T. Säilynoja, P.-C.
 * Bürkner, A. Vehtari, "Graphical test for discrete uniformity and its applications in goodness-of-fit evaluation and multiple sample
 * comparison" (Statistics and Computing 32:32, 2022). The number of ranks below a point is binomial, and given the number below the point
 * before it too, so that the probability of a path within bands is a sum along the points; no simulation is needed.
 */

/** Ranks as counts of how many lie below each of the points 1/k, 2/k, … (k - 1)/k of their range. */
type RankPath = {
  /** Number of ranks. */
  readonly total: number;
  /** How many lie below each point. */
  readonly below: readonly number[];
};

/** The path of ranks 0 … values - 1. */
export function pathOf(ranks: readonly number[], values: number): RankPath {
  const counts = new Array<number>(values).fill(0);
  for (const rank of ranks) counts[rank]! += 1;
  const below: number[] = [];
  let sum = 0;
  for (let i = 0; i + 1 < values; i++) {
    sum += counts[i]!;
    below.push(sum);
  }
  return { total: ranks.length, below };
}

/** The least and the greatest count at each point that a uniform path stays between, at all points at once, with this probability. */
type Bands = { readonly low: readonly number[]; readonly high: readonly number[] };

/**
 * Bands within which a path of uniform ranks lies with at least the given probability: at each point all counts whose pointwise p-value
 * is above one level, the same at all points.
 *
 * @param points number of points, one less than there are ranks
 */
export function simultaneousBands(total: number, points: number, probability: number): Bands {
  const tails = pointwise(total, points);
  let low = 0;
  let high = 1 - probability;
  for (let step = 0; step < 40; step++) {
    const level = (low + high) / 2;
    if (coverage(total, bandsAt(tails, level)) >= probability) low = level;
    else high = level;
  }
  return bandsAt(tails, low);
}

/** The probability that the path of uniform ranks is somewhere as far out as this one is where it is farthest: an exact p-value. */
export function uniformityPValue({ total, below }: RankPath): number {
  if (total === 0) return 1;
  const tails = pointwise(total, below.length);
  const farthest = below.reduce((least, count, i) => Math.min(least, tails[i]![count]!), 1);
  if (farthest >= 1) return 1;
  // What differs in the last bits only is as far out.
  return Math.min(1, Math.max(0, 1 - coverage(total, bandsAt(tails, farthest * (1 + 1e-9)))));
}

/** For each point and count, the two-sided p-value of the count at that point alone. */
function pointwise(total: number, points: number): readonly Float64Array[] {
  const logs = logFactorials(total);
  return Array.from({ length: points }, (_, i) => {
    const share = (i + 1) / (points + 1);
    const mass = Float64Array.from({ length: total + 1 }, (_, c) => binomialMass(logs, total, c, share));
    const p = new Float64Array(total + 1);
    let left = 0;
    for (let c = 0; c <= total; c++) {
      left += mass[c]!;
      p[c] = left;
    }
    let right = 0;
    for (let c = total; c >= 0; c--) {
      right += mass[c]!;
      p[c] = Math.min(1, 2 * Math.min(p[c]!, right));
    }
    return p;
  });
}

/** At each point the counts with a p-value above the level. There always is one: the median has 1. */
function bandsAt(tails: readonly Float64Array[], level: number): Bands {
  const low: number[] = [];
  const high: number[] = [];
  for (const p of tails) {
    low.push(p.findIndex((value) => value > level));
    high.push(p.findLastIndex((value) => value > level));
  }
  return { low, high };
}

/** The probability that a path of uniform ranks stays within the bands. */
function coverage(total: number, { low, high }: Bands): number {
  const logs = logFactorials(total);
  const points = low.length;
  let at = new Map<number, number>([[0, 1]]);
  for (let i = 0; i < points; i++) {
    // Of those that are not below the point before, each lies below this one with the same probability.
    const share = 1 / (points + 1 - i);
    const next = new Map<number, number>();
    for (let count = low[i]!; count <= high[i]!; count++) {
      let mass = 0;
      for (const [before, probability] of at)
        if (before <= count) mass += probability * binomialMass(logs, total - before, count - before, share);
      if (mass > 0) next.set(count, mass);
    }
    at = next;
  }
  let sum = 0;
  for (const mass of at.values()) sum += mass;
  return sum;
}

function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let i = 2; i <= most; i++) logs[i] = logs[i - 1]! + Math.log(i);
  return logs;
}

function binomialMass(logs: Float64Array, n: number, k: number, p: number): number {
  return Math.exp(logs[n]! - logs[k]! - logs[n - k]! + k * Math.log(p) + (n - k) * Math.log1p(-p));
}
