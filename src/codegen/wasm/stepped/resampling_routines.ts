/** Ancestors of particles in WebAssembly: to the bit those of `src/inference/resampling`, and in the order of a filter. */
import type { Code } from '../../../runtime/assembly/code.js';
import {
  block,
  branch,
  branchIf,
  f64,
  get,
  i32,
  loop,
  set,
  tee,
  types,
  when,
} from '../../../runtime/assembly/instructions.js';
import type { Routine } from '../../../runtime/assembly/module.js';

const { i32: word, f64: double } = types;

/** The body for each number below `count`, a local; `at` counts. */
const each = (at: number, count: Code, body: Code): Code => [
  set(at, i32.of(0)),
  when(count, loop([body, branchIf(i32.less(tee(at, i32.add(get(at), i32.of(1))), count), 0)])),
];

const bytes = (at: number, size: 4 | 8): Code => i32.shl(get(at), i32.of(size === 4 ? 2 : 3));

/**
 * The particle in whose stretch of the summed weights each point falls: `(weights, count, total, uniforms, stride, ancestors)`. Point k is
 * (k + u) / count, u standing at `uniforms + stride k`: with a stride of 8 in strata, with one of 0 at equal distances.
 */
export const pointsRoutine: Routine = {
  params: [word, word, double, word, word, word],
  results: [],
  body: (_, locals) => {
    const [weights, count, total, uniforms, stride, ancestors] = [0, 1, 2, 3, 4, 5];
    const [k, i, last] = [locals.fresh(word), locals.fresh(word), locals.fresh(word)];
    const [below, at, particles] = [locals.fresh(double), locals.fresh(double), locals.fresh(double)];
    const weight = (local: number): Code => f64.load(i32.add(get(weights), get(local)));
    const point = f64.div(f64.add(f64.fromUnsigned(get(k)), f64.load(get(uniforms))), get(particles));
    return [
      // The last particle of positive weight; places of weights are counted in bytes.
      set(last, i32.shl(i32.sub(get(count), i32.of(1)), i32.of(3))),
      block(
        loop([
          branchIf(i32.isZero(get(last)), 1),
          branchIf(f64.greater(weight(last), f64.of(0)), 1),
          set(last, i32.sub(get(last), i32.of(8))),
          branch(0),
        ]),
      ),
      set(particles, f64.fromUnsigned(get(count))),
      set(below, f64.load(get(weights))),
      each(k, get(count), [
        set(at, f64.mul(point, get(total))),
        set(uniforms, i32.add(get(uniforms), get(stride))),
        block(
          loop([
            branchIf(i32.isZero(f64.atMost(get(below), get(at))), 1),
            branchIf(i32.atLeast(get(i), get(last)), 1),
            set(i, i32.add(get(i), i32.of(8))),
            set(below, f64.add(get(below), weight(i))),
            branch(0),
          ]),
        ),
        i32.store(i32.add(get(ancestors), bytes(k, 4)), i32.shrUnsigned(get(i), i32.of(3))),
      ]),
    ];
  },
};

/**
 * The same ancestors in such an order that those with offspring stay where they are: `(ancestors, count, kept, free, places)`. `kept` has
 * room for a word a particle, `free` for one word more. Who has offspring is as good as random, so there are no branches on it.
 */
export const settleRoutine: Routine = {
  params: [word, word, word, word, word],
  results: [],
  body: (_, locals) => {
    const [ancestors, count, kept, free, places] = [0, 1, 2, 3, 4];
    const [k, ancestor, before, apart, again, found] = [
      locals.fresh(word),
      locals.fresh(word),
      locals.fresh(word),
      locals.fresh(word),
      locals.fresh(word),
      locals.fresh(word),
    ];
    const entry = (table: number, at: number): Code => i32.add(get(table), bytes(at, 4));
    return [
      each(k, get(count), i32.store(entry(kept, k), i32.of(0))),
      each(k, get(count), [set(ancestor, i32.load(entry(ancestors, k))), i32.store(entry(kept, ancestor), i32.of(1))]),
      set(found, i32.of(0)),
      each(k, get(count), [
        i32.store(entry(free, found), get(k)),
        set(found, i32.add(get(found), i32.sub(i32.of(1), i32.load(entry(kept, k))))),
      ]),
      set(found, i32.of(0)),
      set(before, i32.of(-1)),
      each(k, get(count), [
        set(ancestor, i32.load(entry(ancestors, k))),
        set(apart, i32.xor(get(ancestor), get(before))),
        // All bits where the ancestor is that of the place before, else none.
        set(again, i32.xor(i32.shr(i32.or(get(apart), i32.sub(i32.of(0), get(apart))), i32.of(31)), i32.of(-1))),
        set(apart, i32.xor(get(ancestor), i32.and(i32.xor(i32.load(entry(free, found)), get(ancestor)), get(again)))),
        i32.store(entry(places, apart), get(ancestor)),
        set(found, i32.sub(get(found), get(again))),
        set(before, get(ancestor)),
      ]),
    ];
  },
};
