/**
 * Long loops over the greatest weights, in WebAssembly where the host has it: it is fast from the first time on, and a run has one tail
 * only. Same bits as in JavaScript.
 */
import type { Code } from '../../runtime/assembly/code.js';
import { compileModule, instanceOf } from '../../runtime/assembly/instance.js';
import { f64, get, i32, repeatWhile, set, types, when } from '../../runtime/assembly/instructions.js';
import { newModule, type Routine } from '../../runtime/assembly/module.js';
import { log } from '../../runtime/math/log.js';
import { logRoutine } from '../../runtime/math/log_routines.js';

/** Numbers that are gone over at a time. */
const MOST = 4096;
/** Products of more factors than one stay between these. */
const [SMALL, LARGE] = [1e-200, 1e200];

type Machine = {
  readonly numbers: Float64Array;
  /** Of so many numbers, at least one: the sum of log(1 - theta x). */
  readonly sumOfLogs: (count: number, theta: number) => number;
  /** Of so many numbers, at least one: puts those above a limit first, in their order, and says how many these are. */
  readonly above: (count: number, limit: number) => number;
};

const sumOfLogsRoutine = (numbers: number): Routine => ({
  params: [types.i32, types.f64],
  results: [types.f64],
  body: (link, locals) => {
    const [count, theta] = [0, 1];
    const at = locals.fresh(types.i32);
    const [sum, product, factor, next] = [types.f64, types.f64, types.f64, types.f64].map(locals.fresh);
    const added = (): Code => f64.add(get(sum!), link.call(logRoutine, get(product!)));
    const within = i32.and(f64.greater(get(next!), f64.of(SMALL)), f64.less(get(next!), f64.of(LARGE)));
    return [
      set(product!, f64.of(1)),
      set(count, i32.shl(get(count), i32.of(3))),
      repeatWhile(
        [
          set(factor!, f64.sub(f64.of(1), f64.mul(get(theta), f64.load(get(at), numbers)))),
          set(next!, f64.mul(get(product!), get(factor!))),
          when(within, set(product!, get(next!)), [set(sum!, added()), set(product!, get(factor!))]),
          set(at, i32.add(get(at), i32.of(8))),
        ],
        i32.less(get(at), get(count)),
      ),
      added(),
    ];
  },
});

const aboveRoutine = (numbers: number): Routine => ({
  params: [types.i32, types.f64],
  results: [types.i32],
  body: (_, locals) => {
    const [count, limit] = [0, 1];
    const [at, held] = [locals.fresh(types.i32), locals.fresh(types.i32)];
    const number = locals.fresh(types.f64);
    return [
      set(count, i32.shl(get(count), i32.of(3))),
      repeatWhile(
        [
          set(number, f64.load(get(at), numbers)),
          // What is not above the limit is written over.
          f64.store(get(held), get(number), numbers),
          set(held, i32.add(get(held), i32.shl(f64.greater(get(number), get(limit)), i32.of(3)))),
          set(at, i32.add(get(at), i32.of(8))),
        ],
        i32.less(get(at), get(count)),
      ),
      i32.shrUnsigned(get(held), i32.of(3)),
    ];
  },
});

function assembled(): Machine | null {
  const link = newModule();
  const place = link.reserve(8 * MOST);
  link.export('sumOfLogs', sumOfLogsRoutine(place));
  link.export('above', aboveRoutine(place));
  const module = compileModule(link.finish());
  if (module === null) return null;
  const { memory, routine } = instanceOf(module, {});
  const numbers = new Float64Array(memory.buffer, place, MOST);
  return { numbers, sumOfLogs: routine('sumOfLogs'), above: routine('above') };
}

/** The same without WebAssembly. */
export function inJavaScript(): Machine {
  const numbers = new Float64Array(MOST);
  return {
    numbers,
    sumOfLogs: (count, theta) => {
      let sum = 0;
      let product = 1;
      for (let i = 0; i < count; i++) {
        const factor = 1 - theta * numbers[i]!;
        const next = product * factor;
        if (next > SMALL && next < LARGE) product = next;
        else {
          sum += log(product);
          product = factor;
        }
      }
      return sum + log(product);
    },
    above: (count, limit) => {
      let held = 0;
      for (let i = 0; i < count; i++) if (numbers[i]! > limit) numbers[held++] = numbers[i]!;
      return held;
    },
  };
}

let machine: Machine | null = null;

function machineHere(): Machine {
  machine ??= assembled() ?? inJavaScript();
  return machine;
}

/** For each theta the sum of log(1 - theta x) over at least one x, with the logarithm of products of many factors in the place of one for each. */
export function sumsOfLogs(values: Float64Array, thetas: Float64Array, on: Machine = machineHere()): Float64Array {
  const sums = new Float64Array(thetas.length);
  for (let from = 0; from < values.length; from += MOST) {
    const piece = values.subarray(from, from + MOST);
    on.numbers.set(piece);
    for (let k = 0; k < thetas.length; k++) sums[k]! += on.sumOfLogs(piece.length, thetas[k]!);
  }
  return sums;
}

/**
 * Copies the first `count` numbers that are above a limit to another array, in their order, and gives how many these are: more than there is
 * room for are not copied.
 */
export function copyAbove(
  numbers: Float64Array,
  count: number,
  limit: number,
  into: Float64Array,
  on: Machine = machineHere(),
): number {
  let held = 0;
  for (let from = 0; from < count; from += MOST) {
    const piece = numbers.subarray(from, Math.min(count, from + MOST));
    on.numbers.set(piece);
    const above = on.above(piece.length, limit);
    if (held + above <= into.length) into.set(on.numbers.subarray(0, above), held);
    held += above;
  }
  return held;
}
