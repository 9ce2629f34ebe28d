/** Addresses and the states of streams in WebAssembly: what `address.ts`, `philox.ts` and `source.ts` do. */
import type { NoiseKind } from '../../ir/ir.js';
import { type Code, flatten } from '../assembly/code.js';
import { get, i32, i64, set, types, when } from '../assembly/instructions.js';
import type { Locals, Routine } from '../assembly/module.js';
import { REQUEST_SITE } from './address.js';
import { inlineStream } from './inline_stream.js';
import { layoutKeys } from './source.js';
import { storeWords, type Words } from './stream_code.js';

const { i32: word, i64: long, f64: double } = types;

/** `avalanche`: `(word) → word`. */
const avalancheRoutine: Routine = {
  params: [word],
  results: [word],
  body: () => {
    const folded = (shift: number): Code => i32.xor(get(0), i32.shrUnsigned(get(0), i32.of(shift)));
    return [
      set(0, i32.mul(folded(16), i32.of(0x85ebca6b))),
      set(0, i32.mul(folded(13), i32.of(0xc2b2ae35))),
      folded(16),
    ];
  },
};

function mixRoutine(half: 'hi' | 'lo'): Routine {
  return {
    params: [word, word, word, word],
    results: [word],
    body: (link, locals) => {
      const [hi, lo, site, index] = [0, 1, 2, 3];
      const [s, i, a, b] = [locals.fresh(word), locals.fresh(word), locals.fresh(word), locals.fresh(word)];
      const spread = (value: Code): Code => link.call(avalancheRoutine, value);
      return [
        set(s, i32.xor(get(site), spread(i32.add(get(index), i32.of(0x9e3779b9))))),
        set(i, i32.xor(get(index), spread(i32.add(get(s), i32.of(0x7f4a7c15))))),
        set(i, i32.xor(get(lo), get(i))),
        set(a, i32.xor(i32.xor(get(hi), get(s)), spread(get(i)))),
        set(b, i32.xor(get(i), spread(i32.add(get(a), i32.of(0x3c6ef372))))),
        half === 'hi' ? i32.xor(get(a), spread(get(b))) : get(b),
      ];
    },
  };
}

/** `mixHi`: `(hi, lo, site, index) → hi` of the address one step down, all i32. */
export const mixHiRoutine: Routine = mixRoutine('hi');
/** `mixLo`: `(hi, lo, site, index) → lo`. */
export const mixLoRoutine: Routine = mixRoutine('lo');

const rounds = 10;
const multipliers = [0xd2511f53n, 0xcd9e8d57n] as const;
const weyl = [0x9e3779b9, 0xbb67ae85] as const;

/**
 * `seedState` in locals: `words` hold the counter, and then the state.
 *
 * @param keys locals of the two key words; changed
 */
function hashWords(locals: Locals, [x0, x1, x2, x3]: Words, [k0, k1]: readonly [number, number]): Code {
  const [p0, p1] = [locals.fresh(long), locals.fresh(long)];
  const upper = (product: number): Code => i32.wrap(i64.shrUnsigned(get(product), i64.of(32n)));
  // The text of a round is written once and stands there ten times.
  const round = flatten([
    set(p0, i64.mul(i64.extendUnsigned(get(x0)), i64.of(multipliers[0]))),
    set(p1, i64.mul(i64.extendUnsigned(get(x2)), i64.of(multipliers[1]))),
    set(x0, i32.xor(i32.xor(upper(p1), get(x1)), get(k0))),
    set(x1, i32.wrap(get(p1))),
    set(x2, i32.xor(i32.xor(upper(p0), get(x3)), get(k1))),
    set(x3, i32.wrap(get(p0))),
    set(k0, i32.add(get(k0), i32.of(weyl[0]))),
    set(k1, i32.add(get(k1), i32.of(weyl[1]))),
  ]);
  return [
    Array.from({ length: rounds }, () => round),
    when(i32.isZero(i32.or(i32.or(get(x0), get(x1)), i32.or(get(x2), get(x3)))), set(x0, i32.of(0x9e3779b9))),
  ];
}

/** `seedState`: `(k0, k1, c0, c1, c2, c3, state)`, all i32. */
const seedStateRoutine: Routine = {
  params: [word, word, word, word, word, word, word],
  results: [],
  body: (_, locals) => {
    const words = [2, 3, 4, 5] as const;
    return [hashWords(locals, words, [0, 1]), storeWords(words, get(6))];
  },
};

/** The lower and upper word of a whole number from 0 to 2^53 - 1 that a local holds as a double. */
const lowerWord = (local: number): Code => i32.wrap(i64.truncate(get(local)));
const upperWord = (local: number): Code => i32.wrap(i64.shrUnsigned(i64.truncate(get(local)), i64.of(32n)));

/** The key of a layout of the key in locals 0 and 1. */
const keyOf = (layout: keyof typeof layoutKeys): readonly [Code, Code] => [
  i32.xor(get(0), i32.of(layoutKeys[layout][0])),
  i32.xor(get(1), i32.of(layoutKeys[layout][1])),
];

/** `seedParticle`: `(k0, k1, particle: f64, state)`. */
export const seedParticleRoutine: Routine = {
  params: [word, word, double, word],
  results: [],
  body: (link) =>
    link.call(seedStateRoutine, ...keyOf('particle'), lowerWord(2), upperWord(2), i32.of(0), i32.of(0), get(3)),
};

/** A stream of an address and the number of a block or particle: `(k0, k1, hi, lo, number: f64, state)`. */
const seedAt = (layout: 'column' | 'addressed'): Routine => ({
  params: [word, word, word, word, double, word],
  results: [],
  body: (link) => link.call(seedStateRoutine, ...keyOf(layout), get(2), get(3), lowerWord(4), upperWord(4), get(5)),
});

/** `seedColumn`: `(k0, k1, hi, lo, block: f64, state)`. */
export const seedColumnRoutine: Routine = seedAt('column');
/** `seedRequest`: `(k0, k1, hi, lo, particle: f64, state)`; the request is folded into `hi` and `lo`. */
export const seedRequestRoutine: Routine = seedAt('addressed');

/** `seedAddressed`: `(k0, k1, hi, lo, particle: f64, request, state)`. */
export const seedAddressedRoutine: Routine = {
  params: [word, word, word, word, double, word, word],
  results: [],
  body: (link) => {
    const [k0, k1, hi, lo, particle, request, state] = [get(0), get(1), get(2), get(3), get(4), get(5), get(6)];
    const site = i32.of(REQUEST_SITE);
    return link.call(
      seedRequestRoutine,
      k0,
      k1,
      link.call(mixHiRoutine, hi, lo, site, request),
      link.call(mixLoRoutine, hi, lo, site, request),
      particle,
      state,
    );
  },
};

/** `seedRequest` and the next number: `(k0, k1, hi, lo, particle: f64) → f64`, the state in locals. */
const drawAddressed = (kind: NoiseKind): Routine => ({
  params: [word, word, word, word, double],
  results: [double],
  body: (link, locals) => {
    const stream = inlineStream(link, locals, i32.of(link.reserve(16)));
    const [k0, k1] = keyOf('addressed');
    const counter = [get(2), get(3), lowerWord(4), upperWord(4)];
    return [
      set(0, k0),
      set(1, k1),
      stream.words.map((at, k) => set(at, counter[k]!)),
      hashWords(locals, stream.words, [0, 1]),
      stream[kind](),
    ];
  },
});

/** One number of the addressed layout: `(k0, k1, hi, lo, particle: f64) → f64`; the request is folded into `hi` and `lo`. */
export const addressedRoutines: Readonly<Record<NoiseKind, Routine>> = {
  uniform: drawAddressed('uniform'),
  normal: drawAddressed('normal'),
  exponential: drawAddressed('exponential'),
};
