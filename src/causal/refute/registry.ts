import type { Check } from '../../report/answer.js';
import type { Key } from '../../runtime/random/seed.js';
import { type Units, unitsAt } from '../estimate/units.js';
import { eValue } from './e_value.js';
import { placebo } from './placebo.js';
import { randomCause } from './random_cause.js';
import { type Estimation, noiseOf, type Refutation, shuffled } from './refutation.js';
import { robustness } from './robustness.js';
import { rosenbaum } from './rosenbaum.js';
import { subset } from './subset.js';

/** What every estimate is put to, in the order in which it is told. */
const refutations: readonly Refutation[] = [placebo, randomCause, subset, eValue, robustness, rosenbaum];

/** Entries of design matrices, squared along a row, that all repetitions of a refutation may take together. */
const work = 6_000_000;

/** Repetitions of a refutation that draws: with fewer than the least, units are left out instead. */
const most = 10;
const least = 4;

/**
 * All checks of an estimate. Repetitions are as many as a fixed amount of work allows, counted from rows and columns, so that the same seed always makes the same; of
 * too many rows a random part is checked.
 */
export function checksOf(estimation: Estimation, cost: number, key: Key): readonly Check[] {
  const smaller = affordable(estimation, cost, key);
  if (smaller === null) return [];
  const repetitions = Math.min(most, Math.max(least, Math.floor(work / workOf(smaller.units, cost))));
  return refutations.flatMap((refutation, index) => {
    // What is told without making the estimate again is told of all units.
    const own = refutation === placebo || refutation === randomCause || refutation === subset ? smaller : estimation;
    const part = own.units === estimation.units ? '' : ` (of ${own.units.rows} units)`;
    const check = refutation({ ...own, part, repetitions, noise: noiseOf(key, index) });
    return check === null ? [] : [check];
  });
}

/** About what one estimate costs. */
function workOf({ rows, covariates, others }: Units, cost: number): number {
  const width =
    covariates.reduce((sum, { levels }) => sum + (levels === null ? 1 : Math.max(1, levels - 1)), 2) + others.length;
  return rows * width ** 2 * cost;
}

/** The estimate of as many units as can be paid for; null where these give none. */
function affordable(estimation: Estimation, cost: number, key: Key): Estimation | null {
  const { units, estimator, clusters } = estimation;
  const share = work / (least * workOf(units, cost));
  if (share >= 1 || clusters !== null) return estimation;
  const rows = shuffled(units.rows, noiseOf(key, refutations.length)(0)).subarray(
    0,
    Math.max(200, Math.floor(share * units.rows)),
  );
  const smaller = unitsAt(units, rows.sort());
  const effect = estimator(smaller);
  return effect.ok ? { ...estimation, units: smaller, effect } : null;
}
