/** Densities taken apart in front of loops: the same weights, dimensions and faults to the bit, in all engines. */
import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import type { BlockResult, Engine } from '../../src/ir/engine.js';
import { isFault } from '../../src/ir/faults.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Program } from '../../src/ir/ir.js';
import { withDensityParts } from '../../src/passes/density_parts.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { expectVerified, planOf } from './small_programs.js';
import { countOf, instructionsOf } from './structure.js';

const limits = { steps: 1e7, depth: 1000, elements: 1e7 };

function run(engine: Engine, program: Program): Pick<BlockResult, 'logWeight' | 'dimension' | 'columns'> | string {
  try {
    const kernel = engine(program, 'main', { layout: 'addressed', key: keyFromSeed('parts'), limits, externs: {} });
    const { logWeight, dimension, columns } = kernel.runBlock(0, 12);
    return { logWeight, dimension, columns };
  } catch (thrown) {
    if (isFault(thrown)) return thrown.code;
    throw thrown;
  }
}

/** The program of a text as the passes before leave it. */
function planned(body: string): Program {
  const text = `const y = [${Array.from({ length: 90 }, (_, i) => (3 * Math.sin(i * i)).toFixed(3)).join(', ')}]
model M {
  mu ~ cauchy(0, 2)
  tau ~ half_cauchy(2)
  df ~ gamma(3, 1)
  for i in 0..90 { ${body} }
}
query q = E(mu) in M using importance(samples = 100)`;
  const plan = planOf(text, new Set(['density_parts', 'statistics']));
  if (!('program' in plan)) throw new Error(plan.join('\n'));
  return plan.program;
}

function expectSame(body: string): { readonly before: Program; readonly after: Program } {
  const before = planned(body);
  const after = withDensityParts(before, 'main');
  expectVerified(after, body);
  const wanted = run(interpret, before);
  for (const engine of [interpret, javascript]) expect(run(engine, after)).toEqual(wanted);
  return { before, after };
}

describe('densities in loops', () => {
  test.each([
    ['a normal on a mean of each row', 'observe y[i] ~ normal(exp(mu * y[i]), tau)'],
    ["Student's t, whose constant is a call", 'observe y[i] ~ student_t(df, mu * y[i], tau)'],
    ['in a branch', 'if y[i] > mu { observe y[i] ~ student_t(df, mu, tau) }'],
    ['on draws of each row', 'x[i] ~ normal(mu, tau)\n observe y[i] ~ student_t(df, x[i], tau)'],
  ])('%s', (_, body) => {
    const { after } = expectSame(body);
    const [loop] = instructionsOf(after).filter((i) => i.kind === 'for');
    expect(countOf(after, 'call')).toBeGreaterThan(0);
    expect(loop?.kind === 'for' && loop.body.body.some((i) => i.kind === 'call')).toBe(false);
  });

  test('where no parameter is from outside, or it is no work, nothing is done', () => {
    for (const body of [
      'observe y[i] ~ normal(mu, tau * (1 + y[i]^2))',
      'observe exp(y[i]) ~ exponential(exp(y[i]))',
    ]) {
      const { before, after } = expectSame(body);
      expect(after).toBe(before);
    }
  });

  test('the faults of parameters are those of the score', () => {
    for (const [body, code] of [
      ['observe y[i] ~ student_t(df, mu * y[i], mu)', 'E0601'],
      ['observe y[i] ~ student_t(mu, mu * y[i], tau)', 'E0601'],
      ['observe y[i] ~ student_t(df, log(mu) * y[i], tau)', 'E0604'],
    ] as const) {
      const { before, after } = expectSame(body);
      expect(after).not.toBe(before);
      expect(run(interpret, after)).toBe(code);
    }
  });
});
