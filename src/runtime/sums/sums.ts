/*
 * Sums over a block of weighted draws. Draws with an even number are summed up in one lane and those with an odd one in another, which
 * are added at the end: so vectors of two doubles give the same bits (sums_routines.ts).
 */
import { exp } from '../math/exp.js';

/** Below this logarithm a weight counts as 0, beside the greatest, which is 1: it would not be a normal number. */
export const LEAST_LOG = -708;

/** What `surveyBlock` gives, by its places; `above` is how many log weights were above the limit. */
export const surveyPlaces = { max: 0, lowest: 1, highest: 2, above: 3 } as const;
/** Numbers of a survey. */
export const surveyLength = 4;

/** What `sumBlock` gives, by its places: see `BlockMoments`. */
export const rowPlaces = {
  count: 0,
  positive: 1,
  absent: 2,
  max: 3,
  weight: 4,
  squaredWeight: 5,
  unevenness: 6,
  mean: 7,
  deviation: 8,
  squaredMean: 9,
  squaredDeviation: 10,
} as const;
/** Numbers of such a row. */
export const rowLength = 11;

/** Blocks that are summed up in one call at most, and log weights above the limit that there is room for. */
export const mostSummed = { blocks: 64, above: 4 * 1024 } as const;

/**
 * Finds the greatest log weight (-Infinity where all are; NaN where one is), the lowest and highest dimension of draws whose log
 * weight is not -Infinity (Infinity and -Infinity where there are none), and the log weights above a limit.
 *
 * @param above where these are put, in the order of the draws, from place `at` on
 * @param found `surveyLength` long, see `surveyPlaces`
 */
export function surveyBlock(
  logWeights: Float64Array,
  dimensions: Float64Array,
  count: number,
  least: number,
  above: Float64Array,
  at: number,
  found: Float64Array,
): void {
  let max = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let held = at;
  for (let i = 0; i < count; i++) {
    const log = logWeights[i]!;
    max = Math.max(max, log);
    if (log > least) above[held++] = log;
    if (log === Number.NEGATIVE_INFINITY) continue;
    const d = dimensions[i]!;
    if (d < lowest) lowest = d;
    if (d > highest) highest = d;
  }
  found[surveyPlaces.max] = max;
  found[surveyPlaces.lowest] = lowest;
  found[surveyPlaces.highest] = highest;
  found[surveyPlaces.above] = held - at;
}

/** Whether a block that was surveyed has draws with weight of another dimension than this one. */
export function isMixed(found: Float64Array, dimension: number): boolean {
  const lowest = found[surveyPlaces.lowest]!;
  const highest = found[surveyPlaces.highest]!;
  return lowest <= highest && (lowest !== dimension || highest !== dimension);
}

/** The row of draws none of which has weight. */
export function rowWithoutWeight(count: number, row: Float64Array): void {
  row.fill(0, 0, rowLength);
  row[rowPlaces.count] = count;
  row[rowPlaces.max] = Number.NEGATIVE_INFINITY;
}

const weightOf = (log: number): number => (log < LEAST_LOG ? 0 : exp(log));

/**
 * Sums over draws with weights w = exp(log weight - max) and values f, where the value of a draw of weight 0 is not read.
 *
 * @param weights room for the weights, of at least `count` + 1 numbers
 * @param max the greatest log weight; where it is -Infinity nothing is read
 * @param row `rowLength` long, see `rowPlaces`
 */
export function sumBlock(
  values: Float64Array,
  logWeights: Float64Array,
  count: number,
  max: number,
  weights: Float64Array,
  row: Float64Array,
): void {
  if (max === Number.NEGATIVE_INFINITY) {
    rowWithoutWeight(count, row);
    return;
  }
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
  row[rowPlaces.count] = count;
  row[rowPlaces.positive] = positive;
  // A mean that is NaN while every value is a number comes of infinite ones.
  row[rowPlaces.absent] = Number.isNaN(mean) ? absentIn(values, weights, count) : 0;
  row[rowPlaces.max] = max;
  row[rowPlaces.weight] = weight;
  row[rowPlaces.squaredWeight] = squaredWeight;
  // The lane that was one short had a weight of 0 too many.
  row[rowPlaces.unevenness] = even > count ? Math.max(0, unevenness - average * average) : unevenness;
  row[rowPlaces.mean] = mean;
  row[rowPlaces.deviation] = deviation0 + deviation1;
  row[rowPlaces.squaredMean] = squaredMean;
  row[rowPlaces.squaredDeviation] = squaredDeviation0 + squaredDeviation1;
}

function absentIn(values: Float64Array, weights: Float64Array, count: number): number {
  let absent = 0;
  for (let i = 0; i < count; i++) if (weights[i]! > 0 && Number.isNaN(values[i]!)) absent += 1;
  return absent;
}
