import { blockSize } from '../../ir/engine.js';
import type { Constant } from '../../ir/ir.js';
import { mainName } from '../../passes/assemble.js';
import type { Comparison, Measure } from '../../passes/comparison.js';
import { derivedKey } from '../../runtime/random/seed.js';
import type { OptionValue, Task } from '../backend.js';
import { pilotOf } from './simulator.js';

/** The index under which the key of the pilot is derived. */
const pilotKey = 0x9107;

/** Summaries of runs from the prior, a row each, and what was seen; rows of another length than most are left out. */
export type Pilot = { readonly rows: readonly Float64Array[]; readonly seen: Float64Array; readonly simulated: number };

/** Runs a program a few times on noise of its own, for its summaries under the prior predictive, given hard conditions. */
export function runPilot(task: Pick<Task, 'engine' | 'program' | 'kernelOptions'>, count: number): Pilot {
  const { engine, kernelOptions } = task;
  const key = derivedKey(kernelOptions.key, pilotKey);
  const kernel = engine(pilotOf(task.program), mainName, { ...kernelOptions, key });
  const rows: Float64Array[] = [];
  let seen: Float64Array | null = null;
  for (let from = 0; from < count; from += blockSize) {
    const { logWeight, columns } = kernel.runBlock(from / blockSize, Math.min(blockSize, count - from));
    const [values = [], observed = []] = columns;
    // A run that fails a condition leaves nothing behind.
    for (let i = 0; i < logWeight.length; i++) {
      if (logWeight[i] === Number.NEGATIVE_INFINITY) continue;
      seen ??= numbersOf(observed[i]);
      rows.push(numbersOf(values[i]));
    }
  }
  const whole = seen ?? new Float64Array(0);
  return { rows: rows.filter((row) => row.length === whole.length), seen: whole, simulated: count };
}

const numbersOf = (value: Constant | undefined): Float64Array =>
  value instanceof Float64Array ? value : Array.isArray(value) ? Float64Array.from(value, Number) : new Float64Array(0);

/**
 * How the option `scale` and the distance measure summaries; `null` where they are compared as they are. A single summary has nothing to
 * be balanced with, and neither have the elements of a sample: those are scaled only if that is asked for.
 */
export function measureOf(comparison: Comparison, scale: OptionValue, pilot: () => Pilot): Measure {
  if (scale === 'none' && !comparison.whitened) return null;
  if (comparison.whitened) {
    const { rows, seen } = pilot();
    return { kind: 'factor', factor: choleskyOf(covarianceOf(rows, seen.length)) };
  }
  if (scale === null && (comparison.samples || pilot().seen.length === 1)) return null;
  return { kind: 'scales', scales: scalesOf(pilot().rows, pilot().seen.length, scale === 'sd' ? 'sd' : 'mad') };
}

/**
 * The scale of each summary: the median absolute deviation from the median, or the standard deviation. Where half of the runs agree the
 * median deviation is 0, and the standard deviation takes its place; where all do, 1.
 */
export function scalesOf(rows: readonly Float64Array[], length: number, kind: 'mad' | 'sd'): Float64Array {
  const room = new Float64Array(rows.length);
  return Float64Array.from({ length }, (_, k) => {
    let count = 0;
    for (const row of rows) if (Number.isFinite(row[k])) room[count++] = row[k]!;
    const values = room.subarray(0, count);
    const scale = (kind === 'mad' && medianDeviationIn(values.slice().sort())) || deviation(values);
    return scale > 0 ? scale : 1;
  });
}

/** The median absolute deviation from the median; NaN for no values. */
export const medianDeviation = (values: Float64Array): number => medianDeviationIn(values.toSorted());

/** The same of ordered values: their deviations, in order, are those to both sides of the median, merged. */
function medianDeviationIn(ordered: Float64Array): number {
  const count = ordered.length;
  if (count === 0) return Number.NaN;
  const lower = (count - 1) >> 1;
  const upper = count >> 1;
  const centre = (ordered[lower]! + ordered[upper]!) / 2;
  let below = lower;
  let above = lower + 1;
  let previous = 0;
  let last = 0;
  for (let taken = 0; taken <= upper; taken++) {
    const down = below >= 0 ? Math.abs(ordered[below]! - centre) : Number.POSITIVE_INFINITY;
    const up = above < count ? Math.abs(ordered[above]! - centre) : Number.POSITIVE_INFINITY;
    previous = last;
    last = Math.min(down, up);
    if (down <= up) below--;
    else above++;
  }
  return lower === upper ? last : (previous + last) / 2;
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
}

function covarianceOf(rows: readonly Float64Array[], length: number): readonly Float64Array[] {
  const finite = rows.filter((row) => row.every(Number.isFinite));
  const means = Array.from({ length }, (_, k) => finite.reduce((sum, row) => sum + row[k]!, 0) / finite.length);
  return means.map((a, i) =>
    Float64Array.from(
      means,
      (b, j) => finite.reduce((sum, row) => sum + (row[i]! - a) * (row[j]! - b), 0) / Math.max(1, finite.length - 1),
    ),
  );
}

/** The part of a variance that is added to it, so that summaries which are sums of others do no harm. */
const ridge = 1e-9;

/** The lower Cholesky factor of a covariance; a summary that never varies gets the variance 1. */
export function choleskyOf(covariance: readonly Float64Array[]): readonly Float64Array[] {
  const factor = covariance.map((row) => new Float64Array(row.length));
  for (const [i, row] of factor.entries()) {
    for (let j = 0; j <= i; j++) {
      let rest = covariance[i]![j]!;
      if (i === j) rest = rest > 0 ? rest * (1 + ridge) : 1;
      for (let k = 0; k < j; k++) rest -= row[k]! * factor[j]![k]!;
      row[j] = i === j ? Math.sqrt(Math.max(rest, ridge * (covariance[i]![i]! || 1))) : rest / factor[j]![j]!;
    }
  }
  return factor;
}
