import { effectiveSampleSize, weightsOf } from '../inference/statistics/weights.js';
import { defaultLimits } from '../ir/engine.js';
import { isFault } from '../ir/faults.js';
import { mainName } from '../passes/assemble.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import { engines } from './engines.js';
import type { Plan } from './plan.js';

/** What a run is expected to take. */
export type Estimate = { readonly draws: number; readonly seconds: number };

/** Draws of a pilot: many where a draw is cheap, few where its loops are long or of unknown length. */
const cheapPilot = 1024;
const dearPilot = 32;
const dearOperations = 1e4;

/** Draws that a run without a given number makes at first, before it doubles. */
const firstDraws = 10_240;
/**
 * Rough costs on a machine of today, in seconds: compiling a question, an operation, a step of a loop, keeping a draw, sorting and
 * summing up a column of a posterior.
 */
const cost = { compile: 0.1, operation: 2e-9, step: 1.2e-8, draw: 1.5e-7, column: 1.2e-7 };

/**
 * Estimates what a plan's run will take, from a few draws of it: steps of loops whose length is random, and how many draws the evidence
 * will make necessary. Null where the pilot itself fails; the run will then say why.
 */
export function estimateRun(plan: Plan): Estimate | null {
  const { operations, exact } = plan.facts.cost;
  const count = exact && operations < dearOperations ? cheapPilot : dearPilot;
  try {
    const options = {
      layout: plan.layout.layout,
      key: keyFromSeed('pilot'),
      limits: { ...defaultLimits, steps: 1e7 },
      externs: {},
    };
    const { logWeight, steps } = engines.javascript(plan.program, mainName, options).runBlock(0, count);
    const stepsPerDraw = steps / count;
    const share = Math.max(1 / count, effectiveSampleSize(weightsOf(logWeight)) / count);
    const doublings = Math.max(0, Math.ceil(Math.log2(1 / share)));
    const { samples } = plan.options;
    const draws = typeof samples === 'number' ? samples : firstDraws * 2 ** doublings;
    const columns = plan.form.form === 'posterior' ? plan.outputs.length : 0;
    const perDraw =
      cost.draw +
      columns * cost.column +
      stepsPerDraw * cost.step +
      (exact ? operations : Math.min(operations, plan.size)) * cost.operation;
    return { draws, seconds: cost.compile + draws * perDraw };
  } catch (thrown) {
    if (isFault(thrown)) return null;
    throw thrown;
  }
}
