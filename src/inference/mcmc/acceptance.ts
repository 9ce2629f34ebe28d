/** What decides on a proposal: a log weight, and the dimension of the scores that it holds. */
export type Weighed = { readonly logWeight: number; readonly dimension: number };

/**
 * The probability of Metropolis and Hastings of going to `proposed` (null: nothing of weight is there). A density is nothing against an atom, so
 * a lower dimension always wins.
 *
 * @param ratio log of the ratio of all that the weights do not say
 */
export function acceptance(proposed: Weighed | null, present: Weighed, ratio: number): number {
  if (proposed === null || proposed.logWeight === Number.NEGATIVE_INFINITY) return 0;
  if (proposed.dimension !== present.dimension) return proposed.dimension < present.dimension ? 1 : 0;
  return Math.min(1, Math.exp(proposed.logWeight - present.logWeight + ratio));
}
