/** Ziggurats in WebAssembly: their tables, and how a draw is finished whose first position was not surely under the curve. */
import type { Code } from '../assembly/code.js';
import { f64, forever, get, give, i32, set, types, when } from '../assembly/instructions.js';
import type { Locals, ModuleBuilder, Routine } from '../assembly/module.js';
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

/** What finishing a draw works on: locals of the state's words, and working space. */
type Drawing = { readonly words: Words; readonly working: readonly [number, number, number] };

function drawingIn(locals: Locals): Drawing {
  const fresh = (): number => locals.fresh(types.i32);
  return { words: [fresh(), fresh(), fresh(), fresh()], working: [fresh(), fresh(), fresh()] };
}

/** Draws two words: sets the first two of the working space. */
const twoWords = ({ words, working: [first, second, shifted] }: Drawing): Code => [
  advance(words, first, shifted),
  advance(words, second, shifted),
];

/** Whether a uniform height between those of the layer's edges lies under the curve; `low` is working space. */
const underCurve = (
  link: ModuleBuilder,
  d: Drawing,
  heights: number,
  at: number,
  low: number,
  exponent: Code,
): Code => [
  twoWords(d),
  set(low, heightOf(heights, get(at))),
  f64.less(
    f64.add(
      get(low),
      f64.mul(uniformOf(get(d.working[0]), get(d.working[1])), f64.sub(heightOf(heights, get(at), 1), get(low))),
    ),
    link.call(expRoutine, exponent),
  ),
];

function finishNormalAt(stride: Stride, uniform: Routine): Routine {
  const tail = tailAt(uniform);
  return {
    params: [types.i32, types.i32, types.f64],
    results: [types.f64],
    body: (link, locals) => {
      const [state, at, position] = [get(0), 1, 2];
      const d = drawingIn(locals);
      const [first, second] = d.working;
      const [x, low] = [locals.fresh(types.f64), locals.fresh(types.f64)];
      const pairsAt = link.place(normalPairs);
      const exponent = f64.mul(f64.mul(f64.of(-0.5), get(x)), get(x));
      const store = storeWords(d.words, state, stride);
      return [
        loadWords(d.words, state, stride),
        forever([
          when(i32.isZero(get(at)), [store, give(f64.copySign(link.call(tail, state), get(position)))]),
          set(x, f64.mul(get(position), widthOf(pairsAt, get(at)))),
          when(underCurve(link, d, link.place(NORMAL_HEIGHT), at, low, exponent), [store, give(get(x))]),
          twoWords(d),
          set(at, pairOffset(get(first))),
          set(position, normalPosition(get(first), get(second))),
          when(f64.less(f64.abs(get(position)), insideOf(pairsAt, get(at))), [
            store,
            give(f64.mul(get(position), widthOf(pairsAt, get(at)))),
          ]),
        ]),
      ];
    },
  };
}

function finishExponentialAt(stride: Stride): Routine {
  return {
    params: [types.i32, types.i32, types.f64],
    results: [types.f64],
    body: (link, locals) => {
      const [state, at, position] = [get(0), 1, 2];
      const d = drawingIn(locals);
      const [first, second] = d.working;
      const [x, low, beyond] = [locals.fresh(types.f64), locals.fresh(types.f64), locals.fresh(types.f64)];
      const pairsAt = link.place(exponentialPairs);
      const heights = link.place(EXPONENTIAL_HEIGHT);
      const store = storeWords(d.words, state, stride);
      return [
        loadWords(d.words, state, stride),
        forever([
          set(x, f64.mul(get(position), widthOf(pairsAt, get(at)))),
          when(
            i32.isZero(get(at)),
            set(beyond, f64.add(get(beyond), f64.of(EXPONENTIAL_TAIL))),
            when(underCurve(link, d, heights, at, low, f64.neg(get(x))), [store, give(f64.add(get(beyond), get(x)))]),
          ),
          twoWords(d),
          set(at, pairOffset(get(first))),
          set(position, exponentialPosition(get(first), get(second))),
          when(f64.less(get(position), insideOf(pairsAt, get(at))), [
            store,
            give(f64.add(get(beyond), f64.mul(get(position), widthOf(pairsAt, get(at))))),
          ]),
        ]),
      ];
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
export const finishExponentialRoutine: Routine = finishExponentialAt(4);
export const finishNormalLaneRoutine: Routine = finishNormalAt(16, laneUniform);
export const finishExponentialLaneRoutine: Routine = finishExponentialAt(16);
