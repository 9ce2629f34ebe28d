import { describe, expect, test } from 'vitest';
import { nextExponential } from '../../src/runtime/random/exponential.js';
import { fillExponential, fillNormal, fillUniform } from '../../src/runtime/random/fill.js';
import { nextNormal } from '../../src/runtime/random/normal.js';
import { nextUniform, uniformFromWords } from '../../src/runtime/random/uniform.js';
import { nextWord, seedState } from '../../src/runtime/random/xoshiro.js';
import { correlation, erfc, kolmogorov, normalCdf, rawMoment } from './statistics.js';

const COUNT = 1_000_000;

function freshState(stream: number): Int32Array {
  const state = new Int32Array(4);
  seedState(11, 22, stream, 0, 0, 0, state);
  return state;
}

type Fill = (state: Int32Array, out: Float64Array, offset: number, count: number) => void;

function draws(fill: Fill, stream: number, count = COUNT): Float64Array {
  const out = new Float64Array(count);
  fill(freshState(stream), out, 0, count);
  return out;
}

/** Each raw moment within 4.5 standard errors; `moments[k - 1]` is the k-th, up to twice the highest one tested. */
function expectMoments(sample: Float64Array, moments: readonly number[]): void {
  for (let k = 1; 2 * k <= moments.length; k++) {
    const error = Math.sqrt((moments[2 * k - 1]! - moments[k - 1]! ** 2) / sample.length);
    expect(Math.abs(rawMoment(sample, k) - moments[k - 1]!), `moment ${k}`).toBeLessThan(4.5 * error);
  }
}

describe('the oracle', () => {
  test('erfc', () => {
    expect(erfc(0)).toBe(1);
    expect(erfc(0.5)).toBeCloseTo(0.4795001221869535, 14);
    expect(erfc(-1)).toBeCloseTo(1.842700792949715, 14);
    expect(erfc(2.4999) / 4.071713e-4).toBeCloseTo(1, 5);
    expect(erfc(3) / 2.209049699858544e-5).toBeCloseTo(1, 12);
    expect(erfc(6) / 2.1519736712498913e-17).toBeCloseTo(1, 12);
  });
});

describe('uniform', () => {
  const sample = draws(fillUniform, 1);

  test('is strictly inside (0, 1), to the extreme words', () => {
    expect(uniformFromWords(0, 0)).toBe(2 ** -53);
    expect(uniformFromWords(-1, -1)).toBe(1 - 2 ** -53);
    expect(uniformFromWords(0x7fffffff, -1)).toBe(0.5 - 2 ** -53);
    expect(sample.every((u) => u > 0 && u < 1)).toBe(true);
  });

  test('takes the first word as the upper one', () => {
    const state = freshState(9);
    const words = freshState(9);
    for (let i = 0; i < 100; i++) expect(nextUniform(state)).toBe(uniformFromWords(nextWord(words), nextWord(words)));
    expect(state).toEqual(words);
  });

  test('has the moments and the cdf of a uniform', () => {
    expectMoments(sample, [1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6, 1 / 7, 1 / 8, 1 / 9]);
    expect(kolmogorov(sample, (x) => x)).toBeLessThan(2.35);
  });

  test('uses the low bits too', () => {
    const low = sample.map((u) => (u * 2 ** 36) % 1);
    expect(kolmogorov(low, (x) => x)).toBeLessThan(2.35);
  });

  test('does not depend on the draw before', () => {
    expect(Math.abs(correlation(sample.subarray(1), sample.subarray(0, COUNT - 1)))).toBeLessThan(4.5 / 1000);
  });
});

describe('normal', () => {
  const sample = draws(fillNormal, 2);

  test('has the moments and the cdf of a normal', () => {
    expectMoments(sample, [0, 1, 0, 3, 0, 15, 0, 105, 0, 945, 0, 10395]);
    expect(kolmogorov(sample, normalCdf)).toBeLessThan(2.35);
    expect(sample.every(Number.isFinite)).toBe(true);
  });

  test('has the right tails on both sides, beyond the last layer too', () => {
    const large = new Float64Array(COUNT);
    const state = freshState(3);
    const cuts = [3, 3.6, 3.7, 4, 4.5, 5];
    const upper = cuts.map(() => 0);
    const lower = cuts.map(() => 0);
    const batches = 20;
    for (let batch = 0; batch < batches; batch++) {
      fillNormal(state, large, 0, COUNT);
      for (const x of large) {
        if (x > 3 || x < -3) {
          for (let c = 0; c < cuts.length; c++) {
            if (x > cuts[c]!) upper[c]!++;
            if (x < -cuts[c]!) lower[c]!++;
          }
        }
      }
    }
    cuts.forEach((cut, c) => {
      const expected = batches * COUNT * 0.5 * erfc(cut / Math.SQRT2);
      expect(Math.abs(upper[c]! - expected), `above ${cut}`).toBeLessThan(4.5 * Math.sqrt(expected) + 1);
      expect(Math.abs(lower[c]! - expected), `below -${cut}`).toBeLessThan(4.5 * Math.sqrt(expected) + 1);
    });
  });

  test('has no seams: each of 1000 slices of equal probability is hit equally often', () => {
    const hits = new Float64Array(1000);
    for (const x of sample) hits[Math.min(999, Math.floor(normalCdf(x) * 1000))]!++;
    let chiSquare = 0;
    for (const h of hits) chiSquare += (h - COUNT / 1000) ** 2 / (COUNT / 1000);
    expect(Math.abs(chiSquare - 999)).toBeLessThan(4.5 * Math.sqrt(2 * 999));
  });

  test('does not depend on the draw before, nor its size', () => {
    const later = sample.subarray(1);
    const earlier = sample.subarray(0, COUNT - 1);
    expect(Math.abs(correlation(later, earlier))).toBeLessThan(4.5 / 1000);
    expect(Math.abs(correlation(later.map(Math.abs), earlier.map(Math.abs)))).toBeLessThan(4.5 / 1000);
  });
});

describe('exponential', () => {
  const sample = draws(fillExponential, 4);

  test('has the moments and the cdf of an exponential', () => {
    expectMoments(sample, [1, 2, 6, 24, 120, 720, 5040, 40320]);
    expect(kolmogorov(sample, (x) => -Math.expm1(-x))).toBeLessThan(2.35);
    expect(sample.every((x) => x > 0 && Number.isFinite(x))).toBe(true);
  });

  test('has the right tail, beyond the last layer too', () => {
    const large = new Float64Array(COUNT);
    const state = freshState(5);
    const cuts = [5, 7.5, 8, 10, 12, 15.5];
    const counts = cuts.map(() => 0);
    const batches = 10;
    for (let batch = 0; batch < batches; batch++) {
      fillExponential(state, large, 0, COUNT);
      for (const x of large) if (x > 5) for (let c = 0; c < cuts.length; c++) if (x > cuts[c]!) counts[c]!++;
    }
    cuts.forEach((cut, c) => {
      const expected = batches * COUNT * Math.exp(-cut);
      expect(Math.abs(counts[c]! - expected), `above ${cut}`).toBeLessThan(4.5 * Math.sqrt(expected) + 1);
    });
  });

  test('has no seams', () => {
    const hits = new Float64Array(1000);
    for (const x of sample) hits[Math.min(999, Math.floor(-Math.expm1(-x) * 1000))]!++;
    let chiSquare = 0;
    for (const h of hits) chiSquare += (h - COUNT / 1000) ** 2 / (COUNT / 1000);
    expect(Math.abs(chiSquare - 999)).toBeLessThan(4.5 * Math.sqrt(2 * 999));
  });
});

describe('fills', () => {
  test.each([
    ['uniform', fillUniform, nextUniform],
    ['normal', fillNormal, nextNormal],
    ['exponential', fillExponential, nextExponential],
  ] as const)('of %s give the single calls to the bit and leave the same state', (_, fill, next) => {
    const one = freshState(6);
    const many = freshState(6);
    const out = new Float64Array(200_010).fill(-7);
    fill(many, out, 3, 1024);
    fill(many, out, 1027, 0);
    fill(many, out, 1027, 198_000);
    for (let i = 3; i < 3 + 1024 + 198_000; i++) if (next(one) !== out[i]) expect.fail(`draw ${i} differs`);
    expect(many).toEqual(one);
    expect([out[2], out[1027 + 198_000]]).toEqual([-7, -7]);
  });
});
