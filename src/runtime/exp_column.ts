/** The exponential of many numbers: in WebAssembly two at a time, about a third of the time of as many calls of `Math.exp`. */
import { compileModule, instanceOf } from './assembly/instance.js';
import { f64x2, get, i32, repeatWhile, set, types, v128 } from './assembly/instructions.js';
import { newModule, type Routine } from './assembly/module.js';
import { exp } from './math/exp.js';
import { expLanes } from './math/exp_routines.js';

/** Numbers that are done at a time. */
const MOST = 2048;

type Machine = {
  /** Takes the number that is subtracted, and how many numbers. */
  readonly run: (scale: number, count: number) => void;
  readonly numbers: Float64Array;
};

let machine: Machine | null | undefined;

function createMachine(): Machine | null {
  const link = newModule();
  const numbers = link.reserve(8 * MOST);
  const run: Routine = {
    params: [types.f64, types.i32],
    results: [],
    body: (own, locals) => {
      const [scale, count, at] = [0, 1, locals.fresh(types.i32)];
      const scales = locals.fresh(types.v128);
      return [
        set(scales, f64x2.splat(get(scale))),
        repeatWhile(
          [
            v128.store(get(at), own.call(expLanes, f64x2.sub(v128.load(get(at), numbers), get(scales))), numbers),
            set(at, i32.add(get(at), i32.of(16))),
          ],
          i32.less(get(at), i32.shl(get(count), i32.of(3))),
        ),
      ];
    },
  };
  link.export('run', run);
  const module = compileModule(link.finish());
  if (module === null) return null;
  const instance = instanceOf(module, {});
  return { run: instance.routine('run'), numbers: new Float64Array(instance.memory.buffer, numbers, MOST) };
}

/** Puts exp(from[i] - scale) at place i of `out` for i below `count`: what `exp` gives, on every host. */
export function expBelow(from: Float64Array, scale: number, out: Float64Array, count: number): void {
  if (machine === undefined) machine = createMachine();
  if (machine === null) {
    for (let i = 0; i < count; i++) out[i] = exp(from[i]! - scale);
    return;
  }
  const { run, numbers } = machine;
  for (let done = 0; done < count; done += MOST) {
    const part = Math.min(MOST, count - done);
    numbers.set(from.subarray(done, done + part));
    run(scale, part);
    out.set(part === MOST ? numbers : numbers.subarray(0, part), done);
  }
}
