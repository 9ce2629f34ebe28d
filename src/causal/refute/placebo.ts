import { numberText } from '../estimate/number_text.js';
import type { UnitColumn, Units } from '../estimate/units.js';
import { farOff, isDifference, type Refutation, repeated, shuffled } from './refutation.js';

/**
 * Gives the exposures to units at random, instruments with them: then there is no effect, and an estimator that finds one finds it anywhere. Asked
 * of differences whose exposure each row has for itself.
 */
export const placebo: Refutation = (suspect) => {
  const { units, design } = suspect;
  if (!isDifference(suspect) || design === 'other' || suspect.clusters !== null) return null;
  const found = repeated(suspect, (noise): Units => {
    const order = shuffled(units.rows, noise);
    const moved = (column: UnitColumn): UnitColumn => ({
      ...column,
      values: Float64Array.from(order, (r) => column.values[r]!),
    });
    const others = design === 'instruments' ? units.others.map(moved) : units.others;
    return { ...units, exposure: moved(units.exposure), others };
  });
  if (found === null) return null;
  const { mean, error, count } = found;
  const passed = Math.abs(mean) <= farOff(count) * error || Math.abs(mean) <= tiny * Math.abs(suspect.effect.value);
  return {
    name: 'placebo',
    value: mean,
    se: error,
    passed,
    meaning: passed
      ? `with exposures given out at random the effect is ${numberText(mean)}, as if none (mean of ${count})`
      : `with exposures given out at random the effect is still ${numberText(mean)} (mean of ${count}): what computes it finds effects where there are none`,
  };
};

/** Rounding. */
const tiny = 1e-9;
