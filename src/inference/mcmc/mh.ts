/** Markov chain Monte Carlo over the noise of a program: see `chain.ts` for the moves and why they are right. */
import { mainName } from '../../passes/assemble.js';
import { openableDraws, openNoise } from '../../passes/open_noise.js';
import type { Stop } from '../../runtime/jobs.js';
import type { Backend, Posterior, Progress, Task } from '../backend.js';
import { chainsOption, positive, samplesOfChains, warmupOption } from '../options.js';
import { advance } from './advance.js';
import { type ChainSetup, chainJob } from './job.js';

/** Chains where no number is given. */
const usualChains = 4;
/** Sweeps that adapt where no number is given. */
const usualWarmup = 2000;
/** Draws of the first round where no number of samples is given, of all chains together. */
const firstDraws = 10_000;
/** Runs from the prior in which a chain finds a start, or it is said that there is none; fewer where a run takes long. */
const attempts = { most: 100_000, fewest: 1000, operations: 5e8 } as const;

export const mh: Backend = {
  name: 'mh',
  summary:
    'Markov chains over the noise of the model; good where the evidence says much, and the number of draws may vary.',
  options: [
    samplesOfChains(firstDraws),
    warmupOption(usualWarmup),
    chainsOption(usualChains),
    {
      name: 'scale',
      meaning: 'first steps of proposals in standard deviations of the prior; the warm-up changes them',
      default: 1,
      ...positive,
    },
  ],
  opensNoise: true,
  weighsWhole: true,
  runs: 'traced',
  suits: ({ approximate, evidence }) => {
    if (approximate) return "approximate evidence ('~=') needs a likelihood-free method such as abc";
    return evidence ? 'a Markov chain does not measure the evidence; ask importance or smc' : null;
  },
  run: (task) => run(task),
  runForMean: null,
};

/** A program whose draws outside of loops take their noise as parameters, and all that chains are started from. */
function setupOf({ program, kernelOptions, outputs, options, size }: Task): ChainSetup {
  const { layout: _, ...rest } = kernelOptions;
  const opened = openNoise(program, openableDraws(program));
  return {
    program: opened.program,
    main: mainName,
    opened: opened.noise.map(({ noise }) => noise),
    options: rest,
    outputs,
    warmup: Number(options.warmup),
    attempts: Math.min(attempts.most, Math.max(attempts.fewest, Math.floor(attempts.operations / size))),
    scale: Number(options.scale),
  };
}

const run = (task: Task): Generator<Progress, Posterior, Stop> =>
  advance(task, chainJob, setupOf(task), {
    chains: Number(task.options.chains),
    warmup: Number(task.options.warmup),
    costOfRun: task.size,
    firstSweeps: 10,
    firstDraws,
  });
