import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { philox4x32 } from '../../src/runtime/random/philox.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { leaveZero, nextWord, seedState } from '../../src/runtime/random/xoshiro.js';

function philox(key: readonly number[], counter: readonly number[]): number[] {
  const out = new Int32Array(4);
  philox4x32(key[0]!, key[1]!, counter[0]!, counter[1]!, counter[2]!, counter[3]!, out);
  return Array.from(out, (word) => word >>> 0);
}

/** Philox by its definition, in big integers. */
function philoxByDefinition(key: readonly number[], counter: readonly number[]): number[] {
  const mask = 0xffffffffn;
  let [k0, k1] = key.map((word) => BigInt(word >>> 0)) as [bigint, bigint];
  let [x0, x1, x2, x3] = counter.map((word) => BigInt(word >>> 0)) as [bigint, bigint, bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const first = 0xd2511f53n * x0;
    const second = 0xcd9e8d57n * x2;
    [x0, x1, x2, x3] = [(second >> 32n) ^ x1 ^ k0, second & mask, (first >> 32n) ^ x3 ^ k1, first & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [x0, x1, x2, x3].map(Number);
}

describe('Philox4x32-10', () => {
  test('gives the known answers published with Random123', () => {
    expect(philox([0, 0], [0, 0, 0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    expect(philox([-1, -1], [-1, -1, -1, -1])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    expect(philox([0xa4093822, 0x299f31d0], [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344])).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });

  test('agrees with its definition on any key and counter', () => {
    const word = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 0xffff, 0x10000, 0x7fffffff, -0x80000000));
    fc.assert(
      fc.property(fc.tuple(word, word), fc.tuple(word, word, word, word), (key, counter) => {
        expect(philox(key, counter)).toEqual(philoxByDefinition(key, counter));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('xoshiro128++', () => {
  test('gives the sequence of the reference implementation', () => {
    const state = Int32Array.of(1, 2, 3, 4);
    const words = Array.from({ length: 10 }, () => nextWord(state) >>> 0);
    expect(words).toEqual([
      641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
    ]);
  });

  test('is seeded with the Philox hash of the counter', () => {
    const state = new Int32Array(4);
    seedState(0, 0, 0, 0, 0, 0, state);
    expect(Array.from(state, (word) => word >>> 0)).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  });

  test('never starts all zero, and other states stay as they are', () => {
    const zero = new Int32Array(4);
    leaveZero(zero);
    expect(zero.some((word) => word !== 0)).toBe(true);
    for (let i = 0; i < 4; i++) {
      const state = new Int32Array(4);
      state[i] = 7;
      leaveZero(state);
      expect(state.filter((word) => word !== 0)).toEqual(Int32Array.of(7));
    }
  });
});

describe('keyFromSeed', () => {
  test('is fixed: the map from seed to draws is a contract', () => {
    expect(keyFromSeed('1')).toMatchInlineSnapshot(`
      [
        2014109290,
        -1062386212,
      ]
    `);
    expect(keyFromSeed('')).toMatchInlineSnapshot(`
      [
        -1311849629,
        -629780130,
      ]
    `);
  });

  test('tells texts apart: repeated ones, long ones, and those beyond Latin', () => {
    const seeds = Array.from({ length: 20_000 }, (_, i) => String(i));
    seeds.push(
      '',
      'a',
      'aa',
      'ab'.repeat(100),
      'ab'.repeat(101),
      'š',
      'a\u0100',
      '\u0100a',
      '\ud800',
      '.',
      '..',
      '0061.',
    );
    const keys = seeds.map((seed) => keyFromSeed(seed).join());
    expect(new Set(keys).size).toBe(seeds.length);
    for (const word of keyFromSeed('any')) expect(word).toBe(word | 0);
  });
});
