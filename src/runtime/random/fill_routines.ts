/** Columns of numbers filled in memory, to the bit as `fill.ts` and `addressed_fill.ts` fill them. */
import type { NoiseKind } from '../../ir/ir.js';
import type { Code } from '../assembly/code.js';
import {
  branchIf,
  f64,
  get,
  i32,
  i32x4,
  i64,
  i64x2,
  loop,
  set,
  tee,
  types,
  v128,
  when,
} from '../assembly/instructions.js';
import type { Locals, Routine } from '../assembly/module.js';
import { exponentialRoutine, inlineStream, normalRoutine } from './inline_stream.js';
import { counterWords, drawLanes, LANES, loadLanes, seedLanes, storeLanes } from './lanes_code.js';
import { seedRequestRoutine } from './seed_routines.js';
import { layoutKeys } from './source.js';
import type { Words } from './stream_code.js';
import { uniformRoutine } from './ziggurat_routines.js';

const { i32: word, i64: long, f64: double, v128: vector } = types;

/** The next number of a state at an address: `(state) → f64`. */
export const nextRoutines: Readonly<Record<NoiseKind, Routine>> = {
  uniform: uniformRoutine,
  normal: normalRoutine,
  exponential: exponentialRoutine,
};

const ofKinds = (make: (kind: NoiseKind) => Routine): Readonly<Record<NoiseKind, Routine>> => ({
  uniform: make('uniform'),
  normal: make('normal'),
  exponential: make('exponential'),
});

/** Numbers of one stream: `(state, out, count)`. */
export const fillRoutines = ofKinds((kind) => ({
  params: [word, word, word],
  results: [],
  body: (link, locals) => {
    const [state, out, end] = [0, 1, 2];
    const stream = inlineStream(link, locals, get(state));
    return when(get(end), [
      stream.load,
      set(end, i32.add(get(out), i32.shl(get(end), i32.of(3)))),
      loop([
        f64.store(get(out), stream[kind]()),
        branchIf(i32.less(tee(out, i32.add(get(out), i32.of(8))), get(end)), 0),
      ]),
      stream.store,
    ]);
  },
}));

/** What `fillLanesRoutines` read and move on at an address, a multiple of 16: offsets in bytes. */
export const quad = {
  /** Upper halves of the streams' addresses, and lower: four i32. */
  his: 0,
  los: 16,
  /** Word w of stream k at `+ 16 w + 4 k`. */
  states: 32,
  /** Where each stream's numbers go: four i32. */
  outs: 96,
  size: 112,
} as const;

const fourWords = (locals: Locals, type: typeof word | typeof vector): Words => [
  locals.fresh(type),
  locals.fresh(type),
  locals.fresh(type),
  locals.fresh(type),
];

/** Numbers of four streams side by side: `(quad, count)`. */
export const fillLanesRoutines = ofKinds((kind) => ({
  params: [word, word],
  results: [],
  body: (link, locals) => {
    const [at, end] = [0, 1];
    const outs = fourWords(locals, word);
    const states = locals.fresh(word);
    const words = fourWords(locals, vector);
    return when(get(end), [
      set(states, i32.add(get(at), i32.of(quad.states))),
      loadLanes(words, get(states)),
      outs.map((out, lane) => set(out, i32.load(get(at), quad.outs + 4 * lane))),
      set(end, i32.add(get(outs[0]), i32.shl(get(end), i32.of(3)))),
      drawLanes(
        { link, locals },
        kind,
        words,
        get(states),
        {
          store: (numbers) =>
            outs.map((out, lane) => v128.storeHalf(get(out), numbers[lane < 2 ? 0 : 1], lane % 2 === 0 ? 0 : 1)),
          outOf: (lane) =>
            i32.add(i32.load(i32.add(get(at), lane), quad.outs), i32.sub(get(outs[0]), i32.load(get(at), quad.outs))),
        },
        [],
        [
          outs.slice(1).map((out) => set(out, i32.add(get(out), i32.of(8)))),
          i32.less(tee(outs[0], i32.add(get(outs[0]), i32.of(8))), get(end)),
        ],
      ),
      storeLanes(words, get(states)),
    ]);
  },
}));

/** The key of a layout, of the key in locals 0 and 1. */
const keyOf = (layout: keyof typeof layoutKeys): readonly [Code, Code] => [
  i32.xor(get(0), i32.of(layoutKeys[layout][0])),
  i32.xor(get(1), i32.of(layoutKeys[layout][1])),
];

/**
 * `seedColumn` of the four streams of a quad: `(k0, k1, quad, block: f64, step)`; lane k is at block `block + k · step`, `step` being 0 for
 * streams of four addresses, 1 for those of one address.
 */
export const seedLanesRoutine: Routine = {
  params: [word, word, word, double, word],
  results: [],
  body: (_, locals) => {
    const [at, block, step] = [2, 3, 4];
    const words = fourWords(locals, vector);
    const [a, b, steps] = [locals.fresh(vector), locals.fresh(vector), locals.fresh(vector)];
    const scaled = (one: bigint, two: bigint): Code => v128.and(i64x2.of(one, two), get(steps));
    return [
      // All bits set where lanes differ.
      set(steps, i64x2.splat(i64.sub(i64.of(0n), i64.extendUnsigned(get(step))))),
      set(words[0], v128.load(get(at), quad.his)),
      set(words[1], v128.load(get(at), quad.los)),
      counterWords(i64.truncate(get(block)), [scaled(0n, 1n), scaled(2n, 3n)], [words[2], words[3]], a, b),
      seedLanes(locals, words, keyOf('column')),
      storeLanes(words, i32.add(get(at), i32.of(quad.states))),
    ];
  },
};

/**
 * Numbers of the addressed layout for neighbouring particles, one request of one draw: `(k0, k1, hi, lo, particle: f64, out, count)`; the
 * request is folded into `hi` and `lo`.
 */
export const fillAddressedRoutines = ofKinds((kind) => ({
  params: [word, word, word, word, double, word, word],
  results: [],
  body: (link, locals) => {
    const [hi, lo, particle, out, count] = [2, 3, 4, 5, 6];
    const words = fourWords(locals, vector);
    const number = locals.fresh(long);
    const [a, b] = [locals.fresh(vector), locals.fresh(vector)];
    // Also the one state of the particles that are left.
    const states = i32.of(link.reserve(16 * LANES));
    return [
      set(number, i64.truncate(get(particle))),
      when(
        i32.atLeast(get(count), i32.of(LANES)),
        drawLanes(
          { link, locals },
          kind,
          words,
          states,
          {
            store: (numbers) => numbers.map((two, half) => v128.storeUnaligned(get(out), two, 16 * half)),
            outOf: (lane) => i32.add(get(out), i32.shl(lane, i32.of(1))),
          },
          [
            set(words[0], i32x4.splat(get(hi))),
            set(words[1], i32x4.splat(get(lo))),
            counterWords(get(number), [i64x2.of(0n, 1n), i64x2.of(2n, 3n)], [words[2], words[3]], a, b),
            seedLanes(locals, words, keyOf('addressed')),
          ],
          [
            set(out, i32.add(get(out), i32.of(8 * LANES))),
            set(number, i64.add(get(number), i64.of(4n))),
            i32.atLeast(tee(count, i32.sub(get(count), i32.of(LANES))), i32.of(LANES)),
          ],
        ),
      ),
      when(
        get(count),
        loop([
          link.call(seedRequestRoutine, get(0), get(1), get(hi), get(lo), f64.fromLong(get(number)), states),
          f64.store(get(out), link.call(nextRoutines[kind], states)),
          set(out, i32.add(get(out), i32.of(8))),
          set(number, i64.add(get(number), i64.of(1n))),
          branchIf(tee(count, i32.sub(get(count), i32.of(1))), 0),
        ]),
      ),
    ];
  },
}));
