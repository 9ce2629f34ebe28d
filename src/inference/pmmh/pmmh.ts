/** Particle marginal Metropolis–Hastings: chains over the parameters of a model in time, with a particle filter over its states. */
import { mainName } from '../../passes/assemble.js';
import { openNoise } from '../../passes/open_noise.js';
import { parametersOf } from '../../passes/parameters.js';
import type { Stop } from '../../runtime/jobs.js';
import type { Backend, Posterior, Progress, Task } from '../backend.js';
import { advance } from '../mcmc/advance.js';
import { chainsOption, count, resamplingOption, samplesOfChains, thresholdOption, warmupOption } from '../options.js';
import { withPauses } from '../smc/pauses.js';
import { withoutRoom } from '../smc/room.js';
import { type PmmhSetup, pmmhJob } from './job.js';

/** Chains, particles and sweeps of the warm-up where no number is given. */
const usual = { chains: 4, particles: 500, warmup: 300 } as const;
/** Draws of the first round where no number of samples is given, of all chains together. */
const firstDraws = 2000;
/** Filters with parameters from the prior of which the best is a chain's start, and filters in which one must be found. */
const candidates = 10;
const attempts = 1000;

export const pmmh: Backend = {
  name: 'pmmh',
  summary:
    'Markov chains over parameters, with a particle filter over the states; for models in time with unknown parameters.',
  options: [
    samplesOfChains(firstDraws),
    { name: 'particles', meaning: 'number of particles of a filter', default: usual.particles, ...count() },
    warmupOption(usual.warmup),
    chainsOption(usual.chains),
    resamplingOption,
    thresholdOption,
  ],
  opensNoise: true,
  solvesConditions: true,
  runs: (task) => ({ kind: 'pausing', ...setupOf(task) }),
  suits: ({ approximate, evidence }) => {
    if (approximate) return "approximate evidence ('~=') needs a likelihood-free method such as abc";
    return evidence ? 'a Markov chain does not measure the evidence; ask smc' : null;
  },
  run,
  runForMean: null,
};

function* run(task: Task): Generator<Progress, Posterior, Stop> {
  const setup = setupOf(task);
  const crowd = { setup, rows: setup.particles, given: setup.opened.length, framed: false };
  const refused = withoutRoom(task, crowd);
  if (refused !== null) return refused;
  return yield* advance(task, pmmhJob, setup, {
    chains: Number(task.options.chains),
    warmup: Number(task.options.warmup),
    costOfRun: task.size,
    firstSweeps: 2,
    firstDraws,
  });
}

function setupOf({ program, engine, kernelOptions, outputs, options }: Task): PmmhSetup {
  const opened = openNoise(program, parametersOf(program));
  return {
    program: withPauses(opened.program, mainName, kernelOptions.layout).program,
    main: mainName,
    opened: opened.noise.map(({ noise }) => noise),
    engine,
    options: kernelOptions,
    outputs,
    particles: Number(options.particles),
    resampling: String(options.resampling),
    threshold: Number(options.threshold),
    warmup: Number(options.warmup),
    candidates,
    attempts,
  };
}
