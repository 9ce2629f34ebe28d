/*
 * Sums over a block of weighted draws. Draws with an even number are summed up in one lane and those with an odd one in another, which
 * are added at the end: so vectors of two doubles give the same bits (sums_routines.ts).
 */
import { exp } from '../math/exp.js';

/** Below this logarithm a weight counts as 0, beside the greatest, which is 1: it would not be a normal number. */
export const LEAST_LOG = -708;

/** What `surveyBlock` and `sumBlock` give, by their places. */
export const surveyPlaces = { max: 0, lowest: 1, highest: 2 } as const;
export const sumPlaces = {
  mean: 0,
  weight: 1,
  squaredWeight: 2,
  positive: 3,
  deviation: 4,
  squaredMean: 5,
  squaredDeviation: 6,
  unevenness: 7,
} as const;
/** What a block that is run and summed up at once gives behind what `sumBlock` does. */
export const wholePlaces = { max: 8, lowest: 9, highest: 10, above: 11, steps: 12, unaligned: 13 } as const;
/** Numbers that any of these gives at most. */
export const foundLength = 14;

/**
 * Finds the greatest log weight (-Infinity where all are; NaN where one is), and the lowest and highest dimension of draws whose log
 * weight is not -Infinity (Infinity and -Infinity where there are none).
 *
 * @param found at least `foundLength` long, see `surveyPlaces`
 */
export function surveyBlock(
  logWeights: Float64Array,
  dimensions: Float64Array,
  count: number,
  found: Float64Array,
): void {
  let max = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const log = logWeights[i]!;
    max = Math.max(max, log);
    if (log === Number.NEGATIVE_INFINITY) continue;
    const d = dimensions[i]!;
    if (d < lowest) lowest = d;
    if (d > highest) highest = d;
  }
  found[surveyPlaces.max] = max;
  found[surveyPlaces.lowest] = lowest;
  found[surveyPlaces.highest] = highest;
}

/** Copies the log weights above `least` to `into` from place `at` on; gives the place behind them. */
export function collectAbove(
  logWeights: Float64Array,
  count: number,
  least: number,
  into: Float64Array,
  at: number,
): number {
  let held = at;
  for (let i = 0; i < count; i++) if (logWeights[i]! > least) into[held++] = logWeights[i]!;
  return held;
}

const weightOf = (log: number): number => (log < LEAST_LOG ? 0 : exp(log));

/**
 * Sums over draws with weights w = exp(log weight - max) and values f, where the value of a draw of weight 0 is not read.
 *
 * @param weights room for the weights, of at least `count` + 1 numbers
 * @param found at least `foundLength` long, see `sumPlaces`: sum w f / sum w, sum w, sum w^2, number of w > 0, sum w (f - mean)^2,
 *   sum w^2 f / sum w^2, sum w^2 (f - squaredMean)^2, sum (w - mean of w)^2
 */
export function sumBlock(
  values: Float64Array,
  logWeights: Float64Array,
  count: number,
  max: number,
  weights: Float64Array,
  found: Float64Array,
): void {
  for (let i = 0; i < count; i++) weights[i] = weightOf(logWeights[i]! - max);
  const even = count + (count % 2);
  if (even > count) weights[count] = 0;
  let weight0 = 0;
  let weight1 = 0;
  let squaredWeight0 = 0;
  let squaredWeight1 = 0;
  let first0 = 0;
  let first1 = 0;
  let squaredFirst0 = 0;
  let squaredFirst1 = 0;
  let positive = 0;
  for (let i = 0; i < even; i += 2) {
    const w0 = weights[i]!;
    const w1 = weights[i + 1]!;
    const wf0 = w0 * (w0 === 0 ? 0 : values[i]!);
    const wf1 = w1 * (w1 === 0 ? 0 : values[i + 1]!);
    if (w0 > 0) positive += 1;
    if (w1 > 0) positive += 1;
    weight0 += w0;
    weight1 += w1;
    squaredWeight0 += w0 * w0;
    squaredWeight1 += w1 * w1;
    first0 += wf0;
    first1 += wf1;
    squaredFirst0 += w0 * wf0;
    squaredFirst1 += w1 * wf1;
  }
  const weight = weight0 + weight1;
  const squaredWeight = squaredWeight0 + squaredWeight1;
  const mean = (first0 + first1) / weight;
  const squaredMean = (squaredFirst0 + squaredFirst1) / squaredWeight;
  const average = weight / count;
  let deviation0 = 0;
  let deviation1 = 0;
  let squaredDeviation0 = 0;
  let squaredDeviation1 = 0;
  let unevenness0 = 0;
  let unevenness1 = 0;
  for (let i = 0; i < even; i += 2) {
    const w0 = weights[i]!;
    const w1 = weights[i + 1]!;
    unevenness0 += (w0 - average) * (w0 - average);
    unevenness1 += (w1 - average) * (w1 - average);
    if (w0 !== 0) {
      const f = values[i]!;
      const apart = w0 * (f - squaredMean);
      deviation0 += w0 * ((f - mean) * (f - mean));
      squaredDeviation0 += apart * apart;
    }
    if (w1 !== 0) {
      const f = values[i + 1]!;
      const apart = w1 * (f - squaredMean);
      deviation1 += w1 * ((f - mean) * (f - mean));
      squaredDeviation1 += apart * apart;
    }
  }
  const unevenness = unevenness0 + unevenness1;
  found[sumPlaces.mean] = mean;
  found[sumPlaces.weight] = weight;
  found[sumPlaces.squaredWeight] = squaredWeight;
  found[sumPlaces.positive] = positive;
  found[sumPlaces.deviation] = deviation0 + deviation1;
  found[sumPlaces.squaredMean] = squaredMean;
  found[sumPlaces.squaredDeviation] = squaredDeviation0 + squaredDeviation1;
  // The lane that was one short had a weight of 0 too many.
  found[sumPlaces.unevenness] = even > count ? Math.max(0, unevenness - average * average) : unevenness;
}
