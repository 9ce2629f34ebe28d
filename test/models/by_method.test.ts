/** The page on models by methods is complete: the long test beside walks it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cellsOf, methodNames, pageOf, reasons } from './by_method.js';
import { programs } from './programs.js';

const page = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'methods.md'), 'utf8');

test('each program has a row, each method a column, and each no a reason', () => {
  const rows = cellsOf(page);
  expect([...rows.keys()]).toEqual(programs.map(({ name }) => name));
  for (const [name, cells] of rows) {
    expect([name, cells.length]).toEqual([name, methodNames.length]);
    for (const cell of cells)
      for (const part of cell.split(' ')) expect(['yes', '–', '?', ...Object.keys(reasons)]).toContain(part);
  }
  expect(pageOf(rows)).toBe(page);
});

test('each program is answered, and each method answers some', () => {
  const rows = [...cellsOf(page).values()];
  for (const k of methodNames.keys()) expect(rows.some((cells) => /yes|\?/.test(cells[k] ?? ''))).toBe(true);
  for (const cells of rows) expect(cells.some((cell) => cell.includes('yes') || cell === '–')).toBe(true);
});
