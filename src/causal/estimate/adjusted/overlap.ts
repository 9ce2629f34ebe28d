/** Exposures of two values, and how well units with either cover each other. */
import { numberText } from '../number_text.js';
import type { Remark, Units } from '../units.js';

/** Whether the exposure is one of two values, as weights by its probability need. */
export const isBinary = ({ exposure }: Units): boolean =>
  exposure.levels === 2 || exposure.values.every((x) => x === 0 || x === 1);

/** Probabilities of exposure 1 further out than the first are counted, and further out than the second spoken of. */
const edge = 0.05;
const poorOverlap = 0.01;

/** Weights of units, with the probabilities of exposure 1 that they come from. */
export type Weighing = { readonly probabilities: Float64Array; readonly weights: Float64Array };

/** How weights are spread: their range, the number of equal weights that would tell as much (Kish 1965), and the share of probabilities near 0 or 1. */
export function weightsText({ probabilities, weights }: Weighing): string {
  let [least, most, sum, squares] = [Number.POSITIVE_INFINITY, 0, 0, 0];
  for (const w of weights) {
    least = Math.min(least, w);
    most = Math.max(most, w);
    sum += w;
    squares += w * w;
  }
  const share = probabilities.filter((p) => p < edge || p > 1 - edge).length / probabilities.length;
  const size = numberText((sum * sum) / squares);
  const range = `weights ${numberText(least)} to ${numberText(most)}`;
  return `${range}, as good as ${size} equal ones, ${numberText(100 * share)} % of probabilities outside ${edge} to ${1 - edge}`;
}

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
