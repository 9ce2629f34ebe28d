import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockSize } from '../../src/ir/engine.js';
import { type Address, extendAddress, mixHi, mixLo, rootAddress } from '../../src/runtime/random/address.js';
import {
  fillAddressedExponential,
  fillAddressedNormal,
  fillAddressedUniform,
} from '../../src/runtime/random/addressed_fill.js';
import { nextExponential } from '../../src/runtime/random/exponential.js';
import { nextNormal } from '../../src/runtime/random/normal.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { addressedState, columnState, noiseSource, particleState } from '../../src/runtime/random/source.js';
import { nextUniform } from '../../src/runtime/random/uniform.js';
import { correlation, kolmogorov, normalCdf } from './statistics.js';

const key = keyFromSeed('layouts');
const site = extendAddress(rootAddress, 3, 0);
const neighbour = extendAddress(rootAddress, 4, 0);

function bits(value: number): number {
  let count = 0;
  for (let rest = value >>> 0; rest !== 0; rest &= rest - 1) count++;
  return count;
}

function text(state: Int32Array): string {
  return Array.from(state).join();
}

function made(seed: (out: Int32Array) => void): Int32Array {
  const out = new Int32Array(4);
  seed(out);
  return out;
}

function column(count: number, draw: (index: number, state: Int32Array) => number): Float64Array {
  const state = new Int32Array(4);
  return Float64Array.from({ length: count }, (_, i) => draw(i, state));
}

describe('addresses', () => {
  test('the two words are those of the form without allocation', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer({ min: 0 }), fc.integer(), (hi, lo, at, index) => {
        const child = extendAddress({ hi, lo }, at, index);
        expect(child).toEqual({ hi: mixHi(hi, lo, at, index), lo: mixLo(hi, lo, at, index) });
        expect([child.hi | 0, child.lo | 0]).toEqual([child.hi, child.lo]);
      }),
      { seed: 2 },
    );
  });

  test('do not collide: 200,000 addresses of chains up to three long, each word near-unique', () => {
    const seen = new Set<string>();
    const upper = new Set<number>();
    const lower = new Set<number>();
    let total = 0;
    const add = (address: Address): void => {
      total++;
      seen.add(`${address.hi},${address.lo}`);
      upper.add(address.hi);
      lower.add(address.lo);
    };
    for (let a = 0; a < 20; a++) {
      for (let b = 0; b < 100; b++) {
        const first = extendAddress(rootAddress, a, b);
        add(first);
        for (let c = 0; c < 99; c++) add(extendAddress(first, c % 9, Math.floor(c / 9)));
      }
    }
    expect(total).toBe(200_000);
    expect(seen.size).toBe(total);
    // 32-bit words collide by chance: about total^2 / 2^33 = 4.7 pairs.
    expect(total - upper.size).toBeLessThan(20);
    expect(total - lower.size).toBeLessThan(20);
  });

  test('the order of the chain counts', () => {
    const ab = extendAddress(extendAddress(rootAddress, 1, 0), 2, 0);
    const ba = extendAddress(extendAddress(rootAddress, 2, 0), 1, 0);
    expect(ab).not.toEqual(ba);
    expect(extendAddress(rootAddress, 1, 2)).not.toEqual(extendAddress(rootAddress, 2, 1));
  });

  test('every input bit flips half of the output bits', () => {
    const state = made((out) => columnState(key, site, 99, out));
    const flips = new Float64Array(128);
    const trials = 400;
    for (let trial = 0; trial < trials; trial++) {
      const input = Array.from({ length: 4 }, () => Math.floor(nextUniform(state) * 2 ** 32) | 0);
      const mixed = (words: readonly number[]): Address =>
        extendAddress({ hi: words[0]!, lo: words[1]! }, words[2]!, words[3]!);
      const before = mixed(input);
      for (let bit = 0; bit < 128; bit++) {
        const changed = [...input];
        changed[bit >> 5]! ^= 1 << (bit & 31);
        const after = mixed(changed);
        flips[bit]! += bits(before.hi ^ after.hi) + bits(before.lo ^ after.lo);
      }
    }
    // 64 fair bits a trial: mean 32, standard deviation 4.
    flips.forEach((count, bit) => {
      expect(Math.abs(count / trials - 32), `input bit ${bit}`).toBeLessThan(5 * (4 / Math.sqrt(trials)));
    });
  });
});

describe('layouts', () => {
  test('give different streams for the same numbers', () => {
    const zero: Address = { hi: 0, lo: 0 };
    const states = [
      made((out) => columnState(key, zero, 0, out)),
      made((out) => particleState(key, 0, out)),
      made((out) => addressedState(key, zero, 0, 0, out)),
    ];
    expect(new Set(states.map(text)).size).toBe(3);
  });

  test('tell apart keys, addresses, requests, and blocks and particles beyond 2^32', () => {
    const other = keyFromSeed('another');
    const far = [0, 1, 2, 1023, 1024, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 33, 2 ** 52, 2 ** 53 - 1];
    const states: Int32Array[] = [];
    for (const k of [key, other]) {
      for (const index of far) {
        states.push(made((out) => particleState(k, index, out)));
        for (const address of [site, neighbour]) {
          states.push(made((out) => columnState(k, address, index, out)));
          for (const request of [0, 1, 2]) states.push(made((out) => addressedState(k, address, index, request, out)));
        }
      }
    }
    expect(new Set(states.map(text)).size).toBe(states.length);
  });

  test('neighbouring blocks, addresses, particles and requests are not correlated', () => {
    const count = 100_000;
    const limit = 4.5 / Math.sqrt(count);
    const columnDraws = (address: Address, shift: number): Float64Array =>
      column(count, (i, state) => {
        columnState(key, address, i + shift, state);
        return nextNormal(state);
      });
    const base = columnDraws(site, 0);
    expect(kolmogorov(base, normalCdf)).toBeLessThan(2.35);
    expect(Math.abs(correlation(base, columnDraws(site, 1)))).toBeLessThan(limit);
    expect(Math.abs(correlation(base, columnDraws(neighbour, 0)))).toBeLessThan(limit);

    const particles = (shift: number): Float64Array =>
      column(count, (i, state) => {
        particleState(key, i + shift, state);
        return nextNormal(state);
      });
    const first = particles(0);
    expect(kolmogorov(first, normalCdf)).toBeLessThan(2.35);
    expect(Math.abs(correlation(first, particles(1)))).toBeLessThan(limit);

    const addressed = (address: Address, shift: number, request: number): Float64Array =>
      column(count, (i, state) => {
        addressedState(key, address, i + shift, request, state);
        return nextNormal(state);
      });
    const own = addressed(site, 0, 0);
    expect(kolmogorov(own, normalCdf)).toBeLessThan(2.35);
    expect(Math.abs(correlation(own, addressed(site, 1, 0)))).toBeLessThan(limit);
    expect(Math.abs(correlation(own, addressed(site, 0, 1)))).toBeLessThan(limit);
    expect(Math.abs(correlation(own, addressed(neighbour, 0, 0)))).toBeLessThan(limit);
    for (const other of [base, first]) expect(Math.abs(correlation(own, other))).toBeLessThan(limit);
  });

  test('streams of neighbouring blocks do not overlap', () => {
    const seen = new Set<number>();
    const state = new Int32Array(4);
    for (let block = 0; block < 200; block++) {
      columnState(key, site, block, state);
      for (let i = 0; i < blockSize; i++) seen.add(nextUniform(state));
    }
    expect(seen.size).toBe(200 * blockSize);
  });

  test('draws are fixed: they change only with a version', () => {
    const state = made((out) => columnState([1, 2], { hi: 3, lo: 4 }, 5, out));
    expect(text(state)).toMatchInlineSnapshot(`"-180632505,1233721072,-334411945,1005305639"`);
    expect(text(made((out) => particleState([1, 2], 2 ** 32 + 3, out)))).toMatchInlineSnapshot(
      `"704212465,129103381,-1271611738,1031426602"`,
    );
    expect(text(made((out) => addressedState([1, 2], { hi: 3, lo: 4 }, 5, 6, out)))).toMatchInlineSnapshot(
      `"1735467488,1724959096,-1591807729,-1653068478"`,
    );
    const source = noiseSource(state);
    expect([source.uniform(), source.normal(), source.exponential()]).toMatchInlineSnapshot(`
      [
        0.5351179667922775,
        -0.14981970660643637,
        1.3617663470961647,
      ]
    `);
  });
});

describe('sources', () => {
  test('a source reads its state in the order of the calls', () => {
    const state = made((out) => particleState(key, 7, out));
    const copy = Int32Array.from(state);
    const source = noiseSource(state);
    for (let i = 0; i < 1000; i++) {
      expect(source.normal()).toBe(nextNormal(copy));
      expect(source.uniform()).toBe(nextUniform(copy));
      expect(source.exponential()).toBe(nextExponential(copy));
    }
  });

  test.each([
    ['uniform', fillAddressedUniform, nextUniform],
    ['normal', fillAddressedNormal, nextNormal],
    ['exponential', fillAddressedExponential, nextExponential],
  ] as const)('addressed fills of %s give the single values to the bit, across 2^32', (_, fill, next) => {
    const start = 2 ** 32 - 1000;
    const out = new Float64Array(2050).fill(-7);
    const state = new Int32Array(4);
    fill(key[0], key[1], site.hi, site.lo, 2, start, state, out, 1, 2048);
    for (let i = 0; i < 2048; i++) {
      addressedState(key, site, start + i, 2, state);
      expect(next(state)).toBe(out[i + 1]);
    }
    expect([out[0], out[2049]]).toEqual([-7, -7]);
  });
});
