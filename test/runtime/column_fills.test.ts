/** Columns of several streams side by side, and by address, are those of each number alone. */
import { expect, test, vi } from 'vitest';
import { compileModule } from '../../src/runtime/assembly/instance.js';
import { newModule } from '../../src/runtime/assembly/module.js';
import { fillAddressed, fillLanes } from '../../src/runtime/random/column_fills.js';
import { nextExponential } from '../../src/runtime/random/exponential.js';
import { fillLanesRoutines } from '../../src/runtime/random/fill_routines.js';
import { nextNormal } from '../../src/runtime/random/normal.js';
import { seedAddressed, seedColumn } from '../../src/runtime/random/source.js';
import { nextUniform } from '../../src/runtime/random/uniform.js';

const kinds = ['uniform', 'normal', 'exponential'] as const;
const next = { uniform: nextUniform, normal: nextNormal, exponential: nextExponential } as const;
/** Beyond it numbers are of the tail; for uniforms there is none. */
const tail = { uniform: 0.99, normal: 3.66, exponential: 7.7 } as const;

const stream = (seed: number): Int32Array => {
  const state = new Int32Array(4);
  seedColumn(3, 5, seed, 7, 0, state);
  return state;
};

test('the host has WebAssembly, so that the fast way is the one tested', () => {
  const link = newModule();
  link.export('fill', fillLanesRoutines.normal);
  expect(compileModule(link.finish())).not.toBeNull();
});

const cases = kinds.flatMap((kind) => [1, 2, 3, 4].map((count) => [kind, count] as const));

test.each(cases)('%s numbers of %i streams, to the bit, through tails and refusals', (kind, count) => {
  const wanted = Array.from({ length: count }, (_, k) => stream(k));
  const states = new Int32Array(16);
  for (const [k, own] of wanted.entries()) for (const [word, value] of own.entries()) states[4 * word + k] = value;
  const outs = wanted.map(() => ({ out: new Float64Array(5 + 1500), offset: 5 }));
  let far = 0;
  // Pieces of all sizes.
  for (let round = 0; round < 200; round++) {
    const size = 1 + ((round * 7919) % 1500);
    fillLanes(kind, { states, outs }, size);
    for (const [k, { out }] of outs.entries()) {
      const own = wanted[k]!;
      for (let i = 0; i < size; i++) {
        const x = next[kind](own);
        if (Math.abs(x) > tail[kind]) far += 1;
        if (x !== out[5 + i])
          return expect.fail(`stream ${k}, round ${round}, number ${i}: ${out[5 + i]}, wanted ${x}`);
      }
      expect([0, 1, 2, 3].map((word) => states[4 * word + k])).toEqual([...own]);
    }
  }
  expect(far).toBeGreaterThan(20);
});

test.each(kinds)('%s numbers by address', (kind) => {
  const out = new Float64Array(1400);
  const state = new Int32Array(4);
  for (const [particle, count] of [
    [0, 1300],
    [2 ** 32 - 600, 1025],
    [77, 3],
  ] as const) {
    fillAddressed(kind, 1, 2, 3, 4, 5, particle, out, 7, count);
    for (let i = 0; i < count; i++) {
      seedAddressed(1, 2, 3, 4, particle + i, 5, state);
      expect(out[7 + i]).toBe(next[kind](state));
    }
  }
});

test('a host without WebAssembly makes the same numbers', async () => {
  const filled = (fills: { fillLanes: typeof fillLanes; fillAddressed: typeof fillAddressed }): readonly number[] =>
    kinds.flatMap((kind) => {
      const states = Int32Array.from({ length: 16 }, (_, k) => 77 * k + 1);
      const outs = [0, 1, 2].map(() => ({ out: new Float64Array(900), offset: 3 }));
      const out = new Float64Array(900);
      fills.fillLanes(kind, { states, outs }, 890);
      fills.fillAddressed(kind, 1, 2, 3, 4, 5, 1000, out, 7, 800);
      return [...outs.flatMap((o) => [...o.out]), ...out];
    });
  const wanted = filled({ fillLanes, fillAddressed });
  vi.stubGlobal('WebAssembly', undefined);
  vi.resetModules();
  try {
    expect(filled(await import('../../src/runtime/random/column_fills.js'))).toEqual(wanted);
  } finally {
    vi.unstubAllGlobals();
  }
});
