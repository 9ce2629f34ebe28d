/** Random discrete models, interventions, worlds and evidence against enumeration of the noise. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sweep } from '../sweep.js';
import { type DiscreteQuestion, discreteQuestions } from './discrete_scm.js';
import { expectSameMeaning, expectSound, planOf, runPlan } from './small_programs.js';

const samples = 4096;

/** Fails unless the answer is within five standard errors; events so rare that none is drawn get the tail of a Poisson law. */
function expectAnswer({ text, exact }: DiscreteQuestion, seed: string): void {
  const plan = planOf(text);
  if (!('program' in plan)) return expect.fail(`${plan.join('\n')}\n${text}`);
  expectSound(plan, text);
  expectSameMeaning(plan, text);
  const run = runPlan(plan, samples, seed);
  const [column] = run.targets[0] ?? [];
  if (column === undefined) return expect.fail(`no answer\n${text}`);
  let sum = 0;
  let all = 0;
  for (const [i, weight] of run.weights.relative.entries()) {
    if (weight === 0) continue;
    all += weight;
    sum += weight * column.values[i]!;
  }
  const error = Math.sqrt((exact * (1 - exact)) / run.ess);
  expect(Math.abs(sum / all - exact), `${sum / all}, exact ${exact}, ess ${run.ess}\n${text}`).toBeLessThan(
    5 * error + 12 / run.ess + 1e-9,
  );
}

describe('random discrete models', () => {
  test('answers are those of the enumerated noise', () => {
    fc.assert(
      fc.property(discreteQuestions, (question) => expectAnswer(question, '1')),
      { numRuns: Number(process.env.RUNS ?? sweep(60, 150)), seed: Number(process.env.SEED ?? 1) },
    );
  }, 120_000);
});
