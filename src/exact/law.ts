/** Laws: distributions that are known exactly, of one number and of several at once. */

/** The law of one number. A bool is 0 or 1, an enum the index of its member; NaN stands for a node that is absent. */
export type Law =
  /** Finitely many values, rising, NaN last; probabilities sum to 1. */
  | { readonly kind: 'atoms'; readonly values: Float64Array; readonly probabilities: Float64Array }
  /** `sd` may be 0: then the number is certain. */
  | { readonly kind: 'normal'; readonly mean: number; readonly sd: number }
  /** A continuous law by its functions; `entropy` is differential, in nats, null where it is not known. */
  | {
      readonly kind: 'continuous';
      readonly mean: number;
      readonly variance: number;
      readonly cdf: (x: number) => number;
      readonly quantile: (p: number) => number;
      readonly entropy: number | null;
    }
  | { readonly kind: 'mixture'; readonly parts: readonly { readonly weight: number; readonly law: Law }[] }
  /** Only moments are known; `variance` is null where not even that is. */
  | { readonly kind: 'moments'; readonly mean: number; readonly variance: number | null };

/** The law of several numbers at once. */
export type JointLaw =
  /** `rows[i]` holds the numbers of atom i. */
  | { readonly kind: 'atoms'; readonly rows: readonly Float64Array[]; readonly probabilities: Float64Array }
  /** Covariance by rows, n × n. */
  | { readonly kind: 'normal'; readonly mean: Float64Array; readonly covariance: Float64Array };

/** The law of a number that is certain. */
export const certain = (value: number): Law => ({
  kind: 'atoms',
  values: Float64Array.of(value),
  probabilities: Float64Array.of(1),
});

/** Atoms from values in any order, equal values joined. The weights need not sum to 1. */
export function atomsOf(values: Iterable<number>, weights: Iterable<number>): Law {
  const mass = new Map<number, number>();
  const weightOf = weights[Symbol.iterator]();
  let total = 0;
  for (const value of values) {
    const weight = Number(weightOf.next().value ?? 0);
    // -0 and 0 are one value.
    const key = value === 0 ? 0 : value;
    mass.set(key, (mass.get(key) ?? 0) + weight);
    total += weight;
  }
  const rising = [...mass.keys()].filter((v) => (mass.get(v) ?? 0) > 0).sort((a, b) => order(a) - order(b) || a - b);
  return {
    kind: 'atoms',
    values: Float64Array.from(rising),
    probabilities: Float64Array.from(rising, (v) => (mass.get(v) ?? 0) / total),
  };
}

/** Absent values come last. */
const order = (value: number): number => (Number.isNaN(value) ? 1 : 0);
