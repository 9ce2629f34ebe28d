/** Counterfactuals of every family by the whole compiler: a world that changes nothing has the value that was seen. */
import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/embed/contract.js';
import { openSession } from '../../src/embed/session.js';
import { type NoiseSource, noiseSource } from '../../src/runtime/random/source.js';
import { seedState } from '../../src/runtime/random/xoshiro.js';
import { memoryHost } from '../check/host.js';
import { type Case, continuous, discrete, mixed, others, vectors } from './cases.js';
import { draw, evaluateNumber, type Value } from './evaluate.js';

const source = (stream: number): NoiseSource => {
  const state = new Int32Array(4);
  seedState(21, 22, stream, 0, 0, 0, state);
  return noiseSource(state);
};
const written = (value: Value): string =>
  Array.isArray(value)
    ? `[${value.map(written).join(', ')}]`
    : typeof value === 'number'
      ? value.toString()
      : String(value);
/** The last element of an array, row by row: where to look, and what is there. */
const last = (value: Value): readonly [string, number] => {
  if (!Array.isArray(value)) return ['', Number(value)];
  const row: Value = value.at(-1) ?? 0;
  const index = value.length - 1;
  return Array.isArray(row) ? [`[${index}, 0]`, Number(row[0])] : [`[${index}]`, Number(row)];
};

const table: readonly Case[] = [...continuous, ...discrete, ...mixed, ...vectors, ...others].filter(
  // drawn only by `binomial`; and a sum of masses in each of 1e8 values
  ({ label }) => !label.startsWith('binomial_by'),
);

test.each(table)('$label', async ({ label, d }) => {
  const seen = draw(d, source(1));
  const [at, expected] = last(seen);
  const text = `model M {
    z ~ bernoulli(0.5)
    x ~ if z then ${label} else ${label}
    y := real(x${at})
  }
  query other = E(y[do(z = false)] | z = true, x = ${written(seen)})
  query spread = Sd(y[do(z = false)] - y[do(z = true)])`;
  const settings = { ...defaultSettings, samples: 20, method: 'importance' };
  const opened = openSession({ name: 'main.scm', text }, memoryHost({}), settings);
  if (!opened.ok) throw new Error(opened.diagnostics.map((e) => e.message).join('; '));
  const options = { signal: new AbortController().signal, onProgress: () => {} };
  const density = evaluateNumber(d, 'logpdf', seen) + Math.log(0.5);
  for (const [name, wanted] of [
    ['other', expected],
    ['spread', 0],
  ] as const) {
    const answer = await opened.value.answer({ kind: 'named', name }, options);
    expect(answer.error, name).toBeNull();
    expect(Math.abs(Number(answer.value) - wanted), name).toBeLessThanOrEqual(1e-8 * Math.max(1, Math.abs(expected)));
    if (name === 'other')
      expect(Math.abs(Number(answer.logEvidence) - density)).toBeLessThan(1e-9 * Math.max(1, Math.abs(density)));
  }
});
