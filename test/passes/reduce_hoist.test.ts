/** Cheaper operations with the same bits, and what is computed in front of loops. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { buildFunction } from '../../src/ir/build.js';
import type { Instruction, Program } from '../../src/ir/ir.js';
import { regionsOf, visit } from '../../src/ir/walk.js';
import { hoist } from '../../src/passes/hoist.js';
import { reduce } from '../../src/passes/reduce.js';
import { address, int, real, reals } from '../ir/families.js';
import { mainProgram, programOf } from '../ir/hand_program.js';
import { expectSameRun } from './same_run.js';
import { countOf, instructionsOf } from './structure.js';

const special = [0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324, -5e-324, 2 ** -1022, 1.7976931348623157e308];
const number = fc.oneof(fc.constantFrom(...special), fc.double(), fc.double({ min: -10, max: 10 }));
const power = fc.integer({ min: -1074, max: 1023 }).map((k) => 2 ** k);
const divisor = fc.oneof(
  power,
  power.map((x) => -x),
  number,
);

describe('reduce', () => {
  test.prop([number, divisor], { seed: 3, numRuns: 400 })('keeps the bits of quotients', (x, by) => {
    const program = mainProgram([real], (b) => [b.op('div', [b.real(x), b.real(by)])]);
    expectSameRun(program, reduce(program), { layouts: ['particle'], count: 1 });
  });

  test.prop([number, number], { seed: 4, numRuns: 200 })('keeps the bits of sums and products of negatives', (x, y) => {
    const program = mainProgram([real, real, real, real, real, real], (b) => {
      const [a, c] = [b.real(x), b.real(y)];
      const [na, nc] = [b.op('neg', [a]), b.op('neg', [c])];
      return [
        b.op('add', [a, nc]),
        b.op('add', [na, c]),
        b.op('sub', [a, nc]),
        b.op('mul', [na, nc]),
        b.op('div', [na, nc]),
        b.op('mul', [b.real(-1), b.op('mul', [a, b.real(-1)])]),
      ];
    });
    const after = reduce(program);
    expect(operations(after)).not.toContain('neg neg');
    expectSameRun(program, after, { layouts: ['particle'], count: 1 });
  });

  test('a quotient by a power of two is a product, others stay', () => {
    const program = mainProgram([real, real, real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      return [b.op('div', [x, b.real(8)]), b.op('div', [x, b.real(10)]), b.op('div', [x, b.real(2 ** -1074)])];
    });
    expect(operations(reduce(program))).toEqual(['mul', 'div', 'div']);
    expectSameRun(program, reduce(program));
  });
});

const operations = (program: Program): readonly string[] =>
  instructionsOf(program).flatMap((i) => (i.kind === 'op' ? [i.op] : []));

/** Operations of main inside of loops. */
function inLoops(program: Program): readonly string[] {
  const found: string[] = [];
  const loops = instructionsOf(program).filter((i) => i.kind === 'for' || i.kind === 'while');
  const see = (i: Instruction): void => {
    if (i.kind === 'op') found.push(i.op);
    if (i.kind === 'call') found.push(i.callee);
  };
  for (const loop of loops) for (const region of regionsOf(loop)) visit(region, see);
  return found;
}

describe('hoist', () => {
  const square = buildFunction('square', [real], [real], { draws: false, scores: false }, (b, [x]) => [
    b.op('mul', [x!, x!]),
  ]);
  const main = (high: number, at: number) =>
    programOf([
      square,
      buildFunction('main', [address], [real], { draws: true, scores: true }, (b, [root]) => {
        const x = b.draw('normal', real, [b.real(0), b.real(1)], root!, 10);
        const xs = b.make(reals, [x, b.real(2)]);
        return b.forLoop(b.int(0), b.int(high), [b.real(0)], (i, [sum]) => {
          const spread = b.op('exp', [b.op('mul', [x, b.real(0.5)])]);
          const [twice] = b.call('square', [spread], [real]);
          const found = b.op('index', [xs, b.int(at)]);
          return [b.op('add', [sum!, b.op('mul', [b.op('mul', [twice!, found]), b.op('to_real', [i])])])];
        });
      }),
    ]);

  test('what is the same in all iterations stands in front of the loop', () => {
    const program = main(3, 1);
    const after = hoist(program);
    expect(inLoops(program)).toHaveLength(8);
    expect([...inLoops(after)].sort()).toEqual(['add', 'mul', 'to_real']);
    expectSameRun(program, after);
  });

  test('what may have a fault stays in a loop that never runs, and keeps its fault in one that does', () => {
    const empty = main(0, 7);
    expect(inLoops(hoist(empty))).toContain('index');
    expectSameRun(empty, hoist(empty));
    expectSameRun(main(2, 7), hoist(main(2, 7)));
  });

  test('inner loops give to outer ones', () => {
    const program = mainProgram([real], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      return b.forLoop(b.int(0), b.int(3), [b.real(0)], (i, [sum]) =>
        b.forLoop(b.int(0), b.int(2), [sum!], (_, [inner]) => {
          const once = b.op('exp', [x]);
          const each = b.op('mul', [once, b.op('to_real', [i])]);
          return [b.op('add', [inner!, each])];
        }),
      );
    });
    const after = hoist(program);
    const loop = instructionsOf(after).find((i) => i.kind === 'for');
    expect(countOf(after, 'op')).toBe(4);
    expect(loop?.kind === 'for' && loop.body.body.map((i) => (i.kind === 'op' ? i.op : i.kind))).toEqual([
      'to_real',
      'mul',
      'for',
    ]);
    expectSameRun(program, after);
  });

  test('a while loop keeps what only its body may not survive', () => {
    const program = mainProgram([int], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      const xs = b.op('fill', [b.op('floor', [b.op('abs', [b.op('mul', [x, b.real(3)])])]), x], reals);
      return b.whileLoop(
        [b.int(0)],
        ([n]) => b.op('lt', [b.op('to_real', [n!]), b.op('mul', [x, x])]),
        ([n]) => [b.op('add', [n!, b.op('floor', [b.op('max', [b.op('index', [xs, b.int(0)]), b.real(1)])])])],
      );
    });
    const after = hoist(program);
    expect(inLoops(after)).not.toContain('mul');
    expect(inLoops(after)).toContain('index');
    expectSameRun(program, after);
  });
});
