/**
 * Rejection sampling: runs of the model are kept that agree with the evidence. Where evidence weighs, a run is kept with the probability of
 * its weight over a bound of all weights (von Neumann 1951). What is kept are independent draws of the posterior, all of one weight.
 */

import { blockSize, type Fault } from '../../ir/engine.js';
import type { Crew, Stop } from '../../runtime/jobs.js';
import { type Backend, type Posterior, type Progress, plainCourse, type Task } from '../backend.js';
import { count } from '../options.js';
import { type Accepted, pickAccepted } from './accepted.js';
import { boundOfWeight } from './bound.js';
import { weighedAmong } from './evidence.js';
import { noRuns, operationsOf, pause, type Runs, simulateTo, type Wanted } from './runs.js';
import { type Range, type Simulated, simulations } from './simulate.js';

/** Runs of the first round where their number is not given. */
const firstRound = 10 * blockSize;
/** Elementary operations after which no further round is begun. */
const budget = 1e10;
/** Runs none of which is accepted before that is taken for an answer. */
const hopeless = 10_000_000;

export const rejection: Backend = {
  name: 'rejection',
  summary: 'Runs that agree with the evidence: independent draws of the posterior, all of one weight.',
  options: [
    {
      name: 'samples',
      meaning: 'number of draws; left out, as many as make every standard error 1 % of its standard deviation',
      default: null,
      ...count(),
    },
    { name: 'simulations', meaning: 'the most runs of the model', default: null, ...count() },
  ],
  undivided: ({ samples, simulations }) =>
    typeof simulations === 'number' && typeof samples !== 'number'
      ? null
      : 'a fixed number of simulations (`simulations = N`), and no number of samples',
  suits: ({ approximate }) =>
    approximate ? "approximate evidence ('~=') needs a likelihood-free method such as abc" : null,
  run,
  runForMean: null,
};

function* run(task: Task): Generator<Progress, Posterior, Stop> {
  const bound = boundOfWeight(task.program);
  if (!bound.ok) throw unbounded(bound.reason, bound.at);
  const { logBound } = bound;
  const samples = numberOr(task.options.samples);
  const most = numberOr(task.options.simulations) ?? Number.POSITIVE_INFINITY;
  const fixed = samples === null && Number.isFinite(most);
  const bare = task.outputs.length === 0;
  const crew = task.pool.open(simulations, {
    engine: task.engine,
    program: task.program,
    options: task.kernelOptions,
    outputs: task.outputs,
    kept: [...task.outputs.keys()],
    rule: { kind: 'likelihood', logBound },
  });
  const runs = yield* gather(task, crew, samples, most, logBound);
  const { simulated } = runs;
  const accepted = ofLowestDimension(runs.accepted);
  const count = accepted.candidates.length;
  if (count === 0 && runs.stopped === null && !bare) throw nothingAccepted(runs);
  return {
    ...posteriorOf(accepted, logBound, bare, simulated, bound.conditions),
    unaligned: runs.unaligned,
    steps: runs.steps,
    stopped: runs.stopped,
    converged: runs.stopped === null && (samples === null ? fixed || isEnough(task, runs, logBound) : count >= samples),
    acceptance: simulated === 0 ? null : count / simulated,
    ancestors: null,
    approximation: null,
    findings: [],
  };
}

const numberOr = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function* gather(
  task: Task,
  crew: Crew<Range, Simulated>,
  samples: number | null,
  most: number,
  logBound: number,
): Generator<Progress, Runs, Stop> {
  const wanted: Wanted = {
    within: Number.POSITIVE_INFINITY,
    most: Number.POSITIVE_INFINITY,
    total: Number.isFinite(most) ? most : null,
    size: task.size,
    memoryLimit: task.memoryLimit,
    whole: task.pool.whole === true,
  };
  let runs = noRuns(task.outputs.length);
  // Where nothing else ends the run, it is as long as it may be.
  let target = samples === null && Number.isFinite(most) ? most : Math.min(firstRound, most);
  for (;;) {
    runs = yield* simulateTo(crew, runs, target, wanted);
    const count = runs.accepted.candidates.length;
    if (runs.stopped !== null || runs.simulated >= most) break;
    if (samples === null ? isEnough(task, runs, logBound) : count >= samples) break;
    if (count === 0 && runs.simulated >= hopeless) break;
    if (operationsOf(runs, task.size) * 2 > budget) break;
    runs = yield* pause(runs, wanted);
    if (runs.stopped !== null) break;
    target = Math.min(2 * target, most);
  }
  if (samples === null || runs.accepted.candidates.length <= samples) return runs;
  const first = pickAccepted(
    runs.accepted,
    Int32Array.from({ length: samples }, (_, i) => i),
  );
  return { ...runs, accepted: first, simulated: runs.accepted.candidates[samples - 1]! + 1 };
}

function isEnough(task: Task, runs: Runs, logBound: number): boolean {
  const accepted = ofLowestDimension(runs.accepted);
  if (accepted.candidates.length === 0) return false;
  return task.accurate({
    ...posteriorOf(accepted, logBound, task.outputs.length === 0, runs.simulated, true),
    unaligned: 0,
    steps: runs.steps,
    stopped: null,
    converged: true,
    ...plainCourse,
  });
}

/** Draws of one weight: the bound, so that over all runs the mean weight is the evidence. */
function posteriorOf(
  accepted: Accepted,
  logBound: number,
  bare: boolean,
  simulated: number,
  conditions: boolean,
): Pick<Posterior, 'logWeights' | 'measuresEvidence' | 'logEvidence' | 'columns' | 'dependence'> {
  const logWeights = new Float64Array(accepted.candidates.length).fill(conditions ? 0 : logBound);
  return {
    ...weighedAmong(true, bare, accepted, logWeights, simulated),
    columns: accepted.columns,
    dependence: { kind: 'independent' },
  };
}

/** Against an atom a density is nothing: runs of a higher dimension than the lowest are not kept. */
function ofLowestDimension(accepted: Accepted): Accepted {
  const { dimensions } = accepted;
  const lowest = dimensions.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (dimensions.every((d) => d === lowest)) return accepted;
  return pickAccepted(
    accepted,
    [...dimensions.keys()].filter((i) => dimensions[i] === lowest),
  );
}

const unbounded = (reason: string, at: number): Fault => ({
  fault: true,
  code: 'E0613',
  message: `The method 'rejection' does not suit: ${reason}, so a run cannot be accepted with the probability of its weight.`,
  at,
});

const nothingAccepted = ({ simulated, possible }: Runs): Fault => ({
  fault: true,
  code: 'E0610',
  message:
    possible === 0
      ? `None of ${simulated} runs agrees with the evidence.`
      : `None of ${simulated} runs is accepted: ${possible} of them agree with the evidence, and their weights are far below the bound.`,
  at: -1,
});
