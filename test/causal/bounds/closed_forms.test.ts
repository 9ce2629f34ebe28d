/** Closed forms: probabilities of causation, and bounds of means whatever confounds them. */
import { describe, expect, test } from 'vitest';
import { boundsOf, type Quantity } from '../../../src/causal/bounds/bounds.js';
import { tableOfProbabilities } from '../../../src/causal/bounds/joint_table.js';
import { manskiBounds, type OutcomeAssumptions } from '../../../src/causal/bounds/manski.js';
import type { Units } from '../../../src/causal/estimate/units.js';
import { cases, graphNamed } from '../cases.js';
import { generator } from '../discrete_scm.js';
import { causation, unconfounded } from './causation.js';

describe('probabilities of causation', () => {
  test('radiation and leukaemia', () => {
    const all = 30 + 69130 + 16 + 59010;
    const seen = { both: 30 / all, cause: 69130 / all, effect: 16 / all, neither: 59010 / all };
    const found = causation(seen, unconfounded(seen), true);
    expect(cases.find(({ id }) => id === 'num-pn-radiation')!.expected).toMatchObject({ 'PN=ERR': 0.3751002383 });
    expect(found.necessity.low).toBeCloseTo(0.3751002383, 10);
    expect(found.both.low).toBeCloseTo(0.0001627098, 10);
    expect(found.sufficiency.high).toBeCloseTo(0.0001627539, 10);
  });

  test('the lawsuit over a drug: experiment and observation together leave no doubt', () => {
    // Pearl, Causality (2009), section 9.3.4, table 9.2: of 1000 each; 16 and 14 die in the experiment, 2 and 28 of those who chose.
    const seen = { both: 2 / 2000, cause: 998 / 2000, effect: 28 / 2000, neither: 972 / 2000 };
    const { necessity } = causation(seen, { under: 16 / 1000, without: 14 / 1000 }, false);
    expect(necessity.low).toBeCloseTo(1, 12);
    expect(necessity.high).toBeCloseTo(1, 12);
  });

  test('the linear program says the same', () => {
    const random = generator(2);
    const graph = graphNamed('x -> y; x <-> y');
    const at = (variable: string, value: number, action: Readonly<Record<string, number>> = {}) => ({
      variable,
      value,
      action,
    });
    const quantities: Readonly<Record<'necessity' | 'sufficiency' | 'both', Quantity>> = {
      both: { terms: [{ weight: 1, events: [at('y', 1, { x: 1 }), at('y', 0, { x: 0 })] }], given: [] },
      necessity: { terms: [{ weight: 1, events: [at('y', 0, { x: 0 })] }], given: [at('x', 1), at('y', 1)] },
      sufficiency: { terms: [{ weight: 1, events: [at('y', 1, { x: 1 })] }], given: [at('x', 0), at('y', 0)] },
    };
    for (let k = 0; k < 25; k++) {
      // Types of units: their x, and y under both.
      const types = Array.from({ length: 8 }, () => -Math.log(random()));
      const total = types.reduce((a, b) => a + b, 0);
      const share = (holds: (x: number, without: number, under: number) => boolean): number =>
        types.reduce((sum, p, i) => (holds(i & 1, (i >> 1) & 1, i >> 2) ? sum + p / total : sum), 0);
      const y = (x: number, without: number, under: number): number => (x === 1 ? under : without);
      const seen = {
        both: share((x, a, b) => x === 1 && y(x, a, b) === 1),
        cause: share((x, a, b) => x === 1 && y(x, a, b) === 0),
        effect: share((x, a, b) => x === 0 && y(x, a, b) === 1),
        neither: share((x, a, b) => x === 0 && y(x, a, b) === 0),
      };
      const experiment = { under: share((_x, _a, b) => b === 1), without: share((_x, a) => a === 1) };
      const closed = causation(seen, experiment, false);
      const table = tableOfProbabilities([2, 2], [seen.neither, seen.cause, seen.effect, seen.both]);
      const experiments = [
        { events: [at('y', 1, { x: 1 })], probability: experiment.under },
        { events: [at('y', 1, { x: 0 })], probability: experiment.without },
      ];
      for (const name of ['necessity', 'sufficiency', 'both'] as const) {
        const found = boundsOf(graph, table, quantities[name], { experiments });
        if (!found.ok) throw new Error(found.reason);
        expect(found.low).toBeCloseTo(closed[name].low, 9);
        expect(found.high).toBeCloseTo(closed[name].high, 9);
      }
    }
  });
});

describe('means whatever confounds them', () => {
  const free: OutcomeAssumptions = { low: 0, high: 10, response: null, selection: null };
  const random = generator(9);
  const rows = 4000;
  const u = Float64Array.from({ length: rows }, random);
  const x = u.map((v) => Math.floor(3 * (0.6 * v + 0.4 * random())));
  const noise = u.map(() => random());
  /** More exposure raises the outcome of all; those with more of it have more of it anyway. */
  const would = (value: number, r: number): number => 1.5 * value + 5 * u[r]! + noise[r]!;
  const units: Units = {
    rows,
    outcome: { name: 'y', values: x.map((v, r) => would(v, r)), levels: null },
    exposure: { name: 'x', values: x, levels: null },
    covariates: [],
    others: [],
    arms: [
      { sign: 1, value: 2 },
      { sign: -1, value: 0 },
    ],
    among: null,
  };
  const bounds = (assumed: OutcomeAssumptions, asked: Units = units) => manskiBounds(asked, assumed)!;

  test('the closed form: shares and means', () => {
    const arm = (value: number, other: number): number =>
      x.reduce((sum, v, r) => sum + (v === value ? units.outcome.values[r]! : other), 0) / rows;
    const found = bounds(free);
    expect(found.low).toBeCloseTo(arm(2, 0) - arm(0, 10), 10);
    expect(found.high).toBeCloseTo(arm(2, 10) - arm(0, 0), 10);
  });

  test('each assumption narrows them, and the truth stays inside', () => {
    const truth = 3;
    const widths: number[] = [];
    for (const assumed of [
      free,
      { ...free, response: 1 as const },
      { ...free, selection: 1 as const },
      { ...free, response: 1 as const, selection: 1 as const },
    ]) {
      for (const among of [null, 0, 1, 2]) {
        const { low, high, lowSe, highSe } = bounds(assumed, { ...units, among });
        expect(low).toBeLessThanOrEqual(truth + 4.5 * lowSe);
        expect(high).toBeGreaterThanOrEqual(truth - 4.5 * highSe);
        if (among === null) widths.push(high - low);
      }
    }
    expect(widths[1]).toBeLessThan(widths[0]!);
    expect(widths[2]).toBeLessThan(widths[0]!);
    expect(widths[3]).toBeLessThan(Math.min(widths[1]!, widths[2]!));
    // Manski and Pepper: with both the upper end is the difference of the observed means at most.
    const seen = (value: number): number => {
      const those = [...x.keys()].filter((r) => x[r] === value);
      return those.reduce((sum, r) => sum + units.outcome.values[r]!, 0) / those.length;
    };
    const both = bounds({ ...free, response: 1, selection: 1 });
    expect(both.low).toBe(0);
    expect(both.high).toBeLessThanOrEqual(seen(2) - seen(0) + 1e-12);
  });

  test('standard errors are those of many samples', () => {
    const assumed: OutcomeAssumptions = { ...free, selection: 1 };
    const many = Array.from({ length: 80 }, () => {
      const picked = Array.from({ length: 300 }, () => Math.floor(random() * rows));
      const part = (values: Float64Array): Float64Array => Float64Array.from(picked, (r) => values[r]!);
      return bounds(assumed, {
        ...units,
        rows: 300,
        outcome: { ...units.outcome, values: part(units.outcome.values) },
        exposure: { ...units.exposure, values: part(x) },
      });
    });
    for (const [end, se] of [
      ['low', 'lowSe'],
      ['high', 'highSe'],
    ] as const) {
      const mean = many.reduce((sum, b) => sum + b[end], 0) / many.length;
      const spread = Math.sqrt(many.reduce((sum, b) => sum + (b[end] - mean) ** 2, 0) / (many.length - 1));
      const said = Math.sqrt(many.reduce((sum, b) => sum + b[se] ** 2, 0) / many.length);
      expect(Math.abs(Math.log(said / spread))).toBeLessThan(4.5 / Math.sqrt(2 * (many.length - 1)));
    }
  });

  test('an arm without units has no bounds', () => {
    expect(manskiBounds({ ...units, arms: [{ sign: 1, value: 7 }] }, free)).toBeNull();
  });
});
