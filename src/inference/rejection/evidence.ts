import type { Posterior } from '../backend.js';
import type { Accepted } from './accepted.js';

/** The fields of a posterior that hang on its weights. */
type Weighed = Pick<Posterior, 'logWeights' | 'measuresEvidence' | 'logEvidence'>;

/**
 * Kept runs as weighted draws, with what they say of the evidence, the others having weight zero: the log of the mean weight over all
 * simulations, with its error by the delta method. Where nothing but the evidence is asked for, the others are put back.
 *
 * @param means whether the mean weight is the evidence of the question
 * @param bare whether the draws have no columns
 */
export function weighedAmong(
  means: boolean,
  bare: boolean,
  { candidates }: Pick<Accepted, 'candidates'>,
  logWeights: Float64Array,
  simulated: number,
): Weighed {
  if (!means) return { logWeights, measuresEvidence: false };
  if (bare) {
    const all = new Float64Array(simulated).fill(Number.NEGATIVE_INFINITY);
    for (const [i, candidate] of candidates.entries()) all[candidate] = logWeights[i]!;
    return { logWeights: all, measuresEvidence: true };
  }
  if (logWeights.length === 0) return { logWeights, measuresEvidence: false };
  const most = logWeights.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const relative = logWeights.map((log) => Math.exp(log - most));
  const sum = relative.reduce((a, b) => a + b, 0);
  const squares = relative.reduce((a, b) => a + b * b, 0);
  const value = most + Math.log(sum / simulated);
  const se = simulated < 2 ? Number.NaN : Math.sqrt(Math.max(0, squares / (sum * sum) - 1 / simulated));
  return { logWeights, measuresEvidence: false, logEvidence: { value, se } };
}
