/** Continuous draws that are only parameters of discrete ones: they are never given a value, their factor is averaged over them. */
import type { Family } from '../../ir/ir.js';
import { fromConstant, type RuntimeValue, toConstant } from '../../ir/values.js';
import type { Address } from '../../runtime/random/address.js';
import type { Walk } from './draw.js';
import { averagedMass } from './mixed.js';
import type { DrawPlace, Row } from './rows.js';
import { refused } from './scene.js';
import { keyOf } from './value.js';

/** A continuous draw that has no value; told apart by its address. */
export type Latent = Address & {
  readonly latent: { readonly family: Family; readonly params: readonly RuntimeValue[]; readonly site: string };
};

/** Whether a value is a continuous draw without one. */
export const isLatent = (value: RuntimeValue | undefined): value is Latent =>
  typeof value === 'object' && 'latent' in value;

/** Shares of the way towards a corner, and probabilities, at which it is seen whether a mass function is affine. */
const ways = [0.25, 0.5] as const;
const probabilities = [0.1, 0.35, 0.9] as const;
const exactEnough = 1e-12;

/**
 * The law of a draw averaged over the continuous draw among its parameters. Where the mass function is affine in that, its mean is the mass
 * function at the mean; where the continuous draw is conjugate to it, its mean is a ratio of normalisers. Refuses where it is neither, as seen
 * at several points, and where the continuous draw has been used before: then the two uses depend on each other.
 *
 * @param use what tells uses apart: one draw or score in all its configurations is one use
 */
export function averagedRow(
  walk: Walk,
  family: Family,
  params: readonly RuntimeValue[],
  place: DrawPlace,
  use: number,
): Row {
  const position = params.findIndex(isLatent);
  const latent = params[position];
  if (!isLatent(latent) || params.filter(isLatent).length !== 1)
    throw refused(`${place.site} hangs on several continuous draws`);
  const { site } = latent.latent;
  const key = keyOf(latent);
  const before = walk.uses.get(key) ?? use;
  if (before !== use) throw refused(`${site} is continuous and matters to several draws`);
  walk.uses.set(key, use);
  const name = `${key} ${family.name}(${params.map(keyOf).join(';')})`;
  const known = walk.averaged.get(name);
  if (known !== undefined) return known;
  const at = (value: RuntimeValue): Row =>
    walk.rows(
      family,
      params.map((p, k) => (k === position ? value : p)),
      place,
    );
  const row = affineRow(walk, latent, at) ?? mixedRow(walk, family, params, position, latent, at);
  if (row === null) throw refused(`the law of ${place.site} is not linear in ${site}, which is continuous`);
  walk.averaged.set(name, row);
  return row;
}

/** The law at the mean of the continuous draw, where the mass function is affine in it; null where it is not. */
function affineRow(walk: Walk, latent: Latent, at: (value: RuntimeValue) => Row): Row | null {
  const { mean, lines } = pointsOf(walk, latent);
  const centre = at(mean);
  for (const { from, to, between, share } of lines) {
    const [a, b, c] = [at(from), at(to), at(between)];
    const low = Math.min(a.low, b.low, c.low);
    const high = Math.max(...[a, b, c].map((row) => row.low + row.weights.length));
    for (let k = low; k < high; k++) {
      const mass = (row: Row): number => row.weights[k - row.low] ?? 0;
      if (!(Math.abs(mass(c) - (1 - share) * mass(a) - share * mass(b)) <= exactEnough)) return null;
    }
  }
  return { ...centre, averaged: true };
}

/** The most values of an averaged law, and the mass that its tails may lack. */
const mostValues = 20_000;
const leastTail = 1e-20;

/** The averaged law where the continuous draw is conjugate to the family; null where it is not, or where that is not known. */
function mixedRow(
  walk: Walk,
  family: Family,
  params: readonly RuntimeValue[],
  position: number,
  { latent }: Latent,
  at: (value: RuntimeValue) => Row,
): Row | null {
  const mass = averagedMass(walk.problem, family, params, position, latent);
  const mean = walk.problem.entry(latent.family.name, 'mean')?.(...latent.params.map(toConstant));
  if (mass === null || typeof mean !== 'number' || !Number.isFinite(mean)) return null;
  const start = at(mean);
  const middle = start.low + start.weights.indexOf(Math.max(...start.weights));
  /** Masses from a value on, in one direction, until what is beyond them cannot matter. */
  const towards = (from: number, step: 1 | -1): readonly number[] | null => {
    const masses: number[] = [];
    for (let k = from; masses.length <= mostValues; k += step) {
      const p = mass(k);
      if (Number.isNaN(p)) return null;
      masses.push(p);
      const before = masses.at(-2) ?? 0;
      const ratio = p / before;
      if (p === 0 && before === 0 && masses.length > 4) return masses;
      if (ratio < 1 && (p * ratio) / (1 - ratio) < leastTail) return masses;
    }
    return null;
  };
  const up = towards(middle, 1);
  const down = towards(middle - 1, -1);
  if (up === null || down === null) return null;
  const weights = Float64Array.from([...[...down].reverse(), ...up]);
  const first = weights.findIndex((p) => p > 0);
  const last = weights.findLastIndex((p) => p > 0);
  const total = weights.reduce((a, b) => a + b, 0);
  if (!(Math.abs(total - 1) < 1e-9)) return null;
  const kept = weights.slice(first, last + 1);
  const low = middle - down.length + first;
  return { number: -1 - walk.averaged.size, params, low, weights: kept, cut: leastTail, averaged: true };
}

/** Points on a line: `between` is the given share of the way. */
type Line = {
  readonly from: RuntimeValue;
  readonly to: RuntimeValue;
  readonly between: RuntimeValue;
  readonly share: number;
};

/** The mean of a continuous draw, and lines of values that it can have. */
function pointsOf(walk: Walk, { latent }: Latent): { readonly mean: RuntimeValue; readonly lines: readonly Line[] } {
  const { family, params, site } = latent;
  const given = params.map(toConstant);
  const found = walk.problem.entry(family.name, 'mean')?.(...given);
  const mean = found === undefined ? null : fromConstant(family.value, found);
  if (mean === null) throw refused(`${site} is continuous, and its mean is not known`);
  if (typeof mean === 'number') {
    const quantile = walk.problem.entry(family.name, 'quantile');
    if (quantile === null || !Number.isFinite(mean))
      throw refused(`${site} is continuous, and its quantiles are not known`);
    const [from = 0, middle = 0, to = 1] = probabilities.map((p) => Number(quantile(...given, p)));
    const line = (between: number): Line => ({ from, to, between, share: (between - from) / (to - from) });
    return { mean, lines: [line(middle), line(mean)] };
  }
  if (!(mean instanceof Float64Array)) throw refused(`${site} is continuous and no array of numbers`);
  // The corners of a simplex, which is the only thing that a parameter array of probabilities can be in.
  const lines = Array.from(mean, (_, i) => {
    const towards = (share: number): Float64Array => mean.map((m, k) => m + share * ((k === i ? 1 : 0) - m));
    return { from: mean, to: towards(ways[1]), between: towards(ways[0]), share: ways[0] / ways[1] };
  });
  return { mean, lines };
}
