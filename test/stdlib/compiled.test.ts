/** The compiled library gives what the independent evaluator gives, number for number, and its draws follow the distributions. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kolmogorov } from '../runtime/statistics.js';
import { compile } from './compiled.js';
import { callNumber, dist, evaluateNumber } from './evaluate.js';

const read = (name: string) => JSON.parse(readFileSync(new URL(`reference/${name}.json`, import.meta.url), 'utf8'));
const densities: readonly (readonly [string, readonly number[]])[] = read('distributions').density;
const tails: readonly (readonly [string, readonly number[]])[] = read('distributions').cdf;
const functions: Readonly<Record<string, readonly (readonly number[])[]>> = read('functions');

/** Whole numbers beyond 2^53 have to be written as reals. */
const written = (x: number): string => (Math.abs(x) > 9e15 ? x.toExponential() : String(x));
const list = (xs: readonly number[]): string => xs.map(written).join(', ');
const of = (name: string, args: readonly number[]): string => `${name}(${list(args.slice(0, -1))})`;

const equations: readonly (readonly [string, number])[] = [
  ...densities
    .filter(([name]) => name !== 'bernoulli')
    .map(
      ([name, args]) =>
        [
          `logpdf(${of(name, args)}, ${written(args.at(-1)!)})`,
          evaluateNumber(dist(name, args.slice(0, -1)), 'logpdf', args.at(-1)!),
        ] as const,
    ),
  ...tails.flatMap(([name, args]) =>
    ['cdf', 'survival'].map(
      (e) =>
        [
          `${e}(${of(name, args)}, ${written(args.at(-1)!)})`,
          evaluateNumber(dist(name, args.slice(0, -1)), e, args.at(-1)!),
        ] as const,
    ),
  ),
  ...Object.entries(functions).map(
    ([name, rows]) => [of(name, rows[0]!), callNumber(name, ...rows[0]!.slice(0, -1))] as const,
  ),
];

describe('values', () => {
  const run = compile(equations.map(([text]) => text));
  test.each(equations.map(([text, value], i) => [text, value, i] as const))('%s', (_text, value, i) => {
    const [compiled] = run(i, 1);
    expect(Math.abs(Number(compiled) - value)).toBeLessThanOrEqual(1e-14 * Math.abs(value));
  });
});

const drawn = [
  'normal(1, 2)',
  'exponential(scale = 2)',
  'gamma(0.4, 2)',
  'gamma(3, scale = 2)',
  'beta(2, 0.5)',
  'student_t(3, 1, 2)',
  'half_cauchy(2)',
  'laplace(0, 1)',
  'weibull(2, 1)',
  'truncated(normal(0, 1), 5, infinity)',
  'mixture([0.3, 0.7], [normal(0, 1), normal(4, 2)])',
  'mixture([0.3, 0.7], [normal(0, 1), exponential(2)])',
] as const;

describe('draws', () => {
  test.each(drawn)('%s', (text) => {
    const draws = Float64Array.from(compile([`sample ${text}`])(0, 1500), Number).sort();
    const chosen = draws.filter((_, i) => i % 50 === 25);
    const cdf = compile(Array.from(chosen, (x) => `cdf(${text}, ${written(x)})`));
    for (const i of chosen.keys()) {
      expect(Math.abs(Number(cdf(i, 1)[0]) - (i * 50 + 25.5) / 1500)).toBeLessThan(2.35 / Math.sqrt(1500));
    }
  });

  test('vectors', () => {
    const run = compile([
      'sample dirichlet([1, 2, 0.5])',
      'sample mvnormal([0, 1], [[2, 0.3], [0.3, 1]])',
      'sample mvnormal([0, 1], cholesky = [[2, 0], [0.3, 1]])',
      'sample uniform_box([0, 5], [1, 10])',
      'sample iid(bernoulli(0.2), 4)',
      'sample iid(mvnormal([0.0], [[1.0]]), 2)',
    ]);
    const sizes = [3, 2, 2, 2, 4, 2];
    for (const [i, size] of sizes.entries()) {
      for (const value of run(i, 20)) {
        expect(Array.isArray(value) || value instanceof Float64Array ? value.length : 0).toBe(size);
      }
    }
  });

  test('the Kolmogorov statistic sees a wrong scale', () => {
    const run = compile(['sample normal(1, 2)']);
    const draws = Float64Array.from(run(0, 1500), Number);
    expect(kolmogorov(draws, (x) => evaluateNumber(dist('normal', [1, 2]), 'cdf', x))).toBeLessThan(2.35);
    expect(kolmogorov(draws, (x) => evaluateNumber(dist('normal', [1, 3]), 'cdf', x))).toBeGreaterThan(2.35);
  });
});
