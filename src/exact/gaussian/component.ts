/** One combination of discrete values: the laws of the outputs given that and the evidence. */
import { certain, type Law } from '../law.js';
import { normalCdf, logDensity as standardLogDensity } from '../normal.js';
import type { Abstract } from './abstract.js';
import { isAffine, isEvent } from './abstract.js';
import type { Affine } from './affine.js';
import { jointMoments, type Moments } from './conditioned.js';
import type { Event } from './event.js';
import { giveUp, type Meter } from './refusal.js';
import { marginalMoments } from './smoother.js';
import type { Walked } from './walk.js';

/** What an output is: a number, a normal value, or whether one lies in a range. */
export type Output = number | Affine | Event;

/** A combination of discrete values with its weight; outputs are named by position. */
export type Component = {
  /** log P(discrete values and evidence). */
  readonly logWeight: number;
  readonly dimension: number;
  readonly law: (output: number) => Law;
  /** Mean of the output; NaN where it is absent. */
  readonly mean: (output: number) => number;
  /** Null where it is not known. */
  readonly covariance: (a: number, b: number) => number | null;
  /** Means and covariances of several outputs, null if one is a question on a normal value. */
  readonly joint: (outputs: readonly number[]) => Pick<Moments, 'mean' | 'covariance'> | null;
  /** The number, where all of the outputs are constant. */
  readonly constant: (output: number) => number | null;
};

/** So many functions have their joint moments computed at once; of more the marginals come from a smoother. */
const few = 16;

type Normal = { readonly mean: number; readonly sd: number };

/** Conditions what a walk found. Gives up where an output is neither a number nor hangs on one affine function. */
export function createComponent(walked: Walked, meter: Meter): Component {
  const { tape } = walked;
  const outputs = walked.outputs.map(outputOf);
  const affine: Affine[] = [];
  const place = outputs.map((output) => {
    if (typeof output === 'number') return -1;
    affine.push(output.kind === 'affine' ? output : output.direction);
    return affine.length - 1;
  });
  const together = affine.length <= few;
  const moments = jointMoments(tape, together ? affine : [], meter);
  let smoothed: ReturnType<typeof marginalMoments> | null = null;

  const normalOf = (output: number): Normal => {
    const at = place[output] ?? 0;
    if (together) {
      const variance = moments.covariance[at * affine.length + at] ?? 0;
      return { mean: moments.mean[at] ?? 0, sd: Math.sqrt(variance) };
    }
    smoothed ??= marginalMoments(tape, affine, meter);
    return { mean: smoothed.mean[at] ?? 0, sd: smoothed.sd[at] ?? 0 };
  };
  const behind = (outputsAsked: readonly number[]): Pick<Moments, 'mean' | 'covariance'> => {
    const asked = outputsAsked.map((k) => place[k] ?? 0);
    const n = asked.length;
    if (!together)
      return jointMoments(
        tape,
        asked.flatMap((at) => affine[at] ?? []),
        meter,
      );
    const covariance = new Float64Array(n * n);
    for (const [i, a] of asked.entries())
      for (const [j, b] of asked.entries()) covariance[i * n + j] = moments.covariance[a * affine.length + b] ?? 0;
    return { mean: Float64Array.from(asked, (at) => moments.mean[at] ?? 0), covariance };
  };

  for (const [k, output] of outputs.entries()) {
    if (typeof output === 'number' || output.kind === 'affine') continue;
    const { mean, sd } = normalOf(k);
    const near = (end: number): boolean => Math.abs(end - mean) <= 1e-9 * (1 + Math.abs(mean));
    if (sd === 0 && output.intervals.some((ends) => ends.some(near)))
      giveUp('a certain value lies on the end of a range');
  }

  const law = (k: number): Law => {
    const output = outputs[k] ?? 0;
    if (typeof output === 'number') return certain(output);
    const normal = normalOf(k);
    if (output.kind === 'affine') return normal.sd === 0 ? certain(normal.mean) : { kind: 'normal', ...normal };
    const p = probabilityOf(output, normal);
    return { kind: 'atoms', values: Float64Array.of(0, 1), probabilities: Float64Array.of(1 - p, p) };
  };
  const mean = (k: number): number => {
    const output = outputs[k] ?? 0;
    if (typeof output === 'number') return output;
    return output.kind === 'affine' ? normalOf(k).mean : probabilityOf(output, normalOf(k));
  };
  return {
    logWeight: walked.logWeight + moments.logDensity,
    dimension: walked.dimension,
    law,
    mean,
    constant: (k) => {
      const output = outputs[k];
      return typeof output === 'number' ? output : null;
    },
    covariance: (a, b) => {
      const [x, y] = [outputs[a] ?? 0, outputs[b] ?? 0];
      if (typeof x === 'number' || typeof y === 'number') return 0;
      if (a === b && x.kind === 'event') return mean(a) * (1 - mean(a));
      if (x.kind === 'event' && y.kind === 'event') return null;
      const covariance = a === b ? normalOf(a).sd ** 2 : (behind([a, b]).covariance[1] ?? 0);
      // Stein's lemma: Cov(1(u in S), v) = Cov(u, v) times the density of u at the lower ends less that at the upper ends.
      if (x.kind === 'event') return covariance * slopeOf(x, normalOf(a));
      return y.kind === 'event' ? covariance * slopeOf(y, normalOf(b)) : covariance;
    },
    joint: (asked) => {
      if (asked.some((k) => isEvent(outputs[k]))) return null;
      const n = asked.length;
      const random = asked.filter((k) => typeof outputs[k] !== 'number');
      const inner = behind(random);
      const at = asked.map((k) => random.indexOf(k));
      const covariance = new Float64Array(n * n);
      for (const [i, p] of at.entries())
        for (const [j, q] of at.entries())
          if (p >= 0 && q >= 0) covariance[i * n + j] = inner.covariance[p * random.length + q] ?? 0;
      const means = Float64Array.from(asked, (k, i) => inner.mean[at[i] ?? -1] ?? mean(k));
      return { mean: means, covariance };
    },
  };
}

function outputOf(value: Abstract): Output {
  if (typeof value === 'number' || isAffine(value) || isEvent(value)) return value;
  return giveUp('an answer is an array whose length is only known when it is run');
}

function probabilityOf({ intervals }: Event, { mean, sd }: Normal): number {
  let sum = 0;
  for (const [low, high] of intervals) {
    if (sd === 0) {
      if (mean > low && mean < high) return 1;
      continue;
    }
    const [from, to] = [(low - mean) / sd, (high - mean) / sd];
    // In the upper tail the difference of survivals is accurate.
    sum += from > 0 ? normalCdf(-from) - normalCdf(-to) : normalCdf(to) - normalCdf(from);
  }
  return Math.min(1, sum);
}

/** Σ density at lower ends - density at upper ends. */
function slopeOf({ intervals }: Event, { mean, sd }: Normal): number {
  if (sd === 0) return 0;
  const density = (x: number): number => (Number.isFinite(x) ? Math.exp(standardLogDensity((x - mean) / sd)) / sd : 0);
  return intervals.reduce((sum, [low, high]) => sum + density(low) - density(high), 0);
}
