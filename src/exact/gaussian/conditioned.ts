/** A tape, conditioned on its observations. */
import type { Affine } from './affine.js';
import { createFilter, roundingShare } from './filter.js';
import type { Meter } from './refusal.js';
import { schedule } from './schedule.js';
import type { Tape } from './tape.js';

/** Moments of several affine functions given the observations, and the log density of these. */
export type Moments = {
  readonly logDensity: number;
  readonly mean: Float64Array;
  /** n × n by rows. A variance that is rounding is 0. */
  readonly covariance: Float64Array;
};

/** The joint law of affine functions, all of them kept alive to the end: for a few functions. */
export function jointMoments(tape: Tape, values: readonly Affine[], meter: Meter): Moments {
  const { isInline, run } = schedule(tape, values, []);
  const filter = createFilter(isInline, meter);
  let logDensity = 0;
  run({
    noise: filter.noise,
    define: filter.define,
    drop: filter.drop,
    observe: (value) => {
      logDensity += filter.observe(value, null);
    },
    probe: () => {},
  });
  const n = values.length;
  const ends = values.map(filter.combine);
  const mean = Float64Array.from(ends, (end) => end.mean);
  const covariance = new Float64Array(n * n);
  const certain = ends.map((end) => !(Math.sqrt(square(end.row)) > roundingShare * end.scale));
  for (const [i, a] of ends.entries()) {
    for (const [j, b] of ends.entries()) {
      if (certain[i] === true || certain[j] === true) continue;
      let sum = 0;
      for (const [k, x] of a.row.entries()) sum += x * (b.row[k] ?? 0);
      covariance[i * n + j] = sum;
    }
  }
  meter(n * n);
  return { logDensity, mean, covariance };
}

const square = (row: Float64Array): number => row.reduce((sum, x) => sum + x * x, 0);
