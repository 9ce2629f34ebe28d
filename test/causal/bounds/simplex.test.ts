/** Exact linear programs, against all vertices of random ones. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  minus,
  numberOf,
  plus,
  type Rational,
  rational,
  rationalOf,
  times,
  unit,
  zero,
} from '../../../src/causal/bounds/rational.js';
import {
  type Column,
  coordinates,
  maximum,
  minimum,
  type Polytope,
  vertexOf,
} from '../../../src/causal/bounds/simplex.js';

test('fractions: sums, products, doubles and back', () => {
  expect(plus(rational(1n, 6n), rational(1n, 10n))).toEqual(rational(4n, 15n));
  expect(minus(unit, times(rational(2n, 3n), rational(-3n, 2n)))).toEqual(rational(2n));
  expect(rational(4n, -6n)).toEqual({ above: -2n, below: 3n });
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }), (x) => {
      expect(numberOf(rationalOf(x))).toBe(x === 0 ? 0 : x);
    }),
  );
  expect(numberOf(rational(1n, 3n))).toBe(1 / 3);
  expect(numberOf(rational(10n ** 40n + 1n, 3n * 10n ** 50n))).toBeCloseTo(1e-10 / 3, 25);
});

const dense = (rows: readonly (readonly number[])[]): readonly Column[] =>
  rows[0]!.map((_, j) => rows.flatMap((row, r) => (row[j] === 0 ? [] : [{ row: r, value: BigInt(row[j]!) }])));

/** The solution of square equations by Gauss and Jordan in fractions; null where it is not one point. */
function solved(matrix: readonly (readonly number[])[], right: readonly number[]): readonly Rational[] | null {
  const size = right.length;
  const lines = matrix.map((row, r) => [...row, right[r]!].map((x) => rational(BigInt(x))));
  for (let k = 0; k < size; k++) {
    const found = lines.findIndex((line, r) => r >= k && line[k]!.above !== 0n);
    if (found === -1) return null;
    [lines[k], lines[found]] = [lines[found]!, lines[k]!];
    const own = lines[k]!;
    const inverse = rational(own[k]!.below, own[k]!.above);
    lines[k] = own.map((x) => times(x, inverse));
    for (const [r, line] of lines.entries())
      if (r !== k) lines[r] = line.map((x, c) => minus(x, times(line[k]!, lines[k]![c]!)));
  }
  return lines.map((line) => line[size]!);
}

/** All choices of so many numbers below n. */
function* choices(n: number, size: number, from = 0): Generator<readonly number[]> {
  if (size === 0) yield [];
  else for (let k = from; k <= n - size; k++) for (const rest of choices(n, size - 1, k + 1)) yield [k, ...rest];
}

/** The greatest cost on the vertices of a polytope whose rows are independent; null where there is none. */
function bruteForce(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
  cost: readonly number[],
): Rational | null {
  let best: Rational | null = null;
  for (const columns of choices(cost.length, right.length)) {
    const point = solved(
      matrix.map((row) => columns.map((j) => row[j]!)),
      right,
    );
    if (point === null || point.some((x) => x.above < 0n)) continue;
    const value = point.reduce((sum, x, k) => plus(sum, times(x, rational(BigInt(cost[columns[k]!]!)))), zero);
    if (best === null || minus(value, best).above > 0n) best = value;
  }
  return best;
}

test('the optimum is the best of all vertices', () => {
  const small = fc.integer({ min: -3, max: 3 });
  const programs = fc
    .record({ rows: fc.integer({ min: 1, max: 3 }), columns: fc.integer({ min: 3, max: 6 }) })
    .chain(({ rows, columns }) =>
      fc.record({
        matrix: fc.array(fc.array(small, { minLength: columns, maxLength: columns }), {
          minLength: rows,
          maxLength: rows,
        }),
        right: fc.array(small, { minLength: rows, maxLength: rows }),
        cost: fc.array(small, { minLength: columns, maxLength: columns }),
        total: fc.integer({ min: 0, max: 4 }),
      }),
    );
  let solvable = 0;
  fc.assert(
    fc.property(programs, ({ matrix, right, cost, total }) => {
      // The last row bounds the polytope: all variables add up to `total`.
      const rows = [...matrix, cost.map(() => 1)];
      const ends = [...right, total];
      const vertex = vertexOf({ columns: dense(rows), right: ends.map(BigInt) });
      // Brute force needs independent rows: it looks at all of them, and skips the case where they are not.
      const independent = [...choices(cost.length, ends.length)].some(
        (columns) =>
          solved(
            rows.map((row) => columns.map((j) => row[j]!)),
            ends,
          ) !== null,
      );
      fc.pre(independent);
      const greatest = bruteForce(rows, ends, cost);
      expect(vertex === null).toBe(greatest === null);
      if (vertex === null || greatest === null) return;
      solvable += 1;
      const up = maximum(vertex, cost.map(BigInt));
      const down = minimum(vertex, cost.map(BigInt));
      const least = bruteForce(
        rows,
        ends,
        cost.map((c) => -c),
      )!;
      expect(up.kind === 'optimal' && up.value).toEqual(greatest);
      expect(down.kind === 'optimal' && down.value).toEqual(rational(-least.above, least.below));
      if (up.kind !== 'optimal') return;
      const point = coordinates(up.vertex);
      for (const [r, row] of rows.entries()) {
        const sum = [...point].reduce((s, [j, x]) => plus(s, times(x, rational(BigInt(row[j]!)))), zero);
        expect(sum).toEqual(rational(BigInt(ends[r]!)));
      }
    }),
    { numRuns: 300, seed: 5 },
  );
  expect(solvable).toBeGreaterThan(40);
});

test('rows that say the same twice, an empty polytope and an endless one', () => {
  const twice: Polytope = {
    columns: dense([
      [1, 1, 0],
      [2, 2, 0],
      [0, 1, 1],
    ]),
    right: [1n, 2n, 1n],
  };
  const vertex = vertexOf(twice)!;
  expect(maximum(vertex, [1n, 0n, 1n])).toMatchObject({ kind: 'optimal', value: rational(2n) });
  expect(minimum(vertex, [1n, 0n, 1n])).toMatchObject({ kind: 'optimal', value: rational(0n) });
  expect(
    vertexOf({
      columns: dense([
        [1, 1],
        [2, 2],
      ]),
      right: [1n, 3n],
    }),
  ).toBeNull();
  const endless = vertexOf({ columns: dense([[1, -1]]), right: [1n] })!;
  expect(maximum(endless, [1n, 1n]).kind).toBe('unbounded');
  expect(minimum(endless, [1n, 1n])).toMatchObject({ kind: 'optimal', value: unit });
});

test('the cycle of Beale ends', () => {
  // Beale 1955 in whole numbers: the rule of the greatest gain alone comes back to where it started.
  const rows = [
    [25, -6000, -4, 900, 100, 0, 0],
    [50, -9000, -2, 300, 0, 100, 0],
    [0, 0, 1, 0, 0, 0, 1],
  ];
  const vertex = vertexOf({ columns: dense(rows), right: [0n, 0n, 1n] })!;
  const best = maximum(vertex, [75n, -15000n, 2n, -600n, 0n, 0n, 0n]);
  expect(best.kind === 'optimal' && numberOf(best.value)).toBeCloseTo(5, 12);
});
