import { describe, expect, test } from 'vitest';
import {
  effectiveSampleSizeOf,
  logEvidenceOf,
  meanOf,
  mergedMoments,
  varianceOf,
} from '../../src/inference/statistics/block_moments.js';
import {
  norm,
  weightedCorrelation,
  weightedCovariance,
  weightedMean,
  weightedStandardDeviation,
  weightedVariance,
} from '../../src/inference/statistics/moments.js';
import { reduceTree, sumByBlocks } from '../../src/inference/statistics/tree_reduction.js';
import { effectiveSampleSize, equalWeights, logEvidence, weightsOf } from '../../src/inference/statistics/weights.js';
import { rowLength, sumBlock } from '../../src/runtime/sums/sums.js';
import { gaussianImportance, stream } from './statistics_draws.js';

const { NEGATIVE_INFINITY } = Number;

describe('the fixed tree', () => {
  test('pairs neighbours level by level', () => {
    const join = (left: string, right: string): string => `(${left}${right})`;
    expect(reduceTree([], join, '-')).toBe('-');
    expect(reduceTree(['a'], join, '-')).toBe('a');
    expect(reduceTree(['a', 'b', 'c', 'd', 'e'], join, '-')).toBe('(((ab)(cd))e)');
  });

  test('sums a million tenths to the last digits', () => {
    const values = new Float64Array(1_000_000).fill(0.1);
    const sum = sumByBlocks(values.length, (from, to) => {
      let partial = 0;
      for (let i = from; i < to; i++) partial += values[i]!;
      return partial;
    });
    expect(Math.abs(sum - 100_000)).toBeLessThan(1e-8);
  });
});

describe('weights', () => {
  test('effective sample size', () => {
    expect(effectiveSampleSize(equalWeights(500))).toBe(500);
    expect(effectiveSampleSize(weightsOf(Float64Array.of(-1e9, 5, -1e9)))).toBe(1);
    expect(effectiveSampleSize(weightsOf(Float64Array.of(0, Math.log(3))))).toBeCloseTo(16 / 10, 14);
    expect(effectiveSampleSize(weightsOf(Float64Array.of(NEGATIVE_INFINITY)))).toBe(0);
    expect(weightsOf(Float64Array.of(NEGATIVE_INFINITY, -3, -800)).positive).toBe(1);
  });

  test('log evidence is that of the scale too, and exact weights have no error', () => {
    const exact = logEvidence(weightsOf(new Float64Array(100).fill(-5000)));
    expect(exact).toEqual({ value: -5000, se: 0 });
    const two = logEvidence(weightsOf(Float64Array.of(-700, NEGATIVE_INFINITY)));
    expect(two.value).toBeCloseTo(-700 - Math.LN2, 12);
    expect(two.se).toBeCloseTo(Math.SQRT1_2, 14);
    expect(logEvidence(weightsOf(Float64Array.of(NEGATIVE_INFINITY)))).toEqual({
      value: NEGATIVE_INFINITY,
      se: Number.NaN,
    });
  });
});

describe('estimates', () => {
  test('of a small set, by hand', () => {
    // Weights 1, 2, 1 on 0, 1, 4: mean 3/2, variance (9/4 + 2/4 + 25/4) / 4 = 9/4.
    const values = Float64Array.of(0, 1, 4, Number.NaN);
    const weights = weightsOf(Float64Array.of(0, Math.LN2, 0, NEGATIVE_INFINITY));
    const mean = weightedMean(values, weights);
    expect(mean.value).toBeCloseTo(1.5, 14);
    expect(mean.se).toBeCloseTo(Math.sqrt(2.25 + 4 * 0.25 + 6.25) / 4, 14);
    const variance = weightedVariance(values, weights);
    expect(variance.value).toBeCloseTo(2.25, 14);
    expect(variance.se).toBeCloseTo(Math.sqrt(0 + 4 * 4 + 16) / 4, 14);
    const sd = weightedStandardDeviation(values, weights);
    expect(sd.value).toBeCloseTo(1.5, 14);
    expect(sd.se).toBeCloseTo(variance.se / 3, 14);
    const other = Float64Array.of(2, 0, 2, Number.NaN);
    expect(weightedCovariance(values, other, weights).value).toBeCloseTo(0.5, 14);
    expect(weightedCorrelation(values, other, weights).value).toBeCloseTo(0.5 / 1.5, 14);
    expect(weightedCorrelation(values, values, weights)).toEqual({ value: 1, se: 0 });
  });

  test('without any weight are NaN; constants have no error', () => {
    const none = weightsOf(Float64Array.of(NEGATIVE_INFINITY, NEGATIVE_INFINITY));
    for (const estimate of [weightedMean, weightedVariance, weightedStandardDeviation]) {
      expect(estimate(Float64Array.of(1, 2), none)).toEqual({ value: Number.NaN, se: Number.NaN });
    }
    expect(weightedMean(Float64Array.of(3, 3), equalWeights(2))).toEqual({ value: 3, se: 0 });
    expect(weightedStandardDeviation(Float64Array.of(3, 3), equalWeights(2))).toEqual({ value: 0, se: 0 });
    expect(weightedCorrelation(Float64Array.of(3, 3), Float64Array.of(1, 2), equalWeights(2)).value).toBeNaN();
  });

  test('of a Gaussian by importance meet the closed forms, errors included', () => {
    // Target normal(1, 1) from normal(0, 2): E_q[w^2 h] in closed form by numerical integration below.
    const count = 200_000;
    const { values, logWeights } = gaussianImportance(2, count, 1, 2);
    const weights = weightsOf(logWeights);
    const density = (x: number, mean: number, sd: number): number =>
      Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));
    const integral = (h: (x: number) => number): number => {
      let sum = 0;
      for (let x = -14; x < 14; x += 0.001) sum += 0.001 * h(x);
      return sum;
    };
    const errorOf = (influence: (x: number) => number): number =>
      Math.sqrt(integral((x) => (density(x, 1, 1) ** 2 / density(x, 0, 2)) * influence(x) ** 2) / count);

    const mean = weightedMean(values, weights);
    const meanError = errorOf((x) => x - 1);
    expect(Math.abs(mean.value - 1)).toBeLessThan(4.5 * meanError);
    expect(mean.se / meanError).toBeCloseTo(1, 1);

    const variance = weightedVariance(values, weights);
    const varianceError = errorOf((x) => (x - 1) ** 2 - 1);
    expect(Math.abs(variance.value - 1)).toBeLessThan(4.5 * varianceError);
    expect(variance.se / varianceError).toBeCloseTo(1, 1);
    expect(weightedStandardDeviation(values, weights).se / (varianceError / 2)).toBeCloseTo(1, 1);

    const ratio = integral((x) => density(x, 1, 1) ** 2 / density(x, 0, 2));
    expect(effectiveSampleSize(weights) / (count / ratio)).toBeCloseTo(1, 1);
    const evidence = logEvidence(weights);
    expect(Math.abs(evidence.value)).toBeLessThan(4.5 * Math.sqrt((ratio - 1) / count));
    expect(evidence.se / Math.sqrt((ratio - 1) / count)).toBeCloseTo(1, 1);
  });

  test('of a correlation: se is (1 - rho^2) / sqrt(n) for a Gaussian pair', () => {
    const count = 100_000;
    const { normal } = stream(4);
    const first = Float64Array.from({ length: count }, () => normal());
    const second = first.map((x) => 0.6 * x + 0.8 * normal());
    const correlation = weightedCorrelation(first, second, equalWeights(count));
    const error = (1 - 0.36) / Math.sqrt(count);
    expect(Math.abs(correlation.value - 0.6)).toBeLessThan(4.5 * error);
    expect(correlation.se / error).toBeCloseTo(1, 1);
    const covariance = weightedCovariance(first, second, equalWeights(count));
    expect(covariance.se / Math.sqrt((1 + 0.36) / count)).toBeCloseTo(1, 1);
  });

  test('influence columns carry what two estimates of the same draws share', () => {
    const { values, logWeights } = gaussianImportance(5, 20_000, 0.5, 1.5);
    const weights = weightsOf(logWeights);
    const shifted = values.map((x) => x + 10);
    const first = new Float64Array(values.length);
    const second = new Float64Array(values.length);
    const mean = weightedMean(values, weights, first);
    weightedMean(shifted, weights, second);
    expect(norm(first)).toBe(mean.se);
    // The difference of the two is exactly 10, without error; their sum has twice the error.
    expect(norm(first.map((x, i) => x - second[i]!))).toBeLessThan(1e-12);
    expect(norm(first.map((x, i) => x + second[i]!))).toBeCloseTo(2 * mean.se, 12);
    // The sd from an influence column of the variance, by the chain rule.
    const own = new Float64Array(values.length);
    const sd = weightedStandardDeviation(values, weights, own);
    expect(norm(own)).toBe(sd.se);
  });

  test('95 % intervals cover: mean, sd and log evidence over 400 runs', () => {
    const runs = 400;
    let mean = 0;
    let sd = 0;
    let evidence = 0;
    for (let run = 0; run < runs; run++) {
      const { values, logWeights } = gaussianImportance(1000 + run, 2000, 0.5, 1.5);
      const weights = weightsOf(logWeights);
      const covers = (estimate: { value: number; se: number }, truth: number): number =>
        Math.abs(estimate.value - truth) <= 1.96 * estimate.se ? 1 : 0;
      mean += covers(weightedMean(values, weights), 0.5);
      sd += covers(weightedStandardDeviation(values, weights), 1);
      evidence += covers(logEvidence(weights), 0);
    }
    // Four binomial standard deviations at 0.95 are 0.044.
    for (const hits of [mean, sd, evidence]) expect(Math.abs(hits / runs - 0.95)).toBeLessThan(0.044);
  });
});

describe('block moments', () => {
  const { values, logWeights } = gaussianImportance(6, 10_000, 1, 2);
  for (let i = 0; i < 3000; i++) logWeights[i] = NEGATIVE_INFINITY;
  for (let i = 3000; i < 3100; i++) values[i] = 1e3 + values[i]!;
  /** Rows of draws from … to - 1, so many in each. */
  const rowsOf = (values: Float64Array, from: number, to: number, size: number): Float64Array => {
    const rows: number[] = [];
    for (let start = from; start < to; start += size) {
      const [own, logs] = [values, logWeights].map((column) => column.subarray(start, Math.min(to, start + size)));
      const row = new Float64Array(rowLength);
      sumBlock(own!, logs!, logs!.length, Math.max(...logs!), new Float64Array(size + 1), row);
      rows.push(...row);
    }
    return Float64Array.from(rows);
  };

  test('agree with the columns', () => {
    const merged = mergedMoments(rowsOf(values, 0, 10_000, 1024));
    const weights = weightsOf(logWeights);
    const mean = weightedMean(values, weights);
    expect(merged.count).toBe(10_000);
    expect(meanOf(merged).value).toBeCloseTo(mean.value, 9);
    expect(meanOf(merged).se / mean.se).toBeCloseTo(1, 10);
    expect(varianceOf(merged) / weightedVariance(values, weights).value).toBeCloseTo(1, 10);
    expect(effectiveSampleSizeOf(merged)).toBeCloseTo(effectiveSampleSize(weights), 6);
    expect(logEvidenceOf(merged).value).toBeCloseTo(logEvidence(weights).value, 10);
    expect(logEvidenceOf(merged).se).toBeCloseTo(logEvidence(weights).se, 10);
  });

  test('keep their digits far from zero, and through merging in any shape', () => {
    const shifted = values.map((x) => x + 1e8);
    const whole = mergedMoments(rowsOf(shifted, 0, 10_000, 10_000));
    const left = mergedMoments(rowsOf(shifted, 0, 10_000, 100));
    expect(left.mean - 1e8).toBeCloseTo(whole.mean - 1e8, 5);
    expect(left.deviation / whole.deviation).toBeCloseTo(1, 8);
    expect(meanOf(left).se / meanOf(whole).se).toBeCloseTo(1, 8);
  });

  test('of no weight', () => {
    const none = mergedMoments(new Float64Array(0));
    expect(meanOf(none)).toEqual({ value: Number.NaN, se: Number.NaN });
    expect(effectiveSampleSizeOf(none)).toBe(0);
    expect(mergedMoments(rowsOf(values, 0, 100, 100))).toMatchObject({ count: 100, weight: 0 });
    expect(logEvidenceOf(none).value).toBe(NEGATIVE_INFINITY);
  });
});
