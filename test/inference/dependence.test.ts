import { describe, expect, test } from 'vitest';
import type { Dependence } from '../../src/inference/backend.js';
import { errorsUnder } from '../../src/inference/dependence.js';
import { estimate, massOf, type NumericForm } from '../../src/inference/estimate.js';
import { combined, influenceOf } from '../../src/inference/influence.js';
import { studentQuantile } from '../../src/inference/statistics/interval.js';
import { equalWeights, weightsOf } from '../../src/inference/statistics/weights.js';
import type { IrType } from '../../src/ir/ir.js';
import { stream } from './statistics_draws.js';

const real: IrType = { kind: 'real' };

/** Replicas whose draws share an error of their own. */
function replicas(seed: number, count: number, length: number): { values: Float64Array; starts: Int32Array } {
  const random = stream(seed);
  const values = new Float64Array(count * length);
  for (let r = 0; r < count; r++) {
    const shared = 0.1 * random.normal();
    for (let i = 0; i < length; i++) values[r * length + i] = shared + random.normal();
  }
  return { values, starts: Int32Array.from({ length: count }, (_, r) => r * length) };
}

/** Autoregressive chains with standard normal draws. */
function chains(seed: number, count: number, length: number, correlation: number) {
  const random = stream(seed);
  const values = new Float64Array(count * length);
  for (let c = 0; c < count; c++) {
    let x = random.normal();
    for (let t = 0; t < length; t++) {
      x = correlation * x + Math.sqrt(1 - correlation ** 2) * random.normal();
      values[c * length + t] = x;
    }
  }
  return { values, starts: Int32Array.from({ length: count }, (_, c) => c * length) };
}

const forms: readonly (readonly [NumericForm, number])[] = [
  ['E', 0],
  ['Var', 1.01],
  ['Sd', Math.sqrt(1.01)],
  ['Median', 0],
  ['Q', 1.2815515655446004 * Math.sqrt(1.01)],
];

const within = (x: number, [low, high]: readonly [number, number]): number => (low <= x && x <= high ? 1 : 0);

describe('replicas', () => {
  test('the standard error is that of the sums of each replica', () => {
    const { values, starts } = replicas(1, 6, 40);
    const means = Array.from(starts, (s) => values.subarray(s, s + 40).reduce((sum, x) => sum + x, 0) / 40);
    const mean = means.reduce((sum, x) => sum + x, 0) / 6;
    const variance = means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 5;
    const found = estimate('E', [values], equalWeights(240), [real], { kind: 'replicas', starts });
    expect(found.value).toBeCloseTo(mean, 12);
    expect(found.se).toBeCloseTo(Math.sqrt(variance / 6), 12);
    expect(found.interval[1] - found.value).toBeCloseTo(studentQuantile(5) * found.se, 12);
  });

  test.each(forms)('%s: 95 %% intervals from 8 replicas hold the answer %f', (form, exact) => {
    let held = 0;
    for (let seed = 0; seed < 400; seed++) {
      const { values, starts } = replicas(seed, 8, 200);
      const level = new Float64Array(values.length).fill(0.9);
      const columns = form === 'Q' ? [values, level] : [values];
      held += within(
        exact,
        estimate(form, columns, equalWeights(values.length), [real], { kind: 'replicas', starts }).interval,
      );
    }
    expect(held / 400).toBeGreaterThan(0.9);
    expect(held / 400).toBeLessThan(0.99);
  });

  test('log evidence: the log of the mean of the evidences of the replicas, and its error', () => {
    const evidences = [0.5, 1, 1.5, 3];
    const logWeights = Float64Array.from({ length: 40 }, (_, i) => Math.log(evidences[Math.floor(i / 10)]!));
    const starts = Int32Array.of(0, 10, 20, 30);
    const found = estimate('evidence', [], weightsOf(logWeights), [], { kind: 'replicas', starts });
    expect(found.value).toBeCloseTo(Math.log(1.5), 12);
    // By the jackknife: 3/4 of the squares of z / 6 - 1/4, each over what is left without its replica, (6 - z) / 6.
    const squares = evidences.map((z) => ((z / 6 - 1 / 4) / ((6 - z) / 6)) ** 2);
    expect(found.se).toBeCloseTo(Math.sqrt((3 / 4) * squares.reduce((sum, x) => sum + x, 0)), 12);
    // 36 over the sum of the squares of the evidences count.
    expect((found.interval[1] - found.value) / found.se).toBeCloseTo(studentQuantile(36 / 12.5 - 1), 10);
  });

  test.each([0.5, 1])('95 %% intervals hold where the evidences of replicas have a spread of e^%f', (spread) => {
    let mean = 0;
    let evidence = 0;
    const runs = 1000;
    for (let seed = 0; seed < runs; seed++) {
      const random = stream(seed);
      const logs = Float64Array.from({ length: 8 }, () => spread * random.normal() - (spread * spread) / 2);
      const dependence: Dependence = { kind: 'replicas', starts: Int32Array.from({ length: 8 }, (_, r) => r) };
      const values = logs.map(() => random.normal());
      mean += within(0, estimate('E', [values], weightsOf(logs), [real], dependence).interval);
      evidence += within(0, estimate('evidence', [], weightsOf(logs), [], dependence).interval);
    }
    // The binomial error is 0.007. Of so few evidences that are so far apart, the greatest may not have come.
    expect(mean / runs).toBeGreaterThan(0.925);
    expect(mean / runs).toBeLessThan(0.975);
    expect(evidence / runs).toBeGreaterThan(spread === 1 ? 0.9 : 0.925);
    expect(evidence / runs).toBeLessThan(0.975);
  });

  test('where one replica has all weight nothing is known of the error', () => {
    const logs = Float64Array.of(-900, 0, -900);
    const dependence: Dependence = { kind: 'replicas', starts: Int32Array.of(0, 1, 2) };
    expect(estimate('E', [Float64Array.of(1, 2, 3)], weightsOf(logs), [real], dependence).se).toBeNaN();
  });

  test('of a single replica nothing is known, even where nothing varies', () => {
    const dependence: Dependence = { kind: 'replicas', starts: Int32Array.of(0) };
    const found = estimate('E', [Float64Array.of(1, 2, 4)], equalWeights(3), [real], dependence);
    expect(found.value).toBeCloseTo(7 / 3, 12);
    expect(found.se).toBeNaN();
    expect(estimate('E', [Float64Array.of(2, 2, 2)], equalWeights(3), [real], dependence).se).toBeNaN();
    expect(estimate('P', [Float64Array.of(1, 0, 0)], equalWeights(3), [{ kind: 'bool' }], dependence).interval).toEqual(
      [0, 1],
    );
  });

  test('an interval of a probability stays within its bounds', () => {
    const column = Float64Array.from({ length: 40 }, (_, i) => (i < 4 ? 1 : 0));
    const dependence: Dependence = { kind: 'replicas', starts: Int32Array.of(0, 10, 20, 30) };
    const { value, interval } = estimate('P', [column], equalWeights(40), [{ kind: 'bool' }], dependence);
    expect(value).toBeCloseTo(0.1, 12);
    expect(interval[0]).toBeGreaterThanOrEqual(0);
    expect(interval[1]).toBeGreaterThan(0.3);
    expect(interval[1]).toBeLessThanOrEqual(1);
  });
});

describe('chains', () => {
  test.each([
    ['E', 0, 0.8],
    ['Var', 1, 0.8],
    ['Median', 0, 0.8],
    ['Q', 1.2815515655446004, 0.8],
    ['E', 0, -0.5],
  ] as const)('%s: 95 %% intervals hold the answer %f where draws correlate by %f', (form, exact, correlation) => {
    let held = 0;
    for (let seed = 0; seed < 400; seed++) {
      const { values, starts } = chains(seed, 4, 600, correlation);
      const columns = form === 'Q' ? [values, new Float64Array(values.length).fill(0.9)] : [values];
      held += within(
        exact,
        estimate(form, columns, equalWeights(values.length), [real], { kind: 'chains', starts }).interval,
      );
    }
    expect(held / 400).toBeGreaterThan(0.9);
    expect(held / 400).toBeLessThan(0.985);
  });

  test('the error of a mean is sd sqrt((1 + r) / (1 - r) / n)', () => {
    const { values, starts } = chains(5, 4, 5000, 0.9);
    const { se } = estimate('E', [values], equalWeights(values.length), [real], { kind: 'chains', starts });
    expect(se / Math.sqrt(19 / 20000)).toBeGreaterThan(0.8);
    expect(se / Math.sqrt(19 / 20000)).toBeLessThan(1.25);
  });

  test('masses have the errors of their indicators', () => {
    const { values, starts } = chains(6, 4, 500, 0.9);
    const signs = values.map((x) => (x > 0 ? 1 : 0));
    const dependence: Dependence = { kind: 'chains', starts };
    const weights = equalWeights(signs.length);
    const [, positive] = massOf({ path: '', type: { kind: 'int' }, values: signs }, weights, dependence);
    const alone = estimate('E', [signs], weights, [real], dependence);
    expect(positive?.probability.se).toBeCloseTo(alone.se, 12);
    expect(alone.se).toBeGreaterThan(2 * estimate('E', [signs], weights, [real]).se);
  });
});

describe('sums of estimates', () => {
  const dependences = {
    independent: () => ({ values: chains(1, 4, 100, 0).values, dependence: { kind: 'independent' } as const }),
    replicas: () => {
      const { values, starts } = replicas(2, 5, 80);
      return { values, dependence: { kind: 'replicas', starts } as const };
    },
    chains: () => {
      const { values, starts } = chains(3, 4, 100, 0.7);
      return { values, dependence: { kind: 'chains', starts } as const };
    },
  };

  test.each(Object.entries(dependences))(
    '%s: the error of a difference is that of the difference of the draws',
    (_, make) => {
      const { values, dependence } = make();
      const weights = equalWeights(values.length);
      const other = values.map((x) => 0.9 * x + Math.sin(x));
      const term = (column: Float64Array, slope: number) => ({
        influence: influenceOf('E', [column], weights, [real], dependence),
        se: estimate('E', [column], weights, [real], dependence).se,
        slope,
      });
      const { se, reach } = combined([term(values, 2), term(other, -1)]);
      const difference = values.map((x, i) => 2 * x - other[i]!);
      expect(se).toBeCloseTo(estimate('E', [difference], weights, [real], dependence).se, 10);
      expect(reach).toBe(errorsUnder(dependence, weights).reach);
      expect(combined([term(values, 1), term(values, -1)]).se).toBe(0);
    },
  );

  test('what hangs together in different ways is independent', () => {
    const a = dependences.replicas();
    const b = dependences.chains();
    const terms = [a, b].map(({ values, dependence }) => {
      const weights = equalWeights(values.length);
      const { se } = estimate('E', [values], weights, [real], dependence);
      return { influence: influenceOf('E', [values], weights, [real], dependence), se, slope: 1 };
    });
    const { se, reach } = combined(terms);
    expect(se).toBeCloseTo(Math.hypot(terms[0]!.se, terms[1]!.se), 12);
    expect(reach).toBe(studentQuantile(4));
  });
});
