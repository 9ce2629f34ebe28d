/** What the checker knows of methods and what the methods say of themselves. */
import { describe, expect, test } from 'vitest';
import { methods, takesNumber } from '../../src/check/methods.js';
import { defaultSettings } from '../../src/embed/contract.js';
import { noFiles } from '../../src/embed/hosts.js';
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
});
