import { type Address, extendAddress, rootAddress } from '../../runtime/random/address.js';
import type { Key } from '../../runtime/random/seed.js';
import { columnState } from '../../runtime/random/source.js';
import { nextUniform } from '../../runtime/random/uniform.js';
import type { UnitColumn } from '../estimate/units.js';
import { type Basis, basisOf, beyond, codedColumn, dot } from './basis.js';
import { type Counting, countingOf } from './contingency.js';
import { gSquaredOf } from './g_squared.js';
import type { TestMaker, TestResult } from './test.js';

/** Permutations of each test; p is a multiple of 1 / (permutations + 1). */
const permutations = 999;

/**
 * p is the share of permutations, the data among them, whose statistic is at least that of the data (Phipson and Smyth, Statistical Applications in
 * Genetics and Molecular Biology 9, 2010). If all three are labels, x is shuffled within the strata of the given ones and the statistic is
 * G²: exact. Otherwise x and y are regressed on the given ones, the residuals of x are shuffled and regressed again (Freedman and Lane, Journal
 * of Business & Economic Statistics 1, 1983), and the statistic is the sum of their squared canonical correlations.
 */
export const permutation: TestMaker = {
  name: 'permutation',
  summary: 'shuffled rows: labels within strata, else residuals of linear regressions',
  make: (columns, key) => {
    const rows = columns[0]?.values.length ?? 0;
    const counting = countingOf(columns);
    return {
      ok: true,
      test: {
        name: 'permutation',
        test: (x, y, given) => {
          const labels = [x, y, ...given].every((v) => columns[v]!.levels !== null);
          const state = stateFor(key, [x, y, ...given]);
          return labels ? withinStrata(counting, x, y, given, state) : ofResiduals(columns, rows, x, y, given, state);
        },
      },
    };
  },
};

/** A stream of random words that belongs to the question. */
function stateFor(key: Key, places: readonly number[]): Int32Array {
  const address = places.reduce<Address>((at, place) => extendAddress(at, place, 0), rootAddress);
  const state = new Int32Array(4);
  columnState(key, address, 0, state);
  return state;
}

/** Shuffles a part of a list: Fisher and Yates. */
function shuffle(list: Int32Array, from: number, to: number, state: Int32Array): void {
  for (let k = to - 1; k > from; k--) {
    const other = from + Math.floor(nextUniform(state) * (k - from + 1));
    const kept = list[k]!;
    list[k] = list[other]!;
    list[other] = kept;
  }
}

/** Statistics of permutations that come this near to that of the data are equal to it. */
const equal = 1 - 1e-10;

function resultOf(statistic: number, next: () => number): TestResult {
  let above = 1;
  for (let k = 0; k < permutations; k++) if (next() >= statistic * equal) above += 1;
  return { statistic, p: above / (permutations + 1), df: null, sparse: false };
}

function withinStrata(
  counting: Counting,
  x: number,
  y: number,
  given: readonly number[],
  state: Int32Array,
): TestResult {
  const { lx, ly, strata, counts } = counting.count(x, y, given);
  const statistic = gSquaredOf({ counts, lx, ly, strata }).statistic;
  const { rows } = counting;
  const stratum = counting.strata(given).codes;
  const starts = new Int32Array(strata + 1);
  for (let r = 0; r < rows; r++) starts[(stratum[r] ?? 0) + 1]! += 1;
  for (let z = 0; z < strata; z++) starts[z + 1]! += starts[z]!;
  // Rows by strata: what x and y are there, so that a part of one list is shuffled.
  const next = starts.slice();
  const [xs, ys] = [new Int32Array(rows), new Int32Array(rows)];
  for (let r = 0; r < rows; r++) {
    const at = next[stratum[r] ?? 0]!++;
    xs[at] = counting.codes(x)[r]!;
    ys[at] = counting.codes(y)[r]!;
  }
  const shuffled = new Float64Array(strata * lx * ly);
  return resultOf(statistic, () => {
    shuffled.fill(0);
    for (let z = 0; z < strata; z++) {
      shuffle(xs, starts[z]!, starts[z + 1]!, state);
      for (let k = starts[z]!; k < starts[z + 1]!; k++) shuffled[(z * ly + ys[k]!) * lx + xs[k]!]! += 1;
    }
    return gSquaredOf({ counts: shuffled, lx, ly, strata }).statistic;
  });
}

function ofResiduals(
  columns: readonly UnitColumn[],
  rows: number,
  x: number,
  y: number,
  given: readonly number[],
  state: Int32Array,
): TestResult {
  const others = basisOf(
    given.map((v) => columns[v]!),
    rows,
  );
  const left = beyond(others, codedColumn(columns[x]!));
  const right = beyond(others, codedColumn(columns[y]!));
  const order = Int32Array.from({ length: rows }, (_, r) => r);
  const statistic = together(left, right);
  return resultOf(statistic, () => {
    shuffle(order, 0, rows, state);
    const moved = left.map((v) => Float64Array.from(order, (r) => v[r]!));
    return together(beyond(others, moved), right);
  });
}

/** The sum of squared canonical correlations of two orthonormal bases. */
const together = (left: Basis, right: Basis): number =>
  left.reduce((sum, a) => right.reduce((s, b) => s + dot(a, b) ** 2, sum), 0);
