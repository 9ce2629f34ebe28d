/**
 * The alive particle filter (Le Gland and Oudjane 2005; Del Moral, Jasra, Lee, Yau and Zhang 2015): at each pause, particles are drawn from
 * their parents and run on until one more than wanted is alive; the last one is left out, and wanted / (trials - 1) estimates the share
 * that lives without bias. With weights besides, the sum of the weights of those kept stands in the place of their number (Kudlicka,
 * Murray, Schön and Lindsten 2020). Where the trials are spent before, what lives by then is kept and divided by all trials, which
 * is without bias as well (Girshick, Mosteller and Savage 1946, for trials that end at a fixed boundary).
 *
 * A trial takes noise that no trial took before: the next numbers of its row's own stream.
 */
import type { ResumableKernel } from '../../codegen/resumable.js';
import type { Pieces } from '../../runtime/jobs.js';
import { takeUniforms } from '../resampling/uniforms.js';
import { newRelative, type Population, type Relative, readWeights } from './population.js';

type AliveSettings = {
  readonly particles: number;
  /** Trials at one pause before what lives must do. */
  readonly trials: number;
};

/** Trials under way at a time. */
const trialRows = (particles: number): number => Math.max(particles, 64);

/** Rows of a kernel that the filter needs: parents, children, and trials under way. */
export const aliveRows = (particles: number): number => 2 * particles + trialRows(particles);

/** Runs a population from the start of the program to its end; parameters as `runFilter`. */
export function* runAlive(
  kernel: ResumableKernel,
  { particles, trials: mostTrials }: AliveSettings,
  block: number,
  uniforms: (step: number) => () => number,
): Pieces<Population> {
  const n = particles;
  kernel.start(block, aliveRows(n));
  const trial = 2 * n;
  const relative = newRelative(n);
  const identity = Int32Array.from({ length: aliveRows(n) }, (_, row) => row);
  const eves = Int32Array.from({ length: n }, (_, p) => p);
  let pauses = 0;
  let died: number | null = null;
  let first = true;
  let ended = false;
  while (!ended) {
    readWeights(kernel.logWeight(), relative);
    const next = uniforms(pauses + 1);
    const born = new Int32Array(n);
    let living = 0;
    let trials = 0;
    while (trials < mostTrials && living <= n) {
      yield;
      const tried = Math.min(batchOf(n, living, trials), mostTrials - trials);
      const parents = first ? new Int32Array(tried) : pick(relative, takeUniforms(next, tried));
      const from = identity.slice();
      from.set(parents, trial);
      kernel.copyRows(from);
      const start = first ? 0 : relative.max + Math.log(relative.total / n);
      kernel.logWeight().fill(start, trial, trial + tried);
      kernel.advance(trial, trial + tried);
      const kept = identity.slice();
      const after = kernel.logWeight();
      for (let k = 0; k < tried && living <= n; k++) {
        trials += 1;
        if (after[trial + k] === Number.NEGATIVE_INFINITY) continue;
        if (living < n) {
          kept[n + living] = trial + k;
          born[living] = first ? living : eves[parents[k]!]!;
        }
        living += 1;
      }
      kernel.copyRows(kept);
    }
    if (living === 0) {
      died = pauses;
      break;
    }
    const count = Math.min(n, living);
    // One trial more than wanted lives: it is left out, and so is its place in the count.
    const shift = Math.log(n / (living > n ? trials - 1 : trials));
    const adopted = identity.slice();
    for (let k = 0; k < count; k++) adopted[k] = n + k;
    kernel.copyRows(adopted);
    const logs = kernel.logWeight();
    for (let k = 0; k < n; k++) logs[k] = k < count ? logs[k]! + shift : Number.NEGATIVE_INFINITY;
    eves.set(born);
    first = false;
    ended = true;
    const points = kernel.points();
    for (let k = 0; k < count; k++) if (points[k] !== -1) ended = false;
    if (!ended) pauses += 1;
  }
  return read(kernel, n, eves, pauses, died);
}

/** How many trials are made at once: about as many as are still needed by the share that lived so far. */
function batchOf(n: number, living: number, trials: number): number {
  const share = trials === 0 ? 1 : Math.max(living, 1) / trials;
  return Math.min(trialRows(n), Math.ceil((1.1 * (n + 1 - living)) / share));
}

/** The first rows, which have all ended; the others are made the same. Where all died, the first trial is one that did. */
function read(kernel: ResumableKernel, n: number, eve: Int32Array, pauses: number, died: number | null): Population {
  const trial = 2 * n;
  kernel.copyRows(Int32Array.from({ length: aliveRows(n) }, (_, row) => (died === null ? row % n : trial)));
  const { logWeight, dimension, columns, steps, unaligned } = kernel.finish();
  return {
    logWeight: logWeight.slice(0, n),
    dimension: dimension.slice(0, n),
    columns: columns.map((column) => column.slice(0, n)),
    steps,
    unaligned,
    eve,
    pauses,
    resampled: pauses,
    died,
  };
}

/** Parents of trials, each drawn on its own with the probability of its weight. */
function pick({ weights, total }: Relative, uniforms: Float64Array): Int32Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i]!;
    sums[i] = sum;
  }
  return Int32Array.from(uniforms, (u) => {
    let low = 0;
    let high = weights.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > u * total) high = middle;
      else low = middle + 1;
    }
    while (low > 0 && !(weights[low]! > 0)) low -= 1;
    return low;
  });
}
