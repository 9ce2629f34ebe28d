/** SMC² as a method: see `nested.ts`. */
import { mainName } from '../../passes/assemble.js';
import { openNoise } from '../../passes/open_noise.js';
import { parametersOf } from '../../passes/parameters.js';
import type { Stop } from '../../runtime/jobs.js';
import type { Backend, Finding, Posterior, Progress, Task } from '../backend.js';
import { count, resamplingOption, thresholdOption } from '../options.js';
import { withPauses } from '../smc/pauses.js';
import { runReplicas } from '../smc/replicas.js';
import { withoutRoom } from '../smc/room.js';
import { type NestedResult, type NestedSetup, nestedReplica } from './nested.js';

const usualParameters = 200;
const usualParticles = 100;
const usualReplicas = 4;

export const smc2: Backend = {
  name: 'smc2',
  summary:
    'Particles over the parameters of a model in time, each with a particle filter over its states; measures the evidence.',
  options: [
    { name: 'parameters', meaning: 'sets of parameters in each replica', default: usualParameters, ...count() },
    { name: 'particles', meaning: 'particles of the filter of each set', default: usualParticles, ...count() },
    {
      name: 'replicas',
      meaning: 'independent runs, between which errors are measured',
      default: usualReplicas,
      ...count(),
    },
    resamplingOption,
    {
      ...thresholdOption,
      meaning: 'share that the effective sample size falls under before sets, or particles, are resampled',
    },
  ],
  opensNoise: true,
  runs: (task) => ({ kind: 'framed', ...setupOf(task) }),
  solvesConditions: true,
  suits: ({ approximate, sharedNoise }) => {
    if (approximate) return "approximate evidence ('~=') needs a likelihood-free method such as abc";
    return sharedNoise ? 'worlds share noise here, which filters that are run anew do not keep; ask by smc' : null;
  },
  run,
  runForMean: null,
};

function* run(task: Task): Generator<Progress, Posterior, Stop> {
  const { options } = task;
  const setup = setupOf(task);
  // Filters of parameters, and those of proposals.
  const rows = 2 * setup.parameters * setup.particles;
  const refused = withoutRoom(task, { setup, rows, given: setup.kinds.length, framed: true });
  if (refused !== null) return refused;
  const crew = task.pool.open(nestedReplica, setup);
  return yield* runReplicas(task, crew, setup.parameters, Number(options.replicas), (results) => ({
    acceptance: acceptanceOf(results),
    findings: deaths(setup, results),
  }));
}

function setupOf({ program, engine, kernelOptions, options }: Task): NestedSetup {
  const opened = openNoise(program, parametersOf(program));
  return {
    program: withPauses(opened.program, mainName, 'particle').program,
    main: mainName,
    kinds: opened.noise.map(({ noise }) => noise),
    engine,
    options: { ...kernelOptions, layout: 'particle' },
    parameters: Number(options.parameters),
    particles: Number(options.particles),
    resampling: String(options.resampling),
    threshold: Number(options.threshold),
  };
}

function acceptanceOf(results: readonly NestedResult[]): number | null {
  const proposed = results.reduce((sum, r) => sum + r.proposed, 0);
  return proposed === 0 ? null : results.reduce((sum, r) => sum + r.accepted, 0) / proposed;
}

function deaths({ parameters }: NestedSetup, results: readonly NestedResult[]): readonly Finding[] {
  const dead = results.filter((r) => r.died !== null);
  if (dead.length === 0) return [];
  const all = dead.length === results.length;
  return [
    {
      code: all ? 'E0610' : 'W0628',
      message: `No particle of ${parameters} sets of parameters lived beyond pause ${dead[0]!.died ?? 0} in ${all ? 'any replica' : `${dead.length} of ${results.length} replicas`}.`,
      hint: all ? 'ask for more particles, or check the evidence' : 'ask for more particles',
      at: null,
    },
  ];
}
