import type { UnitColumn } from '../estimate/units.js';
import { type Basis, basisOf, beyond, codedColumn, dot } from './basis.js';
import { countingOf } from './contingency.js';
import { gSquaredOf } from './g_squared.js';
import { type MultinomialFit, multinomialFit } from './multinomial.js';
import { chiSquaredTail } from './tail.js';
import { rowsPerFreedom, silent, type TestMaker, type TestResult } from './test.js';

/**
 * Likelihood ratio of two regressions, with and without x among what y is regressed on: linear where y is a quantity, logistic where it is a label
 * (Sedgewick and others, Bioinformatics 35, 2019; Tsagris and others, International Journal of Data Science and Analytics 6, 2018). Of x and y
 * a quantity is the one that is regressed, since that is exact and fast; of two labels the one with fewer. Where all are labels it is G².
 */
export const regressionRatio: TestMaker = {
  name: 'likelihood_ratio',
  summary: 'linear or logistic regressions with and without; quantities and labels together',
  make: (columns) => {
    const counting = countingOf(columns);
    const rows = counting.rows;
    const bases = keeping<Basis>();
    const fits = keeping<MultinomialFit>();
    return {
      ok: true,
      test: {
        name: 'likelihood_ratio',
        test: (x, y, given): TestResult => {
          if ([x, y, ...given].every((v) => columns[v]!.levels !== null)) {
            const { statistic, df } = gSquaredOf(counting.count(x, y, given));
            return ratio(statistic, df, rows);
          }
          const [of, on] = isSimpler(columns[x]!, columns[y]!) ? [x, y] : [y, x];
          const regressed = columns[of]!;
          const set = [...given].sort((a, b) => a - b);
          const others = bases(set.join(), () =>
            basisOf(
              set.map((v) => columns[v]!),
              rows,
            ),
          );
          const added = beyond(others, codedColumn(columns[on]!));
          if (regressed.levels === null) return linear(regressed.values, others, added);
          const { values, levels } = regressed;
          const without = fits(`${of}|${set.join()}`, () => multinomialFit(others, values, levels));
          const complete = multinomialFit([...others, ...added], values, levels, without);
          return ratio(Math.max(0, 2 * (complete.value - without.value)), added.length * (without.levels - 1), rows);
        },
      },
    };
  },
};

/** What was made before by its name: the last few hundred things. */
function keeping<T>(): (name: string, make: () => T) => T {
  const kept = new Map<string, T>();
  return (name, make) => {
    const before = kept.get(name);
    if (before !== undefined) return before;
    const made = make();
    if (kept.size >= 200) for (const oldest of [...kept.keys()].slice(0, 50)) kept.delete(oldest);
    kept.set(name, made);
    return made;
  };
}

const isSimpler = (a: UnitColumn, b: UnitColumn): boolean =>
  (a.levels ?? 0) < (b.levels ?? 0) || ((a.levels ?? 0) === (b.levels ?? 0) && a.name < b.name);

const ratio = (statistic: number, df: number, rows: number): TestResult =>
  df === 0 ? silent : { statistic, p: chiSquaredTail(statistic, df), df, sparse: rows < rowsPerFreedom * df };

/** The ratio of linear regressions with Bartlett's correction (Anderson, An Introduction to Multivariate Statistical Analysis, section 8.5). */
function linear(outcome: Float64Array, others: Basis, added: Basis): TestResult {
  const rows = outcome.length;
  const df = added.length;
  const factor = rows - others.length - (df + 2) / 2;
  const [left] = beyond(others, [outcome]);
  if (left === undefined || factor <= 0) return silent;
  const explained = added.reduce((sum, b) => sum + dot(left, b) ** 2, 0);
  return ratio(-factor * Math.log1p(-Math.min(explained, 1)), df, rows - others.length);
}
