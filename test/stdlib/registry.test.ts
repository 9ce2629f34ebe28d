/** Every family of the library is in the table of cases, says what a user needs to know, and has what its kind can have. */
import { describe, expect, test } from 'vitest';
import { check } from '../../src/check/check.js';
import { loadProject } from '../../src/check/load.js';
import { type Case, continuous, discrete, mixed, others, vectors } from './cases.js';
import { entry, families } from './evaluate.js';

const noFiles = (): never => {
  throw new Error('the library reads no files');
};
function errorsOf(text: string): readonly string[] {
  const loaded = loadProject({ name: 'example.scm', text }, { readText: noFiles, readTable: noFiles });
  const found = loaded.ok ? check(loaded.value) : loaded.diagnostics;
  return found.filter((d) => d.severity === 'error').map((d) => d.message);
}

const all: readonly Case[] = [...continuous, ...discrete, ...mixed, ...vectors, ...others];

describe.each([...families].flatMap(([name, overloads]) => overloads.map((family, i) => ({ name, i, family }))))(
  '$name, overload $i',
  ({ family }) => {
    test('is in the table of cases', () => {
      expect(all.some(({ d }) => d.family === family)).toBe(true);
    });

    test('says what it is, in the parts that its page shows', () => {
      const words = (family.documentation ?? '').replaceAll(/\s+/g, ' ');
      expect(words.length).toBeGreaterThan(40);
      const isFirst = families.get(family.name.text)?.[0] === family;
      if (!isFirst || family.name.text.endsWith('_by_rejection')) return;
      for (const part of [/Support: /, /(Density|Mass|Mass or density): /, /Mechanism: /, /\bmean\b/i, /Example: `/])
        expect(words).toMatch(part);
    });

    test('its examples are programs without errors', () => {
      const [, examples = ''] = (family.documentation ?? '').split('Example: ');
      const code = [...examples.replaceAll(/\s+/g, ' ').matchAll(/`([^`]+)`/g)].map((m) => m[1]).join('\n');
      const text = `enum Drug { A, B }\nmodel Example {\n${code}\n}`;
      expect(errorsOf(text)).toEqual([]);
    });
  },
);

const entriesOf = (cases: readonly Case[], names: readonly string[]): readonly (readonly [string, string])[] =>
  cases.flatMap(({ label, d }) =>
    names.filter((name) => entry(d, name) === null).map((name) => [label, name] as const),
  );

test('families of numbers have mass or density, both tails and the quantile', () => {
  expect(entriesOf([...continuous, ...discrete, ...mixed], ['logpdf', 'cdf', 'survival', 'quantile'])).toEqual([]);
});

test('families of arrays have density, noise of a value, support and moments', () => {
  expect(entriesOf(vectors, ['draw', 'logpdf', 'abduct', 'support', 'moment_mean', 'moment_variance'])).toEqual([]);
});

test('moments are missing only where they have no closed form', () => {
  const names = new Set(
    entriesOf([...continuous, ...discrete, ...mixed], ['moment_mean', 'moment_variance']).map(([label]) =>
      label.slice(0, label.indexOf('(')),
    ),
  );
  expect([...names].sort()).toEqual(['censored', 'truncated']);
});
