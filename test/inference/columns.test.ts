import { expect, test } from 'vitest';
import { scalarColumns } from '../../src/inference/columns.js';

test('arrays of differing length become columns, with NaN where a draw lacks a part, however many draws there are', () => {
  const draws = Array.from({ length: 300_000 }, (_, i) => Float64Array.of(...[1, 2, 3].slice(0, i % 4)));
  const columns = scalarColumns(draws, { kind: 'array', element: { kind: 'real' }, length: null });
  expect(columns.map((c) => c.path)).toEqual(['[0]', '[1]', '[2]']);
  expect([...(columns[1]?.values.subarray(0, 4) ?? [])]).toEqual([Number.NaN, Number.NaN, 2, 2]);
});
