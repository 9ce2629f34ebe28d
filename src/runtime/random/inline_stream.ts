/**
 * Draws of a stream whose state stands in locals of the function that draws: for loops that take many numbers. A call costs about as much as
 * the number itself, and a state in memory makes each number wait for the stores of the one before.
 */
import type { Code } from '../assembly/code.js';
import { choose, f64, get, set, types } from '../assembly/instructions.js';
import type { Locals, ModuleBuilder, Routine } from '../assembly/module.js';
import {
  advance,
  exponentialPosition,
  loadWords,
  normalPosition,
  pairOffset,
  storeWords,
  uniformOf,
  type Words,
} from './stream_code.js';
import {
  exponentialPairs,
  finishExponentialRoutine,
  finishNormalRoutine,
  insideOf,
  normalPairs,
  widthOf,
} from './ziggurat_routines.js';

/**
 * A stream in locals.
 *
 * @property words the locals of its state
 * @property load takes the words from memory into the locals: at the start of the function and behind each call that may draw
 * @property store puts them back: before each call that may draw, and where the function is left
 * @property uniform code that leaves the next number, to the bit `nextUniform`; each text stands in one place only
 */
export type InlineStream = {
  readonly words: Words;
  readonly load: Code;
  readonly store: Code;
  readonly uniform: () => Code;
  readonly normal: () => Code;
  readonly exponential: () => Code;
};

/** @param state code of the address of the state's four words; it is repeated, so a literal or a local */
export function inlineStream(link: ModuleBuilder, locals: Locals, state: Code): InlineStream {
  const word = (): number => locals.fresh(types.i32);
  const words: Words = [word(), word(), word(), word()];
  const [first, second, shifted] = [word(), word(), word()];
  const position = locals.fresh(types.f64);
  const load = loadWords(words, state);
  const store = storeWords(words, state);
  const drawn: Code = [advance(words, first, shifted), advance(words, second, shifted)];
  const ziggurat = (table: number, u: Code, distance: Code, finish: Routine): Code => [
    drawn,
    set(position, u),
    set(first, pairOffset(get(first))),
    choose(
      types.f64,
      f64.less(distance, insideOf(table, get(first))),
      f64.mul(get(position), widthOf(table, get(first))),
      [store, link.call(finish, state, get(first), get(position)), load],
    ),
  ];
  return {
    words,
    load,
    store,
    uniform: () => [drawn, uniformOf(get(first), get(second))],
    normal: () =>
      ziggurat(
        link.place(normalPairs),
        normalPosition(get(first), get(second)),
        f64.abs(get(position)),
        finishNormalRoutine,
      ),
    exponential: () =>
      ziggurat(
        link.place(exponentialPairs),
        exponentialPosition(get(first), get(second)),
        get(position),
        finishExponentialRoutine,
      ),
  };
}

/** The next draw of a state at an address. */
const drawRoutine = (kind: 'normal' | 'exponential'): Routine => ({
  params: [types.i32],
  results: [types.f64],
  body: (link, locals) => {
    const words = [0, 0, 0, 0].map(() => locals.fresh(types.i32));
    const [first, second, shifted] = [locals.fresh(types.i32), locals.fresh(types.i32), locals.fresh(types.i32)];
    const position = locals.fresh(types.f64);
    const four: Words = [words[0]!, words[1]!, words[2]!, words[3]!];
    const normal = kind === 'normal';
    const table = link.place(normal ? normalPairs : exponentialPairs);
    const finish = normal ? finishNormalRoutine : finishExponentialRoutine;
    return [
      loadWords(four, get(0)),
      advance(four, first, shifted),
      advance(four, second, shifted),
      storeWords(four, get(0)),
      set(position, (normal ? normalPosition : exponentialPosition)(get(first), get(second))),
      set(first, pairOffset(get(first))),
      choose(
        types.f64,
        f64.less(normal ? f64.abs(get(position)) : get(position), insideOf(table, get(first))),
        f64.mul(get(position), widthOf(table, get(first))),
        link.call(finish, get(0), get(first), get(position)),
      ),
    ];
  },
});

/** The next standard normal draw: `(state) → f64`, to the bit `nextNormal`. */
export const normalRoutine: Routine = drawRoutine('normal');
/** The next exponential draw of rate 1: `(state) → f64`, to the bit `nextExponential`. */
export const exponentialRoutine: Routine = drawRoutine('exponential');
