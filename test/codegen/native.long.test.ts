import { expect, test } from 'vitest';
import { compareRandom, hasCompiler } from './native_programs.js';

test.skipIf(!hasCompiler).each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
  'random programs, part %d',
  { timeout: 300_000 },
  (part) => {
    expect(compareRandom(1000 + 100 * part, 1100 + 100 * part)).toBeGreaterThan(40);
  },
);
