/** A standard normal value known to lie in a union of intervals, and linear functions of it. */
import type { Law } from '../law.js';
import { logDensity, normalCdf } from '../normal.js';
import type { Intervals } from './event.js';

/** Mass of the standard normal distribution on the intervals; differences in the upper tail are taken of survivals. */
export function massOf(intervals: Intervals): number {
  let sum = 0;
  for (const [low, high] of intervals)
    if (isShort([low, high])) sum += shortMoments([low, high]).mass;
    else sum += low > 0 ? normalCdf(-low) - normalCdf(-high) : normalCdf(high) - normalCdf(low);
  return Math.min(1, sum);
}

/**
 * Moments of the standard normal value given the intervals (Johnson, Kotz and Balakrishnan 1994, 13.10.1). On a short interval the
 * closed forms cancel, so there they are integrals, by Gauss and Legendre.
 */
export function momentsOf(intervals: Intervals): {
  readonly mass: number;
  readonly mean: number;
  readonly variance: number;
} {
  const [only] = intervals;
  if (intervals.length === 1 && only !== undefined && isShort(only)) return shortMoments(only);
  const mass = massOf(intervals);
  let first = 0;
  let second = 0;
  for (const [low, high] of intervals) {
    first += density(low) - density(high);
    second += (Number.isFinite(low) ? low * density(low) : 0) - (Number.isFinite(high) ? high * density(high) : 0);
  }
  const mean = first / mass;
  return { mass, mean, variance: Math.max(0, 1 + second / mass - mean * mean) };
}

/** Whether the density hardly bends from one end to the other. */
const isShort = ([low, high]: readonly [number, number]): boolean =>
  high > low && (high - low) * Math.max(1, Math.abs(low), Math.abs(high)) < 0.5;

/** Moments about the middle, which keep their digits however short the interval is. The density is taken relative to the middle's. */
function shortMoments([low, high]: readonly [number, number]) {
  const half = (high - low) / 2;
  const middle = low + half;
  let [total, first, second] = [0, 0, 0];
  for (const { at, weight } of legendre) {
    const relative = weight * Math.exp(-half * at * (middle + (half * at) / 2));
    total += relative;
    first += relative * at;
    second += relative * at * at;
  }
  const shift = first / total;
  const variance = half * half * (second / total - shift * shift);
  return { mass: half * total * density(middle), mean: middle + half * shift, variance };
}

const density = (z: number): number => (Number.isFinite(z) ? Math.exp(logDensity(z)) : 0);

/** The part of the intervals below an end. */
const below = (intervals: Intervals, end: number): Intervals =>
  intervals.filter(([low]) => low < end).map(([low, high]) => [low, Math.min(high, end)] as const);

const above = (intervals: Intervals, end: number): Intervals =>
  intervals.filter(([, high]) => high > end).map(([low, high]) => [Math.max(low, end), high] as const);

/**
 * The law of shift + slope · z + rest · e given that z lies in the intervals, z and e independent standard normals. Where e has a part
 * its cdf is an integral over z, by Gauss and Legendre to about 1e-13; where that would be dear, only moments are told.
 */
export function lawGiven(shift: number, slope: number, rest: number, intervals: Intervals): Law {
  const { mass, mean, variance } = momentsOf(intervals);
  const whole = { mean: shift + slope * mean, variance: slope * slope * variance + rest * rest };
  if (slope === 0) return { kind: 'normal', mean: shift, sd: rest };
  if (rest === 0) {
    const entropy = Math.log(Math.abs(slope) * mass) + 0.5 * Math.log(2 * Math.PI) + 0.5 * (variance + mean * mean);
    const cdf = (x: number): number => {
      const end = (x - shift) / slope;
      return massOf(slope > 0 ? below(intervals, end) : above(intervals, end)) / mass;
    };
    return { kind: 'continuous', ...whole, cdf, quantile: quantileBy(cdf, whole), entropy };
  }
  const nodes = nodesOn(intervals, (0.5 * rest) / Math.abs(slope));
  if (nodes === null) return { kind: 'moments', ...whole };
  const cdf = (x: number): number => {
    let sum = 0;
    for (const { z, weight } of nodes) sum += weight * normalCdf((x - shift - slope * z) / rest);
    return Math.min(1, sum / mass);
  };
  return { kind: 'continuous', ...whole, cdf, quantile: quantileBy(cdf, whole), entropy: null };
}

/** Bisection, until the doubles meet, from a bracket that is widened as long as it must. */
function quantileBy(cdf: (x: number) => number, { mean, variance }: { mean: number; variance: number }) {
  return (p: number): number => {
    const step = Math.sqrt(variance) || Number.MIN_VALUE;
    let width = step;
    while (cdf(mean - width) > p && width < 1e3 * step) width *= 2;
    let low = mean - width;
    width = step;
    while (cdf(mean + width) < p && width < 1e3 * step) width *= 2;
    let high = mean + width;
    for (let round = 0; round < 100; round++) {
      const middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) break;
      if (cdf(middle) >= p) high = middle;
      else low = middle;
    }
    return high;
  };
}

type Node = { readonly z: number; readonly weight: number };

const mostPanels = 2000;
/** Beyond it the standard normal density adds nothing to a double. */
const edge = 9;

/** Nodes and weights of ∫ f(z) density(z) dz over the intervals, with panels no wider than asked; null where they would be too many. */
function nodesOn(intervals: Intervals, widest: number): readonly Node[] | null {
  const nodes: Node[] = [];
  let panels = 0;
  for (const interval of intervals) {
    const [low, high] = window(interval);
    if (!(low < high)) continue;
    const count = Math.ceil((high - low) / Math.min(0.5, widest, (high - low) / 16));
    panels += count;
    if (panels > mostPanels) return null;
    const half = (high - low) / count / 2;
    for (let k = 0; k < count; k++) {
      const middle = low + (2 * k + 1) * half;
      for (const { at, weight } of legendre) {
        const z = middle + half * at;
        nodes.push({ z, weight: half * weight * density(z) });
      }
    }
  }
  return nodes;
}

/** The part of an interval on which its mass lies. */
function window([low, high]: readonly [number, number]): readonly [number, number] {
  if (low > 3) return [low, Math.min(high, low + 40 / low)];
  if (high < -3) return [Math.max(low, high + 40 / high), high];
  return [Math.max(low, -edge), Math.min(high, edge)];
}

/** Nodes and weights of Gauss and Legendre's rule of order 16 on (-1, 1): Newton's method on the polynomial. */
const legendre: readonly { readonly at: number; readonly weight: number }[] = Array.from({ length: 16 }, (_, k) => {
  let x = Math.cos((Math.PI * (k + 0.75)) / 16.5);
  let slope = 1;
  for (let round = 0; round < 20; round++) {
    let [before, value] = [1, x];
    for (let n = 2; n <= 16; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
    slope = (16 * (x * value - before)) / (x * x - 1);
    x -= value / slope;
  }
  return { at: x, weight: 2 / ((1 - x * x) * slope * slope) };
});
