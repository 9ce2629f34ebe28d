import type { UnitColumn } from '../estimate/units.js';
import { normalTails } from './tail.js';
import { silent, type TestMaker, type TestResult, untestable } from './test.js';

/** Below this share of its variance what others leave of a column is rounding. */
const leastShare = 1e-10;

/**
 * Fisher's z of the partial correlation r: z = √(n − |given| − 3) atanh r is standard normal if all columns are normal together and r is 0
 * (Fisher 1924; Anderson, An Introduction to Multivariate Statistical Analysis, section 4.3.3). Truth values count as 0 and 1.
 */
export const fisherZ: TestMaker = {
  name: 'fisher_z',
  summary: 'partial correlation; quantities, linear and normal',
  make: (columns) => {
    const labelled = columns.find(({ levels }) => levels !== null && levels > 2);
    if (labelled !== undefined)
      return untestable(`\`${labelled.name}\` holds labels, and correlations are of quantities`);
    const rows = columns[0]?.values.length ?? 0;
    const correlations = correlationsOf(columns);
    return {
      ok: true,
      test: {
        name: 'fisher_z',
        test: (x, y, given): TestResult => {
          const freedom = rows - given.length - 3;
          if (freedom < 1) return silent;
          const r = partialCorrelation(correlations, columns.length, x, y, given);
          const statistic = Math.sqrt(freedom) * Math.atanh(Math.max(-1, Math.min(1, r)));
          return { statistic, p: normalTails(statistic), df: null, sparse: freedom < 10 };
        },
      },
    };
  },
};

/** Correlations of all pairs, row by row. A column that never varies has none with any other. */
export function correlationsOf(columns: readonly UnitColumn[]): Float64Array {
  const count = columns.length;
  const scaled = columns.map(({ values }) => standardised(values));
  const out = new Float64Array(count * count);
  for (let a = 0; a < count; a++)
    for (let b = 0; b <= a; b++) {
      const [u, v] = [scaled[a]!, scaled[b]!];
      let sum = 0;
      for (let r = 0; r < u.length; r++) sum += u[r]! * v[r]!;
      out[a * count + b] = a === b ? 1 : sum;
      out[b * count + a] = out[a * count + b]!;
    }
  return out;
}

/** Values less their mean, over the root of the sum of their squares; zeros where they are all the same. */
function standardised(values: Float64Array): Float64Array {
  let mean = 0;
  for (const v of values) mean += v;
  mean /= values.length;
  let squares = 0;
  for (const v of values) squares += (v - mean) * (v - mean);
  const scale = squares > leastShare * mean * mean * values.length * leastShare ? 1 / Math.sqrt(squares) : 0;
  return values.map((v) => (v - mean) * scale);
}

/**
 * The correlation of what is left of x and y when the given columns are regressed out: Gaussian elimination on the correlations, which skips a
 * column that those before it determine. 0 where nothing is left of x or y.
 */
export function partialCorrelation(
  correlations: Float64Array,
  count: number,
  x: number,
  y: number,
  given: readonly number[],
): number {
  const places = [...given, x, y];
  const size = places.length;
  const m = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) m[i * size + j] = correlations[places[i]! * count + places[j]!]!;
  for (let k = 0; k < size - 2; k++) {
    const pivot = m[k * size + k]!;
    if (pivot < leastShare) continue;
    for (let i = k + 1; i < size; i++) {
      const factor = m[i * size + k]! / pivot;
      if (factor !== 0) for (let j = k + 1; j < size; j++) m[i * size + j]! -= factor * m[k * size + j]!;
    }
  }
  const [a, b] = [size - 2, size - 1];
  const [left, right] = [m[a * size + a]!, m[b * size + b]!];
  return left < leastShare || right < leastShare ? 0 : m[a * size + b]! / Math.sqrt(left * right);
}
