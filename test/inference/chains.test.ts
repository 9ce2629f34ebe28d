import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorOfChains } from '../../src/inference/dependence.js';
import { autocovarianceOf } from '../../src/inference/statistics/autocovariance.js';
import { chainsOf, effectiveSizeOfChains, mixingOf } from '../../src/inference/statistics/chains.js';
import { weightedMean } from '../../src/inference/statistics/moments.js';
import { ascending } from '../../src/inference/statistics/order.js';
import { equalWeights } from '../../src/inference/statistics/weights.js';
import reference from './reference/chains.json' with { type: 'json' };

const columns = (draws: readonly (readonly number[])[]): readonly Float64Array[] =>
  draws.map((chain) => Float64Array.from(chain));

describe.each(reference)('$name, as ArviZ says', ({ draws, rhat, bulk, tail, mean, mcseMean }) => {
  test('R-hat, bulk and tail effective sample size', () => {
    const mixing = mixingOf(columns(draws));
    if (rhat === null) expect(mixing.rhat).toBeGreaterThan(1);
    else expect(mixing.rhat / rhat).toBeCloseTo(1, 9);
    expect(mixing.bulk / bulk).toBeCloseTo(1, 9);
    expect(mixing.tail / tail).toBeCloseTo(1, 9);
  });

  test('effective sample size and standard error of the mean', () => {
    expect(effectiveSizeOfChains(columns(draws)) / mean).toBeCloseTo(1, 9);
    const column = Float64Array.from(draws.flat());
    const influence = new Float64Array(column.length);
    weightedMean(column, equalWeights(column.length), influence);
    const starts = Int32Array.from(draws, (_, c) => c * (draws[0]?.length ?? 0));
    // ArviZ divides by the number of draws less one.
    const bessel = Math.sqrt(column.length / (column.length - 1));
    expect((errorOfChains(influence, starts) * bessel) / mcseMean).toBeCloseTo(1, 9);
  });
});

test('many numbers are put in order as few are, whatever their signs and sizes', () => {
  const special = [0, -0, 5e-324, -5e-324, 1e308, -1e308, 1, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const values = Float64Array.from({ length: 10_000 }, (_, i) =>
    i % 7 === 0 ? special[(i / 7) % special.length]! : Math.sin(i * i) * 10 ** ((i % 40) - 20),
  );
  const order = ascending(values);
  expect(new Set(order).size).toBe(values.length);
  // Without the sign of zeros, which comparing does not see.
  const sorted = Array.from(values, (x) => x + 0).sort((a, b) => a - b);
  expect(Array.from(order, (i) => values[i]! + 0)).toEqual(sorted);
  const few = values.subarray(0, 100);
  expect(Array.from(ascending(few), (i) => few[i]! + 0)).toEqual(Array.from(few, (x) => x + 0).sort((a, b) => a - b));
});

test('autocovariances by the transform are those of the sums', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 70, maxLength: 200 }),
      (values) => {
        const series = Float64Array.from(values);
        const direct = autocovarianceOf(series);
        const early = Array.from({ length: 64 }, (_, lag) => direct(lag));
        const transformed = autocovarianceOf(series);
        transformed(64);
        for (const [lag, value] of early.entries()) expect(transformed(lag)).toBeCloseTo(value, 9);
        expect(direct(series.length)).toBe(0);
      },
    ),
    { seed: 1, numRuns: 50 },
  );
});

test('chains that nothing can be said of', () => {
  const nothing = { rhat: Number.NaN, bulk: Number.NaN, tail: Number.NaN };
  expect(mixingOf([])).toEqual(nothing);
  expect(mixingOf(columns([[1, 2, 3]]))).toEqual(nothing);
  expect(
    mixingOf(
      columns([
        [2, 2, 2, 2],
        [2, 2, 2, 2],
      ]),
    ),
  ).toEqual(nothing);
  expect(mixingOf(columns([[1, 2, Number.NaN, 4, 5]]))).toEqual(nothing);
  expect(errorOfChains(new Float64Array(8), Int32Array.of(0, 4))).toBe(0);
});

test('chains of different lengths end together', () => {
  const column = Float64Array.of(1, 2, 3, 4, 5, 6, 7);
  expect(chainsOf(column, Int32Array.of(0, 4, 4))).toEqual([Float64Array.of(2, 3, 4), Float64Array.of(5, 6, 7)]);
});
