/** Estimators that go by a design: instruments, differences in differences and discontinuities. */
import { describe, expect, test } from 'vitest';
import { designOf } from '../../src/causal/estimate/design.js';
import { differenceInDifferences } from '../../src/causal/estimate/differences.js';
import { imbensKalyanaraman, regressionDiscontinuity } from '../../src/causal/estimate/discontinuity.js';
import { instrumentEstimators } from '../../src/causal/estimate/instruments.js';
import { leastSquares } from '../../src/causal/estimate/regression.js';
import type { Units } from '../../src/causal/estimate/units.js';
import { generator } from './discrete_scm.js';
import { found, reasonOf } from './effects.js';
import { aroundCutoff, column, noiseOf, panel, unitsOf } from './simulated_units.js';

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
