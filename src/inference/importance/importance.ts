/**
 * Importance sampling from the prior with the evidence as weights: likelihood weighting (Fung and Chang 1990; Koller and Friedman 2009,
 * section 12.3.1). Draws are independent, so blocks of them may be run in any order.
 */

import { firstDraws, grownDraws, newDraws } from '../../ir/draws.js';
import { blockSize, type Draws } from '../../ir/engine.js';
import type { Constant } from '../../ir/ir.js';
import type { Backend, Posterior, Progress, Task } from '../backend.js';
import { effectiveSampleSize, weightsOf } from '../statistics/weights.js';

/** Blocks of the first round where no number of samples is given: 10,240 draws. */
const firstBlocks = 10;
/** Elementary operations after which no further doubling is begun. */
const budget = 2e9;
/** Blocks are run several at a time, as long as that takes less than this many milliseconds. */
const quick = 10;
const mostBlocks = 64;
/** Draws none of which agrees with the evidence before that is taken for an answer. */
const hopelessDraws = 2_000_000;
/** A loop iteration counts as this many elementary operations. */
const operationsPerStep = 4;

export const importance: Backend = {
  name: 'importance',
  summary: 'Draws from the prior, weighted by the evidence; good where the evidence is not too surprising.',
  options: [
    {
      name: 'samples',
      meaning:
        'number of draws; left out, it doubles from 10,240 until every standard error is under 1 % of its standard deviation',
      default: null,
      accepts: (n) => Number.isInteger(n) && n > 0,
    },
  ],
  suits: ({ approximate }) =>
    approximate ? "approximate evidence ('~=') needs a likelihood-free method such as abc" : null,
  run,
};

function* run(task: Task): Generator<Progress, Posterior, 'time' | 'abort' | undefined> {
  const fixed = task.options.samples ?? null;
  let most = affordable(task, 8 * (task.outputs.length + 2));
  let target = Math.min(fixed ?? firstBlocks * blockSize, most);
  let draws = newDraws(task.outputs, target);
  let count = 0;
  let steps = 0;
  let unaligned = 0;
  let pace = 1;
  const posterior = (stopped: Posterior['stopped'], converged: boolean): Posterior =>
    read(count === target ? draws : firstDraws(draws, count), { steps, unaligned, stopped, converged });

  for (;;) {
    while (count < target) {
      const to = Math.min(count + pace * blockSize, target);
      const started = performance.now();
      const counts = task.kernel.fill(draws, count, to);
      if (performance.now() - started < quick && pace < mostBlocks) pace *= 2;
      if (count === 0) most = affordable(task, bytesPerDraw(draws, to));
      count = to;
      steps += counts.steps;
      unaligned += counts.unaligned;
      const stop = yield { draws: count, total: fixed, ess: null };
      if (stop !== undefined && count < target) return posterior(stop, false);
      if (count >= most && count < target) return posterior('memory', false);
    }
    if (fixed !== null && target < fixed) return posterior('memory', false);
    const so = posterior(null, true);
    if (fixed !== null || task.accurate(so)) return so;
    const operations = count * task.size + steps * operationsPerStep;
    const hopeless = count >= hopelessDraws && so.logWeights.every((w) => w === Number.NEGATIVE_INFINITY);
    if (hopeless || operations * 2 > budget || target * 3 > most) return { ...so, converged: false };
    const stop = yield { draws: count, total: null, ess: effectiveSampleSize(weightsOf(so.logWeights)) };
    if (stop !== undefined) return posterior(stop, false);
    target *= 2;
    draws = grownDraws(draws, task.outputs, target);
  }
}

/** Draws of a higher dimension than the lowest that has weight lose theirs: against an atom a density is nothing. */
function read(draws: Draws, rest: Omit<Posterior, 'logWeights' | 'columns'>): Posterior {
  const { logWeight, dimension } = draws;
  const range = new Float64Array([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  for (let from = 0; from < logWeight.length; from += blockSize) {
    widenRange(logWeight, dimension, from, Math.min(logWeight.length, from + blockSize), range);
  }
  const [lowest = 0, highest = 0] = range;
  if (highest > lowest) {
    for (let i = 0; i < logWeight.length; i++) if (dimension[i]! > lowest) logWeight[i] = Number.NEGATIVE_INFINITY;
  }
  return { logWeights: logWeight, columns: draws.columns, ...rest };
}

/** The lowest and the highest dimension of draws that have weight. */
function widenRange(
  logWeight: Float64Array,
  dimension: Float64Array,
  from: number,
  to: number,
  range: Float64Array,
): void {
  let lowest = range[0]!;
  let highest = range[1]!;
  for (let i = from; i < to; i++) {
    if (logWeight[i] === Number.NEGATIVE_INFINITY) continue;
    const d = dimension[i]!;
    if (d < lowest) lowest = d;
    if (d > highest) highest = d;
  }
  range[0] = lowest;
  range[1] = highest;
}

/** How many draws the memory limit has room for. */
const affordable = (task: Task, bytes: number): number =>
  Math.max(1, Math.floor(task.memoryLimit / bytes / blockSize)) * blockSize;

/** What a draw takes, whole values included, on the average of the first ones. */
function bytesPerDraw(draws: Draws, count: number): number {
  let bytes = 8 * 2;
  for (const column of draws.columns) {
    if (column instanceof Float64Array) bytes += 8;
    else bytes += column.slice(0, count).reduce<number>((sum, value) => sum + bytesOf(value), 0) / count;
  }
  return bytes;
}

/** An array of numbers has about 100 bytes of its own; every other value a word and its parts. */
function bytesOf(value: Constant): number {
  if (value instanceof Float64Array) return 100 + 8 * value.length;
  if (typeof value === 'number' || typeof value === 'string') return 16;
  return value.reduce<number>((sum, part) => sum + bytesOf(part), 32);
}
