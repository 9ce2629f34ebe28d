import fc from 'fast-check';
import { expect, test } from 'vitest';
import { framedWork, pausingWork } from '../../src/codegen/pausing.js';
import { rowMoves } from '../../src/codegen/row_moves.js';
import type { BlockResult } from '../../src/ir/engine.js';
import type { Pieces } from '../../src/runtime/jobs.js';
import { finished } from '../../src/runtime/jobs.js';
import { real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { options } from './agree.js';

/** An array of more numbers than compiled code has room for. */
const great = mainProgram([real], (b, root) => {
  const x = b.draw('uniform', real, [b.real(0), b.real(1)], root, 10);
  b.factor(x);
  const y = b.op('index', [b.op('fill', [b.int(2 ** 26 + 1), x], reals), b.int(2)]);
  b.factor(y);
  return [y];
});

test.each([
  ['in lockstep', pausingWork],
  ['as machines', framedWork],
])('particles that need more memory than there is are left to JavaScript: %s', (_, place) => {
  const run = (form: 'javascript' | 'wasm'): { readonly result: BlockResult; readonly begun: number } => {
    let begun = 0;
    const work = place(great, 'main', {
      ...options('particle'),
      limits: { steps: 1e8, depth: 100, elements: 1e8 },
      form,
    });
    const result = finished(
      work(function* (kernel): Pieces<BlockResult> {
        begun += 1;
        kernel.start(1, 1);
        yield;
        kernel.advance();
        return kernel.finish();
      }),
    );
    return { result, begun };
  };
  const javascript = run('javascript');
  expect(javascript.begun).toBe(1);
  const wasm = run('wasm');
  expect(wasm.begun).toBe(2);
  expect(wasm.result).toEqual(javascript.result);
});

test('rows are moved one after another, and no two come to share what they refer to', () => {
  const any = fc
    .integer({ min: 1, max: 9 })
    .chain((count) => fc.array(fc.nat(count - 1), { minLength: count, maxLength: count }));
  fc.assert(
    fc.property(any, (sources) => {
      const from = Int32Array.from(sources);
      const { to, from: read, last, count } = rowMoves(from);
      const rows = Array.from({ length: from.length + 1 }, (_, row) => ({ was: row, things: { of: row } }));
      for (let move = 0; move < count; move++) {
        const { was, things } = rows[read[move]!]!;
        rows[to[move]!] = { was, things: last[move] === 1 ? things : { ...things } };
      }
      rows.pop();
      expect(rows.map(({ was }) => was)).toEqual(sources);
      expect(new Set(rows.map(({ things }) => things)).size).toBe(sources.length);
    }),
    { seed: 1, numRuns: 500 },
  );
});
