/** Normals of several streams side by side are those of each stream alone. */
import { expect, test } from 'vitest';
import { assemble, get, i32, instantiate, types } from '../../src/runtime/assembly.js';
import { nextNormal } from '../../src/runtime/random/normal.js';
import { fillNormalLanes } from '../../src/runtime/random/normal_lanes.js';
import { seedColumn } from '../../src/runtime/random/source.js';

const stream = (seed: number): Int32Array => {
  const state = new Int32Array(4);
  seedColumn(3, 5, seed, 7, 0, state);
  return state;
};

test('the host has WebAssembly, so that the fast way is the one tested', () => {
  const body = i32.store(i32.of(8), i32.add(get(0), i32.of(-70_000)));
  const running = instantiate({
    imports: ['exp'],
    globals: 0,
    routines: [{ params: [types.i32], results: [], locals: [], body }],
  });
  if (running === null) return expect.fail('no WebAssembly');
  running.run(5);
  expect(new Int32Array(running.memory)[2]).toBe(-69_995);
  expect([...assemble({ imports: [], globals: 0, routines: [] })].slice(0, 4)).toEqual([0, 97, 115, 109]);
});

test.each([1, 2, 3, 4])('%i streams, to the bit, through tails and refusals', (count) => {
  const wanted = Array.from({ length: count }, (_, k) => stream(k));
  const states = new Int32Array(16);
  for (const [k, own] of wanted.entries()) for (const [word, value] of own.entries()) states[4 * word + k] = value;
  const outs = wanted.map(() => ({ out: new Float64Array(5 + 1500), offset: 5 }));
  let far = 0;
  // Pieces of all sizes.
  for (let round = 0; round < 500; round++) {
    const size = 1 + ((round * 7919) % 1500);
    fillNormalLanes({ states, outs }, size);
    for (const [k, { out }] of outs.entries()) {
      const own = wanted[k]!;
      for (let i = 0; i < size; i++) {
        const x = nextNormal(own);
        if (Math.abs(x) > 3.66) far += 1;
        if (x !== out[5 + i])
          return expect.fail(`stream ${k}, round ${round}, number ${i}: ${out[5 + i]}, wanted ${x}`);
      }
      expect([0, 1, 2, 3].map((word) => states[4 * word + k])).toEqual([...own]);
    }
  }
  expect(far).toBeGreaterThan(20);
});
