/** Ancestors of particles in WebAssembly: to the bit those of `src/inference/resampling`, and in the order of a filter. */
import type { Code } from '../../../runtime/assembly/code.js';
import {
  block,
  branch,
  branchIf,
  choose,
  f64,
  get,
  give,
  i32,
  i64,
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

/** Uniforms that are so near to 0 or 1, for each particle, may be on the other side of a sum by rounding. */
const doubtful = 1e-14;
/** Added to a whole number it puts it into the lowest bits. */
const lowest = f64.of(2 ** 52);

/** (k + u) / count · total for the whole number k, with u at `uniforms + stride k`: a point. */
const pointOf = (k: Code, u: Code, particles: Code, total: Code): Code =>
  f64.mul(f64.div(f64.add(k, u), particles), total);

/** `(weights, count, total, uniforms, stride, ancestors)`, see `pointsRoutine`. */
const parameters = [word, word, double, word, word, word] as const;

/** What `pointsRoutine` gives, by going along the stretches; `last` is the last particle that has one. */
const alongRoutine: Routine = {
  params: [...parameters, word],
  results: [],
  body: (_, locals) => {
    const [weights, count, total, uniforms, stride, ancestors, last] = [0, 1, 2, 3, 4, 5, 6];
    const [k, i] = [locals.fresh(word), locals.fresh(word)];
    const [below, at, particles] = [locals.fresh(double), locals.fresh(double), locals.fresh(double)];
    const weight = f64.load(i32.add(get(weights), bytes(i, 8)));
    const u = f64.load(i32.add(get(uniforms), i32.mul(get(stride), get(k))));
    return [
      set(particles, f64.fromUnsigned(get(count))),
      set(below, f64.load(get(weights))),
      each(k, get(count), [
        set(at, pointOf(f64.fromUnsigned(get(k)), u, get(particles), get(total))),
        block(
          loop([
            branchIf(i32.isZero(f64.atMost(get(below), get(at))), 1),
            branchIf(i32.atLeast(get(i), get(last)), 1),
            set(i, i32.add(get(i), i32.of(1))),
            set(below, f64.add(get(below), weight)),
            branch(0),
          ]),
        ),
        i32.store(i32.add(get(ancestors), bytes(k, 4)), get(i)),
      ]),
    ];
  },
};

/**
 * The particle in whose stretch of the summed weights each point falls: `(weights, count, total, uniforms, stride, ancestors)`, with room for
 * an ancestor more. Point k is (k + u) / count, u standing at `uniforms + stride k`: with a stride of 8 in strata, with one of 0 at equal
 * distances. Where a stretch begins is computed, and not found by going along, since no branch foretells weights: one point falls between
 * two whole numbers, so that a sum has as many below it as whole numbers, and that one or not. Where a uniform is so near to 0 or 1 that
 * rounding might decide, all is done by going along.
 */
export const pointsRoutine: Routine = {
  params: parameters,
  results: [],
  body: (link, locals) => {
    const [weights, count, total, uniforms, stride, ancestors] = [0, 1, 2, 3, 4, 5];
    const [k, i, last, apart, doubt] = [
      locals.fresh(word),
      locals.fresh(word),
      locals.fresh(word),
      locals.fresh(word),
      locals.fresh(word),
    ];
    const [below, sum, whole] = [locals.fresh(double), locals.fresh(double), locals.fresh(double)];
    const [particles, scale, near] = [locals.fresh(double), locals.fresh(double), locals.fresh(double)];
    const weight = (local: number): Code => f64.load(i32.add(get(weights), bytes(local, 8)));
    const ancestor = (local: number): Code => i32.add(get(ancestors), bytes(local, 4));
    const uniform = f64.load(i32.add(get(uniforms), i32.mul(get(stride), get(k))));
    return [
      // The last particle of positive weight: where rounding leaves points beyond the sum of all.
      set(last, i32.sub(get(count), i32.of(1))),
      block(
        loop([
          branchIf(i32.isZero(get(last)), 1),
          branchIf(f64.greater(weight(last), f64.of(0)), 1),
          set(last, i32.sub(get(last), i32.of(1))),
          branch(0),
        ]),
      ),
      set(particles, f64.fromUnsigned(get(count))),
      set(scale, f64.div(get(particles), get(total))),
      set(near, f64.sub(f64.of(0.5), f64.mul(get(particles), f64.of(doubtful)))),
      each(k, choose(types.i32, get(stride), get(count), i32.of(1)), [
        set(doubt, i32.or(get(doubt), f64.greater(f64.abs(f64.sub(uniform, f64.of(0.5))), get(near)))),
      ]),
      when(get(doubt), [
        link.call(
          alongRoutine,
          get(weights),
          get(count),
          get(total),
          get(uniforms),
          get(stride),
          get(ancestors),
          get(last),
        ),
        give(),
      ]),
      each(i, get(count), i32.store(ancestor(i), i32.of(0))),
      set(last, i32.add(get(last), i32.of(1))),
      set(k, i32.of(0)),
      // Where the stretch of a particle begins, its number is put; of those that begin at one place the last one has it.
      each(i, get(last), [
        i32.store(ancestor(k), get(i)),
        set(below, f64.add(get(below), weight(i))),
        set(sum, f64.mul(get(below), get(scale))),
        set(whole, f64.min(f64.floor(get(sum)), f64.sub(get(particles), f64.of(1)))),
        set(k, i32.wrap(i64.bitsOf(f64.add(get(whole), lowest)))),
        set(k, i32.add(get(k), f64.less(pointOf(get(whole), uniform, get(particles), get(total)), get(below)))),
      ]),
      set(i, i32.of(0)),
      each(k, get(count), [
        // The greater one, without a branch.
        set(apart, i32.sub(i32.load(ancestor(k)), get(i))),
        set(i, i32.add(get(i), i32.and(get(apart), i32.xor(i32.shr(get(apart), i32.of(31)), i32.of(-1))))),
        i32.store(ancestor(k), get(i)),
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
