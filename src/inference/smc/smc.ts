import type { Program, ValueId } from '../../ir/ir.js';
import { some } from '../../ir/walk.js';
import { mainName } from '../../passes/assemble.js';
import { reachFrom } from '../../passes/call_graph.js';
import { type Opened, openableDraws, openNoise } from '../../passes/open_noise.js';
import { parametersOf } from '../../passes/parameters.js';
import type { Crew, Stop } from '../../runtime/jobs.js';
import type { Backend, Finding, OptionValue, Posterior, Progress, Runs, Task } from '../backend.js';
import { count, resamplingOption, thresholdOption, yesOrNo } from '../options.js';
import { aliveRows } from './alive.js';
import { withPauses } from './pauses.js';
import { placeOfDeath } from './place_of_death.js';
import { type RejuvenatedSetup, rejuvenatedReplica } from './rejuvenated.js';
import { type ReplicaResult, type ReplicaSetup, smcReplica } from './replica.js';
import { firstReplicas, runReplicas } from './replicas.js';
import { bytesOfResult, refusedAbove, withoutRoom } from './room.js';
import { type TemperedSetup, temperedReplica } from './tempered.js';

/** Particles of a replica where no number is given. */
const usualParticles = 1000;
/**
 * Replicas where particles are given and replicas are not: the fewest whose spread is a usable error (Student's t with 7 degrees of
 * freedom is 2.4, and the standard error itself is known to a quarter).
 */
const fewReplicas = 8;
/** Trials of the alive filter at one pause: so many, or so many for each particle that is wanted. */
const fewestTrials = 250_000;
const trialsPerParticle = 100;

export const smc: Backend = {
  name: 'smc',
  summary: 'Particles that are weighed where the evidence comes in and resampled on the way; good for models in time.',
  options: [
    {
      name: 'particles',
      meaning: `number of particles of each replica; left out, ${usualParticles}`,
      default: null,
      ...count(),
    },
    {
      name: 'replicas',
      meaning: `independent runs, between which errors are measured; left out, ${fewReplicas} where particles are given, else from ${firstReplicas} on doubled until every standard error is under 1 % of its standard deviation`,
      default: null,
      ...count(),
    },
    resamplingOption,
    thresholdOption,
    {
      name: 'alive',
      meaning:
        'run particles on until enough of them are alive; left out, where the evidence is conditions alone and no worlds share noise',
      default: null,
      ...yesOrNo,
    },
    {
      name: 'tempered',
      meaning:
        'go from prior to posterior by powers of the likelihood, with moves; left out, where particles have no pause and all draws can be moved',
      default: null,
      ...yesOrNo,
    },
    {
      name: 'rejuvenate',
      meaning:
        'moves of the parameters of each particle after a resampling, each of which runs its past again; left out, none',
      default: null,
      ...count(),
    },
  ],
  opensNoise: true,
  solvesConditions: true,
  runs: (task) => runsOf(chooseWay(task, numberOf(task.options.particles) ?? usualParticles).way),
  suits: ({ approximate }) =>
    approximate ? "approximate evidence ('~=') needs a likelihood-free method such as abc" : null,
  run,
  runForMean: null,
};

function* run(task: Task): Generator<Progress, Posterior, Stop> {
  const { options } = task;
  const particles = numberOf(options.particles) ?? usualParticles;
  const fixed = numberOf(options.replicas) ?? (options.particles === null ? null : fewReplicas);
  const { way, findings } = chooseWay(task, particles);
  const refused = withoutRoomFor(task, way, particles);
  if (refused !== null) return refused;
  return yield* runReplicas(task, crewOf(task, way), particles, fixed, (results) => ({
    acceptance: null,
    findings: [...findings, ...deaths(way.setup, results)],
  }));
}

function crewOf({ pool }: Task, way: Way): Crew<number, ReplicaResult> {
  switch (way.kind) {
    case 'plain':
      return pool.open(smcReplica, way.setup);
    case 'tempered':
      return pool.open(temperedReplica, way.tempered);
    case 'rejuvenated':
      return pool.open(rejuvenatedReplica, way.rejuvenated);
  }
}

/** The answer where the particles of a replica do not find room; null where they do. */
function withoutRoomFor(task: Task, way: Way, particles: number): Posterior | null {
  switch (way.kind) {
    case 'plain': {
      const alive = way.setup.trials !== null;
      const rows = alive ? aliveRows(particles) : particles;
      return withoutRoom(task, { setup: way.setup, rows, given: 0, framed: alive });
    }
    case 'tempered':
      // Points, their noise, and what the program says of them, of the particles and of where they may move.
      return refusedAbove(task, particles, 2 * (2 * 8 * way.tempered.kinds.length + bytesOfResult(task)));
    case 'rejuvenated': {
      const { rejuvenated: setup } = way;
      return withoutRoom(task, { setup, rows: 2 * particles, given: setup.kinds.length, framed: true });
    }
  }
}

const numberOf = (option: OptionValue | undefined): number | null => (typeof option === 'number' ? option : null);

/** How a run goes: `setup` is what replicas have in common as a plain filter, which tells where they died. */
type Way = { readonly setup: ReplicaSetup } & (
  | { readonly kind: 'plain' }
  | { readonly kind: 'tempered'; readonly tempered: TemperedSetup }
  /** Particles are moved. */
  | { readonly kind: 'rejuvenated'; readonly rejuvenated: RejuvenatedSetup }
);

/** What is compiled for a run that goes so. */
function runsOf(way: Way): Runs {
  switch (way.kind) {
    case 'plain':
      return { kind: way.setup.trials === null ? 'pausing' : 'framed', ...way.setup };
    case 'tempered':
      return { kind: 'whole', ...way.tempered };
    case 'rejuvenated':
      return { kind: 'framed', ...way.rejuvenated };
  }
}

/** Chooses how a run goes, and what is to be said of it. */
function chooseWay(task: Task, particles: number): { readonly way: Way; readonly findings: readonly Finding[] } {
  const { program, engine, kernelOptions, options } = task;
  const { conditionsAlone, sharesNoise } = evidenceOf(program);
  const findings: Finding[] = [];
  const refuse = (code: 'W0629' | 'W0631' | 'W0635', message: string, option: string): void => {
    findings.push({ code, message, hint: `leave out \`${option}\``, at: null });
  };
  const moves = numberOf(options.rejuvenate);
  if (moves !== null) {
    const parameters = sharesNoise || options.alive === true ? new Set<ValueId>() : parametersOf(program);
    if (parameters.size > 0) return { way: rejuvenatedWay(task, particles, moves, parameters), findings };
    const why = sharesNoise
      ? 'Worlds share noise here, which a past that is run again does not keep'
      : options.alive === true
        ? 'The alive filter moves no particles'
        : 'No draw outside of loops decides on all rounds, so that there is no parameter to move';
    refuse('W0635', `${why}: the filter ran without moves.`, 'rejuvenate');
  }
  const asked = options.tempered === true;
  const opened = asked || options.tempered === null ? openedFully(program, sharesNoise) : null;
  if (asked && opened === null)
    refuse('W0631', 'Not every draw can be moved by itself here: the plain filter ran.', 'tempered');
  const alive = options.alive === true || (options.alive === null && conditionsAlone && !asked);
  if (options.alive === true && sharesNoise)
    refuse('W0629', 'Worlds share noise here, so that no particle can be tried again: the plain filter ran.', 'alive');
  const trials = alive && !sharesNoise ? Math.max(fewestTrials, trialsPerParticle * particles) : null;
  // A trial of the alive filter needs fresh noise, which only streams of particles have.
  const layout = trials === null ? kernelOptions.layout : 'particle';
  const paused = withPauses(program, mainName, layout);
  const setup: ReplicaSetup = {
    program: paused.program,
    main: mainName,
    engine,
    options: { ...kernelOptions, layout },
    particles,
    resampling: String(options.resampling),
    threshold: Number(options.threshold),
    trials,
  };
  if (opened !== null && trials === null && (asked || !paused.pauses))
    return { way: { kind: 'tempered', setup, tempered: temperedSetup(task, setup, opened) }, findings };
  if (!paused.pauses && paused.unaligned && trials === null)
    findings.push({
      code: 'W0630',
      message: 'No score is reached equally often by every run, so that particles are never resampled.',
      hint: 'write `resample` where particles may be compared',
      at: null,
    });
  return { way: { kind: 'plain', setup }, findings };
}

/** A filter whose particles have parameters of their own, which are moved. */
function rejuvenatedWay(
  { program, engine, kernelOptions, options }: Task,
  particles: number,
  moves: number,
  parameters: ReadonlySet<ValueId>,
): Way {
  const opened = openNoise(program, parameters);
  const common = {
    main: mainName,
    engine,
    options: { ...kernelOptions, layout: 'particle' },
    particles,
    resampling: String(options.resampling),
    threshold: Number(options.threshold),
  } as const;
  // A past is as many stretches long as any other: pauses stand where every run comes equally often.
  const paused = withPauses(opened.program, mainName, 'addressed').program;
  const kinds = opened.noise.map(({ noise }) => noise);
  const plain = withPauses(program, mainName, 'addressed').program;
  return {
    kind: 'rejuvenated',
    setup: { ...common, program: plain, trials: null },
    rejuvenated: { ...common, program: paused, kinds, moves },
  };
}

function temperedSetup({ engine, kernelOptions, outputs }: Task, setup: ReplicaSetup, opened: Opened): TemperedSetup {
  const { main, particles, resampling, threshold } = setup;
  return {
    program: opened.program,
    main,
    kinds: opened.noise.map(({ noise }) => noise),
    engine,
    options: { ...kernelOptions, layout: 'particle' },
    outputs,
    particles,
    resampling,
    // At 1 the likelihood would never come in.
    threshold: Math.min(threshold, 0.99),
  };
}

/** The program with the noise of all its draws opened; null where some cannot be. */
function openedFully(program: Program, sharesNoise: boolean): Opened | null {
  if (sharesNoise) return null;
  const openable = openableDraws(program);
  const { functions, ofFamilies } = reachFrom(program, mainName);
  const closed = [...functions].some(
    (name) =>
      !ofFamilies.has(name) &&
      some(
        program.functions[name]!.body,
        (i) => i.kind === 'draw' && !(name === mainName && openable.has(i.result.id)),
      ),
  );
  return closed || openable.size === 0 ? null : openNoise(program, openable);
}

/** What the evidence of a program is made of. */
function evidenceOf(program: Program): { readonly conditionsAlone: boolean; readonly sharesNoise: boolean } {
  const { functions } = reachFrom(program, mainName);
  const has = (kinds: readonly string[]): boolean =>
    [...functions].some((name) => some(program.functions[name]!.body, (i) => kinds.includes(i.kind)));
  return {
    conditionsAlone: has(['condition']) && !has(['score', 'factor']),
    sharesNoise: [...functions].some((name) =>
      some(program.functions[name]!.body, (i) => (i.kind === 'draw' && i.shared) || (i.kind === 'score' && i.abduct)),
    ),
  };
}

/** Replicas all of whose particles died: how many, where and when. */
function deaths(setup: ReplicaSetup, results: readonly ReplicaResult[]): readonly Finding[] {
  const replica = results.findIndex((r) => r.died !== null);
  const first = results[replica];
  if (first === undefined || first.died === null) return [];
  const dead = results.filter((r) => r.died !== null).length;
  const whose = dead === results.length ? 'every replica' : `${dead} of ${results.length} replicas`;
  return [
    {
      code: dead === results.length ? 'E0610' : 'W0628',
      message: `All ${setup.particles} particles of ${whose} died here, ${steps(first.died)}.`,
      hint: dead === results.length ? 'ask for more particles, or check the evidence' : 'ask for more particles',
      at: placeOfDeath(setup, replica),
    },
  ];
}

const steps = (pauses: number): string =>
  pauses === 0 ? 'before the first pause' : `${pauses} ${pauses === 1 ? 'pause' : 'pauses'} after the start`;
