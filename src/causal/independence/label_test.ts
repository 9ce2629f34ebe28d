import type { UnitColumn } from '../estimate/units.js';
import { type CrossTable, countingOf } from './contingency.js';
import { chiSquaredTail } from './tail.js';
import { rowsPerFreedom, silent, type TestMaker, type TestResult, untestable } from './test.js';

/** A statistic of two labels in strata, and its degrees of freedom. */
export type TableStatistic = { readonly statistic: number; readonly df: number };

/** Why columns are not all labels, or null. */
function notLabels(columns: readonly UnitColumn[]): string | null {
  const quantity = columns.find(({ levels }) => levels === null);
  return quantity === undefined ? null : `\`${quantity.name}\` holds quantities, and counts are of labels`;
}

/** A test of labels by a statistic of their counts that is chi-squared if the two are independent in each stratum. */
export const labelTest = (name: string, summary: string, of: (table: CrossTable) => TableStatistic): TestMaker => ({
  name,
  summary,
  make: (columns) => {
    const reason = notLabels(columns);
    if (reason !== null) return untestable(reason);
    const counting = countingOf(columns);
    return {
      ok: true,
      test: {
        name,
        test: (x, y, given): TestResult => {
          const { statistic, df } = of(counting.count(x, y, given));
          if (df === 0) return silent;
          return { statistic, p: chiSquaredTail(statistic, df), df, sparse: counting.rows < rowsPerFreedom * df };
        },
      },
    };
  },
});
