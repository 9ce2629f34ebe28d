/** Particle Gibbs as a method: see `job.ts`. */
import { mainName } from '../../passes/assemble.js';
import { openNoise } from '../../passes/open_noise.js';
import { capturedDraws } from '../../passes/parameters.js';
import type { Stop } from '../../runtime/jobs.js';
import type { Backend, Posterior, Progress, Task } from '../backend.js';
import { advance } from '../mcmc/advance.js';
import { chainsOption, count, samplesOfChains, thresholdOption, warmupOption } from '../options.js';
import { withPauses } from '../smc/pauses.js';
import { withoutRoom } from '../smc/room.js';
import { type GibbsSetup, gibbsJob } from './job.js';

/** Chains, particles and sweeps of the warm-up where no number is given. */
const usual = { chains: 4, particles: 100, warmup: 300 } as const;
/** Draws of the first round where no number of samples is given, of all chains together. */
const firstDraws = 2000;
/** Filters with parameters from the prior in which a start must be found. */
const attempts = 1000;

export const particleGibbs: Backend = {
  name: 'particle_gibbs',
  summary: 'Markov chains over parameters and paths of states in turn; for models in time whose paths are asked for.',
  options: [
    samplesOfChains(firstDraws),
    {
      name: 'particles',
      meaning: 'number of particles of a filter, the kept path among them',
      default: usual.particles,
      ...count(2),
    },
    warmupOption(usual.warmup),
    chainsOption(usual.chains),
    thresholdOption,
  ],
  opensNoise: true,
  solvesConditions: true,
  runs: (task) => ({ kind: 'pausing', ...setupOf(task) }),
  suits: ({ approximate, evidence, sharedNoise }) => {
    if (approximate) return "approximate evidence ('~=') needs a likelihood-free method such as abc";
    if (sharedNoise) return 'worlds share noise here, which paths that are run anew do not keep; ask by mh';
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
  return yield* advance(task, gibbsJob, setup, {
    chains: Number(task.options.chains),
    warmup: Number(task.options.warmup),
    costOfRun: task.size,
    firstSweeps: 2,
    firstDraws,
  });
}

function setupOf({ program, engine, kernelOptions, outputs, options }: Task): GibbsSetup {
  // Without a loop that scores, all draws are states: a path of few steps is drawn anew from its start.
  const opened = openNoise(program, capturedDraws(program));
  return {
    // A path is as many stretches long as any other: pauses stand where every run comes equally often.
    program: withPauses(opened.program, mainName, 'addressed').program,
    main: mainName,
    opened: opened.noise.map(({ noise }) => noise),
    engine,
    options: { ...kernelOptions, layout: 'particle' },
    outputs,
    particles: Number(options.particles),
    threshold: Number(options.threshold),
    warmup: Number(options.warmup),
    attempts,
  };
}
