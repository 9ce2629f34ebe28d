import { normalReach } from '../../inference/statistics/interval.js';
import type { Check } from '../../report/answer.js';
import { numberText } from '../estimate/number_text.js';
import type { Effect } from '../estimate/units.js';

/**
 * An effect that is known to be none, estimated like the one in question: on an outcome that the exposure cannot change, or of an exposure that cannot change
 * the outcome, with the same hidden causes (Lipsitch, Tchetgen Tchetgen and Cohen, Epidemiology 21, 2010). One that is not zero tells of hidden causes.
 */
export function negativeControl(kind: 'outcome' | 'exposure', column: string, effect: Effect): Check | null {
  if (!effect.ok) return null;
  const passed = Math.abs(effect.value) <= Math.max(normalReach * effect.se, 1e-12);
  const what = kind === 'outcome' ? `the effect on ${column}` : `the effect of ${column}`;
  return {
    name: `negative ${kind}`,
    value: effect.value,
    se: effect.se,
    passed,
    meaning: passed
      ? `${what}, which must be none, is ${numberText(effect.value)} ± ${numberText(effect.se)}`
      : `${what} is ${numberText(effect.value)} ± ${numberText(effect.se)} although it must be none: exposure and outcome have a common cause that is not adjusted for`,
  };
}
