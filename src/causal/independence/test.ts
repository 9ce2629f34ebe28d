/** The contract of tests of conditional independence. */
import type { Key } from '../../runtime/random/seed.js';
import type { UnitColumn } from '../estimate/units.js';

/** What a test came to. */
export type TestResult = {
  /** In the units of the test: z, G², a likelihood ratio … */
  readonly statistic: number;
  /** The chance of a statistic at least as far out if the two are independent given the others, 0 to 1. */
  readonly p: number;
  /** Degrees of freedom; null where the test has none. */
  readonly df: number | null;
  /** The data hold too few rows for this question: fewer than five for each degree of freedom. The p value is a guess. */
  readonly sparse: boolean;
};

/** A test of whether columns x and y are independent given others, by their places; the same for (x, y) and (y, x). */
export type IndependenceTest = {
  readonly name: string;
  readonly test: (x: number, y: number, given: readonly number[]) => TestResult;
};

/** A test for some columns, or why there is none, in words that follow "because". */
type MadeTest =
  | { readonly ok: true; readonly test: IndependenceTest }
  | { readonly ok: false; readonly reason: string };

/** A kind of test: made once for a table's columns, then asked many times. Columns have equally many values, none absent. */
export type TestMaker = {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** @param key where the random numbers of permutations come from */
  readonly make: (columns: readonly UnitColumn[], key: Key) => MadeTest;
};

/** Fewer rows than this for each degree of freedom are too few (Cochran's rule of five, for tables). */
export const rowsPerFreedom = 5;

export const untestable = (reason: string): MadeTest => ({ ok: false, reason });

/** What is said where nothing in the data could speak against independence. */
export const silent: TestResult = { statistic: 0, p: 1, df: 0, sparse: true };
