/**
 * A particle filter whose particles have parameters of their own, which are moved after each resampling (resample–move, Gilks and
 * Berzuini 2001). A particle's past is the noise that it took, kept as the state of its stream at the start of each stretch between
 * pauses; a move proposes other parameters by a random walk with the covariance of the population, runs the past again with the same noise,
 * and is accepted by Metropolis and Hastings. That leaves the distribution of particles as it is: on the space of noise the target so
 * far is (density of the parameters' noise) × (density of the other noise) × (weight so far), and the other noise stays.
 */
import { framedWork, pausingFormOf } from '../../codegen/pausing.js';
import type { ResumableKernel } from '../../codegen/resumable.js';
import { blockSize, type Engine, type KernelOptions } from '../../ir/engine.js';
import type { NoiseKind, Program } from '../../ir/ir.js';
import type { Job, Pieces } from '../../runtime/jobs.js';
import { acceptance } from '../mcmc/acceptance.js';
import { schemes } from '../resampling/registry.js';
import { resamplingUniforms, takeUniforms } from '../resampling/uniforms.js';
import { noiseOf } from '../standard_noise.js';
import { type Points, propose, spreadOf } from './moves.js';
import { replicaNormals } from './normals.js';
import { distinctEves, essOf, logMean, newRelative, type Population, readWeights } from './population.js';
import type { ReplicaResult } from './replica.js';

export type RejuvenatedSetup = {
  /** With the noise of the parameters opened, and a `resample` at each pause. */
  readonly program: Program;
  readonly main: string;
  readonly kinds: readonly NoiseKind[];
  /** The one that was chosen: what pauses is compiled to what it is compiled to. */
  readonly engine: Engine;
  /** In the layout of streams by particle. */
  readonly options: KernelOptions;
  readonly particles: number;
  readonly resampling: string;
  readonly threshold: number;
  /** Moves of each particle after a resampling. */
  readonly moves: number;
};

/** Replica number → its particles. */
export const rejuvenatedReplica: Job<RejuvenatedSetup, number, ReplicaResult> = {
  name: 'smc, rejuvenated',
  prepare: (setup) => {
    const form = pausingFormOf(setup.engine);
    const filtering = framedWork(setup.program, setup.main, { ...setup.options, pauses: 'resamples', form });
    return function* (replica): Pieces<ReplicaResult> {
      const { eve, ...population } = yield* filtering((kernel) => runRejuvenated(kernel, setup, replica));
      return { ...population, ancestors: distinctEves(eve, population.logWeight) };
    };
  },
  transfer: ({ logWeight, dimension, columns }) =>
    [logWeight, dimension, ...columns].flatMap((c) => (c instanceof Float64Array ? [c.buffer] : [])),
};

/** Weights that differ by rounding only are equal. */
const uneven = 1 - 1e-9;
/** The acceptance that steps are adapted to, from one move to the next. */
const wanted = 0.25;

/** Particles and their pasts: parameters, the log weight of all that they came by, and the streams of each stretch. */
type Pasts = { readonly points: Points; readonly logWeight: Float64Array; readonly streams: Int32Array[] };

function* runRejuvenated(kernel: ResumableKernel, setup: RejuvenatedSetup, replica: number): Pieces<Population> {
  const { kinds, options, particles: n, threshold, moves } = setup;
  const scheme = schemes[setup.resampling]!;
  const normal = replicaNormals(options.key, replica, 0);
  const newPoints = (): Points => kinds.map(() => new Float64Array(n));
  const past: Pasts = { points: newPoints(), logWeight: new Float64Array(n), streams: [] };
  for (const column of past.points) for (let p = 0; p < n; p++) column[p] = normal();
  const proposed = newPoints();
  const givenOf = (points: Points): readonly Float64Array[] =>
    points.map((column, k) => column.map((z) => noiseOf(kinds[k]!, z)));
  // Particles stand in the first half of the rows, those with proposed parameters in the second.
  const both = (half: Float64Array): Float64Array => Float64Array.from({ length: 2 * n }, (_, row) => half[row % n]!);
  kernel.start(replica * Math.ceil((2 * n) / blockSize), 2 * n, givenOf(past.points).map(both));
  const relative = newRelative(n);
  let eve = Int32Array.from({ length: n }, (_, p) => p);
  let [pauses, resampled, size] = [0, 0, 2.38 / Math.sqrt(kinds.length)];
  let died: number | null = null;
  for (;;) {
    yield;
    past.streams.push(kernel.streams().slice(0, 4 * n));
    const before = kernel.logWeight().slice(0, n);
    const going = kernel.advance(0, n);
    const logs = kernel.logWeight().subarray(0, n);
    for (let p = 0; p < n; p++)
      past.logWeight[p] = logs[p] === Number.NEGATIVE_INFINITY ? logs[p]! : past.logWeight[p]! + logs[p]! - before[p]!;
    readWeights(logs, relative);
    if (relative.total === 0) died = pauses;
    if (died !== null || !going) break;
    pauses += 1;
    const ess = essOf(relative);
    if (ess > threshold * n || ess > uneven * n) continue;
    const numbers = takeUniforms(resamplingUniforms(options.key, replica, pauses), scheme.uniforms(n, n));
    const from = scheme.ancestors(relative.weights, numbers, n);
    const level = logMean(relative);
    descend(kernel, past, from);
    eve = from.map((p) => eve[p]!);
    resampled += 1;
    const factor = spreadOf(past.points);
    for (let move = 0; move < moves; move++) {
      propose(past.points, factor, size, normal, proposed);
      yield* runAgain(kernel, past.streams, givenOf(proposed));
      const share = decide(kernel, past, proposed, normal);
      size *= Math.exp((share - wanted) / Math.sqrt(move + 1));
    }
    kernel.logWeight().fill(level, 0, n);
  }
  // Those of proposals are made like the particles, so that nothing is left to run; where all died, like one that did.
  kernel.copyRows(Int32Array.from({ length: 2 * n }, (_, row) => (died === null ? row % n : 0)));
  const { logWeight, dimension, columns, steps, unaligned } = kernel.finish();
  return {
    logWeight: died === null ? logWeight.slice(0, n) : new Float64Array(n).fill(Number.NEGATIVE_INFINITY),
    dimension: dimension.slice(0, n),
    columns: columns.map((column) => column.slice(0, n)),
    steps,
    unaligned: Math.round(unaligned / 2),
    eve,
    pauses,
    resampled,
    died,
  };
}

/** Particle p becomes what particle `from[p]` is, with its past. */
function descend(kernel: ResumableKernel, { points, logWeight, streams }: Pasts, from: Int32Array): void {
  const n = from.length;
  kernel.copyRows(Int32Array.from({ length: 2 * n }, (_, row) => (row < n ? from[row]! : row)));
  for (const column of [...points, logWeight]) column.set(pick(column, from));
  for (const words of streams) {
    const old = words.slice();
    for (let p = 0; p < n; p++) for (let w = 0; w < 4; w++) words[4 * p + w] = old[4 * from[p]! + w]!;
  }
}

const pick = (column: Float64Array, from: Int32Array): Float64Array => Float64Array.from(from, (p) => column[p]!);

/** Runs the second half of the rows to where the first stands, with the same noise and other parameters. */
function* runAgain(
  kernel: ResumableKernel,
  streams: readonly Int32Array[],
  given: readonly Float64Array[],
): Pieces<void> {
  const n = streams[0]!.length / 4;
  kernel.restart(n, given);
  for (const words of streams) {
    yield;
    kernel.streams().set(words, 4 * n);
    kernel.advance(n, 2 * n);
  }
}

/** Takes the proposals that are accepted; gives their share. */
function decide(kernel: ResumableKernel, { points, logWeight }: Pasts, proposed: Points, normal: () => number): number {
  const n = logWeight.length;
  const after = kernel.logWeight().slice(n, 2 * n);
  const dimension = kernel.dimension();
  const rows = Int32Array.from({ length: 2 * n }, (_, row) => row);
  let taken = 0;
  for (let p = 0; p < n; p++) {
    let prior = 0;
    for (const [k, column] of points.entries()) prior += 0.5 * (column[p]! ** 2 - proposed[k]![p]! ** 2);
    const probability = acceptance(
      { logWeight: after[p]!, dimension: dimension[n + p]! },
      { logWeight: logWeight[p]!, dimension: dimension[p]! },
      prior,
    );
    // exp of minus half the sum of the squares of two normals is a uniform number.
    if (!(Math.exp(-0.5 * (normal() ** 2 + normal() ** 2)) < probability)) continue;
    rows[p] = n + p;
    taken += 1;
    logWeight[p] = after[p]!;
    for (const [k, column] of points.entries()) column[p] = proposed[k]![p]!;
  }
  kernel.copyRows(rows);
  return taken / n;
}
