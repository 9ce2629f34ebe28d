/** Each estimator on units of a known model, and on tables small enough to count by hand. */
import { describe, expect, test } from 'vitest';
import { nearestAmong, placesOf } from '../../src/causal/estimate/adjusted/nearest.js';
import { bootstrapped } from '../../src/causal/estimate/bootstrap.js';
import { designOf } from '../../src/causal/estimate/design.js';
import { differenceInDifferences } from '../../src/causal/estimate/differences.js';
import { imbensKalyanaraman, regressionDiscontinuity } from '../../src/causal/estimate/discontinuity.js';
import { byFrontDoor } from '../../src/causal/estimate/frontdoor.js';
import { instrumentEstimators } from '../../src/causal/estimate/instruments.js';
import { byEstimand } from '../../src/causal/estimate/plug_in.js';
import { leastSquares } from '../../src/causal/estimate/regression.js';
import type { Effect, Units } from '../../src/causal/estimate/units.js';
import { identify } from '../../src/causal/identify/identify.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { graphNamed } from './cases.js';
import { generator } from './discrete_scm.js';
import { aroundCutoff, column, difference, estimateBy, noiseOf, panel, scenarios, unitsOf } from './simulated_units.js';

function found(effect: Effect): Extract<Effect, { readonly ok: true }> {
  if (!effect.ok) throw new Error(effect.reason);
  return effect;
}
const reasonOf = (effect: Effect): string => (effect.ok ? '' : effect.reason);

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

describe('instruments', () => {
  const random = noiseOf(generator(9));
  const rows = 500;
  const z = Array.from({ length: rows }, () => random.coin(0.5));
  const u = Array.from({ length: rows }, random.normal);
  const x = z.map((v, r) => random.coin(0.2 + 0.5 * v + (u[r]! > 0 ? 0.2 : 0)));
  const y = x.map((v, r) => v + u[r]! + random.normal());
  const units = unitsOf(column('y', y), column('x', x, 2));
  const instrument = column('z', z, 2);

  test('with one of two values all estimators are one ratio', () => {
    const ratio = found(instrumentEstimators.wald!(units, [instrument])).value;
    expect(found(instrumentEstimators.two_stage!(units, [instrument])).value).toBeCloseTo(ratio, 10);
    expect(found(instrumentEstimators.liml!(units, [instrument])).value).toBeCloseTo(ratio, 10);
  });

  test('limited information is where the instruments explain least of what is left', () => {
    const noise = noiseOf(generator(13));
    const hidden = Array.from({ length: 300 }, noise.normal);
    const tools = [0.8, 0.3, 0.1].map((_, j) => column(`z${j}`, Array.from(hidden, noise.normal)));
    const w = column('w', Array.from(hidden, noise.normal));
    const exposure = hidden.map(
      (v, r) => 0.8 * tools[0]!.values[r]! + 0.3 * tools[1]!.values[r]! + v + w.values[r]! + noise.normal(),
    );
    const outcome = hidden.map((v, r) => exposure[r]! + 2 * v - w.values[r]! + noise.normal());
    const squaresLeft = (b: number, by: readonly Units['outcome'][]) => {
      const left = Float64Array.from(outcome, (v, r) => v - b * exposure[r]!);
      const { residuals } = leastSquares(designOf(by, 300).matrix, left)!;
      return residuals.reduce((sum, e) => sum + e * e, 0);
    };
    const ratio = (b: number) => squaresLeft(b, [w]) / squaresLeft(b, [w, ...tools]);
    const units = unitsOf(column('y', outcome), column('x', exposure), { covariates: [w] });
    const { value } = found(instrumentEstimators.liml!(units, tools));
    for (const step of [1e-3, 1e-2, 0.1, 1]) {
      expect(ratio(value)).toBeLessThan(ratio(value + step));
      expect(ratio(value)).toBeLessThan(ratio(value - step));
    }
    expect(value).not.toBeCloseTo(found(instrumentEstimators.two_stage!(units, tools)).value, 6);
  });

  test('many useless instruments draw two stages towards least squares, and limited information less', () => {
    const noise = noiseOf(generator(31));
    const estimates = { liml: 0, two_stage: 0 };
    const times = 30;
    for (let k = 0; k < times; k++) {
      const hidden = Array.from({ length: 200 }, noise.normal);
      const tools = Array.from({ length: 15 }, (_, j) => column(`z${j}`, Array.from(hidden, noise.normal)));
      const exposure = hidden.map((v, r) => 0.4 * tools[0]!.values[r]! + v + 0.3 * noise.normal());
      const outcome = hidden.map((v, r) => exposure[r]! + 2 * v + noise.normal());
      const weak = unitsOf(column('y', outcome), column('x', exposure));
      for (const name of ['liml', 'two_stage'] as const)
        estimates[name] += found(instrumentEstimators[name]!(weak, tools)).value / times;
    }
    expect(Math.abs(estimates.liml - 1)).toBeLessThan(0.15);
    expect(estimates.two_stage - 1).toBeGreaterThan(0.3);
  });

  test('instruments that contradict each other are refuted, and those that agree are not', () => {
    const noise = noiseOf(generator(19));
    const hidden = Array.from({ length: 500 }, noise.normal);
    const tools = ['a', 'b'].map((name) => column(name, Array.from(hidden, noise.normal)));
    const exposure = hidden.map((v, r) => tools[0]!.values[r]! + tools[1]!.values[r]! + v + noise.normal());
    const ask = (direct: number) => {
      const outcome = exposure.map((v, r) => v + hidden[r]! + direct * tools[1]!.values[r]! + noise.normal());
      return found(instrumentEstimators.two_stage!(unitsOf(column('y', outcome), column('x', exposure)), tools));
    };
    const [sound, broken] = [ask(0), ask(1)];
    expect(sound.figures?.map(({ name, passed }) => [name, passed])).toEqual([['instruments agree', true]]);
    expect(broken.figures?.map(({ name, passed }) => [name, passed])).toEqual([['instruments agree', false]]);
    const one = found(
      instrumentEstimators.two_stage!(unitsOf(column('y', hidden), column('x', exposure)), [tools[0]!]),
    );
    expect(one.figures).toEqual([]);
  });

  test("what Wald's ratio cannot do", () => {
    const wald = instrumentEstimators.wald!;
    expect(reasonOf(wald(units, [column('z', u)]))).toContain('two values');
    expect(reasonOf(wald({ ...units, arms: [{ sign: 1, value: 1 }] }, [instrument]))).toContain('differences');
    expect(reasonOf(wald({ ...units, covariates: [column('u', u)] }, [instrument]))).toContain('conditions on nothing');
    expect(reasonOf(wald(units, [instrument, instrument]))).toContain('one instrument');
  });
});

describe('differences in differences', () => {
  test('clusters by unit make the error that of the differences', () => {
    const noise = noiseOf(generator(3));
    const [units, time, unit] = panel(noise, 200, 0);
    const late = (r: number) => time.values[r]! > 0;
    const rows = [...time.values.keys()].filter(late);
    const column = ({ name, values, levels }: Units['outcome']) => ({
      name,
      levels,
      values: Float64Array.from(rows, (r) => values[r]!),
    });
    const two = unitsOf(column(units.outcome), column(units.exposure));
    const effect = found(differenceInDifferences(two, { time: column(time), since: null, unit: column(unit) }));
    const change = (group: number) =>
      rows.flatMap((r) =>
        time.values[r] === 2 && units.exposure.values[r] === group
          ? [units.outcome.values[r]! - units.outcome.values[r - 1]!]
          : [],
      );
    const [treated, others] = [change(1), change(0)];
    const mean = (list: readonly number[]) => list.reduce((sum, v) => sum + v, 0) / list.length;
    const variance = (list: readonly number[]) =>
      list.reduce((sum, v) => sum + (v - mean(list)) ** 2, 0) / list.length ** 2;
    expect(effect.value).toBeCloseTo(mean(treated) - mean(others), 10);
    expect(effect.se / Math.sqrt(variance(treated) + variance(others))).toBeCloseTo(1, 1);
  });

  test('trends that differ before are spoken of, and those that do not are not', () => {
    const [drifting, time, unit] = panel(noiseOf(generator(3)), 300, 0.6);
    const effect = found(differenceInDifferences(drifting, { time, since: 2, unit }));
    expect(effect.remarks.map((r) => r.code)).toEqual(['W0641']);
    const [alike, when, who] = panel(noiseOf(generator(4)), 300, 0);
    expect(found(differenceInDifferences(alike, { time: when, since: 2, unit: who })).remarks).toEqual([]);
  });

  test('what it cannot do', () => {
    const [units, time, unit] = panel(noiseOf(generator(3)), 60, 0);
    expect(reasonOf(differenceInDifferences(units, { time, since: null, unit }))).toContain('since');
    expect(reasonOf(differenceInDifferences(units, { time, since: 9, unit }))).toContain('periods before');
    expect(reasonOf(differenceInDifferences({ ...units, among: 0 }, { time, since: 2, unit }))).toContain('exposed');
    const switching = {
      ...units,
      exposure: { ...units.exposure, values: units.exposure.values.map((x, r) => (time.values[r] === 2 ? x : 0)) },
    };
    expect(reasonOf(differenceInDifferences(switching, { time, since: 2, unit: null }))).toContain('marks the group');
  });
});

describe('discontinuity', () => {
  test('the bandwidth shrinks where the outcome curves, and the jump is found', () => {
    const [straight, running] = aroundCutoff(noiseOf(generator(12)), 4000, 0);
    const [curved, score] = aroundCutoff(noiseOf(generator(12)), 4000, 1);
    const sides = ({ outcome, exposure }: Units, { values }: Units['outcome']) =>
      [0, 1].map((x) => {
        const those = [...exposure.values.keys()].filter((r) => exposure.values[r] === x);
        return {
          distance: Float64Array.from(those, (r) => values[r]! - 0.2),
          outcome: Float64Array.from(those, (r) => outcome.values[r]!),
        };
      });
    const [wide, narrow] = [imbensKalyanaraman(sides(straight, running)), imbensKalyanaraman(sides(curved, score))];
    expect(narrow!).toBeLessThan(wide! / 1.5);
    for (const [units, by] of [
      [straight, running],
      [curved, score],
    ] as const) {
      const effect = found(regressionDiscontinuity(units, by, 0.2, null));
      expect(Math.abs(effect.value - 0.8)).toBeLessThan(4.5 * effect.se);
    }
  });

  test('exposure that the score does not decide', () => {
    const [units, running] = aroundCutoff(noiseOf(generator(2)), 200, 0);
    const exposure = { ...units.exposure, values: units.exposure.values.map((x, r) => (r === 7 ? 1 - x : x)) };
    expect(reasonOf(regressionDiscontinuity({ ...units, exposure }, running, 0.2, 1))).toContain('1 of 200');
    const below = { ...units, exposure: { ...units.exposure, values: units.exposure.values.map((x) => 1 - x) } };
    expect(found(regressionDiscontinuity(below, running, 0.2, 1)).value).toBeCloseTo(
      -found(regressionDiscontinuity(units, running, 0.2, 1)).value,
      12,
    );
    expect(reasonOf(regressionDiscontinuity(units, running, 0.2, 1e-6))).toContain('too few');
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
