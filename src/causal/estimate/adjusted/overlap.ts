/** Exposures of two values, and how well units with either cover each other. */
import type { Check } from '../../../report/answer.js';
import { numberText } from '../number_text.js';
import type { Remark, Units } from '../units.js';

/** Whether the exposure is one of two values, as weights by its probability need. */
export const isBinary = ({ exposure }: Units): boolean =>
  exposure.levels === 2 || exposure.values.every((x) => x === 0 || x === 1);

/** Probabilities of exposure 1 further out than the first are counted, and further out than the second spoken of. */
const edge = 0.05;
const poorOverlap = 0.01;

/**
 * The weight of each unit in a mean over those asked about, by its probability of exposure 1: the inverse of the probability of its own, times
 * that of the exposure asked about where there is one; 1 on average in each arm (stabilised: Robins, Hernán and Brumback, Epidemiology 11, 2000).
 */
function stabilisedWeights({ exposure, among }: Units, probabilities: Float64Array): Float64Array {
  const weights = exposure.values.map((x, r) => {
    const p = probabilities[r]!;
    return (among === null ? 1 : among === 1 ? p : 1 - p) / (x === 1 ? p : 1 - p);
  });
  const [totals, counts] = [new Map<number, number>(), new Map<number, number>()];
  exposure.values.forEach((x, r) => {
    totals.set(x, (totals.get(x) ?? 0) + weights[r]!);
    counts.set(x, (counts.get(x) ?? 0) + 1);
  });
  return weights.map((w, r) => (w * counts.get(exposure.values[r]!)!) / totals.get(exposure.values[r]!)!);
}

/**
 * How exposed and others overlap: the number of equal weights that would tell as much (Kish, Survey Sampling, 1965, section 11.7), the range of
 * weights, and the share of probabilities near 0 or 1.
 */
export function overlapFigure(units: Units, probabilities: Float64Array): Check {
  const weights = stabilisedWeights(units, probabilities);
  let [least, most, sum, squares] = [Number.POSITIVE_INFINITY, 0, 0, 0];
  for (const w of weights) {
    least = Math.min(least, w);
    most = Math.max(most, w);
    sum += w;
    squares += w * w;
  }
  const share = probabilities.filter((p) => p < edge || p > 1 - edge).length / probabilities.length;
  const size = (sum * sum) / squares;
  return {
    name: 'overlap',
    value: size,
    se: null,
    passed: null,
    meaning: `the weights of ${weights.length} units, from ${numberText(least)} to ${numberText(most)}, are as good as ${numberText(size)} equal ones; ${numberText(100 * share)} % of the probabilities of exposure are outside ${edge} to ${1 - edge}`,
  };
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
