/** What the checker and the types of the embedding say of methods is what the methods are. */
import { describe, expect, test } from 'vitest';
import { methods, takesNumber } from '../../src/check/methods.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { noFiles } from '../../src/embed/hosts.js';
import type { MethodName } from '../../src/embed/program.js';
import { openSession } from '../../src/embed/session.js';
import { backends } from '../../src/inference/registry.js';
import { uninterrupted } from '../models/programs.js';

test('a number of particles from outside of the program is one that the method takes', async () => {
  const text = 'model M { x ~ normal(0, 1)  y ~ normal(x, 1) }\nquery q = posterior(x | y = 1) using particle_gibbs()';
  const opened = openSession({ name: 'm.scm', text }, noFiles, { ...defaultSettings, particles: 1 });
  if (!opened.ok) throw new Error(opened.diagnostics[0]?.message);
  const { error } = await opened.value.answer({ kind: 'named', name: 'q' }, uninterrupted());
  expect(error?.message).toBe("The option 'particles' of 'particle_gibbs' takes a whole number from 2 on.");
});

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

const values = [-1, 0, 0.5, 1, 1.5, 2, 3, 1000];

describe.each(Object.keys(backends))('%s', (name) => {
  const known = Object.hasOwn(methods, name) ? methods[name]!.options : {};
  const { options } = backends[name]!;

  test('has the same options for the checker', () => {
    expect(Object.keys(known).sort()).toEqual(options.map((option) => option.name).sort());
  });

  test.each(options.map((option) => [option.name, option] as const))('%s takes the same', (name, { accepts }) => {
    const kind = known[name]!;
    expect(values.filter((value) => takesNumber(kind, value))).toEqual(values.filter(accepts));
    expect(kind.kind === 'bool').toBe(accepts(true));
    if (kind.kind === 'words') for (const word of kind.words) expect([word, accepts(word)]).toEqual([word, true]);
    expect(accepts('no such word')).toBe(kind.kind === 'function');
  });

  test('answers to `~=` where the checker says so', () => {
    const needs = { resample: false, sharedNoise: false, evidence: false };
    expect(backends[name]!.suits({ ...needs, approximate: true }) === null).toBe(methods[name]!.likelihoodFree);
  });
});
