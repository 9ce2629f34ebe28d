import { defineConfig } from 'vitest/config';

/** Tests that take minutes stand in `*.long.test.ts` and run with `npm run test:long` only. */
const long = process.env.WHATIF_LONG === '1';

const quickOnly = long ? [] : ['**/*.long.test.ts'];
const all = long ? 'test/**/*.test.ts' : 'test/**/!(*.long).test.ts';

/**
 * Tests that change what other tests see: they replace modules or globals, provide engines, or ask what a fresh process holds. Each of
 * them gets a thread of its own; the others share two, which load the sources once and keep them warm.
 */
const alone = [
  'test/codegen/native.test.ts',
  'test/exact/conjugate/conjugate.test.ts',
  'test/exact/enumerate*.test.ts',
  'test/exact/gaussian*.test.ts',
  'test/models/honesty.test.ts',
  'test/models/native.long.test.ts',
  'test/plan/engine.test.ts',
  'test/runtime/column_fills.test.ts',
  'test/runtime/compiled_modules.test.ts',
];

/** Short files of many seconds. They run early: files go by size where nothing is known of an earlier run. */
const dear = [
  'test/docs/language.test.ts',
  'test/models/engines.test.ts',
  'test/models/known_answers*.test.ts',
  'test/robustness/limits.test.ts',
  'test/runtime/same_bits.test.ts',
  'test/stdlib/draws.test.ts',
];

export default defineConfig({
  test: {
    setupFiles: ['test/setup.ts'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: long ? 600_000 : 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 5_000,
    coverage: { provider: 'v8', include: ['grammar/**', 'src/**'], reportsDirectory: 'coverage' },
    // They run in the order of their names.
    projects: [
      { extends: true, test: { name: 'alone', include: alone, exclude: quickOnly } },
      { extends: true, test: { name: 'dear', include: dear, exclude: quickOnly, isolate: false } },
      { extends: true, test: { name: 'shared', include: [all], exclude: [...alone, ...dear], isolate: false } },
    ],
  },
});
