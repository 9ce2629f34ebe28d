/** One combination of discrete values: the laws of the outputs given that and the evidence. */
import { certain, type Law } from '../law.js';
import { cdfOf } from '../summary.js';
import type { Abstract } from './abstract.js';
import { isAffine, isEvent } from './abstract.js';
import type { Moments } from './conditioned.js';
import { both, type Event, type Intervals } from './event.js';
import { createNormals, type Normal, type Normals, type Output } from './normals.js';
import { giveUp, type Meter } from './refusal.js';
import { lawGiven, massOf, momentsOf } from './truncated.js';
import type { Walked } from './walk.js';

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
  /** Means and covariances of several outputs that are normal together, else null. */
  readonly joint: (outputs: readonly number[]) => Pick<Moments, 'mean' | 'covariance'> | null;
  /** The number, where the output is constant. */
  readonly constant: (output: number) => number | null;
};

/** A share of a standard deviation that is rounding where a value hangs on another alone. */
const residue = 1e-7;

/**
 * Conditions what a walk found: first on equations, then on the one range that a value was seen to lie in. Null where no run agrees
 * with that; gives up where an output is neither a number nor hangs on one affine function.
 */
export function createComponent(walked: Walked, meter: Meter): Component | null {
  const { tape, range } = walked;
  const outputs = walked.outputs.map(outputOf);
  const normals = createNormals(tape, range === null ? outputs : [...outputs, range], meter);
  const ranged = range === null ? null : truncation(normals, outputs.length, range);
  if (ranged?.mass === 0) return null;
  const { normalOf, behind } = normals;

  /** The value as shift + slope · z + rest · e, with z the value of the range in standard form. */
  const partsOf = (k: number): { readonly shift: number; readonly slope: number; readonly rest: number } => {
    const { mean, sd } = normalOf(k);
    if (ranged === null || ranged.sd === 0) return { shift: mean, slope: 0, rest: sd };
    const slope = (behind([k, outputs.length]).covariance[1] ?? 0) / ranged.sd;
    const rest = Math.sqrt(Math.max(0, sd * sd - slope * slope));
    if (Math.abs(slope) <= residue * residue * sd) return { shift: mean, slope: 0, rest: sd };
    return { shift: mean, slope, rest: rest <= residue * sd ? 0 : rest };
  };
  const lawOf = (k: number): Law => {
    const { shift, slope, rest } = partsOf(k);
    if (slope === 0 && rest === 0) return certain(shift);
    return ranged === null ? { kind: 'normal', mean: shift, sd: rest } : lawGiven(shift, slope, rest, ranged.intervals);
  };
  const chance = (k: number, event: Event): number => {
    const { mean, sd } = normalOf(k);
    if (sd === 0) return event.intervals.some(([low, high]) => mean > low && mean < high) ? 1 : 0;
    if (ranged === null) return massOf(standard(event.intervals, { mean, sd }));
    const inside = range === null ? null : both(range, event);
    if (inside !== null) {
      if (typeof inside === 'number') return inside;
      return massOf(standard(inside.intervals, { mean, sd })) / ranged.mass;
    }
    const law = lawOf(k);
    if (law.kind === 'moments') return Number.NaN;
    return event.intervals.reduce((sum, [low, high]) => sum + cdfOf(law, high) - cdfOf(law, low), 0);
  };
  for (const [k, output] of outputs.entries()) {
    if (typeof output === 'number' || output.kind === 'affine') continue;
    refuseEnds(output, normalOf(k));
    if (Number.isNaN(chance(k, output))) giveUp('a range and what is asked of it hang on nearly the same value');
  }
  const mean = (k: number): number => {
    const output = outputs[k] ?? 0;
    if (typeof output === 'number') return output;
    if (output.kind === 'event') return chance(k, output);
    const { shift, slope } = partsOf(k);
    return shift + slope * (ranged?.mean ?? 0);
  };
  return {
    logWeight: walked.logWeight + normals.logDensity + Math.log(ranged?.mass ?? 1),
    dimension: walked.dimension,
    law: (k) => {
      const output = outputs[k] ?? 0;
      if (typeof output === 'number') return certain(output);
      if (output.kind === 'affine') return lawOf(k);
      const p = chance(k, output);
      return { kind: 'atoms', values: Float64Array.of(0, 1), probabilities: Float64Array.of(1 - p, p) };
    },
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
      const plain = a === b ? normalOf(a).sd ** 2 : (behind([a, b]).covariance[1] ?? 0);
      if (x.kind === 'affine' && y.kind === 'affine') {
        if (ranged === null) return plain;
        return plain + partsOf(a).slope * partsOf(b).slope * (ranged.variance - 1);
      }
      if (ranged !== null) return null;
      // Stein's lemma: Cov(1(u in S), v) = Cov(u, v) times the density of u at the lower ends less that at the upper ends.
      const [event, normal] = x.kind === 'event' ? [x, normalOf(a)] : [y, normalOf(b)];
      if (event.kind !== 'event' || normal.sd === 0) return 0;
      const { mass, mean: centre } = momentsOf(standard(event.intervals, normal));
      return mass === 0 ? 0 : (plain * mass * centre) / normal.sd;
    },
    joint: (asked) => {
      if (ranged !== null || asked.some((k) => isEvent(outputs[k]))) return null;
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

type Truncation = ReturnType<typeof momentsOf> & { readonly sd: number; readonly intervals: Intervals };

/** The range in standard form; mass 0 where the value is certain and lies outside. */
function truncation({ normalOf }: Normals, at: number, range: Event): Truncation {
  const normal = normalOf(at);
  refuseEnds(range, normal);
  if (normal.sd === 0) {
    const inside = range.intervals.some(([low, high]) => normal.mean > low && normal.mean < high);
    return { mass: inside ? 1 : 0, mean: 0, variance: 1, sd: 0, intervals: [] };
  }
  const intervals = standard(range.intervals, normal);
  const moments = momentsOf(intervals);
  if (moments.mass === 0) giveUp('the probability of a range is too small for a double');
  return { ...moments, sd: normal.sd, intervals };
}

const standard = (intervals: Intervals, { mean, sd }: Normal): Intervals =>
  intervals.map(([low, high]) => [(low - mean) / sd, (high - mean) / sd] as const);

/** Whether an end belongs to a range matters only to a value that is certain. */
function refuseEnds({ intervals }: Event, { mean, sd }: Normal): void {
  const near = (end: number): boolean => Math.abs(end - mean) <= 1e-9 * (1 + Math.abs(mean));
  if (sd === 0 && intervals.some((ends) => ends.some(near))) giveUp('a certain value lies on the end of a range');
}

function outputOf(value: Abstract): Output {
  if (typeof value === 'number' || isAffine(value) || isEvent(value)) return value;
  return giveUp('an answer is an array whose length is only known when it is run');
}
