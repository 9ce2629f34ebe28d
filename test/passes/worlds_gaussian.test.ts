/** Random linear-Gaussian models, interventions, worlds and evidence against conditioning of the multivariate normal. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logEvidence } from '../../src/inference/statistics/weights.js';
import { sweep } from '../sweep.js';
import { type GaussianQuestion, gaussianQuestions } from './gaussian_scm.js';
import { expectSameMeaning, expectSound, planOf, runPlan } from './small_programs.js';

const samples = 8192;

const counts = { answered: 0, refused: 0 };

/** Fails unless mean and log evidence are within five standard errors. What no single noise explains is refused, and counted. */
function expectAnswer({ text, mean, deviation, logEvidence: wanted }: GaussianQuestion, seed: string): void {
  const plan = planOf(text);
  if (!('program' in plan)) {
    if (plan.every((problem) => problem.startsWith('E0491'))) {
      counts.refused += 1;
      return;
    }
    return expect.fail(`${plan.join('\n')}\n${text}`);
  }
  counts.answered += 1;
  expectSound(plan, text);
  expectSameMeaning(plan, text);
  const run = runPlan(plan, samples, seed);
  const [column] = run.targets[0] ?? [];
  if (column === undefined) return expect.fail(`no answer\n${text}`);
  if (run.ess < 100) return;
  let sum = 0;
  let all = 0;
  for (const [i, weight] of run.weights.relative.entries()) {
    if (weight === 0) continue;
    all += weight;
    sum += weight * column.values[i]!;
  }
  const error = deviation / Math.sqrt(run.ess);
  expect(Math.abs(sum / all - mean), `${sum / all}, exact ${mean}, ess ${run.ess}\n${text}`).toBeLessThan(
    6 * error + 1e-7,
  );
  const evidence = logEvidence(run.weights);
  expect(Math.abs(evidence.value - wanted), `log evidence ${evidence.value}, exact ${wanted}\n${text}`).toBeLessThan(
    6 * evidence.se + 1e-7,
  );
}

describe('random linear-Gaussian models', () => {
  test('answers are those of the multivariate normal', () => {
    fc.assert(
      fc.property(gaussianQuestions, (question) => expectAnswer(question, '1')),
      { numRuns: Number(process.env.RUNS ?? sweep(60, 150)), seed: Number(process.env.SEED ?? 1) },
    );
    expect(counts.answered).toBeGreaterThan(3 * counts.refused);
  }, 120_000);
});
