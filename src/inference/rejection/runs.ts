import { blockSize } from '../../ir/engine.js';
import { operationsPerStep } from '../../passes/cost.js';
import type { Crew, Stop } from '../../runtime/jobs.js';
import type { Course, Progress } from '../backend.js';
import { type Accepted, closest, joinAccepted, noneAccepted } from './accepted.js';
import type { Range, Simulated } from './simulate.js';

/** What was simulated so far. */
export type Runs = {
  readonly accepted: Accepted;
  readonly simulated: number;
  /** Of them, those that agree with the exact evidence. */
  readonly possible: number;
  readonly least: number;
  readonly steps: number;
  readonly unaligned: number;
  readonly stopped: Course['stopped'];
};

/** Which runs are wanted, and how many. */
export type Wanted = {
  /** Only runs not further away than this. */
  readonly within: number;
  /** Only the closest ones; Infinity: all. */
  readonly most: number;
  /** The number that is known to be needed; null where that hangs on the run. */
  readonly total: number | null;
  /** Elementary operations of one run without its loops. */
  readonly size: number;
  /** Bytes that the runs may take that are kept. */
  readonly memoryLimit: number;
  /** All jobs at a time: a run is divided among machines. */
  readonly whole: boolean;
};

/** Nothing simulated yet. */
export const noRuns = (columns: number): Runs => ({
  accepted: noneAccepted(columns),
  simulated: 0,
  possible: 0,
  least: Number.POSITIVE_INFINITY,
  steps: 0,
  unaligned: 0,
  stopped: null,
});

/** Operations of one job: long enough that handing it over is nothing beside, short enough to be stopped. */
const operationsPerJob = 2e6;
const mostBlocksPerJob = 64;
/** Jobs that are handed over together, at first and at most: between them the limit of what is kept is drawn in, and threads wait. */
const firstJobs = 16;
const mostJobs = 128;

/** Elementary operations spent so far. */
export const operationsOf = (runs: Runs, size: number): number =>
  runs.simulated * size + runs.steps * operationsPerStep;

/** Simulates up to run `target`. What is found does not hang on how the runs are cut into jobs. */
export function* simulateTo(
  crew: Crew<Range, Simulated>,
  before: Runs,
  target: number,
  wanted: Wanted,
): Generator<Progress, Runs, Stop> {
  let runs = before;
  let round = firstJobs;
  while (runs.simulated < target) {
    const blocks = blocksPerJob(runs, wanted.size);
    const inputs: Range[] = [];
    const within = limitOf(runs, wanted);
    const jobs = runs.simulated === 0 ? 1 : wanted.whole ? Number.POSITIVE_INFINITY : round;
    if (runs.simulated > 0) round = Math.min(2 * round, mostJobs);
    for (let from = runs.simulated; from < target && inputs.length < jobs; from += blocks * blockSize)
      inputs.push({ from, to: Math.min(target, from + blocks * blockSize), within, most: wanted.most });
    const last = inputs.at(-1)?.to ?? target;
    const work = crew.run(inputs, undefined, Math.ceil((target - last) / (blocks * blockSize)));
    let stop: Stop;
    let next = work.next();
    while (next.done !== true) {
      const done = inputs[next.value - 1]?.to ?? runs.simulated;
      const { acceptance } = statusOf(runs);
      const said = yield { draws: done, total: wanted.total, ess: null, acceptance };
      stop ??= said;
      next = work.next(said);
    }
    runs = withResults(runs, inputs, next.value, wanted);
    if (next.value.length < inputs.length) return { ...runs, stopped: stop ?? 'abort' };
    if (bytesOf(runs.accepted) > wanted.memoryLimit) return { ...runs, stopped: 'memory' };
    if (runs.simulated < target) runs = yield* pause(runs, wanted);
    if (runs.stopped !== null) return runs;
  }
  return runs;
}

/** A place between rounds where a run that is not done yet can be stopped. */
export function* pause(runs: Runs, wanted: Wanted): Generator<Progress, Runs, Stop> {
  const { acceptance } = statusOf(runs);
  const stopped = yield { draws: runs.simulated, total: wanted.total, ess: null, acceptance };
  return stopped === undefined ? runs : { ...runs, stopped };
}

const statusOf = ({ accepted, simulated }: Runs): { readonly acceptance: number | null } => ({
  acceptance: simulated === 0 ? null : accepted.candidates.length / simulated,
});

function withResults(runs: Runs, inputs: readonly Range[], results: readonly Simulated[], wanted: Wanted): Runs {
  let { simulated, possible, least, steps, unaligned } = runs;
  const parts: Accepted[] = runs.simulated === 0 ? [] : [runs.accepted];
  for (const [i, result] of results.entries()) {
    simulated = inputs[i]?.to ?? simulated;
    possible += result.possible;
    least = Math.min(least, result.least);
    steps += result.steps;
    unaligned += result.unaligned;
    parts.push(result.accepted);
  }
  const all = parts.length === 0 ? runs.accepted : joinAccepted(parts);
  const accepted = Number.isFinite(wanted.most) ? closest(all, wanted.most) : all;
  return { accepted, simulated, possible, least, steps, unaligned, stopped: null };
}

/** No run further away than this can be among the closest. */
function limitOf({ accepted }: Runs, { within, most }: Wanted): number {
  if (accepted.candidates.length < most) return within;
  return accepted.distances.reduce((a, b) => Math.max(a, b), 0);
}

function blocksPerJob({ simulated, steps }: Runs, size: number): number {
  if (simulated === 0) return 1;
  const perBlock = (size + (steps / simulated) * operationsPerStep) * blockSize;
  return Math.max(1, Math.min(mostBlocksPerJob, Math.round(operationsPerJob / perBlock)));
}

function bytesOf({ candidates, columns }: Accepted): number {
  const [first] = candidates;
  if (first === undefined) return 0;
  const row = columns.reduce((sum, column) => {
    const value = column[0];
    return sum + (typeof value === 'object' ? 64 + 8 * value.length : 8);
  }, 32);
  return row * candidates.length;
}
