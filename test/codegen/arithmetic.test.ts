import { describe, expect, it } from 'vitest';
import type { ScalarOp } from '../../src/codegen/low.js';
import { evaluateScalar } from '../../src/codegen/scalar.js';
import type { Arithmetic, Value } from '../../src/codegen/wasm/contract.js';
import { arithmeticHosts } from '../../src/codegen/wasm/host_routines.js';
import { laneArithmetic } from '../../src/codegen/wasm/lane_arithmetic.js';
import { scalarArithmetic } from '../../src/codegen/wasm/scalar_arithmetic.js';
import { powerOf } from '../../src/ir/primitives.js';
import type { Code } from '../../src/runtime/assembly/code.js';
import { compileModule, instanceOf } from '../../src/runtime/assembly/instance.js';
import { f64, get, i32, repeatWhile, set, types, v128 } from '../../src/runtime/assembly/instructions.js';
import { type Locals, type ModuleBuilder, newModule } from '../../src/runtime/assembly/module.js';

const arity: Readonly<Record<ScalarOp, 1 | 2 | 3>> = {
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  mod: 2,
  idiv: 2,
  pow: 2,
  neg: 1,
  eq: 2,
  ne: 2,
  lt: 2,
  le: 2,
  gt: 2,
  ge: 2,
  and: 2,
  or: 2,
  not: 1,
  floor: 1,
  ceil: 1,
  round: 1,
  trunc: 1,
  abs: 1,
  sign: 1,
  min: 2,
  max: 2,
  exp: 1,
  log: 1,
  sqrt: 1,
  sin: 1,
  cos: 1,
  to_real: 1,
  to_int: 1,
  is_number: 1,
  select: 3,
};
const ops = Object.keys(arity).filter((name): name is ScalarOp => name in arity);
const exponents = [0, 1, 2, 3, 5, 7, 12, 31, 1000, -1, -2, -3, -17];
const flagOps: readonly ScalarOp[] = [
  'eq',
  'ne',
  'and',
  'or',
  'not',
  'select',
  'to_real',
  'to_int',
  'add',
  'is_number',
];

/** Doubles with bits as they come, by a linear congruence (Knuth, MMIX). */
function randomBits(count: number): number[] {
  let state = 20_261_122n;
  const next = (): bigint => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return state >> 32n;
  };
  return Array.from(
    { length: count },
    () => new Float64Array(BigUint64Array.of((next() << 32n) | next()).buffer)[0] ?? 0,
  );
}

const specials = [
  ...[0, 0.5, 1, 1.5, 2, 2.5, 3, 0.49999999999999994, 4503599627370495.5, 4503599627370497, 9007199254740992, 7, 10],
  ...[5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, Number.POSITIVE_INFINITY, 708.5, 745, Math.PI, 1e22],
].flatMap((x) => [x, -x]);
const values = [...specials, Number.NaN, ...randomBits(20)];
const triples = values.flatMap((a, i) =>
  values.map((b, j) => [a, b, values[(i + 3 * j) % values.length] ?? 0] as const),
);
// Whole numbers, for remainders.
for (let a = -7; a <= 7; a++) for (let b = -3; b <= 3; b++) triples.push([a, b, 1]);
// An even number of them: two are done at a time.
const count = triples.length - (triples.length % 2);
const columns = [0, 1, 2].map((k) => Float64Array.from({ length: count }, (_, i) => triples[i]?.[k] ?? 0));

type Written = (site: { link: ModuleBuilder; locals: Locals }, args: readonly Value[]) => Value;

/** Runs code over the columns, one number or two at a time. */
function run(arithmetic: Arithmetic, written: ReadonlyMap<string, Written>): (name: string) => Float64Array {
  const link = newModule();
  const places = columns.map((column) => link.place(column));
  const out = link.reserve(8 * count);
  const two = arithmetic.lanes === 2;
  const load = (at: Code, place: number): Code => (two ? v128.load(at, place) : f64.load(at, place));
  const store = (at: Code, value: Code): Code => (two ? v128.store(at, value, out) : f64.store(at, value, out));
  for (const [name, write] of written) {
    link.export(name, {
      params: [],
      results: [],
      body: (own, locals) => {
        const at = locals.fresh(types.i32);
        const args = places.map((place): Value => ({ code: load(get(at), place), flag: false }));
        const value = arithmetic.asNumber(write({ link: own, locals }, args));
        return repeatWhile(
          [store(get(at), value), set(at, i32.add(get(at), i32.of(8 * arithmetic.lanes)))],
          i32.less(get(at), i32.of(8 * count)),
        );
      },
    });
  }
  const compiled = compileModule(link.finish());
  if (compiled === null) throw new Error('the module is not valid');
  const instance = instanceOf(compiled, arithmeticHosts);
  return (name) => {
    instance.routine(name)();
    return new Float64Array(instance.memory.buffer, out, count).slice();
  };
}

const asFlags = (arithmetic: Arithmetic, args: readonly Value[]): Value[] =>
  args.map((arg) => ({ code: arithmetic.asFlag(arg), flag: true }));

/** Places where the results are not the expected double; NaN is NaN. */
const different = (found: Float64Array, expected: (a: number, b: number, c: number) => number): string[] =>
  [...found].flatMap((value, i) => {
    const [a = 0, b = 0, c = 0] = columns.map((column) => column[i] ?? 0);
    return Object.is(value, expected(a, b, c)) ? [] : [`${a}, ${b}, ${c}: ${value} for ${expected(a, b, c)}`];
  });

describe.each([
  ['one particle', scalarArithmetic],
  ['two particles', laneArithmetic],
])('arithmetic of %s', (_, arithmetic) => {
  const written = new Map<string, Written>();
  for (const op of ops) {
    written.set(op, (site, args) => arithmetic.apply(site, op, args.slice(0, arity[op])));
    written.set(`${op} of flags`, (site, args) =>
      arithmetic.apply(site, op, asFlags(arithmetic, args.slice(0, arity[op]))),
    );
  }
  for (const n of exponents) {
    written.set(`power ${n}`, (site, [a]) => ({ code: arithmetic.power(site, a?.code ?? [], n), flag: false }));
  }
  written.set('literal', (site, [a, b]) => ({
    code: arithmetic.select(
      arithmetic.apply(site, 'lt', [a!, b!]).code,
      arithmetic.literal(-0),
      arithmetic.literal(Number.NaN),
    ),
    flag: false,
  }));
  const results = run(arithmetic, written);

  it.each(ops)('%s', (op) => {
    expect(different(results(op), (...args) => evaluateScalar(op, args.slice(0, arity[op])))).toEqual([]);
  });

  it.each(flagOps)('%s of flags', (op) => {
    const flag = (x: number): number => (x === 1 ? 1 : 0);
    expect(
      different(results(`${op} of flags`), (...args) => evaluateScalar(op, args.slice(0, arity[op]).map(flag))),
    ).toEqual([]);
  });

  it.each(exponents)('power %d', (n) => {
    expect(different(results(`power ${n}`), (a) => powerOf(a, n))).toEqual([]);
  });

  it('literals and choice', () => {
    expect(different(results('literal'), (a, b) => (a < b ? -0 : Number.NaN))).toEqual([]);
  });
});
