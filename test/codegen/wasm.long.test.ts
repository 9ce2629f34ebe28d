/** The WebAssembly engine beside the interpreter on many random programs, in every layout each of them may have. */
import { expect, test } from 'vitest';
import { randomProgram } from '../ir/arbitrary_program.js';
import { expectSame, oracle, outcome, wasmAlone } from './agree.js';
import { arrayProgram } from './array_program.js';

const layouts = ['addressed', 'column', 'particle'] as const;

test.each([0, 1, 2, 3, 4, 5, 6, 7])('random programs, part %d', { timeout: 600_000 }, (part) => {
  let count = 0;
  for (let k = part; k < 1600; k += 8) {
    const { seed, program, layouts: possible } = randomProgram(k + 40_000, 1 + (k % 14));
    for (const layout of possible) {
      count += 1;
      expectSame({ seed, layout }, outcome(wasmAlone, program, layout), oracle(program, layout));
    }
  }
  expect(count).toBeGreaterThan(200);
});

test('random programs with loops over arrays', { timeout: 600_000 }, () => {
  for (let seed = 2000; seed < 2400; seed++) {
    const program = arrayProgram(seed);
    const layout = layouts[seed % 3]!;
    expectSame({ seed, layout }, outcome(wasmAlone, program, layout), oracle(program, layout));
  }
});
