import type { CrossTable } from './contingency.js';
import { labelTest, type TableStatistic } from './label_test.js';
import type { TestMaker } from './test.js';

/** Pearson's Σ (n − expected)² / expected, with the same degrees of freedom. */
function pearson({ counts, lx, ly, strata }: CrossTable): TableStatistic {
  const columnSums = new Float64Array(lx);
  const rowSums = new Float64Array(ly);
  let statistic = 0;
  let df = 0;
  for (let z = 0; z < strata; z++) {
    const from = z * lx * ly;
    columnSums.fill(0);
    rowSums.fill(0);
    let total = 0;
    for (let j = 0; j < ly; j++)
      for (let i = 0; i < lx; i++) {
        const n = counts[from + j * lx + i]!;
        rowSums[j]! += n;
        columnSums[i]! += n;
        total += n;
      }
    if (total === 0) continue;
    for (let j = 0; j < ly; j++)
      for (let i = 0; i < lx; i++) {
        const expected = (rowSums[j]! * columnSums[i]!) / total;
        if (expected > 0) statistic += (counts[from + j * lx + i]! - expected) ** 2 / expected;
      }
    df += (filled(rowSums) - 1) * (filled(columnSums) - 1);
  }
  return { statistic, df };
}

const filled = (sums: Float64Array): number => sums.reduce((n, sum) => (sum > 0 ? n + 1 : n), 0);

/** Pearson's test of labels. */
export const chiSquared: TestMaker = labelTest('chi2', "Pearson's chi-squared of counts; labels", pearson);
