/**
 * Importance sampling from the prior with the evidence as weights: likelihood weighting (Fung and Chang 1990; Koller and Friedman 2009,
 * section 12.3.1). Draws are independent, so blocks of them may be run in any order.
 */
import type { Backend, Posterior, Progress, Task } from '../backend.js';
import { joinColumn } from '../blocks.js';
import { type BlockResult, blockSize } from '../engine.js';
import { effectiveSampleSize, weightsOf } from '../statistics/weights.js';

/** Blocks of the first round where no number of samples is given: 10,240 draws. */
const firstBlocks = 10;
/** Elementary operations after which no further doubling is begun. */
const budget = 2e9;
/** Blocks are run several at a time, as long as that takes less than this many milliseconds. */
const quick = 10;
const mostBlocks = 64;
/** A loop iteration counts as this many elementary operations. */
const operationsPerStep = 4;

/** The method; see the top of this file. */
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
  const results: BlockResult[] = [];
  let target = fixed ?? firstBlocks * blockSize;
  let operations = 0;
  let bytes = 0;
  let draws = 0;
  let pace = 1;
  const posterior = (stopped: Posterior['stopped'], converged: boolean): Posterior =>
    collect(task, results, stopped, converged);

  for (;;) {
    while (draws < target) {
      const count = Math.min(pace * blockSize, target - draws);
      const started = performance.now();
      const result = task.kernel.runBlock(draws / blockSize, count);
      if (performance.now() - started < quick && pace < mostBlocks) pace *= 2;
      results.push(result);
      draws += count;
      operations += count * task.size + result.steps * operationsPerStep;
      bytes += count * 8 * (task.outputs.length + 2);
      if (bytes > task.memoryLimit) return posterior('memory', false);
      const stop = yield { draws, total: fixed, ess: null };
      if (stop !== undefined) return posterior(stop, false);
    }
    const so = posterior(null, true);
    if (fixed !== null || task.accurate(so)) return so;
    if (operations * 2 > budget || bytes * 3 > task.memoryLimit) return { ...so, converged: false };
    yield { draws, total: null, ess: effectiveSampleSize(weightsOf(so.logWeights)) };
    target *= 2;
  }
}

/** Puts the blocks together. Draws of a higher dimension than the lowest that has weight lose theirs: against an atom a density is nothing. */
function collect(
  task: Task,
  results: readonly BlockResult[],
  stopped: Posterior['stopped'],
  converged: boolean,
): Posterior {
  const count = results.reduce((n, r) => n + r.count, 0);
  const logWeights = new Float64Array(count);
  let offset = 0;
  const lowest = results.reduce((so, r) => Math.min(so, lowestDimension(r)), Number.POSITIVE_INFINITY);
  for (const result of results) {
    logWeights.set(result.logWeight, offset);
    for (let i = 0; i < result.count; i++)
      if (result.dimension[i]! > lowest) logWeights[offset + i] = Number.NEGATIVE_INFINITY;
    offset += result.count;
  }
  return {
    logWeights,
    columns: task.outputs.map((_, k) =>
      joinColumn(
        results.map((r) => r.columns[k] ?? []),
        count,
      ),
    ),
    unaligned: results.reduce((n, r) => n + r.unaligned, 0),
    steps: results.reduce((n, r) => n + r.steps, 0),
    stopped,
    converged,
  };
}

function lowestDimension({ count, logWeight, dimension }: BlockResult): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    if (dimension[i]! < lowest && logWeight[i] !== Number.NEGATIVE_INFINITY) lowest = dimension[i]!;
  }
  return lowest;
}
