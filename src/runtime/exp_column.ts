import { type Assembly, f64, f64x2, get, i32, instantiate, type Routine, repeatWhile, set, types } from './assembly.js';

/*
 * The exponential of many numbers in WebAssembly, two at a time: a third of the time of as many calls of `Math.exp`. The method is that of
 * fdlibm's e_exp.c (Sun Microsystems 1993): x = k ln 2 + r with |r| <= ln 2 / 2, a rational approximation of exp(r), and k added
 * to the exponent. Errors are under one unit in the last place.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const INVERSE_LN2 = Math.LOG2E;
const P = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8,
] as const;
/** Added and taken away again, it rounds to whole numbers. */
const ROUNDS = 1.5 * 2 ** 52;
/** Its lowest bits are a whole number beside which it is added, with the offset of exponents. */
const EXPONENT = 2 ** 52 + 1023;
/** Below this the result counts as zero: it would not be a normal number. */
const LEAST = -708;

/** Numbers that are done at a time. */
const MOST = 2048;

/** Parameters: the number that is subtracted, and how many numbers. */
const run: Routine = (() => {
  const [scale, count, at, stop, x, k, r, c] = [0, 1, 2, 3, 4, 5, 6, 7];
  const all = (value: number) => f64x2.splat(f64.of(value));
  const square = f64x2.mul(get(r), get(r));
  const t = 8;
  const polynomial = [...P]
    .reverse()
    .reduce<readonly number[] | null>(
      (sum, p) => (sum === null ? all(p) : f64x2.add(all(p), f64x2.mul(get(t), sum))),
      null,
    );
  const high = 9;
  const low = 10;
  const fraction = f64x2.div(f64x2.mul(get(r), get(c)), f64x2.sub(all(2), get(c)));
  const result = f64x2.sub(all(1), f64x2.sub(f64x2.sub(get(low), fraction), get(high)));
  const power = f64x2.shiftBits(f64x2.add(get(k), all(EXPONENT)), i32.of(52));
  return {
    params: [types.f64, types.i32],
    results: [],
    locals: [types.i32, types.i32, ...new Array<typeof types.i32x4>(7).fill(types.i32x4)],
    body: [
      ...set(at, i32.of(0)),
      ...set(stop, i32.shl(get(count), i32.of(3))),
      ...repeatWhile(
        [
          ...set(x, f64x2.sub(f64x2.load(get(at)), f64x2.splat(get(scale)))),
          ...set(r, f64x2.max(get(x), all(LEAST))),
          ...set(k, f64x2.sub(f64x2.add(f64x2.mul(get(r), all(INVERSE_LN2)), all(ROUNDS)), all(ROUNDS))),
          ...set(high, f64x2.sub(get(r), f64x2.mul(get(k), all(LN2_HIGH)))),
          ...set(low, f64x2.mul(get(k), all(LN2_LOW))),
          ...set(r, f64x2.sub(get(high), get(low))),
          ...set(t, square),
          ...set(c, f64x2.sub(get(r), f64x2.mul(get(t), polynomial ?? all(0)))),
          ...f64x2.store(get(at), f64x2.without(f64x2.mul(result, power), f64x2.less(get(x), all(LEAST)))),
          ...set(at, i32.add(get(at), i32.of(16))),
        ],
        i32.less(get(at), get(stop)),
      ),
    ],
  };
})();

const assembly: Assembly = { imports: [], globals: 0, routines: [run] };

type Machine = { readonly run: (scale: number, count: number) => void; readonly numbers: Float64Array };

let machine: Machine | null | undefined;

function createMachine(): Machine | null {
  const running = instantiate(assembly);
  return running === null ? null : { run: running.run, numbers: new Float64Array(running.memory, 0, MOST) };
}

/**
 * Puts exp(from[i] - scale) at place i of `out` for i below `count`; no number may be greater than `scale`. Results below 1e-307 are
 * zero. Where the host has no vectors, `Math.exp` does the work.
 */
export function expBelow(from: Float64Array, scale: number, out: Float64Array, count: number): void {
  if (machine === undefined) machine = createMachine();
  if (machine === null) {
    for (let i = 0; i < count; i++) out[i] = Math.exp(from[i]! - scale);
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
