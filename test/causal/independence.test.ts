import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UnitColumn } from '../../src/causal/estimate/units.js';
import { basisOf } from '../../src/causal/independence/basis.js';
import { cachedTest } from '../../src/causal/independence/cached.js';
import { correlationsOf, partialCorrelation } from '../../src/causal/independence/fisher_z.js';
import { multinomialFit } from '../../src/causal/independence/multinomial.js';
import { defaultTest, independenceTests } from '../../src/causal/independence/registry.js';
import { chiSquaredTail, gammaTail, logGamma, normalTails } from '../../src/causal/independence/tail.js';
import type { IndependenceTest } from '../../src/causal/independence/test.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import type { NoiseSource } from '../../src/runtime/random/source.js';
import { label, quantity, streamOf } from './simulate.js';

const key = keyFromSeed('independence');

function made(name: string, columns: readonly UnitColumn[]): IndependenceTest {
  const result = independenceTests.get(name)!.make(columns, key);
  if (!result.ok) throw new Error(result.reason);
  return result.test;
}

describe('tails', () => {
  test('published points of the normal and chi-squared laws', () => {
    expect(normalTails(1.959963984540054)).toBeCloseTo(0.05, 13);
    expect(normalTails(-1)).toBeCloseTo(0.31731050786291415, 13);
    expect(normalTails(10) / 1.523970604832105e-23).toBeCloseTo(1, 11);
    expect(chiSquaredTail(3.841458820694124, 1)).toBeCloseTo(0.05, 13);
    expect(chiSquaredTail(18.307038053275146, 10)).toBeCloseTo(0.05, 13);
    expect(chiSquaredTail(5, 0)).toBe(1);
    expect(gammaTail(3, Number.POSITIVE_INFINITY)).toBe(0);
  });

  test('the gamma tail of a whole shape is a sum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 150, noNaN: true }), (a, x) => {
        let term = Math.exp(-x);
        let sum = 0;
        for (let k = 0; k < a; k++) {
          sum += term;
          term *= x / (k + 1);
        }
        return Math.abs(gammaTail(a, x) - sum) <= 1e-12 * sum + 1e-15;
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test('the gamma function of halves', () => {
    expect(logGamma(0.5)).toBeCloseTo(0.5 * Math.log(Math.PI), 13);
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 13);
    expect(logGamma(101) / 363.73937555556347).toBeCloseTo(1, 14);
  });
});

describe('known values', () => {
  // Counts 10, 20, 30, 40 in a table of two by two.
  const counted = (counts: readonly number[]): readonly UnitColumn[] => [
    label(
      'x',
      2,
      counts.flatMap((n, cell) => Array<number>(n).fill(cell % 2)),
    ),
    label(
      'y',
      2,
      counts.flatMap((n, cell) => Array<number>(n).fill(Math.floor(cell / 2) % 2)),
    ),
    label(
      'z',
      2,
      counts.flatMap((n, cell) => Array<number>(n).fill(Math.floor(cell / 4))),
    ),
  ];

  test('chi2 and g2 of a table by their formulas', () => {
    const columns = counted([10, 20, 30, 40]);
    const expected = [12, 18, 28, 42];
    const pearson = [10, 20, 30, 40].reduce((sum, n, k) => sum + (n - expected[k]!) ** 2 / expected[k]!, 0);
    const ratio = [10, 20, 30, 40].reduce((sum, n, k) => sum + 2 * n * Math.log(n / expected[k]!), 0);
    const chi = made('chi2', columns).test(0, 1, []);
    const g = made('g2', columns).test(0, 1, []);
    expect(chi.statistic).toBeCloseTo(pearson, 12);
    expect(g.statistic).toBeCloseTo(ratio, 10);
    expect([chi.df, g.df]).toEqual([1, 1]);
    expect(chi.p).toBeCloseTo(normalTails(Math.sqrt(pearson)), 12);
  });

  test('strata add up, and an empty row takes its degrees of freedom away', () => {
    const columns = counted([10, 20, 30, 40, 8, 8, 0, 0]);
    const g = made('g2', columns).test(0, 1, [2]);
    expect(g.df).toBe(1);
    expect(g.statistic).toBeCloseTo(made('g2', counted([10, 20, 30, 40])).test(0, 1, []).statistic, 10);
    expect(made('chi2', columns).test(0, 1, [2]).df).toBe(1);
    expect(g.sparse).toBe(false);
    expect(made('g2', counted([1, 1, 1, 0])).test(0, 1, []).sparse).toBe(true);
  });

  test('Fisher z is the correlation of residuals', () => {
    const noise = streamOf('fisher');
    const z = Array.from({ length: 50 }, () => noise.normal());
    const x = z.map((v) => v + noise.normal());
    const y = z.map((v) => v - noise.normal());
    const columns = [
      quantity('x', x),
      quantity('y', y),
      quantity('z', z),
      quantity(
        'again',
        z.map((v) => 2 * v + 1),
      ),
    ];
    const c = correlationsOf(columns);
    const [xy, xz, yz] = [c[1]!, c[2]!, c[6]!];
    const r = (xy - xz * yz) / Math.sqrt((1 - xz * xz) * (1 - yz * yz));
    expect(partialCorrelation(c, 4, 0, 1, [2])).toBeCloseTo(r, 12);
    // A column that another determines changes nothing; a pair that is the same has nothing left.
    expect(partialCorrelation(c, 4, 0, 1, [2, 3])).toBeCloseTo(r, 10);
    expect(partialCorrelation(c, 4, 0, 3, [2])).toBe(0);
    const result = made('fisher_z', columns).test(0, 1, [2]);
    expect(result.statistic).toBeCloseTo(Math.sqrt(46) * Math.atanh(r), 10);
    expect(result.p).toBeCloseTo(normalTails(result.statistic), 14);
  });

  test('a logistic regression on a label has the likelihood of the counts', () => {
    const [x, y] = counted([10, 20, 30, 40]);
    const { value, levels } = multinomialFit(basisOf([y!], 100), x!.values, 2);
    const exact = [10, 20, 30, 40].reduce((sum, n, k) => sum + n * Math.log(n / (k < 2 ? 30 : 70)), 0);
    expect(levels).toBe(2);
    // The fit of fewer columns is where that of more begins, and changes nothing.
    const begun = multinomialFit(basisOf([], 100), x!.values, 2);
    expect(multinomialFit(basisOf([y!], 100), x!.values, 2, begun).value).toBeCloseTo(exact, 8);
    expect(value).toBeCloseTo(exact, 8);
  });

  test('regressions of two quantities agree with the correlation', () => {
    const noise = streamOf('ratio');
    const x = quantity(
      'x',
      Array.from({ length: 400 }, () => noise.normal()),
    );
    const y = quantity(
      'y',
      x.values.map((v) => 0.1 * v + noise.normal()),
    );
    const a = made('likelihood_ratio', [x, y]).test(0, 1, []);
    const b = made('fisher_z', [x, y]).test(0, 1, []);
    expect(a.df).toBe(1);
    expect(Math.abs(a.p - b.p)).toBeLessThan(0.002);
  });
});

describe('p values', () => {
  type Draw = (noise: NoiseSource) => readonly number[];
  type Shape = readonly (number | null)[];
  const coin = (noise: NoiseSource, chance: number): number => (noise.uniform() < chance ? 1 : 0);
  const columnsFrom = (rows: number, shape: Shape, draw: Draw, noise: NoiseSource): readonly UnitColumn[] => {
    const drawn = Array.from({ length: rows }, () => draw(noise));
    return shape.map((levels, k) => ({
      name: `v${k}`,
      levels,
      values: Float64Array.from(drawn, (row) => row[k]!),
    }));
  };
  const labels: Shape = [2, 3, 2];
  const quantities: Shape = [null, null, null];
  const mixed: Shape = [2, null, null];
  // x ← z → y.
  const forkOfLabels: Draw = (n) => {
    const z = coin(n, 0.4);
    return [coin(n, 0.3 + 0.4 * z), coin(n, 0.5 + 0.2 * z) + coin(n, 0.3 + 0.3 * z), z];
  };
  const forkOfQuantities: Draw = (n) => {
    const z = n.normal();
    return [z + n.normal(), n.normal() - z, z];
  };
  const bentFork: Draw = (n) => {
    const z = n.normal();
    return [Math.cos(z) + 0.5 * n.normal(), z * z + n.normal(), z];
  };
  const mixedFork: Draw = (n) => {
    const z = n.normal();
    return [coin(n, 1 / (1 + Math.exp(-z))), z + n.normal(), z];
  };
  const logisticFork: Draw = (n) => {
    const z = n.normal();
    return [coin(n, 1 / (1 + Math.exp(-z))), n.normal() * 0.5 < z ? coin(n, 0.5) : 2, z];
  };
  const nulls: readonly (readonly [string, string, Shape, Draw, number, number])[] = [
    ['fisher_z', 'a fork of quantities', quantities, forkOfQuantities, 60, 1000],
    ['g2', 'a fork of labels', labels, forkOfLabels, 400, 1000],
    ['chi2', 'a fork of labels', labels, forkOfLabels, 200, 1000],
    ['likelihood_ratio', 'a fork of a label and quantities', mixed, mixedFork, 100, 600],
    ['likelihood_ratio', 'two labels and a quantity', [2, 3, null], logisticFork, 300, 200],
    ['permutation', 'a fork of labels', labels, forkOfLabels, 60, 150],
    ['permutation', 'a fork of quantities', quantities, forkOfQuantities, 40, 100],
    ['kernel', 'a bent fork', quantities, bentFork, 120, 150],
  ];
  test.each(nulls)('%s is uniform given the middle of %s', (name, _what, shape, draw, rows, repeats) => {
    const noise = streamOf(`null ${name}`);
    const ps = Array.from(
      { length: repeats },
      () => made(name, columnsFrom(rows, shape, draw, noise)).test(0, 1, [2]).p,
    );
    for (const level of [0.05, 0.25, 0.5, 0.8]) {
      const share = ps.filter((p) => p <= level).length / repeats;
      expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / repeats));
    }
  });

  const cause: Draw = (n) => {
    const x = coin(n, 0.5);
    return [x, coin(n, 0.2 + 0.4 * x) + coin(n, 0.5), 0];
  };
  // Uncorrelated, and far from independent.
  const bent: Draw = (n) => {
    const x = n.normal();
    return [x, x * x + n.normal(), 0];
  };
  const dependences: readonly (readonly [string, Shape, Draw, number])[] = [
    ['fisher_z', quantities, forkOfQuantities, 100],
    ['g2', labels, cause, 500],
    ['chi2', labels, cause, 500],
    ['likelihood_ratio', mixed, mixedFork, 300],
    ['permutation', mixed, mixedFork, 300],
    ['permutation', labels, cause, 500],
    ['kernel', quantities, bent, 200],
  ];
  test.each(dependences)('%s sees what depends', (name, shape, draw, rows) => {
    const test_ = made(name, columnsFrom(rows, shape, draw, streamOf(`power ${name}`)));
    expect(test_.test(0, 1, []).p).toBeLessThan(0.01);
  });

  test('kernel sees what depends only given a third, in a bent way', () => {
    const noise = streamOf('kernel collider');
    const columns = columnsFrom(
      200,
      quantities,
      (n) => {
        const [x, y] = [n.normal(), n.normal()];
        return [x, y, x * x + y + 0.3 * n.normal()];
      },
      noise,
    );
    const kernel = made('kernel', columns);
    expect(kernel.test(0, 1, []).p).toBeGreaterThan(0.05);
    expect(kernel.test(0, 1, [2]).p).toBeLessThan(0.01);
  });
});

describe('any table', () => {
  const cells = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 12, maxLength: 12 });
  const columnsOf = fc
    .tuple(
      fc.array(fc.tuple(cells, fc.constantFrom(2, 4, null, 'same', 'copy')), { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 1, max: 12 }),
    )
    .map(([all, rows]) =>
      all.map(([values, kind], k): UnitColumn => {
        const of = kind === 'copy' ? all[0]![0] : values;
        const scale = kind === 'copy' ? 1e6 : kind === 'same' ? 0 : 1;
        const levels = typeof kind === 'number' ? kind : null;
        return {
          name: `c${k}`,
          levels,
          values: Float64Array.from(of.slice(0, rows), (v) => (levels === null ? v * scale : v % levels)),
        };
      }),
    );
  test.each([...independenceTests.keys()])('%s gives a chance or a reason', (name) => {
    fc.assert(
      fc.property(columnsOf, (columns) => {
        const result = independenceTests.get(name)!.make(columns, key);
        if (!result.ok) return;
        for (const given of [[], columns.slice(2).map((_, k) => k + 2)]) {
          const { p, statistic } = result.test.test(0, 1, given);
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
          expect(statistic).not.toBeNaN();
        }
      }),
      { seed: 8, numRuns: name === 'permutation' ? 15 : 200 },
    );
  });
});

describe('making tests', () => {
  const x = quantity('x', [1, 2, 3, 4]);
  const l = label('l', 3, [0, 1, 2, 0]);
  test('the default goes by what the columns hold', () => {
    expect(defaultTest([l]).name).toBe('g2');
    expect(defaultTest([x]).name).toBe('fisher_z');
    expect(defaultTest([x, l]).name).toBe('likelihood_ratio');
  });

  test('columns of the wrong kind are refused with a reason', () => {
    for (const [name, column] of [
      ['g2', x],
      ['chi2', x],
      ['fisher_z', l],
    ] as const) {
      const result = independenceTests.get(name)!.make([column], key);
      expect(result.ok ? '' : result.reason).toContain(`\`${column.name}\``);
    }
  });

  test('each question is tested once, in whatever order it names things', () => {
    const noise = streamOf('cache');
    const columns = ['a', 'b', 'c', 'd'].map((name) =>
      quantity(
        name,
        Array.from({ length: 30 }, () => noise.normal()),
      ),
    );
    const cached = cachedTest(made('fisher_z', columns));
    const first = cached.test(0, 1, [3, 2]);
    expect(cached.test(1, 0, [2, 3])).toBe(first);
    cached.test(0, 1, []);
    expect(cached.asked()).toBe(2);
  });

  test('permutations belong to the seed and the question', () => {
    const noise = streamOf('keyed');
    const columns = ['a', 'b'].map((name) =>
      quantity(
        name,
        Array.from({ length: 30 }, () => noise.normal()),
      ),
    );
    const p = made('permutation', columns).test(0, 1, []).p;
    expect(made('permutation', columns).test(0, 1, []).p).toBe(p);
    const other = independenceTests.get('permutation')!.make(columns, keyFromSeed('another'));
    expect(other.ok && other.test.test(0, 1, []).p).not.toBe(p);
  });
});
