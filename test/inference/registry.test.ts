/** What the checker and the types of the embedding say of methods is what the methods are. */
import { describe, expect, test } from 'vitest';
import { methods, type OptionKind } from '../../src/check/methods.js';
import type { MethodName } from '../../src/embed/program.js';
import type { OptionSchema, OptionValue } from '../../src/inference/backend.js';
import { backends } from '../../src/inference/registry.js';

/** Methods that are no backends: two choose one or none, and one is not in this version. */
const others: readonly string[] = ['auto', 'exact', 'nuts'];

/** Every name of a type: one that is missing here, or too many, does not compile. */
const typed: Readonly<Record<MethodName, true>> = {
  auto: true,
  exact: true,
  rejection: true,
  importance: true,
  smc: true,
  smc2: true,
  pmmh: true,
  particle_gibbs: true,
  abc: true,
  abc_smc: true,
  mh: true,
  nuts: true,
};

test('names are the same in the registry, in the checker and in the types', () => {
  for (const [name, backend] of Object.entries(backends)) expect(backend.name).toBe(name);
  const known = [...Object.keys(backends), ...others].sort();
  expect(Object.keys(methods).sort()).toEqual(known);
  expect(Object.keys(typed).sort()).toEqual(known);
});

/** All words that any option takes: an option must take its own alone. */
const words = [
  ...new Set(
    Object.values(methods).flatMap(({ options }) =>
      Object.values(options).flatMap((kind) => (typeof kind === 'object' && 'words' in kind ? kind.words : [])),
    ),
  ),
];

/**
 * Values that a backend must take, since the checker lets them pass, and values of which it must take none. Where counts and shares end,
 * methods say for themselves.
 */
function valuesOf(kind: OptionKind): {
  readonly passed: readonly OptionValue[];
  readonly refused: readonly OptionValue[];
} {
  if (kind === 'count') return { passed: [2, 3, 1000], refused: [-1, 1.5, true, 'mad'] };
  if (kind === 'number') return { passed: [0.25, 3], refused: [-1, true, 'mad'] };
  if (kind === 'positive') return { passed: [0.25, 3], refused: [0, -1, true, 'mad'] };
  if (kind === 'share') return { passed: [0.25, 0.75], refused: [-0.5, 1.5, true, 'mad'] };
  if (kind === 'bool') return { passed: [true, false], refused: [0, 1, 'mad'] };
  if ('parameters' in kind) return { passed: ['euclidean', 'mine'], refused: [1, true] };
  return { passed: kind.words, refused: [...words.filter((word) => !kind.words.includes(word)), 1, true] };
}

describe.each(Object.entries(backends))('%s', (name, backend) => {
  const entry = methods[name]!;
  const schemas = new Map<string, OptionSchema>(backend.options.map((schema) => [schema.name, schema]));

  test('has the options that the checker knows, and no others', () => {
    expect([...schemas.keys()].sort()).toEqual(Object.keys(entry.options).sort());
    expect(schemas.size).toBe(backend.options.length);
    for (const option of entry.either.flat()) expect(Object.keys(entry.options)).toContain(option);
  });

  test.each(Object.entries(entry.options))('%s takes what the checker lets pass', (option, kind) => {
    const { accepts } = schemas.get(option)!;
    const { passed, refused } = valuesOf(kind);
    expect(passed.filter((value) => !accepts(value))).toEqual([]);
    expect(refused.filter(accepts)).toEqual([]);
  });

  test('answers to `~=` where the checker says so', () => {
    const needs = { resample: false, sharedNoise: false, evidence: false };
    expect(backend.suits({ ...needs, approximate: true }) === null).toBe(entry.likelihoodFree);
  });
});
