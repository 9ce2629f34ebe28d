/** What does not hang on noise is computed once for all runs, to the same bits. */
import { describe, expect, test } from 'vitest';
import type { Builder } from '../../src/ir/build.js';
import type { Program, ValueId } from '../../src/ir/ir.js';
import { visit } from '../../src/ir/walk.js';
import { hoist } from '../../src/passes/hoist.js';
import { tabulate } from '../../src/passes/tabulate.js';
import { constantOf } from '../../src/plan/simplify.js';
import { int, real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { expectSameRun } from './same_run.js';
import { countOf, instructionsOf } from './structure.js';

const tabulated = (program: Program): Program => tabulate(program, 'main', constantOf);

/** Operations in the bodies of loops. */
function inLoops(program: Program): readonly string[] {
  const found: string[] = [];
  for (const loop of instructionsOf(program))
    if (loop.kind === 'for')
      visit(loop.body, (i) => {
        if (i.kind === 'op') found.push(i.op);
      });
  return found;
}

/** A loop that adds up draws whose spread `spread` computes from the iteration's number. */
const drawing = (low: number, high: number, spread: (b: Builder, i: ValueId) => ValueId): Program =>
  mainProgram([real], (b, root) =>
    b.forLoop(b.int(low), b.int(high), [b.real(0)], (i, [sum]) => {
      const x = b.draw('normal', real, [b.real(0), spread(b, i)], b.address(root, 11, i), 10);
      return [b.op('add', [sum!, x])];
    }),
  );

const decay = (b: Builder, i: ValueId): ValueId => {
  const at = b.op('to_real', [i]);
  return b.op('add', [b.op('exp', [b.op('mul', [b.real(-0.1), at])]), b.op('mul', [at, at])]);
};

describe('tabulate', () => {
  test('a loop that draws reads a table, wherever its numbers begin', () => {
    for (const low of [0, 3, -4]) {
      const program = drawing(low, low + 9, decay);
      const after = tabulated(program);
      expect(after).not.toBe(program);
      const used = inLoops(hoist(after)).filter((op) => op === 'index');
      expect(used).toHaveLength(1);
      expectSameRun(program, after);
    }
  });

  test('what takes no longer than reading stays', () => {
    const program = drawing(1, 9, (b, i) => b.op('to_real', [i]));
    expect(tabulated(program)).toBe(program);
  });

  test('what hangs on earlier iterations or on draws stays', () => {
    const program = mainProgram([real], (b, root) => {
      const scale = b.draw('normal', real, [b.real(0), b.real(1)], root, 12);
      return b.forLoop(b.int(0), b.int(5), [b.real(1)], (i, [sum]) => {
        const spread = b.op('exp', [b.op('sin', [b.op('mul', [scale, b.op('to_real', [i])])])]);
        const more = b.op('exp', [b.op('sin', [sum!])]);
        const x = b.draw('normal', real, [more, spread], b.address(root, 11, i), 10);
        return [b.op('add', [sum!, x])];
      });
    });
    expect(tabulated(program)).toBe(program);
  });

  test('a fault stays a fault of the run', () => {
    const program = drawing(0, 5, (b, i) => {
      const xs = b.make(reals, [b.real(1), b.real(2)]);
      return b.op('exp', [b.op('index', [xs, i])]);
    });
    expect(tabulated(program)).toBe(program);
    expectSameRun(program, tabulated(program));
  });

  test('a loop over much data is run before, and its results are literals', () => {
    const program = mainProgram([real, int], (b, root) => {
      const x = b.draw('normal', real, [b.real(0), b.real(1)], root, 10);
      const [sum, most] = b.forLoop(b.int(0), b.int(3000), [b.real(0), b.int(0)], (i, [before, n]) => [
        b.op('add', [before!, decay(b, i)]),
        b.op('max', [n!, b.op('mod', [i, b.int(7)])]),
      ]);
      return [b.op('mul', [x, sum!]), most!];
    });
    const after = tabulated(program);
    expect(countOf(after, 'for')).toBe(0);
    expectSameRun(program, after, { count: 2, layouts: ['addressed'] });
  });
});
