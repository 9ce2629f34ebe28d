import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemes } from '../../src/inference/resampling/registry.js';
import { resamplingUniforms, takeUniforms } from '../../src/inference/resampling/uniforms.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';

const weightsOf = (numbers: readonly number[]): Float64Array => Float64Array.from(numbers);

/** Weights of which some are zero and one at least is not; the scale is any. */
const someWeights = fc
  .tuple(
    fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1, noNaN: true })), { minLength: 1, maxLength: 40 }),
    fc.double({ min: 1e-3, max: 1, noNaN: true }),
    fc.constantFrom(1e-200, 1, 1e200),
  )
  .map(([list, one, scale]) => weightsOf([...list, one].map((w) => w * scale)));

const uniform = fc.double({ min: 2 ** -53, max: 1 - 2 ** -53, noNaN: true });

const countsOf = (ancestors: Int32Array, particles: number): readonly number[] => {
  const counts = new Array<number>(particles).fill(0);
  for (const i of ancestors) counts[i]! += 1;
  return counts;
};

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

/** How far the offspring of a particle may be from what is expected. */
const bounds: Readonly<Record<string, (expected: number, n: number) => readonly [number, number]>> = {
  systematic: (x) => [Math.floor(x - 1e-9), Math.ceil(x + 1e-9)],
  ssp: (x) => [Math.floor(x - 1e-9), Math.ceil(x + 1e-9)],
  stratified: (x) => [Math.floor(x - 1e-9) - 1, Math.ceil(x + 1e-9) + 1],
  residual: (x, n) => [Math.floor(x - 1e-9), n],
  multinomial: (_, n) => [0, n],
};

describe.each(Object.keys(schemes))('%s', (name) => {
  const scheme = schemes[name]!;

  test('gives ancestors in order, none without weight, each about as often as it should', () => {
    fc.assert(
      fc.property(
        someWeights,
        fc.integer({ min: 1, max: 60 }),
        fc.array(uniform, { minLength: 100, maxLength: 100 }),
        (weights, count, numbers) => {
          const ancestors = scheme.ancestors(weights, Float64Array.from(numbers), count);
          expect(ancestors.length).toBe(count);
          const total = sum(weights);
          const counts = countsOf(ancestors, weights.length);
          for (let k = 1; k < count; k++) expect(ancestors[k]).toBeGreaterThanOrEqual(ancestors[k - 1]!);
          counts.forEach((c, i) => {
            const [low, high] = bounds[name]!((count * weights[i]!) / total, count);
            expect(c).toBeGreaterThanOrEqual(low);
            expect(c).toBeLessThanOrEqual(weights[i] === 0 ? 0 : high);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('has the expected number of offspring', () => {
    const weights = weightsOf([0.5, 3, 0, 1.7, 0.01, 2.2, 5, 0.9]);
    const particles = weights.length;
    const count = 8;
    const rounds = 20_000;
    const next = resamplingUniforms(keyFromSeed('offspring'), 0, 0);
    const totals = new Array<number>(particles).fill(0);
    const squares = new Array<number>(particles).fill(0);
    for (let r = 0; r < rounds; r++) {
      const numbers = takeUniforms(next, scheme.uniforms(particles, count));
      countsOf(scheme.ancestors(weights, numbers, count), particles).forEach((c, i) => {
        totals[i]! += c;
        squares[i]! += c * c;
      });
    }
    const total = sum(weights);
    for (let i = 0; i < particles; i++) {
      const mean = totals[i]! / rounds;
      const se = Math.sqrt((squares[i]! / rounds - mean * mean) / rounds);
      expect(Math.abs(mean - (count * weights[i]!) / total)).toBeLessThanOrEqual(4.5 * se + 1e-12);
    }
  });

  test('keeps particles of equal weight where that is the least noise', () => {
    const weights = new Float64Array(1000).fill(0.1);
    const next = resamplingUniforms(keyFromSeed('equal'), 0, 0);
    const ancestors = scheme.ancestors(weights, takeUniforms(next, scheme.uniforms(1000, 1000)), 1000);
    const distinct = new Set(ancestors).size;
    if (name === 'systematic' || name === 'residual' || name === 'ssp') expect(distinct).toBeGreaterThanOrEqual(999);
    else expect(distinct).toBeGreaterThan(600);
  });
});

test('steps and replicas have noise of their own', () => {
  const key = keyFromSeed('1');
  const first = [0, 1].flatMap((replica) => [0, 1, 2].map((step) => resamplingUniforms(key, replica, step)()));
  expect(new Set(first).size).toBe(6);
  expect(resamplingUniforms(key, 1, 2)()).toBe(first[5]);
});
