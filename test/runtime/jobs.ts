/** A job for tests, and ways to drive what runs it. */
import type { Job, Pool, Stop } from '../../src/runtime/jobs.js';

export type Input = { readonly number: number; readonly fails?: boolean; readonly sleeps?: number };
export type Output = { readonly double: number; readonly column: Float64Array; readonly steps: number };

/** Doubles a number. `test/runtime/echo_worker.mjs` does the same. */
export const doubling: Job<{ readonly factor: number }, Input, Output> = {
  name: 'doubling',
  prepare:
    ({ factor }) =>
    ({ number, fails }) => {
      if (fails === true) throw { fault: true, code: 'E0701', message: `job ${number}`, at: 0 };
      return { double: factor * number, column: Float64Array.of(number, Number.NaN), steps: 10 };
    },
};

export const inputs = (count: number): readonly Input[] => Array.from({ length: count }, (_, number) => ({ number }));

/** All jobs of a list; `stop` is asked at each pause. */
export function runAll(
  pool: Pool,
  list: readonly Input[],
  stop: (finished: number) => Stop = () => undefined,
  heard?: (index: number, output: Output) => void,
): readonly Output[] {
  const running = pool.open(doubling, { factor: 2 }).run(list, heard);
  let step = running.next();
  while (step.done !== true) step = running.next(stop(step.value));
  return step.value;
}
