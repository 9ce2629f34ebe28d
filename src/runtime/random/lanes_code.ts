/** Code for four streams side by side: a state is four vectors, one of each word, and a lane of them is a stream. */

import type { NoiseKind } from '../../ir/ir.js';
import { type Code, flatten } from '../assembly/code.js';
import {
  block,
  branch,
  branchIf,
  f64,
  f64x2,
  get,
  i32,
  i32x4,
  i64x2,
  loop,
  set,
  tee,
  types,
  v128,
} from '../assembly/instructions.js';
import type { Locals, ModuleBuilder } from '../assembly/module.js';
import { oneLess, oneTop, two52Less, two52Top, type Words } from './stream_code.js';
import {
  exponentialPairs,
  finishExponentialLaneRoutine,
  finishNormalLaneRoutine,
  normalPairs,
} from './ziggurat_routines.js';

/** Streams that run side by side. */
export const LANES = 4;

/** Takes states at an address, the vectors 16 bytes apart, into locals. */
export const loadLanes = (words: Words, states: Code): Code =>
  words.map((word, k) => set(word, v128.load(states, 16 * k)));

/** Puts the states back. */
export const storeLanes = (words: Words, states: Code): Code =>
  words.map((word, k) => v128.store(states, get(word), 16 * k));

const rotated = (value: number, by: number): Code =>
  v128.or(i32x4.shl(get(value), i32.of(by)), i32x4.shrUnsigned(get(value), i32.of(32 - by)));

/** Sets `into` to the next words of the streams and moves them on. */
function advanceLanes([s0, s1, s2, s3]: Words, into: number, shifted: number): Code {
  return [
    set(shifted, i32x4.add(get(s0), get(s3))),
    set(into, i32x4.add(rotated(shifted, 7), get(s0))),
    set(shifted, i32x4.shl(get(s1), i32.of(9))),
    set(s2, v128.xor(get(s2), get(s0))),
    set(s3, v128.xor(get(s3), get(s1))),
    set(s1, v128.xor(get(s1), get(s2))),
    set(s0, v128.xor(get(s0), get(s3))),
    set(s2, v128.xor(get(s2), get(shifted))),
    set(s3, rotated(s3, 11)),
  ];
}

const splat32 = (value: number): Code => i32x4.of(value, value, value, value);
const splat64 = (value: number): Code => f64x2.of(value, value);

/** Doubles with the given words as the lower and upper half of their bits: of lanes 0 and 1, or 2 and 3. */
const joined = (low: Code, high: Code, upper: boolean): Code =>
  i32x4.pick(low, high, upper ? [2, 6, 3, 7] : [0, 4, 1, 5]);

/** Locals of the numbers of four lanes: the first two and the last two. */
type Numbers = readonly [number, number];

const unsignedNumbers = (high: number, low: number, top: number, less: number, into: Numbers): Code => [
  set(high, v128.or(i32x4.shrUnsigned(get(high), i32.of(12)), splat32(top))),
  into.map((local, half) => set(local, f64x2.sub(joined(get(low), get(high), half === 1), splat64(less)))),
];

// Upper 21 bits, made positive, as bits of a double from 2^84 on, whose last place is 2^32.
const two84Top = 0x45300000;
const two84More = 2 ** 84 + 2 ** 52;

const normalPositions = (first: number, second: number, high: number, into: Numbers): Code => [
  set(high, v128.xor(i32x4.shrUnsigned(get(first), i32.of(11)), splat32(1 << 20))),
  into.map((local, half) =>
    set(
      local,
      f64x2.add(
        f64x2.sub(joined(get(high), splat32(two84Top), half === 1), splat64(two84More)),
        f64x2.sub(joined(get(second), splat32(two52Top), half === 1), splat64(two52Less)),
      ),
    ),
  ),
];

const { i32: word, v128: vector } = types;

/** For each lane a vector with all bits of that lane set. */
const laneMasks = Int32Array.from({ length: LANES * LANES }, (_, k) => (k % (LANES + 1) === 0 ? -1 : 0));

/** Where the next numbers of four streams go. */
type Target = {
  /** Stores the first two numbers and the last two. */
  readonly store: (numbers: readonly [Code, Code]) => Code;
  /** The address of the number of a lane, given 4 times the lane. */
  readonly outOf: (fourLanes: Code) => Code;
};

/**
 * A loop that draws and stores the next number of each of four streams, at least one.
 *
 * @param words the states
 * @param states code of an address where they may be put when a draw takes more words than two, repeated; they are there only then
 * @param before what is done before each draw
 * @param more whether to go on, tested behind each draw; written twice
 */
export function drawLanes(
  { link, locals }: { readonly link: ModuleBuilder; readonly locals: Locals },
  kind: NoiseKind,
  words: Words,
  states: Code,
  { store, outOf }: Target,
  before: Code,
  more: Code,
): Code {
  const fresh = (): number => locals.fresh(vector);
  const [first, second, shifted] = [fresh(), fresh(), fresh()];
  const u: Numbers = [fresh(), fresh()];
  const drawn = [advanceLanes(words, first, shifted), advanceLanes(words, second, shifted)];
  if (kind === 'uniform')
    return loop([
      before,
      drawn,
      unsignedNumbers(first, second, oneTop, oneLess, u),
      store([get(u[0]), get(u[1])]),
      branchIf(more, 0),
    ]);
  const normal = kind === 'normal';
  const layers = fresh();
  const pairs = [fresh(), fresh(), fresh(), fresh()];
  const outside: Numbers = [fresh(), fresh()];
  const x: Numbers = [fresh(), fresh()];
  const table = link.place(normal ? normalPairs : exponentialPairs);
  const masks = link.place(laneMasks);
  const room = link.reserve(48);
  const [left, lane, own] = [locals.fresh(word), locals.fresh(word), locals.fresh(word)];
  const distance = (half: number): Code => (normal ? f64x2.abs(get(u[half]!)) : get(u[half]!));
  const quick: Code = [
    drawn,
    set(layers, i32x4.shl(v128.and(get(first), splat32(255)), i32.of(4))),
    pairs.map((pair, lane) => set(pair, v128.load(i32x4.lane(get(layers), lane), table))),
    normal ? normalPositions(first, second, shifted, u) : unsignedNumbers(first, second, two52Top, two52Less, u),
    [0, 1].map((half) => {
      const [a, b] = [get(pairs[2 * half]!), get(pairs[2 * half + 1]!)];
      return [
        set(outside[half]!, f64x2.atLeast(distance(half), i64x2.pick(a, b, [0, 2]))),
        set(x[half]!, f64x2.mul(get(u[half]!), i64x2.pick(a, b, [1, 3]))),
      ];
    }),
    store([get(x[0]), get(x[1])]),
  ];
  const mend: Code = [
    storeLanes(words, states),
    v128.store(i32.of(room), get(layers)),
    v128.store(i32.of(room), get(u[0]), 16),
    v128.store(i32.of(room), get(u[1]), 32),
    set(left, i32.or(i64x2.bitmask(get(outside[0])), i32.shl(i64x2.bitmask(get(outside[1])), i32.of(2)))),
    loop([
      set(lane, i32.shl(i32.trailingZeros(get(left)), i32.of(2))),
      set(own, i32.add(states, get(lane))),
      f64.store(
        outOf(get(lane)),
        link.call(
          normal ? finishNormalLaneRoutine : finishExponentialLaneRoutine,
          get(own),
          i32.load(get(lane), room),
          f64.load(i32.shl(get(lane), i32.of(1)), room + 16),
        ),
      ),
      // A lane of each vector, not the vectors anew: those would have to wait until all words are stored.
      words.map((w, k) =>
        set(
          w,
          v128.select(v128.loadSplat32(get(own), 16 * k), get(w), v128.load(i32.shl(get(lane), i32.of(2)), masks)),
        ),
      ),
      branchIf(tee(left, i32.and(get(left), i32.sub(get(left), i32.of(1)))), 0),
    ]),
  ];
  // Draws that take more words leave the inner loop, so that what it holds stays in registers.
  return block(
    loop([
      block(
        loop([
          before,
          quick,
          branchIf(v128.any(v128.or(get(outside[0]), get(outside[1]))), 1),
          branchIf(more, 0),
          branch(3),
        ]),
      ),
      mend,
      branchIf(more, 0),
    ]),
  );
}

const rounds = 10;
const multipliers = [0xd2511f53 | 0, 0xcd9e8d57 | 0] as const;
const weyl = [0x9e3779b9 | 0, 0xbb67ae85 | 0] as const;

/**
 * `seedState` of four counters under one key: `words` hold the counters, and then the states.
 *
 * @param keys code of the two key words, i32
 */
export function seedLanes(locals: Locals, words: Words, keys: readonly [Code, Code]): Code {
  const fresh = (): number => locals.fresh(vector);
  const key = [fresh(), fresh()] as const;
  const products = [
    [fresh(), fresh()],
    [fresh(), fresh()],
  ] as const;
  const [x0, x1, x2, x3] = words;
  const lower = ([a, b]: readonly [number, number]): Code => i32x4.pick(get(a), get(b), [0, 2, 4, 6]);
  const upper = ([a, b]: readonly [number, number]): Code => i32x4.pick(get(a), get(b), [1, 3, 5, 7]);
  const nextKey = key.map((k, half) => set(k, i32x4.add(get(k), splat32(weyl[half]!))));
  // The text of a round is written once and stands there ten times.
  const round = flatten([
    products.map(([a, b], half) => {
      const factor = half === 0 ? x0 : x2;
      return [
        set(a, i64x2.productsLow(get(factor), splat32(multipliers[half]!))),
        set(b, i64x2.productsHigh(get(factor), splat32(multipliers[half]!))),
      ];
    }),
    set(x0, v128.xor(v128.xor(upper(products[1]), get(x1)), get(key[0]))),
    set(x1, lower(products[1])),
    set(x2, v128.xor(v128.xor(upper(products[0]), get(x3)), get(key[1]))),
    set(x3, lower(products[0])),
    nextKey,
  ]);
  const any = v128.or(v128.or(get(x0), get(x1)), v128.or(get(x2), get(x3)));
  return [
    key.map((k, half) => set(k, i32x4.splat(keys[half]!))),
    Array.from({ length: rounds }, () => round),
    set(x0, v128.or(get(x0), v128.and(i32x4.equal(any, splat32(0)), splat32(weyl[0])))),
  ];
}

/**
 * Four counters' lower and upper words of the whole numbers from `number` (an i64) on, each `step` (an i64) after the one before;
 * `a` and `b` are working space.
 */
export function counterWords(
  number: Code,
  steps: readonly [Code, Code],
  into: readonly [number, number],
  a: number,
  b: number,
): Code {
  return [
    set(a, i64x2.add(tee(b, i64x2.splat(number)), steps[0])),
    set(b, i64x2.add(get(b), steps[1])),
    set(into[0], i32x4.pick(get(a), get(b), [0, 2, 4, 6])),
    set(into[1], i32x4.pick(get(a), get(b), [1, 3, 5, 7])),
  ];
}
