import { describe, expect, test } from 'vitest';
import type { PausingKernel } from '../../src/codegen/pausing.js';
import { compileStepped } from '../../src/codegen/stepped.js';
import type { Pauses } from '../../src/codegen/resumable.js';
import { compileSteppedWasm } from '../../src/codegen/wasm/stepped/kernel.js';
import type { BlockResult, NoiseLayout } from '../../src/ir/engine.js';
import type { Program } from '../../src/ir/ir.js';
import { schemes } from '../../src/inference/resampling/registry.js';
import { resamplingUniforms } from '../../src/inference/resampling/uniforms.js';
import { runFilter } from '../../src/inference/smc/filter.js';
import { withPauses } from '../../src/inference/smc/pauses.js';
import { finished } from '../../src/runtime/jobs.js';
import { real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';
import { expectSame, options, outcomeOf } from './agree.js';

const ancestors = (pause: number, count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, k) => (k * (pause + 3) + pause * 7) % count).map((from, k) =>
    k % 3 === 0 ? k : from,
  );

/** Runs a block with resampling at each pause. */
function resampled(kernel: PausingKernel, block: number, count: number): BlockResult {
  kernel.start(block, count);
  for (let pause = 0; kernel.advance(); pause++) kernel.copyRows(ancestors(pause, count));
  return kernel.finish();
}

const walk = (steps: number, path: boolean, lag = 1): Program =>
  mainProgram([real, real, ...(path ? [reals] : [])], (b, root) => {
    const first = b.make(
      reals,
      Array.from({ length: lag }, (_, k) =>
        b.draw('normal', real, [b.real(k), b.real(1)], b.address(root, 9, b.int(k)), 10),
      ),
    );
    const [xs, sum] = b.forLoop(
      b.int(lag),
      b.int(steps),
      [first, b.real(0)],
      (t, [x, s]) => {
        const here = b.address(root, 11, t);
        const before = b.op('index', [x!, b.op('sub', [t, b.int(lag)])]);
        const next = b.draw('normal', real, [before, b.real(1)], here, 12);
        b.score('normal', [next, b.real(1)], b.op('sin', [b.op('to_real', [t])]), here, 13);
        return [b.op('extend', [x!, t, next], reals), b.op('add', [s!, next])];
      },
      [reals, real],
    );
    const last = b.op('index', [xs!, b.int(steps - 1)]);
    return path ? [last, sum!, xs!] : [last, sum!];
  });

describe('a filter', () => {
  test.each(Object.values(schemes))('with $name resampling', (scheme) => {
    const program = withPauses(walk(20, false), 'main', 'column').program;
    const settings = { ...options('column'), pauses: 'resamples' } as const;
    const wasm = compileSteppedWasm(program, 'main', settings);
    if ('reason' in wasm) throw new Error(wasm.reason);
    const kernels = [wasm, compileStepped(program, 'main', settings)!];
    for (const particles of [3001, 40]) {
      const [found, wanted] = kernels.map((kernel) => {
        const uniforms = (step: number): (() => number) => resamplingUniforms([1, 2], 0, step);
        return finished(runFilter(kernel, { particles, scheme, threshold: 0.9 }, 0, uniforms));
      });
      expect(wanted!.resampled).toBeGreaterThan(5);
      expect(found).toEqual(wanted);
    }
  });
});

describe('x', () => {
  test.each(['column', 'addressed'] as const)('walks %s', (layout: NoiseLayout) => {
    for (const program of [walk(60, false), walk(60, true), walk(40, true, 3), walk(40, false, 3), walk(3, true)])
      for (const pauses of ['scores', 'resamples', 'never'] as const satisfies readonly Pauses[]) {
        const kernel = compileSteppedWasm(program, 'main', { ...options(layout), pauses });
        expect('reason' in kernel ? kernel.reason : '').toBe('');
        if ('reason' in kernel) return;
        const other = compileStepped(program, 'main', { ...options(layout), pauses })!;
        for (const [block, count] of [[3, 50], [0, 51], [2, 5000]] as const)
          expectSame(
            { layout, pauses },
            outcomeOf(() => resampled(kernel, block, count)),
            outcomeOf(() => resampled(other, block, count)),
          );
      }
  });
});
