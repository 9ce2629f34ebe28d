import { normalReach } from '../../inference/statistics/interval.js';
import { numberText } from '../estimate/number_text.js';
import type { Estimation, Refutation } from './refutation.js';
import { isDifference } from './refutation.js';

/**
 * The E-value of a risk ratio: how strongly, as a risk ratio with both, a hidden cause must go with exposure and outcome to explain the
 * ratio away (VanderWeele and Ding, Annals of Internal Medicine 167, 2017). 1 where there is nothing to explain.
 */
export function eValueOf(ratio: number): number {
  const above = ratio < 1 ? 1 / ratio : ratio;
  return above + Math.sqrt(above * (above - 1));
}

/** A risk ratio with its 95 % interval. */
type Ratio = { readonly value: number; readonly low: number; readonly high: number };

/** The E-value of a ratio, and of the end of its interval that is next to 1: 1 where the interval holds 1. */
export function eValues({ value, low, high }: Ratio): { readonly estimate: number; readonly interval: number } {
  const near = value >= 1 ? low : high;
  const crosses = value >= 1 ? near <= 1 : near >= 1;
  return { estimate: eValueOf(value), interval: crosses ? 1 : eValueOf(near) };
}

/** How strong a hidden cause would have to be to explain the estimate away. */
export const eValue: Refutation = (suspect) => {
  if (!isDifference(suspect) || suspect.design === 'other' || suspect.units.arms.length !== 2) return null;
  const ratio = ratioOf(suspect);
  if (ratio === null || ![ratio.value, ratio.low, ratio.high].every((r) => Number.isFinite(r) && r > 0)) return null;
  const { estimate, interval } = eValues(ratio);
  return {
    name: 'e-value',
    value: estimate,
    se: null,
    passed: null,
    meaning: `a hidden cause would explain the estimate away if it raised the risks of exposure and of outcome ${numberText(estimate)}-fold each, and its significance at ${numberText(interval)}`,
  };
};

/**
 * The ratio of the two levels where the outcome is a bool, with the interval of its logarithm by the delta method. Else that of the difference in standard
 * deviations of the outcome, exp(0.91 d) with a standard error of 0.91 times that of d (VanderWeele and Ding, table 2, after Chinn, Statistics in
 * Medicine 19, 2000).
 */
function ratioOf({ units, estimator, effect }: Estimation): Ratio | null {
  const { outcome, arms } = units;
  const isBinary = outcome.levels === 2 || outcome.values.every((y) => y === 0 || y === 1);
  if (!isBinary) {
    const mean = outcome.values.reduce((sum, y) => sum + y, 0) / units.rows;
    const sd = Math.sqrt(outcome.values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (units.rows - 1));
    const at = (value: number): number => Math.exp((0.91 * value) / sd);
    const reach = normalReach * effect.se;
    return { value: at(effect.value), low: at(effect.value - reach), high: at(effect.value + reach) };
  }
  const [upper, lower] = [arms.find(({ sign }) => sign > 0), arms.find(({ sign }) => sign < 0)];
  if (upper === undefined || lower === undefined) return null;
  const above = estimator({ ...units, arms: [upper] });
  const below = estimator({ ...units, arms: [{ ...lower, sign: 1 }] });
  if (!above.ok || !below.ok) return null;
  // The difference's variance tells how the two levels vary together.
  const shared = (above.se ** 2 + below.se ** 2 - effect.se ** 2) / 2;
  const variance =
    (above.se / above.value) ** 2 + (below.se / below.value) ** 2 - (2 * shared) / (above.value * below.value);
  const reach = normalReach * Math.sqrt(Math.max(0, variance));
  const log = Math.log(above.value / below.value);
  return { value: Math.exp(log), low: Math.exp(log - reach), high: Math.exp(log + reach) };
}
