/** Programs whose particles pause at the same places, and how such kernels are run and compared. */
import type { PausingKernel } from '../../src/codegen/pausing.js';
import type { BlockResult } from '../../src/ir/engine.js';
import type { Program } from '../../src/ir/ir.js';
import { bool, int, real, reals } from '../ir/families.js';
import { mainProgram } from '../ir/hand_program.js';

/** Which particle faults first hangs on the order of their steps; that one does, doesn't. */
export const faultless = (found: unknown): unknown =>
  typeof found === 'object' && found !== null && 'code' in found ? 'fault' : found;

/** Ancestors at a pause: some particles die, some have many offspring. */
const ancestors = (pause: number, count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, k) => (k * (pause + 3) + pause * 7) % count).map((from, k) =>
    k % 3 === 0 ? k : from,
  );

/** Runs a block with resampling at each pause. */
export function resampled(kernel: PausingKernel, block: number, count: number): BlockResult {
  kernel.start(block, count);
  for (let pause = 0; kernel.advance(); pause++) kernel.copyRows(ancestors(pause, count));
  return kernel.finish();
}

/**
 * A walk that is seen at each step; `start` is what the path begins with. It yields the last place and, if asked, the path, and a sum
 * that is carried along.
 */
export const walk = (steps: number, path: boolean, lag = 1): Program =>
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

/** Random control flow and dying particles within each step; a whole array is read at the end. */
export const days = (count: number): Program =>
  mainProgram([int, real], (b, root) => {
    const [well, all] = b.forLoop(
      b.int(0),
      b.int(count),
      [b.int(20), b.op('fill', [b.int(0), b.real(0)])],
      (t, [n, seen]) => {
        const here = b.address(root, 11, t);
        const [left] = b.forLoop(b.int(0), n!, [b.int(0)], (i, [c]) => {
          const hit = b.draw('bernoulli', bool, [b.real(0.9)], b.address(here, 12, i), 13);
          return [b.op('add', [c!, b.op('to_int', [hit])])];
        });
        b.condition(b.op('gt', [left!, b.int(10)]));
        b.score('normal', [b.op('to_real', [left!]), b.real(3)], b.real(18), here, 14);
        return [left!, b.op('append', [seen!, b.op('to_real', [left!])])];
      },
      [int, reals],
    );
    const [total] = b.forLoop(b.int(0), b.op('length', [all!]), [b.real(0)], (i, [s]) => [
      b.op('add', [s!, b.op('mul', [b.op('index', [all!, i]), b.op('to_real', [i])])]),
    ]);
    return [well!, total!];
  });

/** The most bytes of a particle at a pause, with resampling at every second one. */
export function mostBytes(kernel: PausingKernel): number {
  kernel.start(0, 200);
  let most = 0;
  for (let pause = 0; kernel.advance(); pause++) {
    if (pause % 2 === 0) kernel.copyRows(ancestors(pause, 200));
    most = Math.max(most, kernel.liveBytes());
  }
  return most;
}
