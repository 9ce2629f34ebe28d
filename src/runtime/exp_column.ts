import { type Assembly, f64, f64x2, get, i32, instantiate, type Routine, repeatWhile, set, types } from './assembly.js';

/*
 * The exponential of many numbers in WebAssembly, two at a time: about half the time of as many calls of `Math.exp`. The method is that of
 * fdlibm's e_exp.c (Sun Microsystems 1993): x = k ln 2 + r with |r| <= ln 2 / 2, a rational approximation of exp(r), and k added
 * to the exponent.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const P = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8,
] as const;
/** Added and taken away again, it rounds to whole numbers. */
const ROUNDS = 1.5 * 2 ** 52;
/** Its lowest bits are a whole number beside which it is added, with the offset of exponents. */
const EXPONENT = 2 ** 52 + 1023;
/** Below this the result counts as zero: it would not be a normal number. */
const LEAST = -708;

/** Numbers that are done at a time, and the place of the results behind them. */
const MOST = 2048;
const RESULTS = 8 * MOST;

/** Parameters: the number that is subtracted, and how many numbers. */
const run: Routine = (() => {
  const [scale, count, at, stop, x, k, r, c, t, high, low, small] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
  // Constants stand in variables, set once.
  const constants = [1, 2, Math.LOG2E, LN2_HIGH, LN2_LOW, ...P, ROUNDS, EXPONENT, LEAST];
  const firstConstant = small + 1;
  const all = (value: number) => get(firstConstant + constants.indexOf(value));
  const polynomial = P.reduceRight<readonly number[]>(
    (sum, p) => (sum.length === 0 ? all(p) : f64x2.add(all(p), f64x2.mul(get(t), sum))),
    [],
  );
  const steps = f64x2.sub(f64x2.add(f64x2.mul(get(r), all(Math.LOG2E)), all(ROUNDS)), all(ROUNDS));
  const fraction = f64x2.div(f64x2.mul(get(r), get(c)), f64x2.sub(all(2), get(c)));
  const result = f64x2.sub(all(1), f64x2.sub(f64x2.sub(get(low), fraction), get(high)));
  const power = f64x2.shiftBits(f64x2.add(get(k), all(EXPONENT)), i32.of(52));
  return {
    params: [types.f64, types.i32],
    results: [],
    locals: [types.i32, types.i32, ...new Array<typeof types.i32x4>(8 + constants.length).fill(types.i32x4)],
    body: [
      ...constants.flatMap((value, i) => set(firstConstant + i, f64x2.splat(f64.of(value)))),
      ...set(at, i32.of(0)),
      ...set(stop, i32.shl(get(count), i32.of(3))),
      ...repeatWhile(
        [
          ...set(x, f64x2.sub(f64x2.load(get(at)), f64x2.splat(get(scale)))),
          ...set(small, f64x2.less(get(x), all(LEAST))),
          ...set(r, f64x2.max(get(x), all(LEAST))),
          ...set(k, steps),
          ...set(high, f64x2.sub(get(r), f64x2.mul(get(k), all(LN2_HIGH)))),
          ...set(low, f64x2.mul(get(k), all(LN2_LOW))),
          ...set(r, f64x2.sub(get(high), get(low))),
          ...set(t, f64x2.mul(get(r), get(r))),
          ...set(c, f64x2.sub(get(r), f64x2.mul(get(t), polynomial))),
          ...f64x2.store(get(at), f64x2.without(f64x2.mul(result, power), get(small)), RESULTS),
          ...set(at, i32.add(get(at), i32.of(16))),
        ],
        i32.less(get(at), get(stop)),
      ),
    ],
  };
})();

const assembly: Assembly = { imports: [], globals: 0, routines: [run] };

type Machine = {
  readonly run: (scale: number, count: number) => void;
  readonly numbers: Float64Array;
  readonly results: Float64Array;
};

let machine: Machine | null | undefined;

function createMachine(): Machine | null {
  const running = instantiate(assembly);
  if (running === null) return null;
  const { memory } = running;
  const [numbers, results] = [new Float64Array(memory, 0, MOST), new Float64Array(memory, RESULTS, MOST)];
  return { run: running.run, numbers, results };
}

/** 2 to the powers -1022 to 0. */
const POWERS = new Float64Array(1023).fill(1);
for (let k = 1021; k >= 0; k--) POWERS[k] = POWERS[k + 1]! / 2;

/** What the machine does, for hosts without vectors: the same operations on one number. */
export function expOne(x: number): number {
  if (x < LEAST) return 0;
  const k = x * Math.LOG2E + ROUNDS - ROUNDS;
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c = r - t * (P[0] + t * (P[1] + t * (P[2] + t * (P[3] + t * P[4]))));
  return (1 - (low - (r * c) / (2 - c) - high)) * POWERS[k + 1022]!;
}

/**
 * Puts exp(from[i] - scale) at place i of `out` for i below `count`; no number may be greater than `scale`. Errors are below two units in
 * the last place, results below 1e-307 are zero. The same bits on every host.
 */
export function expBelow(from: Float64Array, scale: number, out: Float64Array, count: number): void {
  if (machine === undefined) machine = createMachine();
  if (machine === null) {
    for (let i = 0; i < count; i++) out[i] = expOne(from[i]! - scale);
    return;
  }
  const { run: runAll, numbers, results } = machine;
  for (let done = 0; done < count; done += MOST) {
    const part = Math.min(MOST, count - done);
    numbers.set(from.subarray(done, done + part));
    runAll(scale, part);
    out.set(part === MOST ? results : results.subarray(0, part), done);
  }
}
