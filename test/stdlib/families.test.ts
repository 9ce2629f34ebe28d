/**
 * Every scalar family against mpmath at 60 digits (reference/families.py), from the middle to tails of 1e-300, at ordinary and
 * extreme parameters: log densities to 1e-12, distribution functions and quantiles to 1e-10.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { distributionOf, entry, evaluateNumber } from './evaluate.js';

type Row = readonly [text: string, x: number, logpdf: number, cdf: number, survival: number];
const reference: {
  readonly values: readonly Row[];
  readonly quantiles: readonly (readonly [text: string, p: number, x: number])[];
} = JSON.parse(readFileSync(new URL('reference/families.json', import.meta.url), 'utf8'));

const byFamily = <R extends readonly [string, ...unknown[]]>(
  rows: readonly R[],
): readonly (readonly [string, readonly R[]])[] => {
  const found = new Map<string, R[]>();
  for (const row of rows) found.set(row[0], [...(found.get(row[0]) ?? []), row]);
  return [...found];
};
const relative = (actual: number, exact: number, least: number): number =>
  Math.abs(actual - exact) / Math.max(Math.abs(exact), least);

describe.each(byFamily(reference.values))('%s', (text, rows) => {
  const d = distributionOf(text);

  test('log density', () => {
    // near its zeros a logarithm is as good as the density, so the error is over at least 1
    for (const [, x, logpdf] of rows)
      expect(relative(evaluateNumber(d, 'logpdf', x), logpdf, 1), `at ${x}`).toBeLessThan(1e-12);
  });

  test('cdf and survival', () => {
    for (const [, x, , cdf, survival] of rows) {
      expect(relative(evaluateNumber(d, 'cdf', x), cdf, 1e-305), `cdf at ${x}`).toBeLessThan(1e-10);
      expect(relative(evaluateNumber(d, 'survival', x), survival, 1e-305), `survival at ${x}`).toBeLessThan(1e-10);
    }
  });

  test('logcdf', () => {
    if (entry(d, 'logcdf') === null) return;
    for (const [, x, , cdf, survival] of rows) {
      const exact = cdf > 0.5 ? Math.log1p(-survival) : Math.log(cdf);
      expect(relative(evaluateNumber(d, 'logcdf', x), exact, 1e-305), `at ${x}`).toBeLessThan(1e-10);
    }
  });
});

test.each(byFamily(reference.quantiles))('quantile of %s', (text, rows) => {
  const d = distributionOf(text);
  for (const [, p, x] of rows)
    expect(relative(evaluateNumber(d, 'quantile', p), x, 1e-305), `at ${p}`).toBeLessThan(1e-10);
});
