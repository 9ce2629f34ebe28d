/** The contract of refutations: what a finished estimate is put to. */
import type { Check } from '../../report/answer.js';
import { derivedKey, type Key } from '../../runtime/random/seed.js';
import { type NoiseSource, noiseSource, particleState } from '../../runtime/random/source.js';
import type { Design } from '../estimate/methods/method.js';
import type { Effect, Estimator, Units } from '../estimate/units.js';

export type Estimated = Extract<Effect, { readonly ok: true }>;

/** An estimate, with what is needed to make it again from changed units. */
export type Estimation = {
  readonly units: Units;
  readonly estimator: Estimator;
  readonly effect: Estimated;
  /** What the method rests on. */
  readonly design: Design;
  /** A column of `units.others` that says which rows belong together; null where each row is a unit. */
  readonly clusters: string | null;
};

/** A finished estimate under test. */
type Suspect = Estimation & {
  /** Whose units it is where not all of them are looked at: ` (of 4000 units)`. */
  readonly part: string;
  /** How often a refutation that draws makes the estimate again. */
  readonly repetitions: number;
  /** The noise of one repetition. */
  readonly noise: (repetition: number) => NoiseSource;
};

/** One refutation or sensitivity: a file of this folder and a line in `registry.ts`. Null where it does not apply. */
export type Refutation = (suspect: Suspect) => Check | null;

/** The noise of a refutation's repetitions: its own for each refutation of a run. */
export function noiseOf(key: Key, refutation: number): (repetition: number) => NoiseSource {
  const own = derivedKey(derivedKey(key, refutationNoise), refutation);
  return (repetition) => {
    const state = new Int32Array(4);
    particleState(own, repetition, state);
    return noiseSource(state);
  };
}

/** The index under which the noise of refutations is derived from the key of a run. */
const refutationNoise = 0x72656675;

/** Whether the question is a difference of exposures: only that is zero where the exposure does nothing. */
export const isDifference = ({ units }: Estimation): boolean =>
  units.arms.length > 1 && units.arms.reduce((sum, { sign }) => sum + sign, 0) === 0;

/** The mean of some estimates, their standard deviation and the error of their mean. */
type Spread = {
  readonly mean: number;
  readonly deviation: number;
  readonly error: number;
  readonly count: number;
};

/** Estimates of all repetitions; null where more than a third of them fail or are made in another way than the one under test. */
export function repeated(suspect: Suspect, change: (noise: NoiseSource) => Units): Spread | null {
  const { estimator, effect, repetitions, noise } = suspect;
  const values: number[] = [];
  for (let k = 0; k < repetitions; k++) {
    const found = estimator(change(noise(k)));
    if (found.ok && Number.isFinite(found.value) && kindOf(found) === kindOf(effect)) values.push(found.value);
  }
  const count = values.length;
  if (count < 3 || count < (2 * repetitions) / 3) return null;
  const mean = values.reduce((sum, v) => sum + v, 0) / count;
  const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (count - 1));
  return { mean, deviation, error: deviation / Math.sqrt(count), count };
}

/** What computed an estimate, without the figures that it tells. */
const kindOf = ({ how }: Estimated): string => how.replace(/[(,].*$/, '').trim();

/** Beyond so many standard errors of so few repetitions a mean comes once in a thousand times: Student's quantile of 0.9995. */
export function farOff(count: number): number {
  const quantiles = [31.599, 12.924, 8.61, 6.869, 5.959, 5.408, 5.041, 4.781];
  return quantiles[Math.min(quantiles.length, count - 2) - 1] ?? Number.POSITIVE_INFINITY;
}

/** Row numbers from 0 in random order (Fisher and Yates). */
export function shuffled(count: number, noise: NoiseSource): Int32Array {
  const order = Int32Array.from({ length: count }, (_, r) => r);
  for (let k = count - 1; k > 0; k--) {
    const j = Math.floor(noise.uniform() * (k + 1));
    const held = order[k]!;
    order[k] = order[j]!;
    order[j] = held;
  }
  return order;
}
