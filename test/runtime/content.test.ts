import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf, keptThings } from '../../src/runtime/content.js';

const data = fc.letrec((tie) => ({
  value: fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'kind'), tie('value')),
    fc.array(fc.double({ noNaN: true }), { maxLength: 4 }).map((x) => Float64Array.from(x)),
  ),
})).value;

/** A spelling that tells all data apart that the names are to tell apart. */
const spelt = (value: unknown): string => {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (value instanceof Float64Array) return `f${Array.from(value, spelt).join()}`;
  if (Array.isArray(value)) return `[${value.map(spelt).join()}]`;
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([name, field]) => `${JSON.stringify(name)}:${spelt(field)}`)
      .join()}}`;
  return JSON.stringify(value);
};

describe('the name of data', () => {
  test('is that of equal data, and of no other', () => {
    const names = new Map<string, string>();
    fc.assert(
      fc.property(data, (value) => {
        const name = contentOf(value);
        expect(contentOf(structuredClone(value))).toBe(name);
        const known = names.get(name);
        if (known !== undefined) expect(spelt(value)).toBe(known);
        names.set(name, spelt(value));
      }),
      { numRuns: 2000, seed: 1 },
    );
    expect(names.size).toBeGreaterThan(1000);
    expect(new Set(names.values()).size).toBe(names.size);
  });

  test('changes with any number of a long array', () => {
    const of = (k: number): string => {
      const numbers = new Float64Array(1000);
      if (k >= 0) numbers[k] = Number.MIN_VALUE;
      return contentOf({ rows: [numbers] });
    };
    const names = new Set([-1, 0, 1, 500, 999].map(of));
    expect(names.size).toBe(5);
    expect(of(500)).toBe(of(500));
  });
});

test('few things are kept, those used last, and nothing that was thrown', () => {
  const made: string[] = [];
  const things = keptThings<string>(2);
  const get = (name: string): string =>
    things.get(name, () => {
      made.push(name);
      return name.toUpperCase();
    });
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) expect(get(name)).toBe(name.toUpperCase());
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  expect(() =>
    things.get('d', () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(things.get('d', () => 'D')).toBe('D');
});
