import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { weightedHistogram } from '../../src/inference/statistics/histogram.js';
import { norm } from '../../src/inference/statistics/moments.js';
import { quantileOf, weightedQuantile } from '../../src/inference/statistics/quantile.js';
import { sortDraws } from '../../src/inference/statistics/sorted_draws.js';
import { equalWeights, weightsOf } from '../../src/inference/statistics/weights.js';
import { gaussianImportance, stream } from './statistics_draws.js';

const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;

describe('sorted draws', () => {
  test('are those that a plain sort gives, with ties, infinities and zero weights', () => {
    const value = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.constantFrom(NEGATIVE_INFINITY, POSITIVE_INFINITY, -1e308, 1e308, 1e-320),
    );
    const logWeight = fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(NEGATIVE_INFINITY));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, logWeight), { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (pairs, p) => {
          const values = Float64Array.from(pairs, (pair) => pair[0]);
          const weights = weightsOf(Float64Array.from(pairs, (pair) => pair[1]));
          const draws = sortDraws(values, weights);
          const plain = pairs.map((_, i) => i).filter((i) => weights.relative[i]! > 0);
          plain.sort((a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : a - b));
          expect(draws.count).toBe(plain.length);
          let before = 0;
          for (let k = 0; k < plain.length; k++) {
            expect(draws.valueAt(k)).toBe(values[plain[k]!]!);
            expect(draws.weightAt(k)).toBe(weights.relative[plain[k]!]!);
            expect(draws.weightBefore(k)).toBeCloseTo(before, 10);
            before += weights.relative[plain[k]!]!;
          }
          if (plain.length === 0) return;
          expect(draws.total).toBeCloseTo(before, 10);
          const found = draws.positionOf(p * before);
          expect(draws.weightBefore(found)).toBeLessThanOrEqual(p * before + 1e-9);
          expect(draws.weightBefore(found) + draws.weightAt(found)).toBeGreaterThanOrEqual(p * before - 1e-9);
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });

  test('many draws through many buckets', () => {
    const { normal } = stream(20);
    const values = Float64Array.from({ length: 100_000 }, () => normal() ** 3);
    const draws = sortDraws(values, equalWeights(values.length));
    const plain = Float64Array.from(values).sort();
    for (const k of [0, 1, 99, 500, 501, 25_000, 50_000, 77_777, 99_499, 99_500, 99_998, 99_999]) {
      expect(draws.valueAt(k)).toBe(plain[k]);
      expect(draws.weightBefore(k)).toBe(k);
      expect(draws.positionOf(k + 1)).toBe(k);
    }
  });

  test('a NaN with weight makes every value NaN', () => {
    const draws = sortDraws(Float64Array.of(1, Number.NaN, 2), equalWeights(3));
    expect(quantileOf(draws, 0.1, 'discrete')).toBeNaN();
    const weighted = sortDraws(Float64Array.of(1, Number.NaN, 2), weightsOf(Float64Array.of(0, NEGATIVE_INFINITY, 0)));
    expect(quantileOf(weighted, 0.1, 'discrete')).toBe(1);
  });
});

describe('quantiles', () => {
  test('of small sets, by hand', () => {
    const draws = sortDraws(Float64Array.of(3, 1, 2, 4), equalWeights(4));
    expect(quantileOf(draws, 0.5, 'continuous')).toBe(2.5);
    expect(quantileOf(draws, 0.125, 'continuous')).toBe(1);
    expect(quantileOf(draws, 0.25, 'continuous')).toBe(1.5);
    expect(quantileOf(draws, 0, 'continuous')).toBe(1);
    expect(quantileOf(draws, 1, 'continuous')).toBe(4);
    expect(quantileOf(draws, 0.5, 'discrete')).toBe(2);
    expect(quantileOf(draws, 0.51, 'discrete')).toBe(3);
    const weighted = sortDraws(Float64Array.of(0, 10), weightsOf(Float64Array.of(Math.log(3), 0)));
    // 0 stands at 3/8, 10 at 7/8.
    expect(quantileOf(weighted, 0.625, 'continuous')).toBeCloseTo(5, 12);
    expect(quantileOf(weighted, 0.74, 'discrete')).toBe(0);
    expect(quantileOf(weighted, 0.76, 'discrete')).toBe(10);
    expect(quantileOf(sortDraws(Float64Array.of(), equalWeights(0)), 0.5, 'continuous')).toBeNaN();
    const infinite = sortDraws(Float64Array.of(NEGATIVE_INFINITY, NEGATIVE_INFINITY, 1), equalWeights(3));
    expect(quantileOf(infinite, 0.3, 'continuous')).toBe(NEGATIVE_INFINITY);
  });

  test('of a Gaussian by importance: value, error and influence', () => {
    const count = 100_000;
    const { values, logWeights } = gaussianImportance(21, count, 1, 2);
    const weights = weightsOf(logWeights);
    const draws = sortDraws(values, weights);
    const exact: readonly [number, number][] = [
      [0.05, 1 - 1.6448536269514722],
      [0.5, 1],
      [0.9, 1 + 1.2815515655446004],
    ];
    for (const [p, truth] of exact) {
      const influence = new Float64Array(count);
      const estimate = weightedQuantile(values, weights, draws, p, 'continuous', influence);
      expect(Math.abs(estimate.value - truth), `p = ${p}`).toBeLessThan(4.5 * estimate.se);
      expect(norm(influence) / estimate.se).toBeCloseTo(1, 10);
      expect(estimate.interval[0]).toBeLessThan(estimate.value);
      expect(estimate.interval[1]).toBeGreaterThan(estimate.value);
    }
  });

  test('error of an unweighted median is sqrt(pi / 2n)', () => {
    const count = 100_000;
    const { normal } = stream(22);
    const values = Float64Array.from({ length: count }, () => normal());
    const weights = equalWeights(count);
    const estimate = weightedQuantile(values, weights, sortDraws(values, weights), 0.5, 'continuous');
    expect(estimate.se / Math.sqrt(Math.PI / 2 / count)).toBeCloseTo(1, 1);
  });

  test('intervals cover the truth in 95 of 100 runs', () => {
    const runs = 400;
    let median = 0;
    let upper = 0;
    for (let run = 0; run < runs; run++) {
      const { values, logWeights } = gaussianImportance(3000 + run, 1000, 0.5, 1.5);
      const weights = weightsOf(logWeights);
      const draws = sortDraws(values, weights);
      const covers = (p: number, truth: number): number => {
        const [low, high] = weightedQuantile(values, weights, draws, p, 'continuous').interval;
        return low <= truth && truth <= high ? 1 : 0;
      };
      median += covers(0.5, 0.5);
      upper += covers(0.95, 0.5 + 1.6448536269514722);
    }
    for (const hits of [median, upper]) expect(Math.abs(hits / runs - 0.95)).toBeLessThan(0.044);
  });

  test('an extreme quantile of few draws does not claim to be sure', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => i);
    const weights = equalWeights(100);
    const estimate = weightedQuantile(values, weights, sortDraws(values, weights), 0.999, 'continuous');
    expect(estimate.se).toBeGreaterThan(0.05);
    expect(estimate.interval[0]).toBeLessThan(98.9);
  });

  test('of a discrete quantity are values of it', () => {
    const { uniform } = stream(23);
    const values = Float64Array.from({ length: 10_000 }, () => Math.floor(5 * uniform()));
    const weights = equalWeights(10_000);
    const estimate = weightedQuantile(values, weights, sortDraws(values, weights), 0.5, 'discrete');
    expect(estimate).toEqual({ value: 2, se: 0, interval: [2, 2] });
  });
});

describe('histogram', () => {
  const bins = { integer: false, mostBins: 20 };
  const histogram = (values: Float64Array, options = bins) => {
    const weights = equalWeights(values.length);
    return weightedHistogram(values, weights, sortDraws(values, weights), options);
  };

  test('of a normal: round edges, few bins, all the weight', () => {
    const { normal } = stream(24);
    const values = Float64Array.from({ length: 20_000 }, () => normal());
    const result = histogram(values)!;
    expect(result.mass.length).toBeGreaterThan(8);
    expect(result.mass.length).toBeLessThanOrEqual(20);
    expect(result.edges.length).toBe(result.mass.length + 1);
    expect(result.mass.reduce((a, b) => a + b) + result.below + result.above).toBeCloseTo(1, 12);
    expect(result.below + result.above).toBeLessThan(0.011);
    const width = result.edges[1]! - result.edges[0]!;
    expect([0.5, 0.2, 1].some((w) => Math.abs(w - width) < 1e-9)).toBe(true);
    // The bin from 0 to 0.5 of a standard normal.
    const zero = result.edges.findIndex((edge) => Math.abs(edge) < 1e-9);
    expect(Math.abs(result.mass[zero]! - 0.19146)).toBeLessThan(0.015);
  });

  test('counts exactly, at the edges too', () => {
    const values = Float64Array.from({ length: 11 }, (_, i) => i / 10);
    const result = histogram(values)!;
    result.mass.forEach((mass, i) => {
      const isLast = i === result.mass.length - 1;
      const inside = values.filter(
        (x) => x >= result.edges[i]! && (isLast ? x <= result.edges[i + 1]! : x < result.edges[i + 1]!),
      );
      expect(mass).toBeCloseTo(inside.length / 11, 12);
    });
  });

  test('of whole numbers has one bin for each, or for equally many', () => {
    const dice = histogram(
      Float64Array.from({ length: 600 }, (_, i) => 1 + (i % 6)),
      { integer: true, mostBins: 20 },
    )!;
    expect(dice.edges).toEqual([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5]);
    for (const mass of dice.mass) expect(mass).toBeCloseTo(1 / 6, 12);
    const many = histogram(
      Float64Array.from({ length: 1000 }, (_, i) => i),
      { integer: true, mostBins: 20 },
    )!;
    expect(many.mass.length).toBeLessThanOrEqual(20);
    for (const edge of many.edges) expect(Math.abs(edge % 1)).toBe(0.5);
    expect(histogram(Float64Array.of(1, 1), { integer: true, mostBins: 20 })!.edges).toEqual([0.5, 1.5]);
  });

  test('of weighted draws counts weight, not draws', () => {
    const values = Float64Array.of(0, 1, 1, 1);
    const weights = weightsOf(Float64Array.of(Math.log(9), 0, NEGATIVE_INFINITY, NEGATIVE_INFINITY));
    const result = weightedHistogram(values, weights, sortDraws(values, weights), { integer: true, mostBins: 20 })!;
    expect(result.mass[0]).toBeCloseTo(0.9, 12);
    expect(result.mass[1]).toBeCloseTo(0.1, 12);
  });

  test('of heavy tails, constants and infinities ends, and says what it leaves out', () => {
    const { uniform } = stream(25);
    const cauchy = Float64Array.from({ length: 10_000 }, () => Math.tan(Math.PI * (uniform() - 0.5)));
    const tails = histogram(cauchy)!;
    expect(tails.mass.length).toBeLessThanOrEqual(20);
    expect(tails.below).toBeGreaterThan(0.001);
    expect(histogram(Float64Array.of(2.5, 2.5, 2.5))).toEqual({ edges: [2.5, 2.5], mass: [1], below: 0, above: 0 });
    const mixed = Float64Array.from({ length: 1000 }, (_, i) => (i === 0 ? NEGATIVE_INFINITY : i));
    expect(histogram(mixed)!.below).toBeGreaterThan(0);
    expect(histogram(Float64Array.of(NEGATIVE_INFINITY, POSITIVE_INFINITY))).toBeNull();
    expect(histogram(Float64Array.of())).toBeNull();
    expect(histogram(Float64Array.of(0, 5e-324))!.mass.reduce((a, b) => a + b)).toBe(1);
    const rare = Float64Array.from({ length: 1000 }, (_, i) => (i === 0 ? 1e9 : 0));
    expect(histogram(rare)).toMatchObject({ edges: [0, 0], mass: [expect.closeTo(0.999, 12)] });
  });
});
