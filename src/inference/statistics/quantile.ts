import { type Errors, independentErrors } from './interval.js';
import type { SortedDraws } from './sorted_draws.js';
import type { Estimate, Weights } from './weights.js';

/**
 * How a quantile of weighted draws is read off.
 * - continuous: the k-th smallest draw stands at probability (weight before it + half its own) / total; between two
 *   draws the quantile is interpolated linearly, outside of all it is the first or last one (for equal weights the
 *   definition of Hazen, number 5 of Hyndman and Fan 1996).
 * - discrete: the smallest draw at which the cdf reaches the probability; always a value that was drawn.
 */
type QuantileKind = 'continuous' | 'discrete';

/** A quantile with its standard error and 95 % interval. */
type QuantileEstimate = Estimate & { readonly interval: readonly [number, number] };

/** With less effective draws than this beyond a quantile, the draws seen there say too little of its error. */
const FEW = 5;

/** The quantile of weighted draws at a probability in [0, 1]; NaN for no draws. */
export function quantileOf(draws: SortedDraws, probability: number, kind: QuantileKind): number {
  if (draws.count === 0) return Number.NaN;
  const target = Math.min(1, Math.max(0, probability)) * draws.total;
  const position = draws.positionOf(target);
  const value = draws.valueAt(position);
  if (kind === 'discrete') return value;
  const half = draws.weightAt(position) / 2;
  const middle = draws.weightBefore(position) + half;
  if (target >= middle) {
    if (position === draws.count - 1) return value;
    return between(value, draws.valueAt(position + 1), (target - middle) / (half + draws.weightAt(position + 1) / 2));
  }
  if (position === 0) return value;
  return between(value, draws.valueAt(position - 1), (middle - target) / (half + draws.weightAt(position - 1) / 2));
}

/**
 * The quantile with Woodruff's interval (R. S. Woodruff, JASA 47, 1952): the error of the estimated cdf at the
 * quantile, carried over to quantiles at probability ± 1.96 errors (± t errors, where few replicas tell the error). No density is estimated. The standard error is
 * the interval's width / (2 * 1.96); it is 0 where a discrete quantile is certain. The interval cannot reach beyond
 * the extreme draws: of a quantile out there it says too little.
 *
 * @param draws `sortDraws(values, weights)`
 * @param influence filled, if given, with the summands of the error (see moments.ts)
 * @param errors how the error comes from its summands
 */
export function weightedQuantile(
  values: Float64Array,
  weights: Weights,
  draws: SortedDraws,
  probability: number,
  kind: QuantileKind,
  influence?: Float64Array,
  errors: Errors = independentErrors,
): QuantileEstimate {
  const value = quantileOf(draws, probability, kind);
  const psi = influence ?? new Float64Array(values.length);
  const { relative, total, totalSquared } = weights;
  for (let i = 0; i < psi.length; i++) {
    const w = relative[i]!;
    psi[i] = w === 0 ? 0 : (w / total) * (probability - (values[i]! <= value ? 1 : 0));
  }
  const seen = errors.of(psi);
  if (Number.isNaN(seen)) return { value, se: seen, interval: [Number.NaN, Number.NaN] };
  let cdfError = Math.max(seen, errors.leastOfShare);
  const effective = (total * total) / totalSquared;
  const spread = probability * (1 - probability);
  // Beyond an extreme quantile the draws seen may all lie on one side; the binomial error does not vanish there.
  if (effective * spread < FEW) cdfError = Math.max(cdfError, Math.sqrt(spread / effective));
  const { reach } = errors;
  const low = quantileOf(draws, probability - reach * cdfError, kind);
  const high = quantileOf(draws, probability + reach * cdfError, kind);
  const se = low === high ? 0 : (high - low) / (2 * reach);
  for (let i = 0; i < psi.length; i++) psi[i]! *= cdfError === 0 ? 0 : se / cdfError;
  return { value, se, interval: [low, high] };
}

/** The point a share of the way from one value to another; exact where they are equal, infinite values too. */
function between(from: number, to: number, share: number): number {
  if (from === to || share === 0) return from;
  return from * (1 - share) + to * share;
}
