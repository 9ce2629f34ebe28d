import { type Assembly, f64, f64x2, get, i32, instantiate, type Routine, repeatWhile, set, types } from './assembly.js';

/*
 * The exponential of many numbers in WebAssembly, two at a time: a third of the time of as many calls of `Math.exp`. Operation by operation
 * it is fdlibm's e_exp.c (Sun Microsystems 1993), which V8 and SpiderMonkey have as `Math.exp`: x = k ln 2 + r with |r| <= ln 2 / 2,
 * a rational approximation of exp(r), and k added to the exponent.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const P = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8,
] as const;
/** Below the first, k is 0: just above ln 2 / 2. Below the second, exp(x) is 1 + x. */
const REDUCED = 0.3465735912322998;
const TINY = 2 ** -28;
/** Its lowest bits are a whole number beside which it is added, with the offset of exponents. */
const EXPONENT = 2 ** 52 + 1023;
/** Where the result is a normal number. */
const LEAST = -708;
const MOST = 709;

/** Numbers that are done at a time. */
const ROOM = 2048;
/** Places of the results, and of the flag: whether a number was outside of these bounds. */
const RESULTS = 8 * ROOM;
const FLAG = 16 * ROOM;

/** Parameters: the number that is subtracted, and how many numbers. */
const run: Routine = (() => {
  const [scale, count, at, stop, x, k, r, c, t, high, low, small, outside] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
  // Constants stand in variables: made anew in each round, they would take most of the time.
  const constants = [1, 2, 0.5, -0, Math.LOG2E, LN2_HIGH, LN2_LOW, ...P, REDUCED, TINY, EXPONENT, LEAST, MOST];
  const firstConstant = outside + 1;
  const all = (value: number) => get(firstConstant + constants.findIndex((c) => Object.is(c, value)));
  const polynomial = P.reduceRight<readonly number[]>(
    (sum, p) => (sum.length === 0 ? all(p) : f64x2.add(all(p), f64x2.mul(get(t), sum))),
    [],
  );
  const half = f64x2.or(f64x2.and(get(x), all(-0)), all(0.5));
  const steps = f64x2.trunc(f64x2.add(f64x2.mul(get(x), all(Math.LOG2E)), half));
  const fraction = f64x2.div(f64x2.mul(get(r), get(c)), f64x2.sub(all(2), get(c)));
  const result = f64x2.sub(all(1), f64x2.sub(f64x2.sub(get(low), fraction), get(high)));
  const power = f64x2.shiftBits(f64x2.add(get(k), all(EXPONENT)), i32.of(52));
  const scaled = f64x2.select(
    f64x2.add(all(1), get(x)),
    f64x2.mul(result, power),
    f64x2.less(f64x2.abs(get(x)), all(TINY)),
  );
  return {
    params: [types.f64, types.i32],
    results: [],
    locals: [types.i32, types.i32, ...new Array<typeof types.i32x4>(9 + constants.length).fill(types.i32x4)],
    body: [
      ...constants.flatMap((value, i) => set(firstConstant + i, f64x2.splat(f64.of(value)))),
      ...set(at, i32.of(0)),
      ...set(stop, i32.shl(get(count), i32.of(3))),
      ...repeatWhile(
        [
          ...set(x, f64x2.sub(f64x2.load(get(at)), f64x2.splat(get(scale)))),
          ...set(small, f64x2.less(get(x), all(LEAST))),
          ...set(outside, f64x2.or(get(outside), f64x2.or(get(small), f64x2.not(f64x2.less(get(x), all(MOST)))))),
          ...set(x, f64x2.min(f64x2.max(get(x), all(LEAST)), all(MOST))),
          ...set(k, f64x2.without(steps, f64x2.less(f64x2.abs(get(x)), all(REDUCED)))),
          ...set(high, f64x2.sub(get(x), f64x2.mul(get(k), all(LN2_HIGH)))),
          ...set(low, f64x2.mul(get(k), all(LN2_LOW))),
          ...set(r, f64x2.sub(get(high), get(low))),
          ...set(t, f64x2.mul(get(r), get(r))),
          ...set(c, f64x2.sub(get(r), f64x2.mul(get(t), polynomial))),
          ...f64x2.store(get(at), f64x2.without(scaled, get(small)), RESULTS),
          ...set(at, i32.add(get(at), i32.of(16))),
        ],
        i32.less(get(at), get(stop)),
      ),
      ...i32.store(i32.of(FLAG), f64x2.any(get(outside))),
    ],
  };
})();

const assembly: Assembly = { imports: [], globals: 0, routines: [run] };

type Machine = {
  readonly run: (scale: number, count: number) => void;
  readonly numbers: Float64Array;
  readonly results: Float64Array;
  readonly flag: Int32Array;
};

let machine: Machine | null | undefined;

function machineOnce(): Machine | null {
  if (machine !== undefined) return machine;
  const running = instantiate(assembly);
  machine =
    running === null
      ? null
      : {
          run: running.run,
          numbers: new Float64Array(running.memory, 0, ROOM),
          results: new Float64Array(running.memory, RESULTS, ROOM),
          flag: new Int32Array(running.memory, FLAG, 1),
        };
  return machine;
}

/**
 * Puts exp(from[i] - scale) at place i of `out` for i below `count`; no number may be greater than `scale`. Results below 1e-307 are
 * zero. Where the host has no vectors, `Math.exp` does the work.
 */
export function expBelow(from: Float64Array, scale: number, out: Float64Array, count: number): void {
  const made = machineOnce();
  if (made === null) {
    for (let i = 0; i < count; i++) out[i] = Math.exp(from[i]! - scale);
    return;
  }
  for (let done = 0; done < count; done += ROOM) {
    const part = Math.min(ROOM, count - done);
    made.numbers.set(from.subarray(done, done + part));
    made.run(scale, part);
    out.set(part === ROOM ? made.results : made.results.subarray(0, part), done);
  }
}

/** Room for at most 2048 numbers; `exp` puts the exponentials of the first `count` into `results`, with the bits of `Math.exp`. */
export type ExpRoom = {
  readonly numbers: Float64Array;
  readonly results: Float64Array;
  readonly exp: (count: number) => void;
};

/** Such room, or null where the host has no vectors or its `Math.exp` gives other bits. */
export function expRoom(): ExpRoom | null {
  const made = machineOnce();
  if (made === null || !agrees(made)) return null;
  const { run: runAll, numbers, results, flag } = made;
  const exp = (count: number): void => {
    runAll(0, count);
    if (flag[0] === 1) for (let i = 0; i < count; i++) results[i] = Math.exp(numbers[i]!);
  };
  return { numbers, results, exp };
}

/** Whether the host's exponential is this one: on numbers of all sizes, to both sides of each threshold. */
function agrees({ run: runAll, numbers, results }: Machine): boolean {
  const tried = Float64Array.from({ length: ROOM }, (_, i) => {
    const size = i % 4 === 0 ? 700 : i % 4 === 1 ? 1.2 : i % 4 === 2 ? 0.36 : 2 ** -(i % 60);
    return size * Math.sin(i * i);
  });
  numbers.set(tried);
  runAll(0, ROOM);
  return tried.every((x, i) => results[i] === Math.exp(x));
}
