import { studentQuantile } from '../../inference/statistics/interval.js';
import { numberText } from '../estimate/number_text.js';
import type { Refutation } from './refutation.js';

/** How much hidden causes must explain of what is left of exposure and outcome. All are shares between 0 and 1. */
type Robustness = {
  /** Of what is left of the outcome, the share that the exposure explains. */
  readonly partial: number;
  /** A hidden cause that explains this share of both brings the estimate to 0. */
  readonly value: number;
  /** One that explains this share of both brings its 95 % interval to 0. */
  readonly significance: number;
};

/** Partial R² and robustness values of a coefficient, from its t statistic (Cinelli and Hazlett, JRSS B 82, 2020, sections 4.2 and 4.3). */
export function robustnessOf(t: number, freedom: number): Robustness {
  const size = Math.abs(t) / Math.sqrt(freedom);
  const shared = (f: number): number => (f <= 0 ? 0 : (Math.sqrt(f ** 4 + 4 * f ** 2) - f ** 2) / 2);
  const critical = freedom > 1 ? studentQuantile(freedom - 1) / Math.sqrt(freedom - 1) : Number.POSITIVE_INFINITY;
  return { partial: t ** 2 / (t ** 2 + freedom), value: shared(size), significance: shared(size - critical) };
}

const percent = (share: number): string => `${numberText(100 * share)} %`;

/** How much a hidden cause must explain to undo the coefficient of a linear regression. */
export const robustness: Refutation = ({ effect }) => {
  if (effect.freedom === undefined || !(effect.se > 0)) return null;
  const { partial, value, significance } = robustnessOf(effect.value / effect.se, effect.freedom);
  return {
    name: 'robustness value',
    value,
    se: null,
    passed: null,
    meaning: `a hidden cause of ${percent(value)} of what is left of exposure and of outcome would explain the estimate away, one of ${percent(significance)} its significance; the exposure explains ${percent(partial)} of what is left of the outcome`,
  };
};
