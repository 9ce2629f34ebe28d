/** Particle marginal Metropolis–Hastings: chains over the parameters of a model in time, with a particle filter over its states. */
import { mainName } from '../../passes/assemble.js';
import { openNoise } from '../../passes/open_noise.js';
import { parametersOf } from '../../passes/parameters.js';
import type { Backend, OptionValue, Task } from '../backend.js';
import { advance } from '../mcmc/advance.js';
import { schemes } from '../resampling/registry.js';
import { withPauses } from '../smc/pauses.js';
import { type PmmhSetup, pmmhJob } from './job.js';

/** Chains, particles and sweeps of the warm-up where no number is given. */
const usual = { chains: 4, particles: 500, warmup: 300 } as const;
/** Draws of the first round where no number of samples is given, of all chains together. */
const firstDraws = 2000;
/** Filters with parameters from the prior of which the best is a chain's start, and filters in which one must be found. */
const candidates = 10;
const attempts = 1000;

const isCount = (n: OptionValue): boolean => typeof n === 'number' && Number.isInteger(n) && n > 0;

export const pmmh: Backend = {
  name: 'pmmh',
  summary:
    'Markov chains over parameters, with a particle filter over the states; for models in time with unknown parameters.',
  options: [
    {
      name: 'samples',
      meaning: `number of draws of all chains together; left out, it doubles from ${firstDraws} until every standard error is under 1 % of its standard deviation`,
      default: null,
      accepts: isCount,
    },
    { name: 'particles', meaning: 'number of particles of a filter', default: usual.particles, accepts: isCount },
    {
      name: 'warmup',
      meaning: 'sweeps of each chain before its first draw, in which proposals are adapted',
      default: usual.warmup,
      accepts: (n) => typeof n === 'number' && Number.isInteger(n) && n >= 0,
    },
    { name: 'chains', meaning: 'number of independent chains', default: usual.chains, accepts: isCount },
    {
      name: 'resampling',
      meaning: `how ancestors are drawn: ${Object.keys(schemes).join(', ')}`,
      default: 'systematic',
      accepts: (name) => typeof name === 'string' && Object.hasOwn(schemes, name),
    },
    {
      name: 'threshold',
      meaning: 'share of the particles that the effective sample size falls under before they are resampled; 1: always',
      default: 0.5,
      accepts: (share) => typeof share === 'number' && share >= 0 && share <= 1,
    },
  ],
  opensNoise: true,
  solvesConditions: true,
  suits: ({ approximate, evidence }) => {
    if (approximate) return "approximate evidence ('~=') needs a likelihood-free method such as abc";
    return evidence ? 'a Markov chain does not measure the evidence; ask smc' : null;
  },
  run: (task) =>
    advance(task, pmmhJob, setupOf(task), {
      chains: Number(task.options.chains),
      warmup: Number(task.options.warmup),
      costOfRun: task.size,
      firstSweeps: 2,
      firstDraws,
    }),
  runForMean: null,
};

function setupOf({ program, kernelOptions, outputs, options }: Task): PmmhSetup {
  const opened = openNoise(program, parametersOf(program));
  return {
    program: withPauses(opened.program, mainName, kernelOptions.layout).program,
    main: mainName,
    opened: opened.noise.map(({ noise }) => noise),
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
