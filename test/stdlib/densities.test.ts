/**
 * Log densities, distribution functions and survival functions against values computed with mpmath 1.3 at 60 digits from
 * the textbook formulas: ordinary, extreme and far-tail arguments.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dist, evaluateNumber, type Value } from './evaluate.js';

type Reference = {
  readonly density: readonly (readonly [string, readonly number[], number])[];
  readonly cdf: readonly (readonly [string, readonly number[], number, number])[];
};
const reference: Reference = JSON.parse(readFileSync(new URL('reference/distributions.json', import.meta.url), 'utf8'));

const valueAt = (name: string, x: number): Value => (name === 'bernoulli' ? x === 1 : x);
const expectNear = (actual: number, exact: number, tolerance: number, what: string): void => {
  expect(Math.abs(actual - exact) / Math.max(Math.abs(exact), Number.MIN_VALUE), what).toBeLessThan(tolerance);
};

describe('logpdf', () => {
  for (const [name, args, exact] of reference.density) {
    test(`${name}(${args.slice(0, -1).join(', ')}) at ${args.at(-1)}`, () => {
      const actual = evaluateNumber(dist(name, args.slice(0, -1)), 'logpdf', valueAt(name, args.at(-1)!));
      if (exact === 0) expect(Math.abs(actual)).toBeLessThan(1e-15);
      else expectNear(actual, exact, 5e-13, 'logpdf');
    });
  }
});

describe('cdf and survival', () => {
  for (const [name, args, below, above] of reference.cdf) {
    test(`${name}(${args.slice(0, -1).join(', ')}) at ${args.at(-1)}`, () => {
      const d = dist(name, args.slice(0, -1));
      expectNear(evaluateNumber(d, 'cdf', args.at(-1)!), below, 5e-13, 'cdf');
      expectNear(evaluateNumber(d, 'survival', args.at(-1)!), above, 5e-13, 'survival');
    });
  }
});
