/** Moves chains on side by side, job by job, until there are as many draws as are wanted. */

import { mainName } from '../../passes/assemble.js';
import { operationsPerStep } from '../../passes/cost.js';
import type { Job, Stop } from '../../runtime/jobs.js';
import type { Course, Finding, Posterior, Progress, Task } from '../backend.js';
import { watched } from '../witness.js';
import { newChains } from './chains.js';
import type { ChainInput, ChainOutput } from './sweeps.js';

/** How chains are run. */
type ChainPlan = {
  readonly chains: number;
  /** Sweeps of each chain before its first draw. */
  readonly warmup: number;
  /** Rough number of elementary operations of a run, without its loops. */
  readonly costOfRun: number;
  /** Sweeps of the first jobs, which tell how long a sweep takes. */
  readonly firstSweeps: number;
  /** Draws of the first round where no number of samples is given, of all chains together. */
  readonly firstDraws: number;
};

/** Elementary operations after which the number of draws is not doubled any more. */
const budget = 5e8;
/** Elementary operations of a job, about: some hundredths of a second, more where filters have few particles. */
const operationsOfJob = 2e7;
/** Sweeps of a job at most. */
const mostSweeps = 100_000;

/**
 * Runs the chains of a task. What a job is to do hangs on counted operations alone and never on time, so that the same draws come of any
 * number of workers, and of a run that was interrupted.
 */
export function* advance<Setup, State>(
  task: Task,
  job: Job<Setup, ChainInput<State>, ChainOutput<State>>,
  setup: Setup,
  { chains: number, warmup, costOfRun, firstSweeps, firstDraws }: ChainPlan,
): Generator<Progress, Posterior, Stop> {
  const crew = task.pool.open(job, setup);
  const chains = newChains<State>(task.outputs, number);
  const fixed = typeof task.options.samples === 'number' ? task.options.samples : null;
  let target = fixed ?? firstDraws;
  let sweeps = firstSweeps;
  let measured = false;
  let cost = 0;
  const progress = (): Progress => ({
    draws: chains.draws(),
    total: fixed,
    ess: null,
    acceptance: chains.acceptance(),
    bytes: chains.answering(),
  });
  const found = (stopped: Course['stopped'], converged: boolean): Posterior => chains.found(stopped, converged);
  for (;;) {
    // The draws are dealt out to the chains in turn.
    const wanted = (chain: number): number => warmup + Math.max(0, Math.ceil((target - chain) / number));
    for (;;) {
      const inputs = Array.from({ length: number }, (_, chain) => ({
        chain,
        state: chains.state(chain),
        sweeps: Math.min(sweeps, wanted(chain) - chains.sweeps(chain)),
      })).filter((input) => input.sweeps > 0);
      if (inputs.length === 0) break;
      const work = crew.run(inputs);
      let step = work.next();
      let stop: Stop;
      while (step.done !== true) {
        stop = yield progress();
        step = work.next(stop);
      }
      for (const [i, output] of step.value.entries()) {
        const input = inputs[i]!;
        chains.add(input.chain, input.sweeps, output);
        cost += output.runs * costOfRun + output.steps * operationsPerStep;
      }
      if (chains.homeless()) return { ...found(null, true), findings: [nowhere(task)] };
      if (stop !== undefined && step.value.length < inputs.length) return found(stop, false);
      if (!measured) sweeps = sweepsOfJob(cost / (firstSweeps * number));
      measured = true;
      stop = yield progress();
      if (stop !== undefined && chains.draws() < target) return found(stop, false);
      if (chains.bytes() > task.memoryLimit) return found('memory', false);
    }
    const so = found(null, true);
    if (fixed !== null || task.accurate(so)) return so;
    if (2 * cost > budget || 2 * chains.bytes() > task.memoryLimit) return { ...so, converged: false };
    const stop = yield progress();
    if (stop !== undefined) return found(stop, false);
    target *= 2;
  }
}

const sweepsOfJob = (operations: number): number =>
  Math.min(mostSweeps, Math.max(1, Math.floor(operationsOfJob / Math.max(1, operations))));

/** Runs from the prior that are watched for where they fail. */
const watchedRuns = 256;

/** Says which line keeps chains from starting. */
function nowhere({ program, kernelOptions, engine }: Task): Finding {
  const { program: seen, externs, place } = watched(program, kernelOptions.externs);
  engine(seen, mainName, { ...kernelOptions, externs }).runBlock(0, watchedRuns);
  return {
    code: 'E0610',
    message: 'A chain found no start: no run from the prior agrees with the evidence, and most fail here.',
    hint: 'check the evidence, weaken it, or ask smc, which meets it line by line',
    at: place(),
  };
}
