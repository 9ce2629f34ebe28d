/** Sensitivity figures against published ones. */
import { expect, test } from 'vitest';
import { eValueOf, eValues } from '../../../src/causal/refute/e_value.js';
import { robustnessOf } from '../../../src/causal/refute/robustness.js';
import { biasNeeded, greatestP } from '../../../src/causal/refute/rosenbaum.js';
import { cases } from '../cases.js';

const expected = (id: string): Readonly<Record<string, number>> => {
  const found = cases.find((c) => c.id === id)?.expected;
  if (typeof found !== 'object' || found === null) throw new Error(`no case ${id}`);
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, Number(value)]));
};

test('E-values (VanderWeele and Ding 2017)', () => {
  const wanted = expected('num-evalue');
  const found = eValues({ value: 3.9, low: 1.8, high: 8.4 });
  expect(found.estimate).toBeCloseTo(wanted['E-value']!, 10);
  expect(found.interval).toBeCloseTo(wanted['E-value_CI']!, 10);
  expect(eValueOf(10.73)).toBeCloseTo(wanted['RR=10.73 (smoking/lung cancer, Hammond-Horn)']!, 10);
  expect(eValueOf(8.02)).toBeCloseTo(wanted['CI 8.02']!, 10);
  // A protective exposure is turned round, and an interval that holds 1 needs no hidden cause.
  expect(eValueOf(1 / 3.9)).toBeCloseTo(wanted['E-value']!, 10);
  expect(eValues({ value: 0.8, low: 0.6, high: 1.1 }).interval).toBe(1);
  expect(eValues({ value: 0.5, low: 0.4, high: 0.625 }).interval).toBeCloseTo(1.6 + Math.sqrt(1.6 * 0.6), 12);
});

test('robustness values (Cinelli and Hazlett 2020, Darfur)', () => {
  const wanted = expected('num-rv');
  const found = robustnessOf(4.18445, 783);
  expect(found.partial).toBeCloseTo(wanted.partial_R2!, 9);
  expect(found.value).toBeCloseTo(wanted.RV_q1!, 9);
  expect(found.significance).toBeCloseTo(wanted.RV_q1_alpha05!, 8);
  expect(robustnessOf(-4.18445, 783)).toEqual(found);
  expect(robustnessOf(1, 783).significance).toBe(0);
});

test("Rosenbaum's bounds: smoking and lung cancer, 122 pairs of which only one died", () => {
  // Rosenbaum, Observational Studies (2002), table 4.1, on Hammond (1964): in 110 of the 122 pairs the smoker.
  const differences = Array.from({ length: 122 }, (_, k) => (k < 110 ? 1 : -1));
  expect(greatestP(differences, 1)).toBeLessThan(0.0001);
  expect(greatestP(differences, 3)).toBeLessThan(0.0001);
  // The book's figures are of the normal limit with a correction, which lies above the exact ones.
  for (const [gamma, printed] of [
    [4, 0.0036],
    [5, 0.03],
    [6, 0.1],
  ] as const) {
    expect(greatestP(differences, gamma)).toBeLessThan(printed);
    expect(greatestP(differences, gamma)).toBeGreaterThan(printed / 2);
  }
  const gamma = biasNeeded(differences);
  expect(greatestP(differences, gamma - 1e-6)).toBeLessThanOrEqual(0.05);
  expect(greatestP(differences, gamma + 1e-6)).toBeGreaterThan(0.05);
});

test("Rosenbaum's bounds: signed ranks against a count of all signs", () => {
  const differences = [3, -1, 4, 2, 5, -2.5, 6, 7, 1.5, 8, 9, 10];
  const ranked = [...differences].map(Math.abs).sort((a, b) => a - b);
  const ranks = differences.map((d) => ranked.indexOf(Math.abs(d)) + 1);
  const seen = differences.reduce((sum, d, k) => (d > 0 ? sum + ranks[k]! : sum), 0);
  for (const gamma of [1, 2]) {
    const p = gamma / (1 + gamma);
    let tail = 0;
    for (let signs = 0; signs < 2 ** 12; signs++) {
      let [sum, weight] = [0, 1];
      for (let k = 0; k < 12; k++) {
        const plus = (signs >> k) & 1;
        sum += plus * ranks[k]!;
        weight *= plus === 1 ? p : 1 - p;
      }
      if (sum >= seen) tail += weight;
    }
    // The normal limit with 12 pairs.
    expect(Math.abs(greatestP(differences, gamma) - tail)).toBeLessThan(0.01);
  }
  expect(biasNeeded([1, -1, 2, -2, 3, -3])).toBe(1);
});
