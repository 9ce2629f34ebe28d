import { defineConfig } from 'vitest/config';

/** Tests that take minutes stand in `*.long.test.ts` and run with `npm run test:long` only. */
const long = process.env.WHATIF_LONG === '1';

export default defineConfig({
  test: {
    include: [long ? 'test/**/*.test.ts' : 'test/**/!(*.long).test.ts'],
    setupFiles: ['test/setup.ts'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: long ? 600_000 : 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 5_000,
    coverage: { provider: 'v8', include: ['grammar/**', 'src/**'], reportsDirectory: 'coverage' },
  },
});
