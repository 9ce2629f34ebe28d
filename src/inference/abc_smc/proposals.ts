/**
 * Proposals of a generation: a mixture of normals around the particles of the one before (Beaumont, Cornuet, Marin and Robert 2009), and
 * for a small share the prior, which bounds the weights (a defensive mixture, Hesterberg 1995). Particles live where the prior is
 * standard normal, so that one kind of kernel serves every family, discrete ones too: their values are intervals there.
 */

import { rootAddress } from '../../runtime/random/address.js';
import { nextNormal } from '../../runtime/random/normal.js';
import type { Key } from '../../runtime/random/seed.js';
import { addressedState } from '../../runtime/random/source.js';
import { nextUniform } from '../../runtime/random/uniform.js';

/** Particles with their weights, and the normal around each. Plain data: it goes to workers. */
export type Proposals = {
  readonly dimension: number;
  /** Row by row. */
  readonly centres: Float64Array;
  /** Summed weights, the last one 1. */
  readonly cumulative: Float64Array;
  /** Lower Cholesky factors of the covariances, row by row: one for all particles, or one for each. */
  readonly factors: Float64Array;
};

/** The share of proposals from the prior. */
const defensive = 0.1;
/** The variance that is added to each covariance, against collapse. */
const jitter = 1e-10;

/** The most centres: each proposal is weighed against all of them. */
const mostCentres = 1024;

/**
 * The mixture around weighted particles; `neighbours` null: all have twice the covariance of the whole. Of many particles some are
 * chosen by their weights, evenly.
 */
export function proposalsAround(
  places: Float64Array,
  weights: Float64Array,
  dimension: number,
  neighbours: number | null,
): Proposals {
  if (weights.length <= mostCentres) return mixtureOf(places, weights, dimension, neighbours);
  const chosen = evenly(weights, mostCentres);
  const centres = new Float64Array(mostCentres * dimension);
  for (const [k, i] of chosen.entries())
    centres.set(places.subarray(i * dimension, (i + 1) * dimension), k * dimension);
  return mixtureOf(centres, new Float64Array(mostCentres).fill(1), dimension, neighbours);
}

function mixtureOf(
  centres: Float64Array,
  weights: Float64Array,
  dimension: number,
  neighbours: number | null,
): Proposals {
  const count = weights.length;
  const total = weights.reduce((a, b) => a + b, 0);
  let sum = 0;
  const cumulative = weights.map((w) => {
    sum += w / total;
    return sum;
  });
  cumulative[count - 1] = 1;
  if (neighbours === null || neighbours >= count) {
    const covariance = covarianceOf(centres, weights, dimension);
    return {
      dimension,
      centres,
      cumulative,
      factors: factorOf(
        covariance.map((c) => 2 * c),
        dimension,
      ),
    };
  }
  const size = dimension * dimension;
  const factors = new Float64Array(count * size);
  for (let i = 0; i < count; i++)
    factors.set(factorOf(localCovariance(centres, weights, dimension, i, neighbours), dimension), i * size);
  return { dimension, centres, cumulative, factors };
}

/** Systematic choice by weight, from the middle of each stratum. */
function evenly(weights: Float64Array, count: number): Int32Array {
  const total = weights.reduce((a, b) => a + b, 0);
  let at = 0;
  let sum = weights[0]!;
  return Int32Array.from({ length: count }, (_, k) => {
    const target = ((k + 0.5) / count) * total;
    while (sum < target && at < weights.length - 1) sum += weights[++at]!;
    return at;
  });
}

/** The covariance of weighted rows. */
function covarianceOf(rows: Float64Array, weights: Float64Array, dimension: number): Float64Array {
  const total = weights.reduce((a, b) => a + b, 0);
  const mean = new Float64Array(dimension);
  for (let i = 0; i < weights.length; i++)
    for (let k = 0; k < dimension; k++) mean[k]! += (weights[i]! / total) * rows[i * dimension + k]!;
  return spreadAround(mean, rows, weights, dimension, Array.from(weights.keys()), total);
}

/** The weighted spread of the nearest particles around one of them (Filippi, Barnes, Cornebise and Stumpf 2013, section 3.4). */
function localCovariance(
  rows: Float64Array,
  weights: Float64Array,
  dimension: number,
  at: number,
  neighbours: number,
): Float64Array {
  const centre = rows.subarray(at * dimension, (at + 1) * dimension);
  const squared = Float64Array.from(weights, (_, i) => {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += (rows[i * dimension + k]! - centre[k]!) ** 2;
    return sum;
  });
  const reach = squared.toSorted()[neighbours] ?? Number.POSITIVE_INFINITY;
  const nearest = Array.from(squared.keys()).filter((i) => squared[i]! <= reach);
  const total = nearest.reduce((sum, i) => sum + weights[i]!, 0);
  return spreadAround(centre, rows, weights, dimension, nearest, total);
}

function spreadAround(
  centre: Float64Array,
  rows: Float64Array,
  weights: Float64Array,
  dimension: number,
  indices: readonly number[],
  total: number,
): Float64Array {
  const spread = new Float64Array(dimension * dimension);
  for (const i of indices)
    for (let j = 0; j < dimension; j++)
      for (let k = 0; k <= j; k++)
        spread[j * dimension + k]! +=
          (weights[i]! / total) * (rows[i * dimension + j]! - centre[j]!) * (rows[i * dimension + k]! - centre[k]!);
  for (let j = 0; j < dimension; j++)
    for (let k = 0; k < j; k++) spread[k * dimension + j] = spread[j * dimension + k]!;
  return spread;
}

/** The lower Cholesky factor of a covariance, row by row. */
function factorOf(covariance: Float64Array, dimension: number): Float64Array {
  const factor = new Float64Array(dimension * dimension);
  for (let j = 0; j < dimension; j++) {
    for (let k = 0; k <= j; k++) {
      let rest = covariance[j * dimension + k]! + (j === k ? jitter : 0);
      for (let m = 0; m < k; m++) rest -= factor[j * dimension + m]! * factor[k * dimension + m]!;
      factor[j * dimension + k] = j === k ? Math.sqrt(Math.max(rest, jitter)) : rest / factor[k * dimension + k]!;
    }
  }
  return factor;
}

/** Draws proposals and weighs them. */
export type Proposer = {
  /** Writes the proposal of a candidate, a function of the key and its number alone. */
  readonly draw: (candidate: number, into: Float64Array) => void;
  /** log of the prior's density over the mixture's. */
  readonly logWeight: (z: Float64Array) => number;
};

/** Proposals from the prior alone. */
export function fromPrior(dimension: number, key: Key): Proposer {
  const state = new Int32Array(4);
  return {
    draw: (candidate, into) => {
      addressedState(key, rootAddress, candidate, 0, state);
      for (let k = 0; k < dimension; k++) into[k] = nextNormal(state);
    },
    logWeight: () => 0,
  };
}

/** Proposals from a mixture. */
export function fromMixture({ dimension, centres, cumulative, factors }: Proposals, key: Key): Proposer {
  const count = cumulative.length;
  const size = dimension * dimension;
  const common = factors.length === size;
  const state = new Int32Array(4);
  const logDiagonals = Float64Array.from({ length: factors.length / size }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += Math.log(factors[i * size + k * dimension + k]!);
    return sum;
  });
  const logShares = cumulative.map((sum, i) => Math.log((1 - defensive) * (sum - (i === 0 ? 0 : cumulative[i - 1]!))));
  // With one factor for all, distances are those of whitened points.
  const whitened = common ? centres.slice() : centres;
  if (common) for (let i = 0; i < count; i++) whiten(factors, 0, whitened.subarray(i * dimension, (i + 1) * dimension));
  const point = new Float64Array(dimension);
  const logs = new Float64Array(count);
  return {
    draw: (candidate, into) => {
      addressedState(key, rootAddress, candidate, 0, state);
      const fromPast = nextUniform(state) >= defensive;
      const parent = indexOf(cumulative, nextUniform(state));
      for (let k = 0; k < dimension; k++) into[k] = nextNormal(state);
      if (!fromPast) return;
      const at = common ? 0 : parent * size;
      for (let j = dimension - 1; j >= 0; j--) {
        let sum = centres[parent * dimension + j]!;
        for (let k = 0; k <= j; k++) sum += factors[at + j * dimension + k]! * into[k]!;
        into[j] = sum;
      }
    },
    logWeight: (z) => {
      let own = 0;
      for (let k = 0; k < dimension; k++) own -= 0.5 * z[k]! * z[k]!;
      if (common) {
        point.set(z);
        whiten(factors, 0, point);
      }
      let most = Math.log(defensive) + own;
      for (let i = 0; i < count; i++) {
        if (!common) {
          for (let k = 0; k < dimension; k++) point[k] = z[k]! - centres[i * dimension + k]!;
          whiten(factors, i * size, point);
        }
        let squared = 0;
        for (let k = 0; k < dimension; k++)
          squared += (common ? point[k]! - whitened[i * dimension + k]! : point[k]!) ** 2;
        const log = logShares[i]! - 0.5 * squared - logDiagonals[common ? 0 : i]!;
        logs[i] = log;
        if (log > most) most = log;
      }
      let sum = Math.exp(Math.log(defensive) + own - most);
      for (let i = 0; i < count; i++) sum += Math.exp(logs[i]! - most);
      return own - most - Math.log(sum);
    },
  };
}

/** Solves L y = x in place. */
function whiten(factors: Float64Array, at: number, x: Float64Array): void {
  const dimension = x.length;
  for (let j = 0; j < dimension; j++) {
    let rest = x[j]!;
    for (let k = 0; k < j; k++) rest -= factors[at + j * dimension + k]! * x[k]!;
    x[j] = rest / factors[at + j * dimension + j]!;
  }
}

/** The first place at which the summed weights reach a number. */
function indexOf(cumulative: Float64Array, u: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle]! >= u) high = middle;
    else low = middle + 1;
  }
  return low;
}
