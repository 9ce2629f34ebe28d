/** Weights of particles relative to the greatest, and columns in another order, in WebAssembly. */
import type { Code } from '../../../runtime/assembly/code.js';
import {
  branchIf,
  f64,
  f64x2,
  get,
  give,
  i32,
  i64x2,
  loop,
  set,
  tee,
  types,
  v128,
  when,
} from '../../../runtime/assembly/instructions.js';
import type { Routine } from '../../../runtime/assembly/module.js';
import { expLanes, expLanesCode } from '../../../runtime/math/exp_routines.js';

const { i32: word, f64: double, v128: vector } = types;

/** Vectors of a column that are looked at side by side: a maximum takes as long as four of them. */
const sideBySide = 4;

/** The greatest of a column, -Infinity where all are NaN or there is none: `(column, count) → f64`. */
const greatest: Routine = {
  params: [word, word],
  results: [double],
  body: (_, locals) => {
    const [at, count] = [0, 1];
    const most = Array.from({ length: sideBySide }, () => locals.fresh(vector));
    const [first] = [most[0]!];
    const number = locals.fresh(double);
    const later = (local: number, value: Code): Code => set(local, f64x2.greaterOf(get(local), value));
    const looked = (numbers: number, look: Code): Code =>
      when(
        i32.atLeast(get(count), i32.of(numbers)),
        loop([
          look,
          set(at, i32.add(get(at), i32.of(8 * numbers))),
          branchIf(i32.atLeast(tee(count, i32.sub(get(count), i32.of(numbers))), i32.of(numbers)), 0),
        ]),
      );
    return [
      most.map((local) => set(local, f64x2.splat(f64.of(Number.NEGATIVE_INFINITY)))),
      looked(
        2 * sideBySide,
        most.map((local, k) => later(local, v128.load(get(at), 16 * k))),
      ),
      looked(1, later(first, v128.loadSplat(get(at)))),
      most.slice(1).map((local) => later(first, get(local))),
      set(number, f64x2.lane(get(first), 1)),
      when(f64.less(get(number), f64x2.lane(get(first), 0)), set(number, f64x2.lane(get(first), 0))),
      get(number),
    ];
  },
};

/**
 * Weights relative to the greatest: `(logs, weights, count, sums)` writes e^(log - greatest) for each particle, and at `sums` the greatest
 * logarithm, the sum of the weights and that of their squares, added up in order. All are 0 where every weight is.
 */
export const weighRoutine: Routine = {
  params: [word, word, word, word],
  results: [],
  body: (link, locals) => {
    const [from, to, count, sums] = [0, 1, 2, 3];
    const [end, pairs] = [locals.fresh(word), locals.fresh(word)];
    const most = locals.fresh(double);
    const [scale, weights, squares, both] = [
      locals.fresh(vector),
      locals.fresh(vector),
      locals.fresh(vector),
      locals.fresh(vector),
    ];
    const x = locals.fresh(vector);
    const computed = [
      set(x, f64x2.sub(v128.load(get(from)), get(scale))),
      set(weights, expLanesCode(link, locals, x, link.call(expLanes, get(x)))),
    ];
    const add = (lane: 0 | 1): Code =>
      set(both, f64x2.add(get(both), i64x2.pick(get(weights), get(squares), lane === 0 ? [0, 2] : [1, 3])));
    const squared = set(squares, f64x2.mul(get(weights), get(weights)));
    return [
      set(most, link.call(greatest, get(from), get(count))),
      f64.store(get(sums), get(most)),
      set(end, i32.add(get(from), i32.shl(get(count), i32.of(3)))),
      set(pairs, i32.add(get(from), i32.shl(i32.and(get(count), i32.of(-2)), i32.of(3)))),
      when(f64.equal(get(most), f64.of(Number.NEGATIVE_INFINITY)), [
        when(
          i32.less(get(from), get(end)),
          loop([
            f64.store(get(to), f64.of(0)),
            set(to, i32.add(get(to), i32.of(8))),
            branchIf(i32.less(tee(from, i32.add(get(from), i32.of(8))), get(end)), 0),
          ]),
        ),
        f64.store(get(sums), f64.of(0), 8),
        f64.store(get(sums), f64.of(0), 16),
        give(),
      ]),
      set(scale, f64x2.splat(get(most))),
      when(
        i32.less(get(from), get(pairs)),
        loop([
          computed,
          v128.store(get(to), get(weights)),
          squared,
          add(0),
          add(1),
          set(to, i32.add(get(to), i32.of(16))),
          branchIf(i32.less(tee(from, i32.add(get(from), i32.of(16))), get(pairs)), 0),
        ]),
      ),
      when(i32.less(get(from), get(end)), [computed, f64.store(get(to), f64x2.lane(get(weights), 0)), squared, add(0)]),
      f64.store(get(sums), f64x2.lane(get(both), 0), 8),
      f64.store(get(sums), f64x2.lane(get(both), 1), 16),
    ];
  },
};

/** Puts number `from[k]` of a column at place k of another: `(to, column, from, count)`, `from` being words. */
export const gatherRoutine: Routine = {
  params: [word, word, word, word],
  results: [],
  body: () => {
    const [to, column, from, count] = [0, 1, 2, 3];
    const move = (k: number): Code =>
      f64.store(get(to), f64.load(i32.add(get(column), i32.shl(i32.load(get(from), 4 * k), i32.of(3)))), 8 * k);
    const moved = (some: number): Code => [
      Array.from({ length: some }, (_, k) => move(k)),
      set(to, i32.add(get(to), i32.of(8 * some))),
      set(from, i32.add(get(from), i32.of(4 * some))),
      set(count, i32.sub(get(count), i32.of(some))),
    ];
    const whileAtLeast = (some: number): Code =>
      when(
        i32.atLeast(get(count), i32.of(some)),
        loop([moved(some), branchIf(i32.atLeast(get(count), i32.of(some)), 0)]),
      );
    return [whileAtLeast(4), whileAtLeast(1)];
  },
};
