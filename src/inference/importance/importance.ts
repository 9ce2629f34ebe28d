/**
 * Importance sampling from the prior with the evidence as weights: likelihood weighting (Fung and Chang 1990; Koller and Friedman 2009,
 * section 12.3.1). Draws are independent, so blocks of them may be run in any order.
 */

import { firstDraws, grownDraws, newDraws } from '../../ir/draws.js';
import { blockSize, type Counts, type Draws } from '../../ir/engine.js';
import type { Constant } from '../../ir/ir.js';
import type { Stop } from '../../runtime/jobs.js';
import {
  type Backend,
  type Course,
  type Options,
  type Posterior,
  type Progress,
  plainCourse,
  type Summary,
  type Task,
} from '../backend.js';
import {
  type BlockMoments,
  effectiveSampleSizeOf,
  mergeMomentsTree,
  momentsBelow,
  withoutWeight,
} from '../statistics/block_moments.js';
import { type Greatest, makeRoom, newGreatest } from '../statistics/greatest.js';
import { tailLength } from '../statistics/pareto.js';
import { effectiveSampleSize, weightsOf } from '../statistics/weights.js';

/** Blocks of the first round where no number of samples is given: 10,240 draws. */
const firstBlocks = 10;
/** Elementary operations after which no further doubling is begun. */
const budget = 2e9;
/** Blocks are run several at a time, as long as that takes less than this many milliseconds. */
const quick = 10;
const mostBlocks = 64;
/** Draws none of which agrees with the evidence before that is taken for an answer. */
const hopelessDraws = 2_000_000;
/** A loop iteration counts as this many elementary operations. */
const operationsPerStep = 4;

export const importance: Backend = {
  name: 'importance',
  summary: 'Draws from the prior, weighted by the evidence; good where the evidence is not too surprising.',
  options: [
    {
      name: 'samples',
      meaning:
        'number of draws; left out, it doubles from 10,240 until every standard error is under 1 % of its standard deviation',
      default: null,
      accepts: (n) => typeof n === 'number' && Number.isInteger(n) && n > 0,
    },
  ],
  suits: ({ approximate }) =>
    approximate ? "approximate evidence ('~=') needs a likelihood-free method such as abc" : null,
  run: (task) => sample(task, kept(task)),
  runForMean: (task) => sample(task, summed(task)),
};

/** Where draws go: kept, or summed up. */
type Store<Found> = {
  /** Makes room for a number of draws. */
  readonly grow: (count: number) => void;
  /** Runs draws `from` to `to - 1`, those before `from` being there. */
  readonly fill: (from: number, to: number) => Counts;
  /** Bytes that a draw takes, on the average of the first ones. */
  readonly bytesPerDraw: (count: number) => number;
  /** The first draws. */
  readonly found: (count: number, course: Course) => Found;
  readonly ess: (found: Found) => number;
};

/** The number of draws that was asked for. */
const samplesOf = ({ samples }: Options): number | null => (typeof samples === 'number' ? samples : null);

/** The greatest number of draws that a run may come to. */
const reach = (task: Task<Summary>): number =>
  samplesOf(task.options) ?? Math.max(hopelessDraws, budget / task.size) * 2;

function* sample<Found extends Course>(task: Task<Found>, store: Store<Found>): Generator<Progress, Found, Stop> {
  const fixed = samplesOf(task.options);
  let most = affordable(task, store.bytesPerDraw(0));
  let target = Math.min(fixed ?? firstBlocks * blockSize, most);
  store.grow(target);
  let count = 0;
  let steps = 0;
  let unaligned = 0;
  let pace = 1;
  const found = (stopped: Course['stopped'], converged: boolean): Found =>
    store.found(count, { ...plainCourse, steps, unaligned, stopped, converged });

  for (;;) {
    while (count < target) {
      const to = Math.min(count + pace * blockSize, target);
      const started = performance.now();
      const counts = store.fill(count, to);
      if (performance.now() - started < quick && pace < mostBlocks) pace *= 2;
      if (count === 0) most = affordable(task, store.bytesPerDraw(to));
      count = to;
      steps += counts.steps;
      unaligned += counts.unaligned;
      const stop = yield { draws: count, total: fixed, ess: null };
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

/** Draws one by one. */
function kept({ kernel, outputs }: Task): Store<Posterior> {
  let draws = newDraws(outputs, 0);
  return {
    grow: (count) => {
      draws = grownDraws(draws, outputs, count);
    },
    fill: (from, to) => kernel.fill(draws, from, to),
    bytesPerDraw: (count) => (count === 0 ? 8 * (outputs.length + 2) : bytesPerDraw(draws, count)),
    found: (count, course) => read(count === draws.logWeight.length ? draws : firstDraws(draws, count), course),
    ess: ({ logWeights }) => effectiveSampleSize(weightsOf(logWeights)),
  };
}

/** Moments of each block, and the greatest weights. */
function summed(task: Task<Summary>): Store<Summary> {
  const { kernel, outputs } = task;
  const block = newDraws(outputs, blockSize);
  const [first] = block.columns;
  const values = first instanceof Float64Array ? first : new Float64Array(blockSize);
  const wanted = tailLength(reach(task)) + 1;
  const seen = newRange();
  let dimension = Number.POSITIVE_INFINITY;
  let moments: BlockMoments[] = [];
  let greatest = newGreatest(wanted, blockSize);
  const add = (count: number): void => {
    const held = makeRoom(greatest, count);
    let max = survey(block, count, greatest, seen);
    const [lowest = 0, highest = 0] = seen;
    if (lowest < dimension) {
      if (moments.length > 0) greatest = newGreatest(wanted, blockSize);
      moments = moments.map(withoutWeight);
      dimension = lowest;
    }
    if (highest > dimension) {
      greatest.held = Math.min(held, greatest.held);
      dropAbove(dimension, block, count);
      max = survey(block, count, greatest, seen);
    } else if (greatest.held === 0) max = survey(block, count, greatest, seen);
    moments.push(momentsBelow(values, block.logWeight, 0, count, max));
  };
  return {
    grow: () => {},
    fill: (from, to) => {
      let counts: Counts = { steps: 0, unaligned: 0 };
      for (let start = from; start < to; start += blockSize) {
        const end = Math.min(to, start + blockSize);
        const { steps, unaligned } = kernel.fill(block, start, end, start);
        counts = { steps: counts.steps + steps, unaligned: counts.unaligned + unaligned };
        add(end - start);
      }
      return counts;
    },
    bytesPerDraw: () => bytesOfMoments / blockSize,
    found: (_, course) => ({
      moments: mergeMomentsTree(moments),
      greatest: greatest.numbers.slice(0, greatest.held),
      ...course,
    }),
    ess: (so) => effectiveSampleSizeOf(so.moments),
  };
}

/** Collects the greatest log weights of a block, and finds the lowest and the highest dimension of its draws that have weight. */
function survey({ logWeight, dimension }: Draws, count: number, greatest: Greatest, seen: Float64Array): number {
  const { numbers, least } = greatest;
  let { held } = greatest;
  let max = Number.NEGATIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const log = logWeight[i]!;
    if (log === Number.NEGATIVE_INFINITY) continue;
    if (!(log <= max)) max = log;
    if (log > least) numbers[held++] = log;
    const d = dimension[i]!;
    if (d < lowest) lowest = d;
    if (d > highest) highest = d;
  }
  seen[0] = lowest;
  seen[1] = highest;
  greatest.held = held;
  return max;
}

/** About what the moments of a block take. */
const bytesOfMoments = 400;

/** Draws of a higher dimension than the lowest that has weight lose theirs: against an atom a density is nothing. */
function read(draws: Draws, course: Course): Posterior {
  const { logWeight, dimension } = draws;
  const range = newRange();
  for (let from = 0; from < logWeight.length; from += blockSize) {
    widenRange(logWeight, dimension, from, Math.min(logWeight.length, from + blockSize), range);
  }
  const [lowest = 0, highest = 0] = range;
  if (highest > lowest) dropAbove(lowest, draws, logWeight.length);
  return {
    logWeights: logWeight,
    columns: draws.columns,
    dependence: { kind: 'independent' },
    measuresEvidence: true,
    ...course,
  };
}

function dropAbove(lowest: number, { logWeight, dimension }: Draws, count: number): void {
  for (let i = 0; i < count; i++) if (dimension[i]! > lowest) logWeight[i] = Number.NEGATIVE_INFINITY;
}

/** Lowest and highest dimension of no draw. */
const newRange = (): Float64Array => Float64Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);

/** The lowest and the highest dimension of draws that have weight. */
function widenRange(
  logWeight: Float64Array,
  dimension: Float64Array,
  from: number,
  to: number,
  range: Float64Array,
): void {
  let lowest = range[0]!;
  let highest = range[1]!;
  for (let i = from; i < to; i++) {
    if (logWeight[i] === Number.NEGATIVE_INFINITY) continue;
    const d = dimension[i]!;
    if (d < lowest) lowest = d;
    if (d > highest) highest = d;
  }
  range[0] = lowest;
  range[1] = highest;
}

/** How many draws the memory limit has room for. */
const affordable = (task: Pick<Task, 'memoryLimit'>, bytes: number): number =>
  Math.max(1, Math.floor(task.memoryLimit / bytes / blockSize)) * blockSize;

/** What a draw takes, whole values included, on the average of the first ones. */
function bytesPerDraw(draws: Draws, count: number): number {
  let bytes = 8 * 2;
  for (const column of draws.columns) {
    if (column instanceof Float64Array) bytes += 8;
    else bytes += column.slice(0, count).reduce<number>((sum, value) => sum + bytesOf(value), 0) / count;
  }
  return bytes;
}

/** An array of numbers has about 100 bytes of its own; every other value a word and its parts. */
function bytesOf(value: Constant): number {
  if (value instanceof Float64Array) return 100 + 8 * value.length;
  if (typeof value === 'number' || typeof value === 'string') return 16;
  return value.reduce<number>((sum, part) => sum + bytesOf(part), 32);
}
