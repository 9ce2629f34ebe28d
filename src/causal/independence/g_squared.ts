import type { CrossTable } from './contingency.js';
import { labelTest, type TableStatistic } from './label_test.js';
import type { TestMaker } from './test.js';

/**
 * G² = 2 Σ n log(n / expected) over the cells of all strata. A row or column of a stratum that is empty takes its degrees of freedom away
 * (Spirtes, Glymour and Scheines, Causation, Prediction, and Search, 2000, section 5.5; Bishop, Fienberg and Holland 1975, section 3.8).
 */
export function gSquaredOf({ counts, lx, ly, strata }: CrossTable): TableStatistic {
  // Σ n log n over cells, less rows and columns, plus strata: logarithms of counts come from a table.
  const columnSums = new Float64Array(lx);
  let statistic = 0;
  let df = 0;
  for (let z = 0, at = 0; z < strata; z++) {
    columnSums.fill(0);
    let total = 0;
    let full = 0;
    let sum = 0;
    for (let j = 0; j < ly; j++) {
      let rowSum = 0;
      for (let i = 0; i < lx; i++, at++) {
        const n = counts[at]!;
        if (n === 0) continue;
        rowSum += n;
        columnSums[i]! += n;
        sum += timesLog(n);
      }
      if (rowSum > 0) {
        full += 1;
        total += rowSum;
        sum -= timesLog(rowSum);
      }
    }
    if (total === 0) continue;
    let wide = 0;
    for (let i = 0; i < lx; i++)
      if (columnSums[i]! > 0) {
        wide += 1;
        sum -= timesLog(columnSums[i]!);
      }
    statistic += sum + timesLog(total);
    df += (full - 1) * (wide - 1);
  }
  return { statistic: Math.max(0, 2 * statistic), df };
}

/** n log n for whole numbers, from a table where they are small. */
const known = Float64Array.from({ length: 16_384 }, (_, n) => (n === 0 ? 0 : n * Math.log(n)));
const timesLog = (n: number): number => (n < known.length ? known[n]! : n * Math.log(n));

/** The likelihood-ratio test of labels. */
export const gSquared: TestMaker = labelTest('g2', 'likelihood ratio of counts; labels', gSquaredOf);
