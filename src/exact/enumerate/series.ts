/**
 * Weights that carry moments. A series over r numbers X is the truncated power series of E[weight · exp(t·X)] up to second order:
 * the weight w, the first moments E[w X] and the second moments E[w X Xᵀ] (full, by rows), together 1 + r + r² doubles. Sums of series are
 * mixtures, products are sums of numbers that are independent given the path.
 */
export type Series = number[];

/** Doubles of a series over r numbers. */
const seriesLength = (r: number): number => 1 + r + r * r;

const zeros = (length: number): Series => new Array<number>(length).fill(0);

/** Weight 1, all numbers 0. */
export function unitSeries(r: number): Series {
  const one = zeros(seriesLength(r));
  one[0] = 1;
  return one;
}

export function addInto(sum: Series, term: Series): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += term[i]!;
}

export function scaleBy(series: Series, factor: number): void {
  for (let i = 0; i < series.length; i++) series[i]! *= factor;
}

/** The series of sums of independent numbers, weights multiplied. */
export function multiply(a: Series, b: Series, r: number): Series {
  const out = zeros(a.length);
  const wa = a[0]!;
  const wb = b[0]!;
  out[0] = wa * wb;
  for (let i = 0; i < r; i++) {
    out[1 + i] = a[1 + i]! * wb + wa * b[1 + i]!;
    for (let j = 0; j < r; j++) {
      const at = 1 + r + i * r + j;
      out[at] = a[at]! * wb + a[1 + i]! * b[1 + j]! + b[1 + i]! * a[1 + j]! + wa * b[at]!;
    }
  }
  return out;
}

/**
 * The sum over n of the n-th power of a series, `rest` = 1 - weight: what a loop that comes back to its state with weight p adds up to.
 * First and second order follow from differentiating 1 / (1 - p(t)).
 */
export function star(p: Series, rest: number, r: number): Series {
  const out = zeros(p.length);
  const q = 1 / rest;
  out[0] = q;
  for (let i = 0; i < r; i++) {
    out[1 + i] = q * q * p[1 + i]!;
    for (let j = 0; j < r; j++) {
      const at = 1 + r + i * r + j;
      out[at] = q * q * (p[at]! + 2 * q * p[1 + i]! * p[1 + j]!);
    }
  }
  return out;
}

/** Makes number z = α x + β y + c, where x and y are numbers of the series (-1: none). */
export function setAffine(
  s: Series,
  r: number,
  z: number,
  x: number,
  alpha: number,
  y: number,
  beta: number,
  c: number,
): void {
  const first = (k: number): number => (k < 0 ? 0 : s[1 + k]!);
  const second = (k: number, l: number): number => (k < 0 || l < 0 ? 0 : s[1 + r + k * r + l]!);
  const mean = alpha * first(x) + beta * first(y) + c * s[0]!;
  for (let k = 0; k < r; k++) {
    if (k === z) continue;
    const value = alpha * second(x, k) + beta * second(y, k) + c * s[1 + k]!;
    s[1 + r + z * r + k] = value;
    s[1 + r + k * r + z] = value;
  }
  s[1 + r + z * r + z] =
    alpha * (alpha * second(x, x) + beta * second(x, y) + c * first(x)) +
    beta * (alpha * second(x, y) + beta * second(y, y) + c * first(y)) +
    c * mean;
  s[1 + z] = mean;
}

/** Where a number of a renamed series comes from: another number, or a constant. */
export type Origin = { readonly from: number } | { readonly constant: number };

/** The series whose number k is `origins[k]` of the old one, all at once. */
export function rename(s: Series, r: number, origins: readonly Origin[]): Series {
  const out = zeros(s.length);
  const w = s[0]!;
  out[0] = w;
  const first = (o: Origin): number => ('from' in o ? s[1 + o.from]! : o.constant * w);
  for (let k = 0; k < r; k++) {
    const a = origins[k]!;
    out[1 + k] = first(a);
    for (let l = 0; l < r; l++) {
      const b = origins[l]!;
      out[1 + r + k * r + l] =
        'from' in a
          ? 'from' in b
            ? s[1 + r + a.from * r + b.from]!
            : b.constant * s[1 + a.from]!
          : a.constant * first(b);
    }
  }
  return out;
}
