/** Families of arrays and matrices: noise inferred from a value gives it back, densities are those of the mechanism, moments fit. */
import { describe, expect, test } from 'vitest';
import { type NoiseSource, noiseSource } from '../../src/runtime/random/source.js';
import { seedState } from '../../src/runtime/random/xoshiro.js';
import { vectors } from './cases.js';
import {
  abduct,
  allowed,
  array,
  type Distribution,
  draw,
  entry,
  evaluate,
  evaluateNumber,
  type Value,
  withNoise,
} from './evaluate.js';

const source = (stream: number): NoiseSource => {
  const state = new Int32Array(4);
  seedState(11, 12, stream, 0, 0, 0, state);
  return noiseSource(state);
};
/** Gives an array of noise back, one number a request, and adds up the log densities of the noise. */
const replay = (noise: readonly number[]) => {
  let next = 0;
  let logDensity = 0;
  const give = (logpdf: (z: number) => number) => () => {
    const z = noise[next++];
    if (z === undefined) throw new Error('the mechanism asks for more noise than was inferred');
    logDensity += logpdf(z);
    return z;
  };
  return {
    source: {
      uniform: give(() => 0),
      normal: give((z) => -0.5 * z * z - 0.5 * Math.log(2 * Math.PI)),
      exponential: give((z) => -z),
    },
    asked: () => next,
    logDensity: () => logDensity,
  };
};
const flat = (value: Value): readonly number[] => (Array.isArray(value) ? value.flatMap(flat) : [Number(value)]);

/** The elements that are free: below the diagonal of a matrix, on it too unless that is too many. */
function coordinates(value: Value, count: number): readonly number[] {
  const rows = array(value);
  if (!Array.isArray(rows[0])) return flat(value);
  const below = rows.flatMap((row, i) =>
    array(row)
      .slice(0, i + 1)
      .map(Number),
  );
  return below.length === count ? below : rows.flatMap((row, i) => array(row).slice(0, i).map(Number));
}

/** log |det| by elimination with pivoting. */
function logDeterminant(matrix: readonly (readonly number[])[]): number {
  const a = matrix.map((row) => [...row]);
  let total = 0;
  for (let k = 0; k < a.length; k++) {
    const pivot = a.findIndex(
      (row, i) => i >= k && Math.abs(row[k]!) === Math.max(...a.slice(k).map((r) => Math.abs(r[k]!))),
    );
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    total += Math.log(Math.abs(a[k]![k]!));
    for (let i = k + 1; i < a.length; i++) {
      const ratio = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < a.length; j++) a[i]![j]! -= ratio * a[k]![j]!;
    }
  }
  return total;
}

const inferred = (d: Distribution, value: Value, noise: NoiseSource): readonly number[] =>
  array(withNoise(noise, () => abduct(d, value))).map(Number);

const wholeNumbers = /poisson|multinomial/;
const several = /dirichlet/;

describe.each(vectors)('$label', ({ label, d }) => {
  test('the mechanism on the inferred noise gives the value', () => {
    expect(allowed(d)).toBe(true);
    const noise = source(1);
    for (let i = 0; i < 25; i++) {
      const value = draw(d, noise);
      expect(evaluate(d, 'support', value)).toBe(true);
      const z = inferred(d, value, noise);
      const again = replay(z);
      const repeated = flat(draw(d, again.source, true));
      expect(again.asked()).toBe(z.length);
      for (const [j, x] of flat(value).entries())
        expect(Math.abs(repeated[j]! - x) / Math.max(1, Math.abs(x)), `draw ${i}, element ${j}`).toBeLessThan(1e-9);
    }
  });

  test('the density is that of the noise over the Jacobian of the mechanism', () => {
    if (wholeNumbers.test(label) || several.test(label)) return;
    const noise = source(2);
    for (let i = 0; i < 3; i++) {
      const value = draw(d, noise);
      const z = inferred(d, value, noise);
      const count = z.length;
      const at = (moved: readonly number[]) => coordinates(draw(d, replay(moved).source, true), count);
      const columns = z.map((_, j) => {
        const step = 1e-4 * Math.min(1, Math.abs(z[j]!), Math.abs(1 - z[j]!));
        const shifted = (by: number) => at(z.with(j, z[j]! + by));
        const [a, b, c, e] = [shifted(-2 * step), shifted(-step), shifted(step), shifted(2 * step)];
        return a.map((x, k) => (x - 8 * b[k]! + 8 * c[k]! - e[k]!) / (12 * step));
      });
      expect(at(z)).toHaveLength(count);
      const once = replay(z);
      draw(d, once.source, true);
      expect(evaluateNumber(d, 'logpdf', value)).toBeCloseTo(once.logDensity() - logDeterminant(columns), 5);
    }
  });

  test.each([false, true])('draws have the means and variances (mechanism: %s)', (mechanism) => {
    const noise = source(mechanism ? 4 : 3);
    const n = mechanism ? 600 : 4000;
    const draws = Array.from({ length: n }, () => flat(draw(d, noise, mechanism)));
    const mean = flat(evaluate(d, 'moment_mean'));
    // mvnormal and its like give the variance of each element of a vector, matrices that of each element
    const variance = flat(evaluate(d, 'moment_variance'));
    expect(mean).toHaveLength(draws[0]!.length);
    for (const [j, m] of mean.entries()) {
      const column = draws.map((x) => x[j]!);
      const average = column.reduce((s, x) => s + x, 0) / n;
      expect(Math.abs(average - m), `mean ${j}`).toBeLessThanOrEqual(4.8 * Math.sqrt(variance[j]! / n));
      const squares = column.map((x) => (x - m) ** 2);
      const spread = squares.reduce((s, x) => s + x, 0) / n;
      const error = Math.sqrt(squares.reduce((s, x) => s + (x - spread) ** 2, 0)) / n;
      expect(Math.abs(spread - variance[j]!), `variance ${j}`).toBeLessThanOrEqual(5.5 * error + 1e-15);
    }
  });

  test('a value of another shape has density 0', () => {
    const value = array(draw(d, source(5)));
    expect(evaluateNumber(d, 'logpdf', [...value, value[0]!])).toBe(Number.NEGATIVE_INFINITY);
    expect(entry(d, 'support')).not.toBeNull();
  });
});
