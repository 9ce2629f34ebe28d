import type { IndependenceTest, TestResult } from './test.js';

/** A test that remembers what it was asked. */
export type CachedTest = IndependenceTest & {
  /** Different questions so far. */
  readonly asked: () => number;
  /** How many of them had too few rows. */
  readonly sparse: () => number;
};

/** The same test; each pair with each set is tested once, in whatever order they are named. */
export function cachedTest({ name, test }: IndependenceTest): CachedTest {
  const known = new Map<string, TestResult>();
  let sparse = 0;
  return {
    name,
    test: (x, y, given) => {
      const [a, b] = x < y ? [x, y] : [y, x];
      const sorted = given.length < 2 ? given : [...given].sort((u, v) => u - v);
      const key = `${a},${b}|${sorted.join()}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const result = test(a, b, sorted);
      if (result.sparse) sparse += 1;
      known.set(key, result);
      return result;
    },
    asked: () => known.size,
    sparse: () => sparse,
  };
}
