import { numberText } from '../estimate/number_text.js';
import type { UnitColumn, Units } from '../estimate/units.js';
import { type Refutation, repeated } from './refutation.js';

/** The name of the covariate that is made up; no column of a table has it. */
const made = ' random cause';

/**
 * Adjusts for one covariate more, drawn at random without regard to anything: the estimate must not move by as much as its standard error. A coin where
 * all else are labels, else a normal draw.
 */
export const randomCause: Refutation = (suspect) => {
  const { units, design, effect } = suspect;
  if (design !== 'adjustment' && design !== 'instruments') return null;
  const labels = [units.exposure, ...units.covariates].every(({ levels }) => levels !== null);
  const found = repeated(suspect, (noise): Units => {
    const cause: UnitColumn = {
      name: made,
      values: Float64Array.from({ length: units.rows }, () =>
        labels ? Number(noise.uniform() < 0.5) : noise.normal(),
      ),
      levels: labels ? 2 : null,
    };
    return { ...units, covariates: [...units.covariates, cause] };
  });
  if (found === null) return null;
  const moved = Math.abs(found.mean - effect.value);
  const passed = moved <= Math.max(effect.se, 1e-9 * Math.abs(effect.value));
  return {
    name: 'random cause',
    value: found.mean,
    se: found.error,
    passed,
    meaning: `adjusted for a covariate drawn at random too, the estimate${suspect.part} goes from ${numberText(effect.value)} to ${numberText(found.mean)} (mean of ${found.count})${passed ? '' : ', away by more than its standard error: it hangs on what has nothing to do with it'}`,
  };
};
