/** Exact answers of programs given as text. */
import { expect } from 'vitest';
import type { Solved } from '../../../src/exact/solver.js';
import { meanOf } from '../../../src/exact/summary.js';
import { planOf } from '../../passes/small_programs.js';

/** The solution of a program's first query by the discrete solver. */
export function solved(text: string): Solved {
  const plan = planOf(text);
  if (!('program' in plan)) expect.fail(plan.join('\n'));
  const { exact } = plan;
  if (exact === null) expect.fail(`not exact: ${plan.reason}`);
  expect(exact.solver).toBe('discrete');
  return exact.solved;
}

/** The mean of the first target. */
export const answer = (text: string): number => meanOf(solved(text).marginal(0));

/** Why a program's first query has no exact answer. */
export function reasonOf(text: string): string {
  const plan = planOf(text);
  if (!('program' in plan)) expect.fail(plan.join('\n'));
  expect(plan.exact).toBeNull();
  return plan.reason;
}

/** The probabilities of the first target's values, in order. */
export function probabilities(text: string): readonly number[] {
  const law = solved(text).marginal(0);
  if (law.kind !== 'atoms') expect.fail(law.kind);
  return [...law.probabilities];
}
