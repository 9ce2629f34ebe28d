/**
 * Tempered SMC (Neal 2001; Del Moral, Doucet and Jasra 2006): from the prior to the posterior by powers of the likelihood, each chosen
 * such that the effective sample size falls to a share of the particles (Jasra, Stephens, Doucet and Tsagaris 2011). After each step particles
 * are resampled and moved by random-walk Metropolis-Hastings, all of them in one run of the kernel, until they have forgotten where
 * they were. Particles are points in the noise of the model.
 */
import { newDraws } from '../../ir/draws.js';
import { blockSize, type Draws, type Engine, type KernelOptions } from '../../ir/engine.js';
import type { Constant, IrType, NoiseKind, Program } from '../../ir/ir.js';
import type { Job, Pieces } from '../../runtime/jobs.js';
import { schemes } from '../resampling/registry.js';
import { resamplingUniforms, takeUniforms } from '../resampling/uniforms.js';
import { noiseOf } from '../standard_noise.js';
import { distanceMoved, type Points, propose, spreadOf } from './moves.js';
import { replicaNormals } from './normals.js';
import {
  distinctEves,
  essOf,
  logMean,
  newRelative,
  type Population,
  type Relative,
  readWeights,
} from './population.js';
import type { ReplicaResult } from './replica.js';

export type TemperedSetup = {
  /** With the noise of all draws opened. */
  readonly program: Program;
  readonly main: string;
  readonly kinds: readonly NoiseKind[];
  readonly engine: Engine;
  readonly options: KernelOptions;
  readonly outputs: readonly IrType[];
  readonly particles: number;
  readonly resampling: string;
  /** Share of the particles that the effective sample size falls to at each step. */
  readonly threshold: number;
};

/** Sweeps of moves after a step, at least and at most. */
const fewestSweeps = 3;
const mostSweeps = 100;
/** Particles have moved enough where they are about as far from where they were as two independent ones are. */
const enough = 0.8;
/** Acceptance that random-walk proposals aim at: Roberts, Gelman and Gilks 1997. */
const wantedAcceptance = (d: number): number => (d === 1 ? 0.44 : 0.234);

/** Replica number → its particles. */
export const temperedReplica: Job<TemperedSetup, number, ReplicaResult> = {
  name: 'smc, tempered',
  prepare: (setup) => {
    const kernel = setup.engine(setup.program, setup.main, setup.options);
    return function* (replica): Pieces<ReplicaResult> {
      const { eve, ...population } = yield* temper(setup, kernel.fill, replica);
      return { ...population, ancestors: distinctEves(eve, population.logWeight) };
    };
  },
  transfer: ({ logWeight, dimension, columns }) =>
    [logWeight, dimension, ...columns].flatMap((c) => (c instanceof Float64Array ? [c.buffer] : [])),
};

/** Where the particles are and what the kernel says of them there. */
type State = { readonly points: Points; readonly given: Points; readonly draws: Draws };

type Fill = ReturnType<Engine>['fill'];

const newState = ({ kinds, particles, outputs }: TemperedSetup): State => {
  const columns = (): Points => kinds.map(() => new Float64Array(particles));
  const given = columns();
  return { points: columns(), given, draws: { ...newDraws(outputs, particles), given } };
};

function* temper(setup: TemperedSetup, fill: Fill, replica: number): Pieces<Population> {
  const { kinds, particles: n, threshold, options } = setup;
  const scheme = schemes[setup.resampling]!;
  let [here, there] = [newState(setup), newState(setup)];
  let steps = 0;
  const evaluate = function* ({ points, given, draws }: State): Pieces<void> {
    for (const [first, end] of portions(n)) {
      yield;
      points.forEach((column, k) => {
        const kind = kinds[k]!;
        const noise = given[k]!;
        for (let p = first; p < end; p++) noise[p] = noiseOf(kind, column[p]!);
      });
      steps += fill(draws, first, end).steps;
    }
  };
  const start = replicaNormals(options.key, replica, 0);
  for (const column of here.points)
    for (const [first, end] of portions(n)) {
      yield;
      for (let p = first; p < end; p++) column[p] = start();
    }
  yield* evaluate(here);
  let eve = Int32Array.from({ length: n }, (_, p) => p);
  const relative = newRelative(n);
  let [power, logEvidence, rounds, size] = [0, 0, 0, 2.38 / Math.sqrt(kinds.length)];
  const weighted = new Float64Array(n);
  for (;;) {
    const step = yield* nextStep(here.draws.logWeight, 1 - power, threshold, relative, weighted);
    if (relative.total === 0)
      return { ...read(here.draws, weighted), steps, unaligned: 0, eve, pauses: 0, resampled: 0, died: 0 };
    // Where one step suffices, nothing but the weights is needed.
    if (rounds === 0 && step === 1) {
      return { ...read(here.draws, weighted), steps, unaligned: 0, eve, pauses: 1, resampled: 0, died: null };
    }
    power = step === 1 - power ? 1 : power + step;
    logEvidence += logMean(relative);
    rounds += 1;
    const numbers = takeUniforms(resamplingUniforms(options.key, replica, rounds), scheme.uniforms(n, n));
    const from = scheme.ancestors(relative.weights, numbers, n);
    yield* copy(here, there, from);
    [here, there] = [there, here];
    eve = from.map((p) => eve[p]!);
    size = yield* move(here, there, evaluate, power, size, replicaNormals(options.key, replica, rounds));
    if (power === 1) break;
  }
  weighted.fill(logEvidence);
  return { ...read(here.draws, weighted), steps, unaligned: 0, eve, pauses: rounds, resampled: rounds, died: null };
}

const read = (
  { dimension, columns }: Draws,
  logWeight: Float64Array,
): Pick<Population, 'logWeight' | 'dimension' | 'columns'> => ({
  logWeight,
  dimension,
  columns,
});

/** Particles that are dealt with at a time, before the job may be given up: whole blocks. */
const together = 16 * blockSize;

function* portions(count: number): Iterable<readonly [first: number, end: number]> {
  for (let first = 0; first < count; first += together) yield [first, Math.min(count, first + together)];
}

/** The greatest step, at most `rest`, after which the effective sample size is `share` of the living; the weights are left in `relative`. */
function* nextStep(
  logLikelihoods: Float64Array,
  rest: number,
  share: number,
  relative: Relative,
  weighted: Float64Array,
): Pieces<number> {
  const essAt = function* (step: number): Pieces<number> {
    yield;
    for (let p = 0; p < weighted.length; p++)
      weighted[p] =
        logLikelihoods[p] === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : step * logLikelihoods[p]!;
    readWeights(weighted, relative);
    return essOf(relative);
  };
  const wanted = share * (yield* essAt(0));
  if ((yield* essAt(rest)) >= wanted) return rest;
  let [low, high] = [0, rest];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if ((yield* essAt(middle)) >= wanted) low = middle;
    else high = middle;
  }
  yield* essAt(low);
  return low;
}

/** Particle p of `to` becomes what particle `from[p]` of `state` is. */
function* copy(state: State, to: State, from: Int32Array): Pieces<void> {
  for (const [first, end] of portions(from.length)) {
    yield;
    for (let p = first; p < end; p++) copyOne(state, from[p]!, to, p);
  }
}

function copyOne(state: State, source: number, to: State, place: number): void {
  state.points.forEach((column, k) => {
    to.points[k]![place] = column[source]!;
  });
  to.draws.logWeight[place] = state.draws.logWeight[source]!;
  to.draws.dimension[place] = state.draws.dimension[source]!;
  to.draws.columns.forEach((column: Float64Array | Constant[], k) => {
    const value = state.draws.columns[k]![source]!;
    if (!(column instanceof Float64Array)) column[place] = value;
    else if (typeof value === 'number') column[place] = value;
  });
}

/** Moves the population by sweeps that leave prior × likelihood^power as it is; gives the size of steps that it came to. */
function* move(
  here: State,
  there: State,
  evaluate: (state: State) => Pieces<void>,
  power: number,
  first: number,
  normal: () => number,
): Pieces<number> {
  const n = here.draws.logWeight.length;
  const d = here.points.length;
  const factor = spreadOf(here.points);
  const before = here.points.map((column) => column.slice());
  let size = first;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    for (const [first, end] of portions(n)) {
      yield;
      propose(here.points, factor, size, normal, there.points, first, end);
    }
    yield* evaluate(there);
    let accepted = 0;
    for (const [first, end] of portions(n)) {
      yield;
      accepted += accept(here, there, power, normal, first, end);
    }
    size *= Math.exp((accepted / n - wantedAcceptance(d)) / Math.sqrt(sweep + 1));
    if (sweep + 1 >= fewestSweeps && distanceMoved(before, here.points) > enough) break;
  }
  return size;
}

/** Moves the particles of a portion that take their proposals, and counts them. */
function accept(here: State, there: State, power: number, normal: () => number, first: number, end: number): number {
  const d = here.points.length;
  let accepted = 0;
  for (let p = first; p < end; p++) {
    let gain = power * (there.draws.logWeight[p]! - here.draws.logWeight[p]!);
    for (let k = 0; k < d; k++) gain += 0.5 * (here.points[k]![p]! ** 2 - there.points[k]![p]! ** 2);
    // Half the sum of the squares of two normals is an exponential, as -log of a uniform is.
    const level = 0.5 * (normal() ** 2 + normal() ** 2);
    if (!(gain > -level)) continue;
    copyOne(there, p, here, p);
    accepted += 1;
  }
  return accepted;
}
