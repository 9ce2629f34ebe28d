/** Random discrete models in several worlds: the solver against enumeration of all noise. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanOf } from '../../../src/exact/summary.js';
import { discreteQuestions } from '../../passes/discrete_scm.js';
import { planOf } from '../../passes/small_programs.js';

const runs = 40;

test('random questions have their exact answers', () => {
  let solvedHere = 0;
  let asked = 0;
  fc.assert(
    fc.property(discreteQuestions, ({ text, exact, evidence }) => {
      const plan = planOf(text);
      if (!('program' in plan)) expect.fail(`${plan.join('\n')}\n${text}`);
      asked += 1;
      const { exact: found } = plan;
      if (found === null || found.solver !== 'discrete') return;
      solvedHere += 1;
      const answer = meanOf(found.solved.marginal(0));
      if (!(Math.abs(answer - exact) < 1e-11)) expect.fail(`${answer} is not ${exact}\n${text}`);
      const weight = Math.exp(found.solved.logEvidence);
      if (!(Math.abs(weight - evidence) < 1e-11)) expect.fail(`evidence ${weight} is not ${evidence}\n${text}`);
    }),
    { numRuns: runs, seed: 5 },
  );
  // Few programs are for other solvers.
  expect(solvedHere).toBeGreaterThan(0.8 * asked);
}, 300_000);
