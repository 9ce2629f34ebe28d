/** Ziggurats in WebAssembly: their tables, and how a draw is finished whose first position was not surely under the curve. */
import type { Code } from '../assembly/code.js';
import { choose, f64, forever, get, give, i32, set, types, when } from '../assembly/instructions.js';
import type { ModuleBuilder, Routine } from '../assembly/module.js';
import { expRoutine } from '../math/exp_routines.js';
import { logRoutine } from '../math/log_routines.js';
import { EXPONENTIAL_HEIGHT, EXPONENTIAL_INSIDE, EXPONENTIAL_TAIL, EXPONENTIAL_WIDTH } from './exponential.js';
import { NORMAL_HEIGHT, NORMAL_INSIDE, NORMAL_TAIL, NORMAL_WIDTH } from './normal.js';
import {
  advance,
  exponentialPosition,
  loadWords,
  normalPosition,
  pairOffset,
  type Stride,
  storeWords,
  uniformOf,
  type Words,
} from './stream_code.js';

/** Of each layer `inside` and `width`, 16 bytes apart. */
function pairs(inside: Float64Array, width: Float64Array): Float64Array {
  const table = new Float64Array(2 * inside.length);
  inside.forEach((value, layer) => {
    table[2 * layer] = value;
    table[2 * layer + 1] = width[layer]!;
  });
  return table;
}

/** A table of pairs `inside`, `width` for each layer. */
export const normalPairs = pairs(NORMAL_INSIDE, NORMAL_WIDTH);
export const exponentialPairs = pairs(EXPONENTIAL_INSIDE, EXPONENTIAL_WIDTH);

/** The entry `inside` or `width` of a table at an address; `at` is the layer's `pairOffset`. */
export const insideOf = (table: number, at: Code): Code => f64.load(at, table);
export const widthOf = (table: number, at: Code): Code => f64.load(at, table + 8);
const heightOf = (table: number, at: Code, after = 0): Code =>
  f64.load(i32.shrUnsigned(at, i32.of(1)), table + 8 * after);

/** The next uniform draw of a state at an address. */
function uniformAt(stride: Stride): Routine {
  return {
    params: [types.i32],
    results: [types.f64],
    body: (_, locals) => {
      const state = get(0);
      const word = (): number => locals.fresh(types.i32);
      const words: Words = [word(), word(), word(), word()];
      const [first, second, shifted] = [word(), word(), word()];
      return [
        loadWords(words, state, stride),
        advance(words, first, shifted),
        advance(words, second, shifted),
        storeWords(words, state, stride),
        uniformOf(get(first), get(second)),
      ];
    },
  };
}

/** A draw of the normal's tail, as in `finishNormal`. */
function tailAt(uniform: Routine): Routine {
  return {
    params: [types.i32],
    results: [types.f64],
    body: (link, locals) => {
      const beyond = locals.fresh(types.f64);
      const log = (): Code => link.call(logRoutine, link.call(uniform, get(0)));
      return forever([
        set(beyond, f64.div(f64.neg(log()), f64.of(NORMAL_TAIL))),
        when(
          f64.atLeast(f64.mul(f64.of(-2), log()), f64.mul(get(beyond), get(beyond))),
          give(f64.add(f64.of(NORMAL_TAIL), get(beyond))),
        ),
      ]);
    },
  };
}

/** Whether a uniform height between those of the layer's edges lies under the curve at a local. */
const underCurve = (
  link: ModuleBuilder,
  uniform: Routine,
  heights: number,
  at: number,
  low: number,
  exponent: Code,
) => [
  set(low, heightOf(heights, get(at))),
  f64.less(
    f64.add(get(low), f64.mul(link.call(uniform, get(0)), f64.sub(heightOf(heights, get(at), 1), get(low)))),
    link.call(expRoutine, exponent),
  ),
];

/** Draws two words anew: sets the layer's place in the table, and the position. */
function again(
  words: Words,
  stride: Stride,
  [first, second, shifted]: readonly [number, number, number],
  [at, position]: readonly [number, number],
  positionOf: (first: Code, second: Code) => Code,
): Code {
  return [
    loadWords(words, get(0), stride),
    advance(words, first, shifted),
    advance(words, second, shifted),
    storeWords(words, get(0), stride),
    set(at, pairOffset(get(first))),
    set(position, positionOf(get(first), get(second))),
  ];
}

function finishNormalAt(stride: Stride, uniform: Routine): Routine {
  const tail = tailAt(uniform);
  return {
    params: [types.i32, types.i32, types.f64],
    results: [types.f64],
    body: (link, locals) => {
      const [at, position] = [1, 2];
      const word = (): number => locals.fresh(types.i32);
      const words: Words = [word(), word(), word(), word()];
      const working = [word(), word(), word()] as const;
      const [x, low] = [locals.fresh(types.f64), locals.fresh(types.f64)];
      const pairsAt = link.place(normalPairs);
      const exponent = f64.mul(f64.mul(f64.of(-0.5), get(x)), get(x));
      const far = (): Code => link.call(tail, get(0));
      return forever([
        when(i32.isZero(get(at)), give(choose(types.f64, f64.less(get(position), f64.of(0)), f64.neg(far()), far()))),
        set(x, f64.mul(get(position), widthOf(pairsAt, get(at)))),
        when(underCurve(link, uniform, link.place(NORMAL_HEIGHT), at, low, exponent), give(get(x))),
        again(words, stride, working, [at, position], normalPosition),
        when(
          f64.less(f64.abs(get(position)), insideOf(pairsAt, get(at))),
          give(f64.mul(get(position), widthOf(pairsAt, get(at)))),
        ),
      ]);
    },
  };
}

function finishExponentialAt(stride: Stride, uniform: Routine): Routine {
  return {
    params: [types.i32, types.i32, types.f64],
    results: [types.f64],
    body: (link, locals) => {
      const [at, position] = [1, 2];
      const word = (): number => locals.fresh(types.i32);
      const words: Words = [word(), word(), word(), word()];
      const working = [word(), word(), word()] as const;
      const [x, low, beyond] = [locals.fresh(types.f64), locals.fresh(types.f64), locals.fresh(types.f64)];
      const pairsAt = link.place(exponentialPairs);
      return forever([
        set(x, f64.mul(get(position), widthOf(pairsAt, get(at)))),
        when(
          i32.isZero(get(at)),
          set(beyond, f64.add(get(beyond), f64.of(EXPONENTIAL_TAIL))),
          when(
            underCurve(link, uniform, link.place(EXPONENTIAL_HEIGHT), at, low, f64.neg(get(x))),
            give(f64.add(get(beyond), get(x))),
          ),
        ),
        again(words, stride, working, [at, position], exponentialPosition),
        when(
          f64.less(get(position), insideOf(pairsAt, get(at))),
          give(f64.add(get(beyond), f64.mul(get(position), widthOf(pairsAt, get(at))))),
        ),
      ]);
    },
  };
}

/** The next uniform draw: `(state) → f64`, to the bit `nextUniform`. */
export const uniformRoutine: Routine = uniformAt(4);
const laneUniform = uniformAt(16);

/**
 * What `finishNormal` and `finishExponential` do: `(state, 16 · layer, position) → f64`. The last two are for a state of which the words
 * stand 16 bytes apart.
 */
export const finishNormalRoutine: Routine = finishNormalAt(4, uniformRoutine);
export const finishExponentialRoutine: Routine = finishExponentialAt(4, uniformRoutine);
export const finishNormalLaneRoutine: Routine = finishNormalAt(16, laneUniform);
export const finishExponentialLaneRoutine: Routine = finishExponentialAt(16, laneUniform);
