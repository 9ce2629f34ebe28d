/** What engines are compared by. */
import type { Answer } from '../../src/report/answer.js';

/** At most so many of the list, evenly spread. */
export const spread = (list: readonly string[], count: number): readonly string[] => {
  const step = Math.max(1, list.length / count);
  return list.filter((_, i) => i % step < 1);
};

/** What depends on the draws. */
export const numbersOf = ({
  value,
  se,
  interval,
  distribution,
  variables,
  ess,
  logEvidence,
  diagnostics,
  error,
}: Answer): object => ({
  value,
  se,
  interval,
  distribution,
  variables,
  ess,
  logEvidence,
  unaligned: diagnostics.unaligned,
  error: error?.message ?? null,
});
