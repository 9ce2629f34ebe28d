import { effectiveSampleSize, weightsOf } from '../inference/statistics/weights.js';
import { type BlockResult, defaultLimits } from '../ir/engine.js';
import { isFault } from '../ir/faults.js';
import { some } from '../ir/walk.js';
import { mainName } from '../passes/assemble.js';
import { keyFromSeed } from '../runtime/random/seed.js';
import { particlesOf } from './choose_engine.js';
import { engines } from './engines.js';
import type { Plan } from './plan.js';
import { asksForDraws } from './run_form.js';

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

/** Operations that a pilot may take before it is not worth its while. */
const pilotBudget = 2e7;

/** What a pilot runs. */
type Piloted = Pick<Plan, 'program' | 'facts' | 'layout'>;

/** The first draws of a program, on noise of their own; null where they fail or call on the host. */
function pilot({ program, layout }: Piloted, count: number): BlockResult | null {
  const options = {
    layout: layout.layout,
    key: keyFromSeed('pilot'),
    limits: { ...defaultLimits, steps: 1e7 },
    externs: {},
  };
  try {
    return engines.js(program, mainName, options).runBlock(0, count);
  } catch (thrown) {
    if (isFault(thrown)) return null;
    throw thrown;
  }
}

/**
 * The effective share of draws from the prior, by a pilot. Null where nothing but conditions weighs them, since a rare event is best waited
 * for; where a pilot would be dear; and where it fails: the run will then say why.
 */
export function pilotShare(piloted: Piloted): number | null {
  const { program, facts } = piloted;
  const { functions } = program;
  const calls = Object.values(functions).some(({ body }) => some(body, (i) => i.kind === 'extern'));
  const weighed = Object.values(functions).some(({ body }) =>
    some(body, (i) => i.kind === 'score' || i.kind === 'factor'),
  );
  const { operations, exact } = facts.cost;
  const count = exact && operations < dearOperations ? cheapPilot : dearPilot;
  if (calls || !weighed || count * operations > pilotBudget) return null;
  const found = pilot(piloted, count);
  if (found === null) return null;
  return effectiveSampleSize(weightsOf(found.logWeight)) / count;
}

/**
 * Estimates what a plan's run will take, from a few draws of it: steps of loops whose length is random, and how many draws the evidence
 * will make necessary. Null where the pilot itself fails; the run will then say why.
 */
export function estimateRun(plan: Plan): Estimate | null {
  const { operations, exact } = plan.facts.cost;
  const count = exact && operations < dearOperations ? cheapPilot : dearPilot;
  const found = pilot(plan, count);
  if (found === null) return null;
  const { logWeight, steps } = found;
  const stepsPerDraw = steps / count;
  const share = Math.max(1 / count, effectiveSampleSize(weightsOf(logWeight)) / count);
  const doublings = Math.max(0, Math.ceil(Math.log2(1 / share)));
  const { samples, simulations, particles } = plan.options;
  const fixed = [plan.method.settledRuns?.(plan.options), samples, simulations].find((n) => typeof n === 'number');
  // Filters are given their particles whatever the evidence, and are run again for each step of a chain.
  const filtered = particles === undefined || plan.comparison !== null ? null : particlesOf(plan).least;
  const draws = typeof fixed === 'number' ? fixed : (filtered ?? firstDraws * 2 ** doublings);
  const columns = asksForDraws(plan.form.form) ? plan.outputs.length : 0;
  const perDraw =
    cost.draw +
    columns * cost.column +
    stepsPerDraw * cost.step +
    (exact ? operations : Math.min(operations, plan.size)) * cost.operation;
  return { draws, seconds: cost.compile + Math.max(draws, filtered ?? 0) * perDraw };
}
