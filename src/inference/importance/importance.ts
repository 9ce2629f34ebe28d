/**
 * Importance sampling from the prior with the evidence as weights: likelihood weighting (Fung and Chang 1990; Koller and Friedman 2009,
 * section 12.3.1). Draws are independent, so blocks of them may be run in any order; a job is a number of whole blocks.
 */
import { blockSize, type Counts } from '../../ir/engine.js';
import { operationsPerStep } from '../../passes/cost.js';
import type { Crew, Stop } from '../../runtime/jobs.js';
import {
  type Backend,
  type Course,
  type Options,
  type Progress,
  plainCourse,
  type Summary,
  type Task,
} from '../backend.js';
import { count } from '../options.js';
import { kept } from './kept.js';
import { asksForPoints, firstPoints, onPointsOf, pointOptions, pointsFor, pointsInWords } from './points/points.js';
import type { Range } from './range.js';
import { summed } from './summed.js';

/** Blocks of the first round where no number of samples is given: 10,240 draws. */
const firstBlocks = 10;
/** Elementary operations after which no further doubling is begun. */
const budget = 2e9;
/** Elementary operations of a job, about: twenty milliseconds. */
const operationsOfJob = 1e7;
/** Blocks of a job at most. */
const mostBlocks = 64;
/** A run of a given number of draws is cut into as many jobs at least, as far as its blocks go. */
const fewestJobs = 64;
/** Draws of the first job where nobody knows how long one takes, and of a part of a block at least. */
const probe = 64;
const fewestDraws = 16;
/** Milliseconds before progress is told with an effective size. */
const watchedAfter = 500;
/** Draws none of which agrees with the evidence before that is taken for an answer. */
const hopelessDraws = 2_000_000;

export const importance: Backend = {
  name: 'importance',
  summary: 'Draws from the prior, weighted by the evidence; good where the evidence is not too surprising.',
  options: [
    {
      name: 'samples',
      meaning:
        'number of draws; left out, it doubles from 10,240 until every standard error is under 1 % of its standard deviation',
      default: null,
      ...count(),
    },
    ...pointOptions,
  ],
  opensNoise: asksForPoints,
  keeps: asksForPoints,
  tells: pointsInWords,
  weighsWhole: true,
  undivided: (options) => (samplesOf(options) === null ? 'a fixed number of samples: give --samples' : null),
  suits: ({ approximate }) =>
    approximate ? "approximate evidence ('~=') needs a likelihood-free method such as abc" : null,
  run: (task) => {
    if (!asksForPoints(task.options)) return sample(task, kept(task));
    const { task: onPoints, arrange } = onPointsOf(task, samplesOf(task.options));
    const store = kept(onPoints);
    return sample(onPoints, { ...store, found: (count, course) => arrange(store.found(count, course)) });
  },
  runForMean: (task) => sample(task, summed(task, reach(task))),
};

/** Where draws go: kept, or summed up. */
export type Store<Input extends Range, Output extends Counts, Found> = {
  readonly crew: Crew<Input, Output>;
  /** Makes room for a number of draws. */
  readonly grow: (count: number) => void;
  /** What a job is to be told: the draws `from` to `to - 1`. */
  readonly input: (from: number, to: number) => Input;
  /** Takes in the draws that follow those that are there. */
  readonly add: (output: Output, range: Range) => void;
  /** Jobs that are done between two calls of `add`, at most. */
  readonly mostJobs: number;
  /** Bytes that a draw takes, on the average of those that are there. */
  readonly bytesPerDraw: () => number;
  /** The draws that were added, `count` of them. */
  readonly found: (count: number, course: Course) => Found;
  readonly ess: (found: Found) => number;
  /** About the effective size of a finished job. */
  readonly essOf: (output: Output) => number;
};

/** The number of draws that was asked for. */
function samplesOf(options: Options): number | null {
  const { samples } = options;
  if (typeof samples !== 'number') return null;
  return asksForPoints(options) ? pointsFor(options, samples) : samples;
}

/** Draws of the first round where no number of samples is given. */
const firstDraws = (options: Options): number =>
  asksForPoints(options) ? firstPoints(options) : firstBlocks * blockSize;

/** The greatest number of draws that a run may come to. */
const reach = (task: Task<Summary>): number =>
  samplesOf(task.options) ?? Math.max(hopelessDraws, budget / task.size) * 2;

/**
 * Nothing that is decided on the way may hang on time or on the order in which jobs end: the same draws must come of any number of
 * workers, and of a run that was interrupted. So jobs are cut by what the first block has counted.
 */
function* sample<Input extends Range, Output extends Counts, Found extends Course>(
  task: Task<Found>,
  store: Store<Input, Output, Found>,
): Generator<Progress, Found, Stop> {
  const fixed = samplesOf(task.options);
  let perDraw = store.bytesPerDraw();
  let most = affordable(task, perDraw);
  let target = Math.min(fixed ?? firstDraws(task.options), most);
  store.grow(target);
  let count = 0;
  let steps = 0;
  let unaligned = 0;
  let weighed = { draws: 0, ess: 0 };
  const parts = canDivideBlocks(task);
  let draws = parts && !task.facts.cost.exact ? probe : blockSize;
  let jobs = 1;
  const found = (stopped: Course['stopped'], converged: boolean): Found =>
    store.found(count, { ...plainCourse, steps, unaligned, stopped, converged });

  /** What the effective size is so far is looked at where a run takes so long that somebody may ask. */
  const watched = performance.now() + watchedAfter;
  const progress = (made: number): Progress => ({
    draws: made,
    total: fixed,
    ess: weighed.draws === 0 ? null : (weighed.ess / weighed.draws) * made,
    bytes: made * perDraw,
  });

  for (;;) {
    while (count < target) {
      const ranges: Input[] = [];
      for (let from = count; from < target && ranges.length < jobs; ) {
        const to = Math.min(endOfJob(from, draws), target);
        ranges.push(store.input(from, to));
        from = to;
      }
      const before = count;
      const heard = (i: number, output: Output): void => {
        if (performance.now() < watched) return;
        const { from, to } = ranges[i]!;
        weighed = { draws: weighed.draws + to - from, ess: weighed.ess + store.essOf(output) };
      };
      const running = store.crew.run(ranges, heard, Math.ceil((target - ranges.at(-1)!.to) / draws));
      let step = running.next();
      let stop: Stop;
      while (step.done !== true) {
        stop = yield progress(Math.min(before + step.value * draws, target));
        step = running.next(stop);
      }
      for (const [i, output] of step.value.entries()) {
        const range = ranges[i]!;
        store.add(output, range);
        count = range.to;
        steps += output.steps;
        unaligned += output.unaligned;
      }
      if (stop !== undefined && count < target) return found(stop, false);
      if (before === 0) {
        perDraw = store.bytesPerDraw();
        most = affordable(task, perDraw);
        draws = drawsOfJob(task.size + (steps / count) * operationsPerStep, fixed, parts);
      }
      jobs = task.pool.whole === true ? Number.POSITIVE_INFINITY : Math.min(4 * jobs, store.mostJobs);
      stop = yield progress(count);
      if (stop !== undefined && count < target) return found(stop, false);
      if (count >= most && count < target) return found('memory', false);
    }
    if (fixed !== null && target < fixed) return found('memory', false);
    const so = found(null, true);
    if (fixed !== null || task.accurate(so)) return so;
    const operations = count * task.size + steps * operationsPerStep;
    const ess = store.ess(so);
    const hopeless = count >= hopelessDraws && ess === 0;
    if (hopeless || operations * 2 > budget || target * 3 > most) return { ...so, converged: false };
    const stop = yield { draws: count, total: null, ess };
    if (stop !== undefined) return found(stop, false);
    target *= 2;
    store.grow(target);
  }
}

/** Whether noise of a particle hangs on those before it in no way, so that a block may be run in parts. */
const canDivideBlocks = ({ kernelOptions, options }: Pick<Task, 'kernelOptions' | 'options'>): boolean =>
  kernelOptions.layout === 'particle' && Object.keys(kernelOptions.externs).length === 0 && !asksForPoints(options);

/** Draws of a job: whole blocks of them or, where `parts` are allowed and a block takes long, a power of two. */
function drawsOfJob(operations: number, fixed: number | null, parts: boolean): number {
  const most = operationsOfJob / operations;
  if (parts && most < blockSize) return 2 ** Math.floor(Math.log2(Math.max(fewestDraws, most)));
  const blocks = Math.min(mostBlocks, Math.floor(most / blockSize));
  const share = fixed === null ? mostBlocks : Math.ceil(fixed / blockSize / fewestJobs);
  return Math.max(1, Math.min(blocks, share)) * blockSize;
}

/** Where a job of so many draws ends: at the end of a block, if it began inside or is less. */
function endOfJob(from: number, draws: number): number {
  const inBlock = from % blockSize;
  return inBlock === 0 && draws >= blockSize ? from + draws : from + Math.min(draws, blockSize - inBlock);
}

/** How many draws the memory limit has room for. */
const affordable = (task: Pick<Task, 'memoryLimit'>, bytes: number): number =>
  Math.max(1, Math.floor(task.memoryLimit / bytes / blockSize)) * blockSize;
