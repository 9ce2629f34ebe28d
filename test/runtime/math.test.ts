import { describe, expect, it } from 'vitest';
import type { Code } from '../../src/runtime/assembly/code.js';
import { compileModule, instanceOf } from '../../src/runtime/assembly/instance.js';
import { f64, get, i32, repeatWhile, set, types, v128 } from '../../src/runtime/assembly/instructions.js';
import { newModule, type Routine } from '../../src/runtime/assembly/module.js';
import { exp } from '../../src/runtime/math/exp.js';
import { expLanes, expRoutine } from '../../src/runtime/math/exp_routines.js';
import { log } from '../../src/runtime/math/log.js';
import { logLanes, logRoutine } from '../../src/runtime/math/log_routines.js';
import { pow } from '../../src/runtime/math/pow.js';
import { powRoutine } from '../../src/runtime/math/pow_routines.js';
import { reduceAngle } from '../../src/runtime/math/quadrant.js';
import { cos, sin } from '../../src/runtime/math/sine.js';
import { cosLanes, cosRoutine, sinLanes, sinRoutine } from '../../src/runtime/math/sine_routines.js';

/*
 * Exact values: whole numbers in units of 2^-1300, from the series of the functions and Machin's formula for pi.
 */

const PLACES = 1300n;
const ONE = 1n << PLACES;
const half = (a: bigint): bigint => a >> 1n;
const product = (a: bigint, b: bigint): bigint => (a * b) >> PLACES;

/** Sum of terms until they vanish. */
function series(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = 0n;
  for (let term = first, n = 1n; term > 1n || term < -1n; term = next(term, n), n += 1n) sum += term;
  return sum;
}

const arctanOfInverse = (n: bigint): bigint => {
  let sum = 0n;
  for (let power = ONE / n, k = 1n; power > 0n; power /= n * n, k += 2n) sum += k % 4n === 1n ? power / k : -power / k;
  return sum;
};
const PI = 4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n));
/** log(1 + y) for 1 + y = a / b, as 2 artanh((a - b) / (a + b)). */
const logOfRatio = (a: bigint, b: bigint): bigint => {
  const y = ((a - b) << PLACES) / (a + b);
  const square = product(y, y);
  let sum = 0n;
  for (let power = y, k = 1n; power > 1n || power < -1n; power = product(power, square), k += 2n) sum += power / k;
  return 2n * sum;
};
const LOG_2 = logOfRatio(2n, 1n);

/** A double as mantissa * 2^exponent. */
function partsOf(x: number): { readonly mantissa: bigint; readonly exponent: number } {
  const [bits = 0n] = new BigUint64Array(Float64Array.of(Math.abs(x)).buffer);
  const field = Number(bits >> 52n);
  const mantissa = (bits & 0xfffffffffffffn) | (field === 0 ? 0n : 0x10000000000000n);
  return { mantissa: x < 0 ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 };
}
const shifted = (a: bigint, by: number): bigint => (by < 0 ? a >> BigInt(-by) : a << BigInt(by));
const exactly = (x: number): bigint => {
  const { mantissa, exponent } = partsOf(x);
  return shifted(mantissa, exponent + Number(PLACES));
};

function exactExp(x: bigint): bigint {
  const power = x / LOG_2;
  const rest = x - power * LOG_2;
  return shifted(
    series(ONE, (term, n) => product(term, rest) / n),
    Number(power),
  );
}
function exactLog(x: number): bigint {
  const { mantissa, exponent } = partsOf(x);
  const size = mantissa.toString(2).length - 1;
  const whole = BigInt(exponent + size);
  const unit = 1n << BigInt(size);
  // About 1 the logarithm must not be a difference.
  if (2n * mantissa > 3n * unit) return (whole + 1n) * LOG_2 + logOfRatio(mantissa, 2n * unit);
  return whole * LOG_2 + logOfRatio(mantissa, unit);
}
function exactCosine(x: bigint): bigint {
  const rest = ((x % (2n * PI)) + 2n * PI) % (2n * PI);
  const square = product(rest, rest);
  return series(ONE, (term, n) => -product(term, square) / ((2n * n - 1n) * (2n * n)));
}
const exactSine = (x: bigint): bigint => exactCosine(x - half(PI));

/** How many units in the last place of the exact value a result is off. */
function ulps(found: number, exact: bigint): number {
  const size = (exact < 0n ? -exact : exact).toString(2).length - Number(PLACES);
  const unit = Math.max(size - 53, -1074);
  return Math.abs(Number(shifted(exactly(found) - exact, -unit + 40 - Number(PLACES)))) / 2 ** 40;
}

/** Doubles with bits as they come, by a linear congruence (Knuth, MMIX). */
function randomWords(count: number): bigint[] {
  let state = 5n;
  const next = (): bigint => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return state >> 32n;
  };
  return Array.from({ length: count }, () => (next() << 32n) | next());
}
const randomDoubles = (count: number): number[] => [
  ...new Float64Array(BigUint64Array.from(randomWords(count)).buffer),
];
const randomUniforms = (count: number): number[] => randomWords(count).map((word) => Number(word >> 11n) / 2 ** 53);

const specials = [
  ...[0, 5e-324, 1e-310, 2.225073858507201e-308, 2.2250738585072014e-308, 1e-20, 2 ** -27, 1e-9, 1e-3, 0.5, 1, 2],
  ...[1 - 2 ** -53, 1 + 2 ** -52, 0.99609375, 1.00390625, 0.6875, 1.375, Math.PI, Math.PI / 2, Math.PI / 4, 3],
  ...[
    500_000,
    500_000.00000000006,
    1e6,
    1e15,
    1e22,
    2 ** 1023,
    6381956970095103 * 2 ** 797,
    5319372648326541 * 2 ** -52,
  ],
  ...[708, 708.0000000000001, 709.782712893384, 709.7827128933841, 708.3964185322641, 740, 745.1332191019411, 745.2],
  ...[745.13321910194122, 1.7976931348623157e308, Number.POSITIVE_INFINITY],
].flatMap((x) => [x, -x]);

const functions: readonly {
  readonly name: string;
  readonly own: (x: number) => number;
  readonly routine: Routine;
  readonly lanes: Routine;
  readonly exact: (x: number) => bigint;
  readonly most: number;
  readonly points: readonly number[];
}[] = [
  {
    name: 'exp',
    own: exp,
    routine: expRoutine,
    lanes: expLanes,
    exact: (x) => exactExp(exactly(x)),
    most: 0.51,
    points: [...randomUniforms(700).map((u) => 1416 * u - 708), ...randomUniforms(300).map((u) => 2 * u - 1)],
  },
  {
    name: 'log',
    own: log,
    routine: logRoutine,
    lanes: logLanes,
    exact: exactLog,
    most: 0.51,
    points: [
      ...randomDoubles(400).map(Math.abs),
      ...randomUniforms(400).map((u) => 0.98 + 0.04 * u),
      ...randomUniforms(300).map((u) => 3 * u),
      ...specials.filter((x) => x > 0),
    ].filter((x) => x < Number.POSITIVE_INFINITY && x !== 1),
  },
  ...[
    { name: 'sin', own: sin, routine: sinRoutine, lanes: sinLanes, exact: (x: number) => exactSine(exactly(x)) },
    { name: 'cos', own: cos, routine: cosRoutine, lanes: cosLanes, exact: (x: number) => exactCosine(exactly(x)) },
  ].map((f) => ({
    ...f,
    most: 0.75,
    points: [
      ...randomUniforms(200).map((u) => 20 * u - 10),
      ...randomUniforms(100).map((u) => 1e6 * u - 5e5),
      ...randomDoubles(150).filter((x) => Math.abs(x) > 1e-100 && Math.abs(x) < 1e280),
      // The doubles nearest to multiples of pi / 2.
      ...Array.from({ length: 60 }, (_, k) => ((k + 1) ** 3 * Math.PI) / 2),
      ...specials.filter((x) => Math.abs(x) > 1e-100 && Math.abs(x) < 1e280),
    ],
  })),
];

/** Places for so many numbers. */
const MOST = 110_000;

const link = newModule();
const numbers = link.reserve(8 * MOST);
const found = link.reserve(8 * MOST);
for (const { name, routine, lanes } of functions) {
  for (const [form, step, of] of [
    ['one', 8, (at: Code): Code => f64.store(at, link.call(routine, f64.load(at, numbers)), found)],
    ['two', 16, (at: Code): Code => v128.store(at, link.call(lanes, v128.load(at, numbers)), found)],
  ] as const)
    link.export(`${name} ${form}`, {
      params: [],
      results: [],
      body: (_, locals) => {
        const at = locals.fresh(types.i32);
        return repeatWhile([of(get(at)), set(at, i32.add(get(at), i32.of(step)))], i32.less(get(at), i32.of(8 * MOST)));
      },
    });
}
link.export('pow', powRoutine);
const compiled = compileModule(link.finish());
if (compiled === null) throw new Error('the module is not valid');
const instance = instanceOf(compiled, {});

describe.each(functions)('$name', ({ name, own, exact, most, points }) => {
  it('is as near to the exact value as is said', () => {
    let worst = 0;
    for (const x of points) worst = Math.max(worst, ulps(own(x), exact(x)));
    expect(worst).toBeLessThan(most);
    // Not better than what doubles can hold, or else the measure would be wrong.
    expect(worst).toBeGreaterThan(0.49);
  });

  it('has the same bits in JavaScript and in both forms of WebAssembly', () => {
    const at = new Float64Array(instance.memory.buffer, numbers, MOST);
    at.set([
      ...specials,
      Number.NaN,
      ...points,
      ...randomDoubles(50_000),
      ...randomUniforms(30_000).map((u) => 1600 * u - 800),
    ]);
    at.set(randomUniforms(25_000), MOST - 25_000);
    const results = new Float64Array(instance.memory.buffer, found, MOST);
    for (const form of ['one', 'two']) {
      instance.routine(`${name} ${form}`)();
      const wrong = [...at].filter((x, i) => !Object.is(results[i], own(x)));
      expect(wrong).toEqual([]);
    }
  });
});

describe('special arguments', () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
  it.each([
    ['exp', exp, [0, 1, -0, 1, -inf, 0, inf, inf, nan, nan, 709.782712893384, 1.7976931348622732e308, 710, inf]],
    ['exp of little', exp, [-745.1332191019411, 5e-324, -745.2, 0, 1e-300, 1, -1e-300, 1]],
    ['log', log, [1, 0, 0, -inf, -0, -inf, -1, nan, -inf, nan, inf, inf, nan, nan, 5e-324, -744.4400719213812]],
    ['sin', sin, [0, 0, -0, -0, 5e-324, 5e-324, inf, nan, -inf, nan, nan, nan, 1e-200, 1e-200]],
    ['cos', cos, [0, 1, -0, 1, 5e-324, 1, inf, nan, -inf, nan, nan, nan]],
  ])('%s', (_, f, pairs) => {
    for (let i = 0; i < pairs.length; i += 2) expect(f(pairs[i]!)).toBe(pairs[i + 1]!);
  });

  it('results that are no normal numbers are right to one unit', () => {
    for (let x = -745; x < -708; x += 0.37) expect(ulps(exp(x), exactExp(exactly(x)))).toBeLessThan(1);
  });

  it('the double nearest to a multiple of pi / 2 keeps its bits', () => {
    // J.-M. Muller, "Elementary Functions" (2016), section 11.3: 6381956970095103 2^797 is the one.
    const { y, rest } = reduceAngle(6381956970095103 * 2 ** 797);
    const exact = exactSine(exactly(6381956970095103 * 2 ** 797) + half(PI));
    expect(Math.abs(y + rest)).toBeCloseTo(4.687165924254624e-19, 30);
    expect(ulps(cos(6381956970095103 * 2 ** 797), exact)).toBeLessThan(0.75);
  });
});

describe('pow', () => {
  const uniforms = randomUniforms(4000);
  const pairs = uniforms.slice(0, 2000).map((u, i) => {
    const v = uniforms[i + 2000]!;
    // Bases of usual size, of any size, about 1 with large powers; results of any normal size.
    const x = i % 3 === 0 ? 4 * u : i % 3 === 1 ? 2 ** (2000 * u - 1000) : 1 + (u - 0.5) / 50;
    return [x, i % 3 === 0 ? 40 * v - 20 : (1400 * v - 700) / Math.log(x)] as const;
  });

  it('is as near to the exact value as is said', () => {
    let worst = 0;
    for (const [x, y] of pairs) worst = Math.max(worst, ulps(pow(x, y), exactExp(product(exactLog(x), exactly(y)))));
    expect(worst).toBeLessThan(0.52);
    expect(worst).toBeGreaterThan(0.49);
  });

  it('is exact to 1 and 2, and of squares to 1/2', () => {
    const wrong = [...uniforms, ...randomDoubles(2000)].filter((x) => {
      const short = Math.abs(Math.fround(x));
      return !Object.is(pow(x, 1), x) || !Object.is(pow(x, 2), x * x) || !Object.is(pow(short * short, 0.5), short);
    });
    expect(wrong).toEqual([]);
  });

  const ends = [
    ...specials,
    Number.NaN,
    3,
    4.5,
    1e-30,
    1e30,
    2 ** 53 - 1,
    -(2 ** 53) + 1,
    1e-19,
    1e-20,
    -2.5,
    1074,
    1075,
  ];

  it('has the special values of **', () => {
    const wrong = ends.flatMap((x) =>
      ends.flatMap((y) => {
        const [right, found] = [x ** y, pow(x, y)];
        const special = right === 0 || !Number.isFinite(right) || Math.abs(right) === 1;
        // The host's own error grows with the power.
        const near = Math.abs(found / right - 1) < 1e-13 + 5e-324 / Math.abs(right);
        return (special ? Object.is(found, right) : near) ? [] : [`${x} ^ ${y} = ${found} for ${right}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('has the same bits in JavaScript and in WebAssembly', () => {
    const run = instance.routine('pow');
    const any = randomDoubles(120_000);
    const all = [
      ...pairs,
      ...ends.flatMap((x) => ends.map((y) => [x, y] as const)),
      ...any.slice(0, 60_000).map((x, i) => [i % 2 === 0 ? x : Math.abs(x), any[i + 60_000]!] as const),
      ...any.slice(0, 40_000).map((x, i) => [Math.abs(x), (i % 41) / 4 - 5] as const),
    ];
    expect(all.filter(([x, y]) => !Object.is(run(x, y), pow(x, y)))).toEqual([]);
  });
});
