import { generationJob } from './abc_smc/job.js';
import { keptJob } from './importance/kept.js';
import { summedJob } from './importance/summed.js';
import { chainJob } from './mcmc/job.js';
import { densityJob } from './nested/density.js';
import { gibbsJob } from './particle_gibbs/job.js';
import { pmmhJob } from './pmmh/job.js';
import { simulations } from './rejection/simulate.js';
import { rejuvenatedReplica } from './smc/rejuvenated.js';
import { smcReplica } from './smc/replica.js';
import { temperedReplica } from './smc/tempered.js';
import { nestedReplica } from './smc2/nested.js';

/** A job whose types are forgotten, as in the registry: a `Job` of any. */
type AnyJob = {
  readonly name: string;
  readonly prepare: (setup: never) => (input: never) => unknown;
  readonly transfer?: (output: never) => readonly ArrayBufferLike[];
};

/** All jobs that a worker can be asked to do. Adding one is a line here. */
const all: readonly AnyJob[] = [
  keptJob,
  summedJob,
  chainJob,
  pmmhJob,
  gibbsJob,
  smcReplica,
  temperedReplica,
  rejuvenatedReplica,
  nestedReplica,
  simulations,
  generationJob,
  densityJob,
];

/** The same by name. A job that is not here is done in process. */
export const jobs: Readonly<Record<string, AnyJob>> = Object.fromEntries(all.map((job) => [job.name, job]));
