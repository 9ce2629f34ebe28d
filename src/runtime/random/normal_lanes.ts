import {
  type Assembly,
  type Code,
  call,
  choose,
  f64,
  f64x2,
  forever,
  get,
  getGlobal,
  give,
  i32,
  i32x4,
  instantiate,
  type Routine,
  type Running,
  repeatWhile,
  set,
  setGlobal,
  types,
  when,
} from '../assembly.js';
import { fillNormal } from './fill.js';
import { NORMAL_HEIGHT, NORMAL_INSIDE, NORMAL_TAIL, NORMAL_WIDTH } from './normal.js';

/*
 * `fillNormal` for four streams at a time, in WebAssembly: the words of all four come from vector instructions, and V8 has its code
 * ready when a run begins, where it takes JavaScript some ten thousand draws to be fast. To the bit the same numbers: `exp` and `log` are
 * the host's.
 */

/** Streams that run side by side. */
export const LANES = 4;
/** Numbers of a stream that are made at a time. */
const MOST = 512;

const TWO_32 = f64.of(4294967296);
const TWO_MINUS_52 = f64.of(2.220446049250313e-16);

// Places in memory. A state is four vectors, a lane its part of each; words are in order, those of a lane 16 bytes
// apart; so are the positions that every two of them make, a lane's 32 bytes apart.
const INSIDE = 0;
const WIDTH = 2048;
const HEIGHT = 4096;
const STATE = 8192;
const WORDS = 16384;
const OUT = WORDS + 2 * MOST * 16;
const POSITIONS = OUT + LANES * MOST * 8;

/** Imports, then routines, by their numbers; and the variable that holds the place of the lane's next word. */
const [EXP, LOG, STEP, WORD, UNIFORM, TAIL, FINISH, LANE] = [0, 1, 2, 3, 4, 5, 6, 7];
const NEXT = 0;

/** The next word of a lane beyond those at hand; parameter: place of the lane's state. */
const step: Routine = (() => {
  const [state, s0, s1, s3] = [0, 1, 2, 3];
  const [word0, word1, word2, word3] = [0, 16, 32, 48];
  return {
    params: [types.i32],
    results: [types.i32],
    locals: [types.i32, types.i32, types.i32],
    body: [
      ...set(s0, i32.load(get(state), word0)),
      ...set(s1, i32.load(get(state), word1)),
      ...set(s3, i32.load(get(state), word3)),
      ...i32.add(i32.rotl(i32.add(get(s0), get(s3)), i32.of(7)), get(s0)),
      ...set(s3, i32.xor(get(s3), get(s1))),
      ...i32.store(get(state), i32.xor(get(s0), get(s3)), word0),
      ...i32.store(get(state), i32.xor(get(s1), i32.xor(i32.load(get(state), word2), get(s0))), word1),
      ...i32.store(
        get(state),
        i32.xor(i32.xor(i32.load(get(state), word2), get(s0)), i32.shl(get(s1), i32.of(9))),
        word2,
      ),
      ...i32.store(get(state), i32.rotl(get(s3), i32.of(11)), word3),
    ],
  };
})();

// The routines below share two parameters: the place of the lane's state, and the end of its words at hand.
const state = get(0);
const end = get(1);

const word: Routine = {
  params: [types.i32, types.i32],
  results: [types.i32],
  locals: [],
  body: choose(
    types.i32,
    i32.less(getGlobal(NEXT), end),
    [...i32.load(getGlobal(NEXT)), ...setGlobal(NEXT, i32.add(getGlobal(NEXT), i32.of(16)))],
    call(STEP, state),
  ),
};
const nextWord = call(WORD, state, end);

const uniform: Routine = {
  params: [types.i32, types.i32],
  results: [types.f64],
  locals: [],
  body: f64.mul(
    f64.add(
      f64.add(f64.mul(f64.fromUnsigned(i32.shrUnsigned(nextWord, i32.of(12))), TWO_32), f64.fromUnsigned(nextWord)),
      f64.of(0.5),
    ),
    TWO_MINUS_52,
  ),
};
const nextUniform = call(UNIFORM, state, end);

const tail: Routine = {
  params: [types.i32, types.i32],
  results: [types.f64],
  locals: [types.f64],
  body: forever([
    ...set(2, f64.div(f64.neg(call(LOG, nextUniform)), f64.of(NORMAL_TAIL))),
    ...when(
      f64.atLeast(f64.mul(f64.of(-2), call(LOG, nextUniform)), f64.mul(get(2), get(2))),
      give(f64.add(f64.of(NORMAL_TAIL), get(2))),
    ),
  ]),
};

const layerOf = (first: Code): Code => i32.and(first, i32.of(255));
const positionOf = (first: Code, second: Code): Code =>
  f64.add(f64.add(f64.mul(f64.fromSigned(i32.shr(first, i32.of(11))), TWO_32), f64.fromUnsigned(second)), f64.of(0.5));
/** An entry of a table. */
const entry = (table: number, layer: Code, after = 0): Code => f64.load(i32.shl(layer, i32.of(3)), table + 8 * after);

/** What `finishNormal` does. */
const finish: Routine = (() => {
  const [layer, position, x, low, first, second] = [2, 3, 4, 5, 6, 7];
  const height = entry(HEIGHT, get(layer));
  const curve = call(EXP, f64.mul(f64.mul(f64.of(-0.5), get(x)), get(x)));
  return {
    params: [types.i32, types.i32, types.i32, types.f64],
    results: [types.f64],
    locals: [types.f64, types.f64, types.i32, types.i32],
    body: forever([
      ...when(
        i32.equal(get(layer), i32.of(0)),
        give(
          choose(
            types.f64,
            f64.less(get(position), f64.of(0)),
            f64.neg(call(TAIL, state, end)),
            call(TAIL, state, end),
          ),
        ),
      ),
      ...set(x, f64.mul(get(position), entry(WIDTH, get(layer)))),
      ...set(low, height),
      ...when(
        f64.less(f64.add(get(low), f64.mul(nextUniform, f64.sub(entry(HEIGHT, get(layer), 1), get(low)))), curve),
        give(get(x)),
      ),
      ...set(first, nextWord),
      ...set(second, nextWord),
      ...set(layer, layerOf(get(first))),
      ...set(position, positionOf(get(first), get(second))),
      ...when(
        f64.less(f64.abs(get(position)), entry(INSIDE, get(layer))),
        give(f64.mul(get(position), entry(WIDTH, get(layer)))),
      ),
    ]),
  };
})();

/** Makes the numbers of one lane of its words; parameters: number of the lane, how many numbers. */
const lane: Routine = (() => {
  const [number, count, at, last, out, stop, layer, u] = [0, 1, 2, 3, 4, 5, 6, 7];
  const laneState = i32.add(i32.of(STATE), i32.shl(get(number), i32.of(2)));
  const makeNumber: Code = [
    ...when(
      f64.less(f64.abs(get(u)), entry(INSIDE, get(layer))),
      f64.store(get(out), f64.mul(get(u), entry(WIDTH, get(layer)))),
      [
        ...setGlobal(NEXT, get(at)),
        ...f64.store(get(out), call(FINISH, laneState, get(last), get(layer), get(u))),
        ...set(at, getGlobal(NEXT)),
      ],
    ),
    ...set(out, i32.add(get(out), i32.of(8))),
  ];
  return {
    params: [types.i32, types.i32],
    results: [],
    locals: [...new Array<typeof types.i32>(5).fill(types.i32), types.f64],
    body: [
      ...set(at, i32.add(i32.of(WORDS), i32.shl(get(number), i32.of(2)))),
      ...set(last, i32.add(get(at), i32.shl(get(count), i32.of(5)))),
      ...set(out, i32.add(i32.of(OUT), i32.shl(get(number), i32.of(12)))),
      ...set(stop, i32.add(get(out), i32.shl(get(count), i32.of(3)))),
      ...repeatWhile(
        [
          ...set(layer, i32.loadByte(get(at))),
          ...set(u, f64.load(i32.add(get(at), i32.shl(get(number), i32.of(2))), POSITIONS - WORDS)),
          ...set(at, i32.add(get(at), i32.of(32))),
          ...makeNumber,
        ],
        i32.less(get(at), get(last)),
      ),
      // Where numbers took more than two words, some are still missing.
      ...when(
        i32.less(get(out), get(stop)),
        repeatWhile(
          [
            ...set(layer, call(STEP, laneState)),
            ...set(u, positionOf(get(layer), call(STEP, laneState))),
            ...set(layer, layerOf(get(layer))),
            ...makeNumber,
          ],
          i32.less(get(out), get(stop)),
        ),
      ),
    ],
  };
})();

/** Draws the words of all lanes, two for each number, and makes the numbers; parameters: number of lanes, how many numbers. */
const draw: Routine = (() => {
  const [lanes, count, at, stop, s0, s1, s2, s3, shifted, first, second] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const rotated = (value: Code, by: number): Code =>
    i32x4.or(i32x4.shl(value, i32.of(by)), i32x4.shrUnsigned(value, i32.of(32 - by)));
  const next = (word: number, offset: number): Code => [
    ...set(word, i32x4.add(rotated(i32x4.add(get(s0), get(s3)), 7), get(s0))),
    ...i32x4.store(get(at), get(word), offset),
    ...set(shifted, i32x4.shl(get(s1), i32.of(9))),
    ...set(s2, i32x4.xor(get(s2), get(s0))),
    ...set(s3, i32x4.xor(get(s3), get(s1))),
    ...set(s1, i32x4.xor(get(s1), get(s2))),
    ...set(s0, i32x4.xor(get(s0), get(s3))),
    ...set(s2, i32x4.xor(get(s2), get(shifted))),
    ...set(s3, rotated(get(s3), 11)),
  ];
  const half = f64x2.splat(f64.of(0.5));
  const positions = (high: Code, low: Code): Code =>
    f64x2.add(f64x2.add(f64x2.mul(f64x2.fromSigned(high), f64x2.splat(TWO_32)), f64x2.fromUnsigned(low)), half);
  const high = i32x4.shr(get(first), i32.of(11));
  const words = [s0, s1, s2, s3];
  return {
    params: [types.i32, types.i32],
    results: [],
    locals: [types.i32, types.i32, ...new Array<typeof types.i32x4>(7).fill(types.i32x4)],
    body: [
      ...words.flatMap((s, k) => set(s, i32x4.load(i32.of(STATE), 16 * k))),
      ...set(at, i32.of(WORDS)),
      ...set(stop, i32.add(get(at), i32.shl(get(count), i32.of(5)))),
      ...repeatWhile(
        [
          ...next(first, 0),
          ...next(second, 16),
          ...f64x2.store(get(at), positions(high, get(second)), POSITIONS - WORDS),
          ...f64x2.store(get(at), positions(i32x4.upper(high), i32x4.upper(get(second))), POSITIONS - WORDS + 16),
          ...set(at, i32.add(get(at), i32.of(32))),
        ],
        i32.less(get(at), get(stop)),
      ),
      ...words.flatMap((s, k) => i32x4.store(i32.of(STATE), get(s), 16 * k)),
      ...set(at, i32.of(0)),
      ...repeatWhile(
        [...call(LANE, get(at), get(count)), ...set(at, i32.add(get(at), i32.of(1)))],
        i32.less(get(at), get(lanes)),
      ),
    ],
  };
})();

const assembly: Assembly = {
  imports: ['exp', 'log'],
  globals: 1,
  routines: [step, word, uniform, tail, finish, lane, draw],
};

type Machine = { readonly run: Running['run']; readonly states: Int32Array; readonly numbers: readonly Float64Array[] };

function createMachine(): Machine | null {
  const running = instantiate(assembly);
  if (running === null) return null;
  const { memory, run } = running;
  new Float64Array(memory, INSIDE).set(NORMAL_INSIDE);
  new Float64Array(memory, WIDTH).set(NORMAL_WIDTH);
  new Float64Array(memory, HEIGHT).set(NORMAL_HEIGHT);
  const numbers = Array.from({ length: LANES }, (_, k) => new Float64Array(memory, OUT + 8 * MOST * k, MOST));
  return { run, states: new Int32Array(memory, STATE, 4 * LANES), numbers };
}

let machine: Machine | null | undefined;

/** Up to four streams. */
export type NormalLanes = {
  /** Word `w` of the state of stream `k` at `4 w + k`; moved on. */
  readonly states: Int32Array;
  /** Where the numbers of each stream go. */
  readonly outs: readonly { readonly out: Float64Array; readonly offset: number }[];
};

/**
 * Standard normal draws of up to four streams, as by `fillNormal` for each.
 *
 * @param count numbers of each stream
 */
export function fillNormalLanes(lanes: NormalLanes, count: number): void {
  if (machine === undefined) machine = createMachine();
  if (machine === null) {
    fillOneByOne(lanes, count);
    return;
  }
  // Copies, and no iterators: what is left here should be too little for V8 to spend time on.
  const { run, states, numbers } = machine;
  const { outs } = lanes;
  for (let done = 0; done < count; done += MOST) {
    const part = Math.min(MOST, count - done);
    states.set(lanes.states);
    run(outs.length, part);
    lanes.states.set(states);
    for (let k = 0; k < outs.length; k++) {
      const { out, offset } = outs[k]!;
      const made = numbers[k]!;
      out.set(part === MOST ? made : made.subarray(0, part), offset + done);
    }
  }
}

function fillOneByOne({ states, outs }: NormalLanes, count: number): void {
  const state = new Int32Array(4);
  for (const [k, { out, offset }] of outs.entries()) {
    for (let word = 0; word < 4; word++) state[word] = states[word * LANES + k]!;
    fillNormal(state, out, offset, count);
    for (let word = 0; word < 4; word++) states[word * LANES + k] = state[word]!;
  }
}
