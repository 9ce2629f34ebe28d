import type { Law } from '../exact/law.js';
import { cdfOf } from '../exact/summary.js';
import type { FormRun } from '../plan/run_form.js';

/** Draws that a true value is ranked among. */
const rankedDraws = 99;

/** Ranks are 0 … rankedDraws. */
export const rankValues = rankedDraws + 1;

/** Draws of a run to rank among, by their numbers: weighted ones chosen by weight, those of chains evenly spaced. */
export function chosenDraws({ weights, dependence }: FormRun, uniform: () => number): Int32Array {
  const { relative, total } = weights;
  const chosen = new Int32Array(rankedDraws);
  if (dependence.kind === 'chains') {
    const offset = uniform();
    for (let k = 0; k < rankedDraws; k++) chosen[k] = Math.floor(((k + offset) * relative.length) / rankedDraws);
    return chosen;
  }
  const targets = Float64Array.from(chosen, () => uniform() * total).sort();
  let i = 0;
  let below = relative[0] ?? 0;
  for (const [k, target] of targets.entries()) {
    while (below < target && i + 1 < relative.length) below += relative[++i]!;
    chosen[k] = i;
  }
  return chosen;
}

/** The rank of a value among draws; among equal ones any with the same probability. */
export function rankAmong(truth: number, values: Float64Array, chosen: Int32Array, uniform: () => number): number {
  let below = 0;
  let equal = 0;
  for (const i of chosen) {
    if (values[i]! < truth) below += 1;
    else if (values[i] === truth) equal += 1;
  }
  return below + Math.floor(uniform() * (equal + 1));
}

/** What the rank would be among independent draws of a law, but that its distribution function takes their place. */
export function rankUnder(truth: number, law: Law, uniform: () => number): number {
  const above = cdfOf(law, truth);
  const below = Math.min(above, cdfOf(law, truth - 1e-9 * (1 + Math.abs(truth))));
  return Math.min(rankedDraws, Math.floor((below + uniform() * (above - below)) * rankValues));
}
