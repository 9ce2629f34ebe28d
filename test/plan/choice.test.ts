/** `argmax`, `argmin` and arithmetic on common random numbers. */
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/report/answer.js';
import { ask as askText } from '../models/programs.js';

const model = `
enum Drug { A, B }
model M {
  base ~ normal(0, 1)
  dose := 0.0
  drug ~ categorical(Drug, [0.5, 0.5])
  y ~ normal(base + dose, 1)
  z ~ exponential(1 + dose)
  cured ~ bernoulli(if drug == A then 0.3 else 0.6)
}
`;

const ask = (query: string, samples = 2000): Promise<Answer> =>
  askText(`${model}query q = ${query}`, { samples, method: 'importance' });

describe('common random numbers', () => {
  test('noise that two forms share cancels in their difference', async () => {
    const difference = await ask('E(y | do(dose = 1)) - E(y | do(dose = 0))');
    expect(difference.value).toBeCloseTo(1, 9);
    expect(difference.se).toBe(0);
  });

  test('what is left of the errors is that of the difference', async () => {
    const difference = await ask('E(z | do(dose = 1)) - E(z | do(dose = 0))', 20_000);
    // z = e / (1 + dose): the difference is -e/2, of standard deviation 1/2.
    expect(difference.se).toBeCloseTo(0.5 / Math.sqrt(20_000), 3);
    expect(Math.abs(Number(difference.value) + 0.5)).toBeLessThan(5 * Number(difference.se));
    const sum = await ask('E(z | do(dose = 1)) + E(z | do(dose = 0))', 20_000);
    expect(sum.se).toBeCloseTo(1.5 / Math.sqrt(20_000), 3);
  });
});

describe('argmax and argmin', () => {
  test('score every candidate and take the best', async () => {
    const best = await ask('argmax d in [0.0, 0.5, 2.0, 1.0] of E(y | do(dose = d)) - 0.1 * d');
    expect(best).toMatchObject({ kind: 'choice', value: 2, se: 0 });
    expect(best.distribution?.map((m) => m.value)).toEqual([0, 0.5, 2, 1]);
  });

  test('choose among labels and bools', async () => {
    expect((await ask('argmax d in [A, B] of P(cured | do(drug = d))')).value).toBe('B');
    expect((await ask('argmin b in [true, false] of E(y | do(dose = if b then 1 else 0))')).value).toBe(false);
    expect((await ask('argmin b in bool of E(y | do(dose = if b then 1 else 0))')).value).toBe(false);
  });

  test('go through every combination of several variables, later ones may depend on earlier ones', async () => {
    const best = await ask('argmax i in 0..3, j in i..3 of E(y | do(dose = i)) + 0.25 * j');
    expect(best.value).toBe('(2, 2)');
    expect(best.distribution).toHaveLength(6);
  });

  test('say when the lead is within the error', async () => {
    const close = await ask('argmax d in [0.0, 0.0001] of E(z | do(dose = 0)) + d * E(base)');
    expect(close.warnings.map((w) => w.code)).toContain('W0608');
  });

  test('a variable comes before a node of its name', async () => {
    expect((await ask('argmax base in [1.0, 2.0] of base * E(y | do(dose = 1))')).value).toBe(2);
  });

  test('candidates must be known and their score a number', async () => {
    expect((await ask('argmax d in [0.0, 1.0] of log(0 - 1 - d) * E(y)')).error?.code).toBe('E0492');
    expect((await ask('argmax d in 0..100000 of E(y | do(dose = d))')).error?.code).toBe('E0492');
  });
});
