/**
 * Particles over parameters, each with a particle filter over states (SMC², Chopin, Jacob and Papaspiliopoulos 2013). At each pause a set of
 * parameters is weighed by what its filter says of the evidence since the pause before. Where these weights have become uneven, the
 * sets are resampled with their filters and moved by particle marginal Metropolis-Hastings: a filter of the moved parameters is
 * run from the start to the same pause.
 */
import { framedWork, pausingFormOf } from '../../codegen/pausing.js';
import type { ResumableKernel } from '../../codegen/resumable.js';
import { blockSize, type Engine, type KernelOptions } from '../../ir/engine.js';
import { isFault } from '../../ir/faults.js';
import type { NoiseKind, Program } from '../../ir/ir.js';
import type { Job, Pieces } from '../../runtime/jobs.js';
import { isWild } from '../mcmc/chain.js';
import { schemes } from '../resampling/registry.js';
import type { Scheme } from '../resampling/scheme.js';
import { resamplingUniforms, takeUniforms } from '../resampling/uniforms.js';
import { distanceMoved, type Points, propose, spreadOf } from '../smc/moves.js';
import { replicaNormals } from '../smc/normals.js';
import { distinctEves, essOf, logMean, newRelative, type Relative, readWeights } from '../smc/population.js';
import type { ReplicaResult } from '../smc/replica.js';
import { noiseOf } from '../standard_noise.js';

export type NestedSetup = {
  /** With the noise of the parameters opened, and a `resample` at each pause. */
  readonly program: Program;
  readonly main: string;
  readonly kinds: readonly NoiseKind[];
  /** The one that was chosen: what pauses is compiled to what it is compiled to. */
  readonly engine: Engine;
  /** In the layout of streams by particle. */
  readonly options: KernelOptions;
  /** Sets of parameters. */
  readonly parameters: number;
  /** Particles of each set's filter. */
  readonly particles: number;
  readonly resampling: string;
  /** Share of sets, and of particles, that the effective sample size must fall under for resampling. */
  readonly threshold: number;
};

/** What a replica of sets of parameters gives; a draw is a set with one path of its filter. */
export type NestedResult = ReplicaResult & { readonly proposed: number; readonly accepted: number };

/** Sweeps of moves after a resampling of parameters, at least and at most; each runs all filters anew. */
const fewestSweeps = 2;
const mostSweeps = 12;
/** Parameters have moved enough where they are about as far from where they were as half-way to independence. */
const enough = 0.5;
const uneven = 1 - 1e-9;
/** Rows that run on at a time, before the job may be given up. */
const together = 2 ** 14;

/** Replica number → its sets of parameters. */
export const nestedReplica: Job<NestedSetup, number, NestedResult> = {
  name: 'smc2',
  prepare: (setup) => {
    const { program, main, engine, options } = setup;
    const filtering = framedWork(program, main, { ...options, pauses: 'resamples', form: pausingFormOf(engine) });
    return (replica) => filtering((kernel) => runNested(kernel, setup, replica));
  },
  transfer: ({ logWeight, dimension, columns }) =>
    [logWeight, dimension, ...columns].flatMap((c) => (c instanceof Float64Array ? [c.buffer] : [])),
};

/** Sets of parameters, and the log likelihoods that their filters have come to. */
type Sets = { readonly points: Points; readonly logLikelihood: Float64Array };

function* runNested(kernel: ResumableKernel, setup: NestedSetup, replica: number): Pieces<NestedResult> {
  const { kinds, options, parameters, particles, threshold } = setup;
  const scheme = schemes[setup.resampling]!;
  const rows = parameters * particles;
  const inner = newRelative(particles);
  const outer = newRelative(parameters);
  let step = 0;
  const uniforms = (): (() => number) => resamplingUniforms(options.key, replica, ++step);
  const normal = replicaNormals(options.key, replica, 0);
  const newSets = (): Sets => ({
    points: kinds.map(() => new Float64Array(parameters)),
    logLikelihood: new Float64Array(parameters),
  });
  const [sets, proposed] = [newSets(), newSets()];
  for (const column of sets.points) for (let i = 0; i < parameters; i++) column[i] = normal();
  const givenOf = (points: Points): Float64Array[] =>
    points.map((column, k) => {
      const noise = new Float64Array(rows);
      for (const [i, z] of column.entries()) noise.fill(noiseOf(kinds[k]!, z), i * particles, (i + 1) * particles);
      return noise;
    });
  // Current filters stand in the first half of the rows, those of proposals in the second.
  const given = givenOf(sets.points).map((column) => {
    const twice = new Float64Array(2 * rows);
    twice.set(column);
    twice.set(column, rows);
    return twice;
  });
  yield;
  kernel.start(replica * Math.ceil((2 * rows) / blockSize), 2 * rows, given);
  yield;
  const identity = numbersBelow(2 * rows);

  /** Runs the filters in one half to their next pause, reads what they have come to, and resamples particles. */
  const advance = function* (from: number, { logLikelihood }: Sets): Pieces<boolean> {
    let going = false;
    for (let first = 0; first < rows; first += together) {
      yield;
      if (kernel.advance(from + first, from + Math.min(rows, first + together))) going = true;
    }
    const next = uniforms();
    const ancestors = identity.slice();
    const resampled: number[] = [];
    const logs = kernel.logWeight();
    for (let i = 0; i < parameters; i++) {
      const first = from + i * particles;
      readWeights(logs.subarray(first, first + particles), inner);
      logLikelihood[i] = inner.total === 0 ? Number.NEGATIVE_INFINITY : logMean(inner);
      if (!going || inner.total === 0) continue;
      const ess = essOf(inner);
      if (ess > threshold * particles || ess > uneven * particles) continue;
      const found = chosen(scheme, inner, next, particles);
      for (let k = 0; k < particles; k++) ancestors[first + k] = first + found[k]!;
      resampled.push(i);
    }
    if (resampled.length === 0) return going;
    kernel.copyRows(ancestors);
    const after = kernel.logWeight();
    for (const i of resampled) after.fill(logLikelihood[i]!, from + i * particles, from + (i + 1) * particles);
    return going;
  };

  /** Runs the filters of proposals from the start to where the others stand. */
  const runAgain = function* (): Pieces<void> {
    kernel.restart(rows, givenOf(proposed.points));
    for (let k = 0; k < advances; k++) yield* advance(rows, proposed);
  };

  let eve = Int32Array.from({ length: parameters }, (_, i) => i);
  let logEvidence = 0;
  // Log likelihoods at the last resampling of parameters: what is beyond them is the weight.
  const weighed = new Float64Array(parameters);
  const logWeight = new Float64Array(parameters);
  let [advances, resampled, tried, accepted] = [0, 0, 0, 0];
  let size = 2.38 / Math.sqrt(Math.max(1, kinds.length));
  let died: number | null = null;
  for (let going = true; going; ) {
    going = yield* advance(0, sets);
    advances += 1;
    for (let i = 0; i < parameters; i++) {
      const log = sets.logLikelihood[i]!;
      logWeight[i] = log === Number.NEGATIVE_INFINITY ? log : logEvidence + log - weighed[i]!;
    }
    readWeights(logWeight, outer);
    if (outer.total === 0) {
      died = advances - 1;
      break;
    }
    const ess = essOf(outer);
    if (ess > threshold * parameters || ess > uneven * parameters) continue;
    const from = chosen(scheme, outer, uniforms(), parameters);
    const whole = identity.slice();
    for (let i = 0; i < parameters; i++)
      for (let p = 0; p < particles; p++) whole[i * particles + p] = from[i]! * particles + p;
    kernel.copyRows(whole);
    permute(sets, from);
    eve = from.map((i) => eve[i]!);
    logEvidence = logMean(outer);
    resampled += 1;
    const start = sets.points.map((column) => column.slice());
    const factor = spreadOf(sets.points);
    for (let sweep = 0; sweep < mostSweeps && kinds.length > 0; sweep++) {
      propose(sets.points, factor, size, normal, proposed.points);
      const wild = wildSets(proposed.points);
      const streams = kernel.streams().slice(4 * rows);
      const before = step;
      try {
        yield* runAgain();
      } catch (thrown) {
        if (wild.length === 0 || !isFault(thrown)) throw thrown;
        // Numbers overflow far out, where no proposal is taken: the others are run without those.
        kernel.streams().set(streams, 4 * rows);
        step = before;
        for (const [k, column] of proposed.points.entries()) for (const i of wild) column[i] = sets.points[k]![i]!;
        yield* runAgain();
        for (const i of wild) proposed.logLikelihood[i] = Number.NEGATIVE_INFINITY;
      }
      const taken = identity.slice();
      let count = 0;
      for (let i = 0; i < parameters; i++) {
        if (!(gainOf(sets, proposed, i) > -0.5 * (normal() ** 2 + normal() ** 2))) continue;
        count += 1;
        for (let p = 0; p < particles; p++) taken[i * particles + p] = rows + i * particles + p;
        sets.logLikelihood[i] = proposed.logLikelihood[i]!;
        sets.points.forEach((column, k) => {
          column[i] = proposed.points[k]![i]!;
        });
      }
      kernel.copyRows(taken);
      tried += parameters;
      accepted += count;
      size *= Math.exp((count / parameters - 0.25) / Math.sqrt(sweep + 1));
      if (sweep + 1 >= fewestSweeps && distanceMoved(start, sets.points) > enough) break;
    }
    weighed.set(sets.logLikelihood);
    logWeight.fill(logEvidence);
  }
  const paths = died === null ? pathsOf(kernel, inner, parameters, particles, uniforms()) : null;
  const result = endOf(kernel, rows, paths ?? new Int32Array(parameters), died !== null);
  if (died !== null) logWeight.fill(Number.NEGATIVE_INFINITY);
  return {
    ...result,
    logWeight,
    pauses: advances - 1,
    resampled,
    died,
    ancestors: distinctEves(eve, logWeight),
    proposed: tried,
    accepted,
  };
}

function numbersBelow(count: number): Int32Array {
  const numbers = new Int32Array(count);
  for (let k = 0; k < count; k++) numbers[k] = k;
  return numbers;
}

const chosen = (scheme: Scheme, relative: Relative, next: () => number, count: number): Int32Array =>
  scheme.ancestors(relative.weights, takeUniforms(next, scheme.uniforms(count, count)), count);

/** Sets of parameters that are so far out that a fault says nothing of the model. */
const wildSets = (points: Points): readonly number[] =>
  Array.from(points[0] ?? [], (_, i) => i).filter((i) => isWild(Float64Array.from(points, (column) => column[i]!)));

/** The log of the ratio of posteriors of a proposed set and its current one. */
function gainOf(sets: Sets, proposed: Sets, i: number): number {
  let gain = proposed.logLikelihood[i]! - sets.logLikelihood[i]!;
  sets.points.forEach((column, k) => {
    gain += 0.5 * (column[i]! ** 2 - proposed.points[k]![i]! ** 2);
  });
  return gain;
}

function permute({ points, logLikelihood }: Sets, from: Int32Array): void {
  for (const column of [...points, logLikelihood]) column.set(Float64Array.from(from, (i) => column[i]!));
}

/** One particle of each filter, drawn by its last weights. */
function pathsOf(
  kernel: ResumableKernel,
  inner: Relative,
  parameters: number,
  particles: number,
  next: () => number,
): Int32Array {
  const logs = kernel.logWeight();
  return Int32Array.from({ length: parameters }, (_, i) => {
    readWeights(logs.subarray(i * particles, (i + 1) * particles), inner);
    let left = next() * inner.total;
    let found = 0;
    for (let p = 0; p < particles; p++) {
      if (inner.weights[p] === 0) continue;
      found = p;
      left -= inner.weights[p]!;
      if (left < 0) break;
    }
    return i * particles + found;
  });
}

/** The outputs of the chosen rows; all others are made like them, so that nothing is left to run. */
function endOf(kernel: ResumableKernel, rows: number, paths: Int32Array, died: boolean) {
  // Where all died, row 0 has ended like all others.
  const ends = new Int32Array(2 * rows);
  if (!died) for (let row = 0; row < ends.length; row++) ends[row] = paths[row % paths.length]!;
  kernel.copyRows(ends);
  const { dimension, columns, steps, unaligned } = kernel.finish();
  const count = paths.length;
  return {
    dimension: dimension.slice(0, count),
    columns: columns.map((column) => column.slice(0, count)),
    steps,
    unaligned: Math.round(unaligned / (2 * rows)),
  };
}
