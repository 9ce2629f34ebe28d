import { blockSize } from '../../ir/engine.js';
import { reduceTree, sumByBlocks } from './tree_reduction.js';

/** The importance weights of a set of draws, divided by exp(logScale) so that the greatest is 1. */
export type Weights = {
  /** Weights between 0 and 1. All 0 where no draw has weight; NaN where a log weight is NaN or +Infinity. */
  readonly relative: Float64Array;
  /** The greatest log weight; -Infinity where no draw has weight. */
  readonly logScale: number;
  /** Sum of `relative`. */
  readonly total: number;
  /** Sum of the squares of `relative`. */
  readonly totalSquared: number;
  /** Draws with a weight greater than zero. */
  readonly positive: number;
};

/** A number from draws with its Monte Carlo standard error. */
export type Estimate = { readonly value: number; readonly se: number };

/** The weights that belong to log weights (-Infinity: weight zero). */
export function weightsOf(logWeights: Float64Array): Weights {
  const count = logWeights.length;
  let logScale = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < count; from += blockSize) {
    logScale = greatestIn(logWeights, from, Math.min(count, from + blockSize), logScale);
    if (Number.isNaN(logScale)) break;
  }
  const relative = new Float64Array(count);
  if (logScale !== Number.NEGATIVE_INFINITY) {
    for (let from = 0; from < count; from += blockSize) {
      exponentiate(logWeights, logScale, relative, from, Math.min(count, from + blockSize));
    }
  }
  return summed(relative, logScale);
}

// Loops over many draws go block by block through functions like these: V8 makes a function that is called often fast sooner, and
// better, than a long loop in one call.

function greatestIn(logWeights: Float64Array, from: number, to: number, so: number): number {
  let greatest = so;
  for (let i = from; i < to; i++) if (!(logWeights[i]! <= greatest)) greatest = logWeights[i]!;
  return greatest;
}

function exponentiate(logWeights: Float64Array, scale: number, out: Float64Array, from: number, to: number): void {
  for (let i = from; i < to; i++) out[i] = Math.exp(logWeights[i]! - scale);
}

/** The weights of `count` draws that all weigh the same, with log weight 0. */
export function equalWeights(count: number): Weights {
  return summed(new Float64Array(count).fill(1), 0);
}

function summed(relative: Float64Array, logScale: number): Weights {
  const count = relative.length;
  const sums: number[] = [];
  const squares: number[] = [];
  let positive = 0;
  const into = new Float64Array(3);
  for (let from = 0; from < count; from += blockSize) {
    sumBlock(relative, from, Math.min(count, from + blockSize), into);
    sums.push(into[0]!);
    squares.push(into[1]!);
    positive += into[2]!;
  }
  const add = (a: number, b: number): number => a + b;
  return { relative, logScale, total: reduceTree(sums, add, 0), totalSquared: reduceTree(squares, add, 0), positive };
}

/** Sum, sum of squares and number of positive ones. */
function sumBlock(relative: Float64Array, from: number, to: number, into: Float64Array): void {
  let sum = 0;
  let squared = 0;
  let positive = 0;
  for (let i = from; i < to; i++) {
    const w = relative[i]!;
    if (w > 0) positive++;
    sum += w;
    squared += w * w;
  }
  into[0] = sum;
  into[1] = squared;
  into[2] = positive;
}

/** Effective sample size (sum w)^2 / sum w^2 (Kong 1992); 0 where no draw has weight. */
export function effectiveSampleSize(weights: Weights): number {
  return weights.total === 0 ? 0 : (weights.total * weights.total) / weights.totalSquared;
}

/**
 * log of the mean weight, which is the log evidence under importance sampling, with its standard error by the delta
 * method: sd(w) / (mean(w) sqrt(n)). -Infinity with error NaN where no draw has weight: then nothing is known of it.
 */
export function logEvidence(weights: Weights): Estimate {
  const count = weights.relative.length;
  if (weights.total === 0) return { value: Number.NEGATIVE_INFINITY, se: Number.NaN };
  const mean = weights.total / count;
  const squares = squaredDeviations(weights, mean);
  return { value: weights.logScale + Math.log(mean), se: Math.sqrt(squares) / weights.total };
}

/** The sum of (w - mean)^2: from the sums at hand where nothing cancels, else afresh. */
function squaredDeviations({ relative, total, totalSquared }: Weights, mean: number): number {
  const difference = totalSquared - total * mean;
  if (difference > 1e-6 * totalSquared) return difference;
  return sumByBlocks(relative.length, (from, to) => {
    let sum = 0;
    for (let i = from; i < to; i++) {
      const deviation = relative[i]! - mean;
      sum += deviation * deviation;
    }
    return sum;
  });
}
