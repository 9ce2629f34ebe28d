/** Programs that remember their noise, for evidence that draws of other worlds read again, in WebAssembly. */
import { describe, expect, test } from 'vitest';
import { javascript } from '../../src/codegen/javascript.js';
import { lower } from '../../src/codegen/lower.js';
import { remembers } from '../../src/codegen/wasm/trace_routines.js';
import type { NoiseLayout } from '../../src/ir/engine.js';
import type { Program, ValueId } from '../../src/ir/ir.js';
import { randomProgram } from '../ir/arbitrary_program.js';
import { bool, real } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { expectSame, options, oracle, outcome, outcomeOf, wasmAlone } from './agree.js';

const layouts: readonly NoiseLayout[] = ['addressed', 'column', 'particle'];

const remembering = (program: Program, layout: NoiseLayout): boolean =>
  remembers(lower(program, 'main', { layout, elements: options(layout).limits.elements, copied: false }));

/** Two worlds with so many places each, the second of which reads again what evidence fixed or the first drew. */
const worlds = (places: number): Program =>
  mainProgram([real, real], (b, root) => {
    // Known only when running, so that no loop has constant bounds.
    const count = b.op('add', [b.int(places), b.op('to_int', [b.draw('bernoulli', bool, [b.real(0.5)], root, 9)])]);
    const world = (seen: boolean): ValueId =>
      b.forLoop(b.int(0), count, [b.real(0)], (i, [sum]) => {
        const here = b.address(root, 10, i);
        const [x] = b.ifElse(
          b.op('eq', [b.op('mod', [i, b.int(2)]), b.int(0)]),
          () => {
            if (!seen) return [b.draw('normal', real, [b.real(1), b.real(2)], here, 11, { shared: true, copy: true })];
            b.score('normal', [b.op('sin', [sum!]), b.real(1)], b.real(0.5), here, 11, true);
            return [b.real(0.5)];
          },
          () => [b.draw('gamma', real, [b.real(1.5)], here, 12, { shared: true, copy: !seen })],
        );
        return [b.op('add', [b.op('mul', [sum!, b.real(0.5)]), x!])];
      })[0]!;
    return [world(true), world(false)];
  });

test.each(layouts)('random programs, %s', (layout) => {
  let found = 0;
  for (let seed = 0; seed < 120 && found < 12; seed++) {
    const { program, layouts: allowed } = randomProgram(seed + 5000, 1 + (seed % 12));
    if (!allowed.includes(layout) || !remembering(program, layout)) continue;
    found += 1;
    expectSame({ seed }, outcome(wasmAlone, program, layout), oracle(program, layout));
  }
  expect(found).toBeGreaterThan(layout === 'column' ? 0 : 9);
});

describe.each(layouts)('two worlds, %s', (layout) => {
  test('over blocks, in any order', () => {
    const program = worlds(7);
    expect(remembering(program, layout)).toBe(true);
    const found = wasmAlone(program, 'main', options(layout));
    const wanted = javascript(program, 'main', options(layout));
    for (const [block, count] of [
      [3, 1024],
      [0, 700],
      [2 ** 23, 1024],
      [1, 5],
    ] as const)
      expectSame(
        { block },
        outcomeOf(() => found.runBlock(block, count)),
        outcomeOf(() => wanted.runBlock(block, count)),
      );
  });

  test('more than tables hold is left to JavaScript', () => {
    const program = worlds(9000);
    const found = wasmAlone(program, 'main', options(layout));
    const wanted = javascript(program, 'main', options(layout));
    expectSame(
      'a block',
      outcomeOf(() => found.runBlock(1, 3)),
      outcomeOf(() => wanted.runBlock(1, 3)),
    );
  });
});
