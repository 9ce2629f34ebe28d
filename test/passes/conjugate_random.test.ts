/** Random conjugate programs: weights and means before and after the pass agree, and the weights have lost noise. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { verify } from '../../src/ir/verify.js';
import { conjugatePrograms } from './conjugate_pairs.js';
import { estimates, rewritten, runs } from './conjugate_program.js';

const draws = 3072;

test.prop({ text: conjugatePrograms }, { numRuns: 24, seed: 3 })(
  'keep their distribution',
  ({ text }) => {
    const { before, program, drawn } = rewritten(text);
    expect(verify(program)).toEqual([]);
    expect(drawn).toContain('t');
    const wanted = estimates(runs(before, draws, 'before'));
    const found = estimates(runs(program, draws, 'after'));
    // Where few draws from the prior carry all weight, their own estimate of the error is worth nothing.
    fc.pre(wanted.seOfLog < 0.05);
    expect(found.seOfLog, text).toBeLessThanOrEqual(wanted.seOfLog);
    expect(Math.abs(found.logEvidence - wanted.logEvidence), text).toBeLessThan(
      5 * Math.hypot(found.seOfLog, wanted.seOfLog) + 1e-9,
    );
    expect(Math.abs(found.mean - wanted.mean), text).toBeLessThan(5 * Math.hypot(found.se, wanted.se));
  },
  120_000,
);
