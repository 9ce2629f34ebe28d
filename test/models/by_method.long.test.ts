/**
 * Walks the table of models by methods and compares it with the page. With UPDATE=1 what is found takes the place of the page: read it, a
 * new "no" needs its reason.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { cellOf, cellsOf, methodNames, pageOf } from './by_method.js';
import { programs } from './programs.js';

const file = path.join(import.meta.dirname, '..', '..', 'docs', 'methods.md');
const page = readFileSync(file, 'utf8');
const known = cellsOf(page);
const renew = process.env.UPDATE === '1';
const found = new Map(programs.map(({ name }) => [name, [...(known.get(name) ?? methodNames.map(() => '–'))]]));

afterAll(() => {
  if (renew) writeFileSync(file, pageOf(found));
});

describe.each([...methodNames.entries()])('%i %s', (column, method) => {
  for (const program of programs) {
    const told = known.get(program.name)?.[column];
    // What the page leaves open is walked when it is written anew.
    test.skipIf(told === '?' && !renew)(program.name, async () => {
      const cell = await cellOf(program, method);
      found.get(program.name)![column] = cell;
      if (!renew) expect(cell).toBe(told);
    });
  }
});
