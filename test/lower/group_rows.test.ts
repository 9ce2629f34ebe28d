import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { groupRows, type Pattern } from '../../src/lower/group_rows.js';

/** How often each row of all columns stands there, missing cells as `?`. */
function multiset(patterns: readonly Pattern[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { present, cells, weights, rows } of patterns) {
    for (let row = 0; row < rows; row++) {
      let own = 0;
      const key = present.map((there) => (there ? String(cells[own++]![row]) : '?')).join(',');
      counts.set(key, (counts.get(key) ?? 0) + (weights?.[row] ?? 1));
    }
  }
  return new Map([...counts].filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const cell = fc.oneof(fc.constant(Number.NaN), fc.integer({ min: -1, max: 2 }), fc.constantFrom(0.5, 300, 1e9));
const table = fc
  .record({ width: fc.integer({ min: 0, max: 4 }), rows: fc.integer({ min: 0, max: 40 }), weighted: fc.boolean() })
  .chain(({ width, rows, weighted }) =>
    fc.record({
      columns: fc.array(
        fc.record({ values: fc.array(cell, { minLength: rows, maxLength: rows }), discrete: fc.boolean() }),
        {
          minLength: width,
          maxLength: width,
        },
      ),
      weights: weighted
        ? fc.array(fc.integer({ min: 0, max: 3 }), { minLength: rows, maxLength: rows })
        : fc.constant(null),
      rows: fc.constant(rows),
    }),
  );

test.prop([table])('keeps how often each row counts', ({ columns, weights, rows }) => {
  const given = columns.map(({ values, discrete }) => ({ values: Float64Array.from(values), discrete }));
  const patterns = groupRows(given, rows, weights === null ? null : Float64Array.from(weights));
  const plain: Pattern[] = Array.from({ length: rows }, (_, row) => {
    const present = columns.map(({ values }) => !Number.isNaN(values[row]));
    const cells = columns.filter((_, k) => present[k]).map(({ values }) => Float64Array.of(values[row]!));
    return { present, cells, weights: weights === null ? null : Float64Array.of(weights[row]!), rows: 1 };
  });
  expect(multiset(patterns)).toEqual(multiset(plain));
  for (const { present, cells } of patterns) expect(cells.length).toBe(present.filter((there) => there).length);
});

it('joins equal rows in the order in which they first appear', () => {
  const kind = Float64Array.of(2, 0, 2, 2, 0, 2);
  const [only, ...others] = groupRows([{ values: kind, discrete: true }], 6, null);
  expect(others).toEqual([]);
  expect(only).toEqual({ present: [true], cells: [Float64Array.of(2, 0)], weights: Float64Array.of(4, 2), rows: 2 });
});

it('leaves rows apart that are nearly all different', () => {
  const x = Float64Array.from({ length: 1000 }, (_, i) => i / 7);
  const [only] = groupRows([{ values: x, discrete: false }], 1000, null);
  expect(only).toEqual({ present: [true], cells: [x], weights: null, rows: 1000 });
});
