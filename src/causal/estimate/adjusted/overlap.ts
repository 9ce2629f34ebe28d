/** Exposures of two values, and how well units with either cover each other. */
import type { Remark, Units } from '../units.js';

/** Whether the exposure is one of two values, as weights by its probability need. */
export const isBinary = ({ exposure }: Units): boolean =>
  exposure.levels === 2 || exposure.values.every((x) => x === 0 || x === 1);

/** Probabilities of exposure 1 further out than this are spoken of as poor overlap. */
const poorOverlap = 0.01;

/** A remark where some units almost never have the exposure that they do not have. */
export function overlap(probabilities: Float64Array): readonly Remark[] {
  const far = probabilities.filter((p) => p < poorOverlap || p > 1 - poorOverlap).length;
  if (far === 0) return [];
  return [
    {
      code: 'W0632',
      message: `${far} of ${probabilities.length} units have a probability of exposure under ${poorOverlap} or over ${1 - poorOverlap}: what is said of them rests on the model alone`,
    },
  ];
}
