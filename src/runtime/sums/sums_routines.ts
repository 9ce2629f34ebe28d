/** Sums over blocks of weighted draws in WebAssembly, to the bit as in JavaScript (sums.ts). */
import type { Code } from '../assembly/code.js';
import {
  choose,
  f64,
  f64x2,
  get,
  i32,
  i64x2,
  memory,
  repeatWhile,
  set,
  types,
  v128,
  when,
} from '../assembly/instructions.js';
import type { Locals, ModuleBuilder, Routine } from '../assembly/module.js';
import { expNearLanes } from '../math/exp_routines.js';
import { LEAST_LOG, rowLength, rowPlaces, surveyPlaces } from './sums.js';

const vectors = (locals: Locals, count: number): number[] =>
  Array.from({ length: count }, () => locals.fresh(types.v128));

const sumOfLanes = (local: number): Code => f64.add(f64x2.lane(get(local), 0), f64x2.lane(get(local), 1));
const zero = f64x2.splat(f64.of(0));
/** Fills the entry behind an odd number of entries, so that vectors of two can be read; `at` is where it is. */
const padded = (count: number, at: Code, value: number): Code =>
  when(i32.and(get(count), i32.of(1)), f64.store(at, f64.of(value)));

/** Places of columns, and how many entries they have; columns have room for one more entry. */
const [logs, second, count] = [0, 1, 2];

/**
 * Parameters: places of log weights and dimensions, how many there are, a number, where to put log weights above it, and where to put what
 * is found (`surveyPlaces`).
 */
export const surveyRoutine: Routine = {
  params: [types.i32, types.i32, types.i32, types.f64, types.i32, types.i32],
  results: [],
  body: (_, locals) => {
    const dimensions = second;
    const [least, above, found] = [3, 4, 5];
    const end = locals.fresh(types.i32);
    const start = locals.fresh(types.i32);
    const [max, lowest, highest, log, dimension, dead, good, limit] = vectors(locals, 8);
    const infinity = f64x2.splat(f64.of(Number.POSITIVE_INFINITY));
    const nothing = f64x2.splat(f64.of(Number.NEGATIVE_INFINITY));
    const lanes = (local: number, join: (a: Code, b: Code) => Code): Code =>
      join(f64x2.lane(get(local), 0), f64x2.lane(get(local), 1));
    const put = (place: number, code: Code): Code => f64.store(get(found), code, 8 * place);
    const keep = (lane: number): Code =>
      when(f64.greater(f64x2.lane(get(log!), lane), get(least)), [
        f64.store(get(above), f64x2.lane(get(log!), lane)),
        set(above, i32.add(get(above), i32.of(8))),
      ]);
    return [
      set(start, get(above)),
      set(limit!, f64x2.splat(get(least))),
      set(end, i32.add(get(logs), i32.shl(get(count), i32.of(3)))),
      padded(count, get(end), Number.NEGATIVE_INFINITY),
      set(max!, nothing),
      set(lowest!, infinity),
      set(highest!, nothing),
      set(good!, f64x2.equal(nothing, nothing)),
      repeatWhile(
        [
          set(log!, v128.loadUnaligned(get(logs))),
          set(dimension!, v128.loadUnaligned(get(dimensions))),
          // One instruction each, which leave NaN out: where it was is found apart.
          set(max!, f64x2.greaterOf(get(max!), get(log!))),
          set(good!, v128.and(get(good!), f64x2.equal(get(log!), get(log!)))),
          set(dead!, f64x2.equal(get(log!), nothing)),
          set(lowest!, f64x2.lesser(get(lowest!), v128.select(infinity, get(dimension!), get(dead!)))),
          set(highest!, f64x2.greaterOf(get(highest!), v128.select(nothing, get(dimension!), get(dead!)))),
          when(v128.any(f64x2.greater(get(log!), get(limit!))), [keep(0), keep(1)]),
          set(dimensions, i32.add(get(dimensions), i32.of(16))),
          set(logs, i32.add(get(logs), i32.of(16))),
        ],
        i32.less(get(logs), get(end)),
      ),
      put(surveyPlaces.max, choose(types.f64, i64x2.all(get(good!)), lanes(max!, f64.max), f64.of(Number.NaN))),
      put(surveyPlaces.lowest, lanes(lowest!, f64.min)),
      put(surveyPlaces.highest, lanes(highest!, f64.max)),
      put(surveyPlaces.above, f64.fromSigned(i32.shrUnsigned(i32.sub(get(above), get(start)), i32.of(3)))),
    ];
  },
};

/**
 * Parameters: places of log weights and values, how many there are, the greatest log weight, where the weights go, and where to put what
 * is found (`rowPlaces`).
 */
export const sumRoutine: Routine = {
  params: [types.i32, types.i32, types.i32, types.f64, types.i32, types.i32],
  results: [],
  body: (link, locals) => {
    const [max, row] = [3, 5];
    const put = (place: number, code: Code): Code => f64.store(get(row), code, 8 * place);
    return when(
      f64.equal(get(max), f64.of(Number.NEGATIVE_INFINITY)),
      [
        memory.fill(get(row), i32.of(0), i32.of(8 * rowLength)),
        put(rowPlaces.count, f64.fromSigned(get(count))),
        put(rowPlaces.max, get(max)),
      ],
      weighed(link, locals),
    );
  },
};

/** Sums over a block that has a draw with weight; parameters are those of `sumRoutine`. */
function weighed(link: ModuleBuilder, locals: Locals): Code {
  const values = second;
  const [max, weights, row] = [3, 4, 5];
  const [at, end, apart] = [types.i32, types.i32, types.i32].map(locals.fresh);
  const [average, part] = [locals.fresh(types.f64), locals.fresh(types.f64)];
  const [top, w, log, gone, f, squaredMeans, means, averages, term] = vectors(locals, 9);
  const sums = vectors(locals, 8);
  const [weight, squaredWeight, first, squaredFirst, positive, deviation, squaredDeviation, unevenness] = sums;
  const add = (sum: number, value: Code): Code => set(sum, f64x2.add(get(sum), value));
  const next: Code = [set(at!, i32.add(get(at!), i32.of(16)))];
  /** The value beside a weight. */
  const value = v128.loadUnaligned(i32.add(get(at!), get(apart!)));
  const put = (place: number, code: Code): Code => f64.store(get(row), code, 8 * place);
  const odd = i32.and(get(count), i32.of(1));
  const least = f64x2.splat(f64.of(LEAST_LOG));
  return [
    padded(count, i32.add(get(logs), i32.shl(get(count), i32.of(3))), Number.NEGATIVE_INFINITY),
    set(top!, f64x2.splat(get(max))),
    set(end!, i32.add(get(weights), i32.shl(get(count), i32.of(3)))),
    // Places of values less places of weights; then those of log weights.
    set(apart!, i32.sub(get(values), get(weights))),
    set(logs, i32.sub(get(logs), get(weights))),
    set(at!, get(weights)),
    repeatWhile(
      [
        set(log!, f64x2.sub(v128.loadUnaligned(i32.add(get(at!), get(logs))), get(top!))),
        set(gone!, f64x2.less(get(log!), least)),
        set(log!, v128.without(get(log!), get(gone!))),
        // At most 0, so that the result is a normal number, or NaN.
        set(w!, v128.without(expNearLanes(link, locals, log!), get(gone!))),
        v128.storeUnaligned(get(at!), get(w!)),
        set(f!, f64x2.mul(get(w!), v128.without(value, f64x2.equal(get(w!), zero)))),
        add(positive!, v128.and(f64x2.greater(get(w!), zero), f64x2.splat(f64.of(1)))),
        add(weight!, get(w!)),
        add(squaredWeight!, f64x2.mul(get(w!), get(w!))),
        add(first!, get(f!)),
        add(squaredFirst!, f64x2.mul(get(w!), get(f!))),
        next,
      ],
      i32.less(get(at!), get(end!)),
    ),
    set(average, f64.div(sumOfLanes(weight!), f64.fromSigned(get(count)))),
    set(averages!, f64x2.splat(get(average))),
    set(means!, f64x2.splat(f64.div(sumOfLanes(first!), sumOfLanes(weight!)))),
    set(squaredMeans!, f64x2.splat(f64.div(sumOfLanes(squaredFirst!), sumOfLanes(squaredWeight!)))),
    set(at!, get(weights)),
    repeatWhile(
      [
        set(w!, v128.loadUnaligned(get(at!))),
        set(f!, value),
        set(gone!, f64x2.equal(get(w!), zero)),
        set(term!, f64x2.sub(get(w!), get(averages!))),
        add(unevenness!, f64x2.mul(get(term!), get(term!))),
        set(term!, f64x2.sub(get(f!), get(means!))),
        add(deviation!, v128.without(f64x2.mul(get(w!), f64x2.mul(get(term!), get(term!))), get(gone!))),
        set(term!, f64x2.mul(get(w!), f64x2.sub(get(f!), get(squaredMeans!)))),
        add(squaredDeviation!, v128.without(f64x2.mul(get(term!), get(term!)), get(gone!))),
        next,
      ],
      i32.less(get(at!), get(end!)),
    ),
    put(rowPlaces.count, f64.fromSigned(get(count))),
    put(rowPlaces.positive, sumOfLanes(positive!)),
    put(rowPlaces.max, get(max)),
    put(rowPlaces.weight, sumOfLanes(weight!)),
    put(rowPlaces.squaredWeight, sumOfLanes(squaredWeight!)),
    set(part, sumOfLanes(unevenness!)),
    put(
      rowPlaces.unevenness,
      choose(types.f64, odd, f64.max(f64.of(0), f64.sub(get(part), f64.mul(get(average), get(average)))), get(part)),
    ),
    put(rowPlaces.mean, f64x2.lane(get(means!), 0)),
    put(rowPlaces.deviation, sumOfLanes(deviation!)),
    put(rowPlaces.squaredMean, f64x2.lane(get(squaredMeans!), 0)),
    put(rowPlaces.squaredDeviation, sumOfLanes(squaredDeviation!)),
    put(rowPlaces.absent, f64.of(0)),
    // A mean that is NaN while every value is a number comes of infinite ones.
    when(f64.unequal(f64x2.lane(get(means!), 0), f64x2.lane(get(means!), 0)), [
      set(positive!, zero),
      set(at!, get(weights)),
      repeatWhile(
        [
          set(f!, value),
          set(f!, v128.and(f64x2.unequal(get(f!), get(f!)), f64x2.greater(v128.loadUnaligned(get(at!)), zero))),
          add(positive!, v128.and(get(f!), f64x2.splat(f64.of(1)))),
          next,
        ],
        i32.less(get(at!), get(end!)),
      ),
      put(rowPlaces.absent, sumOfLanes(positive!)),
    ]),
  ];
}
