/** Estimators that adjust for covariates, on units of a known model and on tables small enough to count by hand. */
import { describe, expect, test } from 'vitest';
import { nearestAmong, placesOf } from '../../src/causal/estimate/adjusted/nearest.js';
import { bootstrapped } from '../../src/causal/estimate/bootstrap.js';
import { byFrontDoor } from '../../src/causal/estimate/frontdoor.js';
import { byEstimand } from '../../src/causal/estimate/plug_in.js';
import type { Units } from '../../src/causal/estimate/units.js';
import { identify } from '../../src/causal/identify/identify.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { graphNamed } from './cases.js';
import { generator } from './discrete_scm.js';
import { found, reasonOf } from './effects.js';
import { column, difference, estimateBy, noiseOf, scenarios, unitsOf } from './simulated_units.js';

describe('units of a known model', () => {
  const many = 25;
  test.each(scenarios.map((s) => [s.name, s] as const))('%s', (_, { truth, rows, estimate }) => {
    const noise = noiseOf(generator(23));
    const effects = Array.from({ length: many }, () => found(estimate(noise, rows)));
    const mean = effects.reduce((sum, e) => sum + e.value, 0) / many;
    const spread = Math.sqrt(effects.reduce((sum, e) => sum + (e.value - mean) ** 2, 0) / (many - 1));
    const said = effects.reduce((sum, e) => sum + e.se, 0) / many;
    expect(Math.abs(mean - truth)).toBeLessThan((4.5 * spread) / Math.sqrt(many));
    // The standard deviation of the logarithm of a spread of so many is about 1 / sqrt(2 (many - 1)).
    expect(Math.abs(Math.log(said / spread))).toBeLessThan(4.5 / Math.sqrt(2 * (many - 1)));
  });
});

describe('matching', () => {
  const units = unitsOf(column('y', [5, 9, 10, 1, 2, 4, 6, 20]), column('x', [1, 1, 1, 0, 0, 0, 0, 0], 2), {
    covariates: [column('z', [1, 3, 5, 1, 1, 3, 5, 9])],
  });

  test('by hand, with a tie', () => {
    // Of the exposed, 1 has two others at its place, with outcomes 1 and 2; those of 3 and 5 are 4 and 6. Nothing is left to correct.
    const treated = found(estimateBy('matching', { ...units, among: 1 }));
    expect(treated.value).toBeCloseTo((5 - 1.5 + (9 - 4) + (10 - 6)) / 3, 12);
    const level = found(estimateBy('matching', { ...units, arms: [{ sign: 1, value: 0 }], among: 1 }));
    expect(level.value).toBeCloseTo((1.5 + 4 + 6) / 3, 12);
  });

  test('a calliper leaves units out', () => {
    const near = found(estimateBy('matching', { ...units, among: 0 }, { calliper: 0.5 }));
    expect(near.value).toBeCloseTo((5 - 1 + (5 - 2) + (9 - 4) + (10 - 6)) / 4, 12);
    expect(near.remarks[0]?.code).toBe('W0642');
    expect(near.remarks[0]?.message).toContain('1 of 5');
    const apart = { ...units, covariates: [column('z', [0, 0.3, 0.7, 5.1, 5.5, 6, 7, 8])], among: 1 };
    expect(reasonOf(estimateBy('matching', apart, { calliper: 0.1 }))).toContain('calliper');
  });

  test('finds the nearest that a look at all of them finds, ties and all', () => {
    const random = generator(5);
    for (const dimensions of [1, 2, 4]) {
      const count = 300;
      // Coordinates on a lattice tie often.
      const coordinates = Float64Array.from({ length: count * dimensions }, () => Math.floor(9 * random()));
      const among = Array.from({ length: count }, (_, k) => k).filter((k) => k % 3 !== 0);
      const places = placesOf({ coordinates, dimensions });
      const sizes = new Int32Array(places.pointAt.length);
      for (const k of among) sizes[places.placeOf[k]!]! += 1;
      const nearest = nearestAmong({ coordinates, dimensions }, places, sizes);
      /** The points at the places that were found, without the one that is asked. */
      const search = (from: number, wanted: number, most: number) => {
        const found = new Set(nearest(places.placeOf[from]!, wanted, most, among.includes(from)));
        return among.filter((k) => k !== from && found.has(places.placeOf[k]!));
      };
      const distance = (a: number, b: number) =>
        Math.hypot(
          ...Array.from(
            { length: dimensions },
            (_, d) => coordinates[a * dimensions + d]! - coordinates[b * dimensions + d]!,
          ),
        );
      for (let from = 0; from < count; from += 7) {
        const others = among.filter((k) => k !== from).sort((a, b) => distance(from, a) - distance(from, b));
        const furthest = distance(from, others[2]!);
        const wanted = others.filter((k) => distance(from, k) <= furthest + 1e-9);
        expect([...search(from, 3, Number.POSITIVE_INFINITY)].sort()).toEqual(wanted.sort());
        expect(search(from, 3, 1).every((k) => distance(from, k) <= 1)).toBe(true);
      }
    }
  });
});

describe('formulas on shares', () => {
  const estimandOf = (graph: string) => {
    const made = identify(graphNamed(graph), { outcome: ['y'], action: ['x'], given: [], experiments: [] });
    if (!made.identifiable) throw new Error('not identified');
    return made.estimand;
  };
  const random = noiseOf(generator(17));
  const rows = 2000;
  const z = Array.from({ length: rows }, () => random.coin(0.3) + random.coin(0.5));
  const x = z.map((v) => random.coin(0.25 + 0.2 * v));
  const y = x.map((v, r) => random.coin(0.1 + 0.3 * v + 0.2 * z[r]!));
  const m = x.map((v) => random.coin(0.25 + 0.5 * v));

  test('back door: value and error of the means of cells', () => {
    const units = unitsOf(column('y', y, 2), column('x', x, 2), { others: [column('z', z)] });
    const formula = found(byEstimand(units, estimandOf('z -> x; z -> y; x -> y')));
    const cells = found(estimateBy('saturated', { ...units, others: [], covariates: [column('z', z, 3)] }));
    expect(formula.value).toBeCloseTo(cells.value, 12);
    // Cells count a unit less in their variances.
    expect(formula.se / cells.se).toBeCloseTo(1, 2);
  });

  test('front door: value and error of the front-door formula', () => {
    const units = unitsOf(column('y', y, 2), column('x', x, 2), { others: [column('m', m, 2)] });
    const formula = found(byEstimand(units, estimandOf('x -> m -> y; x <-> y')));
    const cells = found(byFrontDoor({ ...units, others: [] }, [column('m', m, 2)]));
    expect(formula.value).toBeCloseTo(cells.value, 12);
    expect(formula.se).toBeCloseTo(cells.se, 12);
  });

  test('quantities with many values, and shares of nothing', () => {
    const estimand = estimandOf('z -> x; z -> y; x -> y');
    const many = unitsOf(column('y', y, 2), column('x', x, 2), { others: [column('z', z.map(random.normal))] });
    expect(reasonOf(byEstimand(many, estimand))).toContain('more than 50 values');
    const split = unitsOf(column('y', y, 2), column('x', x, 2), { others: [column('z', x, 2)] });
    expect(reasonOf(byEstimand(split, estimand))).toContain('no overlap');
  });
});

describe('resamples', () => {
  const random = noiseOf(generator(41));
  const x = Array.from({ length: 400 }, () => random.coin(0.5));
  const y = x.map((v) => 2 * v + random.normal());
  const units = unitsOf(column('y', y), column('x', x, 2));
  const estimator = (of: Units) => estimateBy('linear', of);

  test('their spread is the error, and the seed decides them', () => {
    const plain = found(estimator(units));
    const one = found(bootstrapped(units, estimator, { replicas: 500, clusters: null }, keyFromSeed('a')));
    const again = found(bootstrapped(units, estimator, { replicas: 500, clusters: null }, keyFromSeed('a')));
    const other = found(bootstrapped(units, estimator, { replicas: 500, clusters: null }, keyFromSeed('b')));
    expect(one.value).toBe(plain.value);
    expect(again.se).toBe(one.se);
    expect(other.se).not.toBe(one.se);
    expect(Math.abs(Math.log(one.se / plain.se))).toBeLessThan(4.5 / Math.sqrt(2 * 500));
    expect(Math.abs((one.interval![1] - one.interval![0]) / (2 * 1.96 * one.se) - 1)).toBeLessThan(0.1);
  });

  test('clusters are drawn whole', () => {
    // Each unit stands there ten times: rows drawn alone would make the error a third of what it is.
    const rows = [...x.keys()].flatMap((r) => Array.from({ length: 10 }, () => r));
    const repeated = unitsOf(
      column(
        'y',
        rows.map((r) => y[r]!),
      ),
      column(
        'x',
        rows.map((r) => x[r]!),
        2,
      ),
      { others: [column('unit', rows)] },
    );
    const whole = found(bootstrapped(repeated, estimator, { replicas: 150, clusters: 'unit' }, keyFromSeed('a')));
    const alone = found(estimator(units));
    expect(Math.abs(Math.log(whole.se / alone.se))).toBeLessThan(4.5 / Math.sqrt(2 * 150));
  });

  test('what often allows no estimate has no error', () => {
    const rare = unitsOf(
      column('y', y),
      column(
        'x',
        x.map((_, r) => (r === 0 ? 1 : 0)),
        2,
      ),
      { arms: difference },
    );
    const effect = bootstrapped(rare, estimator, { replicas: 50, clusters: null }, keyFromSeed('a'));
    expect(reasonOf(effect)).toContain('resamples');
  });
});

test('cells of more labels than a number could count', () => {
  const random = noiseOf(generator(51));
  const z = Array.from({ length: 600 }, () => random.coin(0.5));
  const x = z.map((v) => random.coin(0.3 + 0.4 * v));
  const units = unitsOf(
    column(
      'y',
      x.map((v, r) => v + z[r]! + random.normal()),
    ),
    column('x', x, 2),
  );
  const [last, many] = [
    column('z', z, 2),
    Array.from({ length: 60 }, (_, k) =>
      column(
        `c${k}`,
        z.map(() => 1),
        4,
      ),
    ),
  ];
  const few = found(estimateBy('saturated', { ...units, covariates: [last] }));
  expect(found(estimateBy('saturated', { ...units, covariates: [last, ...many] }))).toEqual(few);
  expect(found(estimateBy('saturated', { ...units, covariates: [...many, last] }))).toEqual(few);
});

test('an outcome of two values for the logistic regression alone', () => {
  const units = unitsOf(column('y', [0.5, 1, 2, 3]), column('x', [0, 1, 0, 1], 2));
  expect(reasonOf(estimateBy('logistic', units))).toContain('two values');
  const apart = unitsOf(column('y', [0, 0, 0, 1, 1, 1], 2), column('x', [0, 0, 0, 1, 1, 1], 2));
  expect(reasonOf(estimateBy('logistic', apart))).toContain('without error');
});

test('weights are told with their range and what they are worth', () => {
  const random = noiseOf(generator(6));
  const z = Array.from({ length: 500 }, random.normal);
  const x = z.map((v) => random.coin(1 / (1 + Math.exp(-3 * v))));
  const units = unitsOf(column('y', z), column('x', x, 2), { covariates: [column('z', z)] });
  const { figures, remarks } = found(estimateBy('ipw', units));
  const [figure] = figures ?? [];
  expect(figure?.name).toBe('overlap');
  expect(figure?.value).toBeGreaterThan(1);
  expect(figure?.value).toBeLessThan(400);
  expect(figure?.meaning).toMatch(/of 500 units, from [\d.]+ to [\d.]+, are as good as [\d.]+ equal ones; [\d.]+ %/);
  expect(remarks.map((r) => r.code)).toEqual(['W0632']);
});
