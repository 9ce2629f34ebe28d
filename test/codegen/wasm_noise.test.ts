/** Noise of kernels in WebAssembly is that of kernels in JavaScript, to the bit. */
import { describe, expect, test } from 'vitest';
import type { ChainLoop, NoiseGroup } from '../../src/codegen/low.js';
import { columnsOf } from '../../src/codegen/noise_columns.js';
import { kernelNoise } from '../../src/codegen/wasm/noise.js';
import type { NoiseKind } from '../../src/ir/ir.js';
import { compileModule, instanceOf } from '../../src/runtime/assembly/instance.js';
import { newModule } from '../../src/runtime/assembly/module.js';

const loop = (low: number, high: number): ChainLoop => ({
  index: { kind: 'local', id: high, slot: 'number' },
  low,
  high,
});

function group(kind: 'column' | 'stream', noise: NoiseKind, site: number, loops: readonly ChainLoop[]): NoiseGroup {
  const steps = [{ site, index: 3 }, ...loops.map((index, k) => ({ site: site + k, index }))];
  const size = loops.reduce((n, { low, high }) => n * (high - low), 1);
  return { kind, noise, request: site % 3, chain: { hi: 11, lo: -12, steps }, size };
}

const columns = [
  group('column', 'normal', 1, []),
  group('column', 'uniform', 2, [loop(1, 6)]),
  group('column', 'normal', 3, [loop(0, 3), loop(2, 5)]),
  group('column', 'exponential', 4, [loop(0, 7)]),
  group('column', 'normal', 5, []),
  group('column', 'exponential', 6, []),
  group('column', 'normal', 7, [loop(4, 4)]),
];
const streams = [group('stream', 'uniform', 8, []), group('stream', 'uniform', 9, [loop(0, 6)])];
const key = [0x12345678, -5] as const;

describe.each([
  ['column', [...columns, ...streams]],
  ['column', streams],
  ['column', columns.slice(1, 2)],
  ['addressed', columns],
  ['addressed', []],
] as const)('%s layout', (layout, groups) => {
  test.each([6, 256, 1024])(`${groups.length} groups in chunks of %i`, (chunk) => {
    const link = newModule();
    const { places, setKey, startBlock, fillNoise } = kernelNoise(link, groups, layout, chunk);
    link.export('setKey', setKey);
    link.export('startBlock', startBlock);
    link.export('fillNoise', fillNoise);
    const compiled = compileModule(link.finish());
    if (compiled === null) return expect.fail('the module is not valid');
    const { memory, routine } = instanceOf(compiled, {});
    routine('setKey')(...key);
    const wanted = columnsOf(groups, layout, chunk);
    const check = (count: number): number => {
      let differing = 0;
      wanted.entries.forEach(({ group: { kind }, numbers, states, addresses }, g) => {
        if (kind === 'column') {
          const got = new Float64Array(memory.buffer, places[g], addresses.length * chunk);
          for (let k = 0; k < addresses.length; k++)
            for (let p = 0; p < count; p++) if (got[k * chunk + p] !== numbers[k * chunk + p]) differing += 1;
        } else {
          const got = new Int32Array(memory.buffer, places[g], 4 * addresses.length);
          expect([...got]).toEqual(states.flatMap((state) => [...state]));
        }
      });
      return differing;
    };
    for (const block of [0, 1, 2 ** 22 + 1, 2 ** 33]) {
      wanted.start(key, block);
      routine('startBlock')(block);
      for (const [at, count] of [
        [0, chunk],
        [chunk, chunk],
        [2 * chunk, 5],
      ] as const) {
        const first = block * 1024 + at;
        wanted.fill(key, first, count);
        routine('fillNoise')(first, count);
        expect(check(count)).toBe(0);
      }
    }
  });
});
