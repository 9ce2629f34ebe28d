/**
 * Approximate Bayesian computation by rejection (Tavaré, Balding, Griffiths and Donnelly 1997; Pritchard and others 1999): runs of the
 * simulator are kept by how near their summaries come to what was seen. Exact evidence beside them weighs as ever.
 */

import { blockSize, type Fault } from '../../ir/engine.js';
import type { IrType } from '../../ir/ir.js';
import type { Comparison, Measure } from '../../passes/comparison.js';
import { vectorType } from '../../passes/summaries.js';
import type { Crew, Stop } from '../../runtime/jobs.js';
import {
  type Backend,
  type Finding,
  type Options,
  type Posterior,
  type Progress,
  plainCourse,
  type Task,
} from '../backend.js';
import { count, notNegative, share } from '../options.js';
import { type Accepted, closest, pickAccepted, withoutHigherDimensions } from '../rejection/accepted.js';
import { weighedAmong } from '../rejection/evidence.js';
import { noRuns, operationsOf, pause, type Runs, simulateTo, type Wanted } from '../rejection/runs.js';
import { type Range, type Simulated, simulations } from '../rejection/simulate.js';
import { adjusted } from './adjust.js';
import { type KernelName, logKernel, reachOf } from './kernel.js';
import { measureOf, type Pilot, runPilot } from './measure.js';
import { noneAgrees, noneHasDistance } from './nothing_near.js';
import { adjustOption, distanceOption, kernelOption, scaleOption, simulationsOption } from './options.js';
import { simulatorOf } from './simulator.js';

/** Simulations where neither they nor a number to accept are given, and the share of them that is kept. */
const defaultSimulations = 100_000;
const defaultQuantile = 0.01;
/** Simulations of the first round where their number is not given. */
const firstRound = 10 * blockSize;
/** Elementary operations after which no further round is begun. */
const budget = 1e10;
/** Simulations none of which is accepted before that is taken for an answer. */
const hopeless = 10_000_000;
/** The most runs of the prior by which summaries are scaled. */
const mostPilots = 2 * blockSize;

export const abc: Backend = {
  name: 'abc',
  summary: "Simulations that come near to what was seen with '~='; for simulators without a likelihood.",
  options: [
    distanceOption,
    scaleOption,
    kernelOption,
    simulationsOption,
    adjustOption,
    {
      name: 'epsilon',
      meaning: 'the greatest distance that is accepted; 0 accepts what equals the observation',
      default: null,
      ...notNegative,
    },
    {
      name: 'accept',
      meaning: 'number of draws to accept',
      default: null,
      ...count(),
    },
    {
      name: 'quantile',
      meaning: 'the closest share that is kept, where no epsilon is given; 0.01 if left out',
      default: null,
      ...share('zero'),
    },
  ],
  undivided: ({ epsilon, accept, simulations }) =>
    typeof epsilon !== 'number' || (typeof simulations === 'number' && typeof accept !== 'number')
      ? null
      : 'a fixed number of simulations (`simulations = N`), and no number to accept',
  settledRuns: (options) => {
    const asked = askedOf(options, false);
    return asked.epsilon === null ? totalOf(asked) : asked.simulations;
  },
  suits: ({ approximate }) => (approximate ? null : "there is no approximate evidence: compare with '~='"),
  run,
  runForMean: null,
};

/** What the options say, with what follows from them. */
type Asked = {
  readonly epsilon: number | null;
  readonly accept: number | null;
  readonly quantile: number;
  readonly simulations: number | null;
  readonly kernel: KernelName;
  readonly adjust: 'none' | 'linear' | 'local';
};

/** @param bare whether nothing but the evidence is asked for, which only runs that equal what was seen can tell */
function askedOf(options: Options, bare: boolean): Asked {
  const { epsilon, accept, quantile, simulations: most, kernel, adjust } = options;
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  const local = adjust === 'local';
  return {
    epsilon: number(epsilon) ?? (bare && number(accept) === null && number(quantile) === null ? 0 : null),
    accept: number(accept),
    quantile: number(quantile) ?? defaultQuantile,
    simulations: number(most),
    kernel: local || kernel === 'epanechnikov' ? 'epanechnikov' : kernel === 'gaussian' ? 'gaussian' : 'uniform',
    adjust: local ? 'local' : adjust === 'linear' ? 'linear' : 'none',
  };
}

function* run(task: Task): Generator<Progress, Posterior, Stop> {
  const { comparison } = task;
  if (comparison === null) throw new Error('abc: nothing is compared');
  const bare = task.outputs.length === 0;
  const asked = askedOf(task.options, bare);
  const pilot = pilotOnce(task, asked);
  const exact = asked.epsilon === 0;
  const measure = exact ? null : measureOf(comparison, task.options.scale ?? null, pilot);
  const adjusting = asked.adjust !== 'none' && !exact;
  const crew = openSimulations(task, comparison, measure, adjusting);
  const columns = task.outputs.length + (adjusting ? 1 : 0);
  const runs =
    asked.epsilon === null
      ? yield* nearest(task, crew, asked, columns)
      : yield* within(task, crew, asked, asked.epsilon, columns);
  const { accepted } = runs;
  if (accepted.candidates.length === 0 && runs.stopped === null && !(bare && exact)) throw nothingNear(runs, asked);
  const epsilon = asked.epsilon ?? accepted.distances.reduce((most, d) => Math.max(most, d), 0);
  const logWeights = weighed(accepted, asked.kernel, epsilon);
  const rows = adjusting ? accepted.columns[task.outputs.length] : undefined;
  const own = accepted.columns.slice(0, task.outputs.length);
  return {
    ...weighedAmong(exact && measuresEquality(task.options), bare, accepted, logWeights, runs.simulated),
    columns:
      rows === undefined || rows instanceof Float64Array
        ? own
        : adjusted(own, task.outputs, rows.map(vectorOf), pilot().seen, logWeights.map(Math.exp)),
    dependence: { kind: 'independent' },
    unaligned: runs.unaligned,
    steps: runs.steps,
    stopped: runs.stopped,
    converged: runs.stopped === null && finished(runs, asked, task),
    acceptance: runs.simulated === 0 ? null : accepted.candidates.length / runs.simulated,
    ancestors: null,
    approximation: exact && measuresEquality(task.options) ? null : { kind: 'abc', epsilon },
    findings: fewerThanAsked(runs, asked),
  };
}

const vectorOf = (value: unknown): Float64Array => (value instanceof Float64Array ? value : new Float64Array(0));

/** The pilot, run when it is first asked for. */
function pilotOnce(task: Task, { simulations: most }: Asked): () => Pilot {
  let found: Pilot | null = null;
  const count = most === null ? mostPilots : Math.min(mostPilots, Math.max(100, Math.ceil(most / 20)));
  return () => {
    found ??= runPilot(task, count);
    return found;
  };
}

function openSimulations(
  task: Task,
  comparison: Comparison,
  measure: Measure,
  keeping: boolean,
): Crew<Range, Simulated> {
  const distance = task.outputs.length;
  const outputs: readonly IrType[] = [...task.outputs, { kind: 'real' }, ...(keeping ? [vectorType] : [])];
  const { program, given, early } = simulatorOf(task.program, comparison, measure, keeping);
  const { layout } = task.kernelOptions;
  return task.pool.open(simulations, {
    engine: task.engine,
    program,
    given,
    // Columns of noise are for runs that all make the same draws.
    options: early && layout === 'column' ? { ...task.kernelOptions, layout: 'particle' } : task.kernelOptions,
    outputs,
    kept: [...outputs.keys()].filter((k) => k !== distance),
    rule: { kind: 'distance', column: distance, early },
  });
}

/** The runs of which the closest share is kept. */
const totalOf = ({ simulations: fixed, accept, quantile }: Asked): number =>
  fixed ?? (accept === null ? defaultSimulations : Math.ceil(accept / quantile));

/** The closest share of a fixed number of runs: of those that agree with the exact evidence. */
function* nearest(
  task: Task,
  crew: Crew<Range, Simulated>,
  asked: Asked,
  columns: number,
): Generator<Progress, Runs, Stop> {
  const { quantile } = asked;
  const total = totalOf(asked);
  const wanted = wantedOf(task, { most: Math.ceil(quantile * total), total });
  const runs = yield* simulateTo(crew, noRuns(columns), total, wanted);
  return { ...runs, accepted: closest(runs.accepted, shareOf(runs, asked)) };
}

/** How many runs the share is that is kept. */
const shareOf = ({ possible }: Runs, { quantile }: Asked): number => Math.max(1, Math.ceil(quantile * possible));

/** What there is to say where fewer runs have a distance than were to be kept: the farthest of them are kept then too. */
function fewerThanAsked(runs: Runs, asked: Asked): readonly Finding[] {
  const { accepted, possible } = runs;
  const count = accepted.candidates.length;
  if (asked.epsilon !== null || count === 0 || count >= shareOf(runs, asked)) return [];
  return [
    {
      code: 'W0637',
      message: `Only ${count} of ${possible} simulations are at a finite distance from what was seen, where the closest ${shareOf(runs, asked)} were to be kept.`,
      hint: 'keep a smaller share with `quantile`, of more `simulations`, or ask for a greatest distance with `epsilon`',
      at: null,
    },
  ];
}

/** Runs within a distance: a number of runs, a number of accepted ones, or as many as the answer needs. */
function* within(
  task: Task,
  crew: Crew<Range, Simulated>,
  asked: Asked,
  epsilon: number,
  columns: number,
): Generator<Progress, Runs, Stop> {
  const { accept, simulations: fixed, kernel } = asked;
  const wanted = wantedOf(task, { within: reachOf(kernel, epsilon), total: fixed });
  let runs = noRuns(columns);
  let target = accept === null && fixed !== null ? fixed : Math.min(firstRound, fixed ?? firstRound);
  for (;;) {
    runs = yield* simulateTo(crew, runs, target, wanted);
    if (runs.stopped !== null || finished(runs, asked, task)) break;
    const most = fixed ?? Number.POSITIVE_INFINITY;
    if (runs.accepted.candidates.length === 0 && runs.simulated >= hopeless) break;
    if (runs.simulated >= most || operationsOf(runs, task.size) * 2 > budget) break;
    runs = yield* pause(runs, wanted);
    if (runs.stopped !== null) break;
    target = Math.min(2 * target, most);
  }
  const count = runs.accepted.candidates.length;
  if (accept === null || count <= accept) return runs;
  const last = runs.accepted.candidates[accept - 1]!;
  const first = pickAccepted(
    runs.accepted,
    Int32Array.from({ length: accept }, (_, i) => i),
  );
  return { ...runs, accepted: first, simulated: last + 1 };
}

const wantedOf = (task: Task, own: Partial<Wanted>): Wanted => ({
  within: Number.POSITIVE_INFINITY,
  most: Number.POSITIVE_INFINITY,
  total: null,
  size: task.size,
  memoryLimit: task.memoryLimit,
  whole: task.pool.whole === true,
  ...own,
});

/** Whether there is what was asked for. */
function finished(runs: Runs, { epsilon, accept, simulations: fixed, kernel }: Asked, task: Task): boolean {
  if (epsilon === null) return true;
  const { accepted } = runs;
  if (accept !== null) return accepted.candidates.length >= accept;
  if (fixed !== null) return runs.simulated >= fixed;
  if (accepted.candidates.length === 0) return false;
  return task.accurate({
    logWeights: weighed(accepted, kernel, epsilon),
    columns: accepted.columns.slice(0, task.outputs.length),
    dependence: { kind: 'independent' },
    measuresEvidence: false,
    unaligned: 0,
    steps: runs.steps,
    stopped: null,
    converged: true,
    ...plainCourse,
  });
}

/** Log weights by the exact evidence and by the distance. */
function weighed(accepted: Accepted, kernel: KernelName, epsilon: number): Float64Array {
  const { distances } = accepted;
  return withoutHigherDimensions(accepted).map((log, i) => log + logKernel(kernel, distances[i]!, epsilon));
}

/** Distances of the library that are 0 for what is equal and for nothing else. */
const measuresEquality = ({ distance }: Options): boolean =>
  distance === 'euclidean' || distance === 'manhattan' || distance === 'maximum' || distance === 'mahalanobis';

/** No run came near enough. */
function nothingNear({ simulated, possible, least }: Runs, { epsilon }: Asked): Fault {
  const message =
    possible === 0
      ? noneAgrees(simulated)
      : epsilon === null || !Number.isFinite(least)
        ? noneHasDistance(simulated)
        : `None of ${simulated} simulations comes within ${epsilon} of what was seen: the nearest seen is ${Number(least.toPrecision(4))} away. Ask for a greater epsilon, for the closest share with 'quantile', or by abc_smc.`;
  return { fault: true, code: 'E0610', message, at: -1 };
}
