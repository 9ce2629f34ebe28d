/** Markov chain Monte Carlo over the noise of a program: see `chain.ts` for the moves and why they are right. */
import { mainName } from '../../passes/assemble.js';
import { openableDraws, openNoise } from '../../passes/open_noise.js';
import type { Stop } from '../../runtime/jobs.js';
import type { Backend, Course, OptionValue, Posterior, Progress, Task } from '../backend.js';
import { newChains } from './chains.js';
import { type ChainOutput, type ChainSetup, chainJob } from './job.js';

/** Chains where no number is given. */
const usualChains = 4;
/** Sweeps that adapt where no number is given. */
const usualWarmup = 2000;
/** Draws of the first round where no number of samples is given, of all chains together. */
const firstDraws = 10_000;
/** Runs from the prior in which a chain finds a start, or it is said that there is none. */
const attempts = 100_000;
/** Elementary operations after which the number of draws is not doubled any more. */
const budget = 5e8;
/** Elementary operations of a job, about: some tenths of a second. */
const operationsOfJob = 1e8;
/** Sweeps of the first jobs, which tell how long a sweep takes. */
const firstSweeps = 50;
/** A loop iteration counts as this many elementary operations. */
const operationsPerStep = 4;

const isCount = (n: OptionValue): boolean => typeof n === 'number' && Number.isInteger(n) && n > 0;

export const mh: Backend = {
  name: 'mh',
  summary:
    'Markov chains over the noise of the model; good where the evidence says much, and the number of draws may vary.',
  options: [
    {
      name: 'samples',
      meaning: `number of draws of all chains together; left out, it doubles from ${firstDraws} until every standard error is under 1 % of its standard deviation`,
      default: null,
      accepts: isCount,
    },
    {
      name: 'warmup',
      meaning: 'sweeps of each chain before its first draw, in which proposals are adapted',
      default: usualWarmup,
      accepts: (n) => typeof n === 'number' && Number.isInteger(n) && n >= 0,
    },
    { name: 'chains', meaning: 'number of independent chains', default: usualChains, accepts: isCount },
    {
      name: 'scale',
      meaning: 'first steps of proposals in standard deviations of the prior; the warm-up changes them',
      default: 1,
      accepts: (scale) => typeof scale === 'number' && scale > 0,
    },
  ],
  opensNoise: true,
  suits: ({ approximate, evidence }) => {
    if (approximate) return "approximate evidence ('~=') needs a likelihood-free method such as abc";
    return evidence ? 'a Markov chain does not measure the evidence; ask importance or smc' : null;
  },
  run,
  runForMean: null,
};

/** A program whose draws outside of loops take their noise as parameters, and all that chains are started from. */
function setupOf({ program, kernelOptions, outputs, options }: Task): ChainSetup {
  const { layout: _, ...rest } = kernelOptions;
  const opened = openNoise(program, openableDraws(program));
  return {
    program: opened.program,
    main: mainName,
    opened: opened.noise.map(({ noise }) => noise),
    options: rest,
    outputs,
    warmup: Number(options.warmup),
    attempts,
    scale: Number(options.scale),
  };
}

function* run(task: Task): Generator<Progress, Posterior, Stop> {
  const { options } = task;
  const number = Number(options.chains);
  const setup = setupOf(task);
  const crew = task.pool.open(chainJob, setup);
  const chains = newChains(task.outputs, number);
  const fixed = typeof options.samples === 'number' ? options.samples : null;
  let target = fixed ?? firstDraws;
  let sweeps = firstSweeps;
  let cost = 0;
  const found = (stopped: Course['stopped'], converged: boolean): Posterior => chains.found(stopped, converged);
  for (;;) {
    // Draw i belongs to chain i modulo their number.
    const wanted = (chain: number): number => setup.warmup + Math.floor((target - chain - 1) / number) + 1;
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
        stop = yield progress(chains.draws(), chains.acceptance());
        step = work.next(stop);
      }
      step.value.forEach((output: ChainOutput, i) => {
        const input = inputs[i]!;
        chains.add(input.chain, input.sweeps, output);
        cost += output.runs * task.size + output.steps * operationsPerStep;
      });
      if (chains.homeless()) return found(null, true);
      if (stop !== undefined && step.value.length < inputs.length) return found(stop, false);
      if (sweeps === firstSweeps)
        sweeps = Math.min(
          100_000,
          Math.max(10, Math.floor((operationsOfJob * firstSweeps * number) / Math.max(1, cost))),
        );
      stop = yield progress(chains.draws(), chains.acceptance());
      if (stop !== undefined && chains.draws() < target) return found(stop, false);
      if (chains.bytes() > task.memoryLimit) return found('memory', false);
    }
    const so = found(null, true);
    if (fixed !== null || task.accurate(so)) return so;
    if (2 * cost > budget || 2 * chains.bytes() > task.memoryLimit) return { ...so, converged: false };
    const stop = yield progress(chains.draws(), chains.acceptance());
    if (stop !== undefined) return found(stop, false);
    target *= 2;
  }

  function progress(draws: number, acceptance: number | null): Progress {
    return { draws, total: fixed, ess: null, acceptance };
  }
}
