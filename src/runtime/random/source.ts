import { type Address, mixHi, mixLo, REQUEST_SITE } from './address.js';
import { nextExponential } from './exponential.js';
import { nextNormal } from './normal.js';
import type { Key } from './seed.js';
import { nextUniform } from './uniform.js';
import { seedState } from './xoshiro.js';

/** A stream of standard noise: uniform in (0, 1), normal(0, 1), exponential of rate 1. */
export type NoiseSource = { uniform(): number; normal(): number; exponential(): number };

/*
 * The three layouts of noise. Each turns a place in the run into the four words of a xoshiro128++ state by
 * Philox4x32-10, whose key is the run's key with a constant of the layout, so that no two layouts share a stream.
 * The counter holds what tells two places apart, all of it: within a layout two states come from the same counter
 * only where two addresses collide.
 */
const COLUMN_0 = 0x3c6ef372;
const COLUMN_1 = 0x510e527f;
const PARTICLE_0 = 0xa54ff53a | 0;
const PARTICLE_1 = 0x9b05688c | 0;
const ADDRESSED_0 = 0x1f83d9ab;
const ADDRESSED_1 = 0x5be0cd19;

/** The constants of the layouts: the two words with which the key's are xored. */
export const layoutKeys = {
  column: [COLUMN_0, COLUMN_1],
  particle: [PARTICLE_0, PARTICLE_1],
  addressed: [ADDRESSED_0, ADDRESSED_1],
} as const;

/** The upper 21 bits of a whole number from 0 to 2^53 - 1; `| 0` gives the lower 32. */
function upperWord(index: number): number {
  return (index / 4294967296) | 0;
}

/**
 * Column layout: the stream of one draw in one block, consumed in particle order within the block. Allocates nothing.
 *
 * @param hi the draw's address, with `lo`
 * @param block number of the block, 0 to 2^53 - 1
 * @param out four words, overwritten
 */
export function seedColumn(k0: number, k1: number, hi: number, lo: number, block: number, out: Int32Array): void {
  seedState(k0 ^ COLUMN_0, k1 ^ COLUMN_1, hi, lo, block | 0, upperWord(block), out);
}

/**
 * Particle layout: the stream of one particle, consumed in the order of its draws. Allocates nothing.
 *
 * @param particle number of the particle, 0 to 2^53 - 1
 * @param out four words, overwritten
 */
export function seedParticle(k0: number, k1: number, particle: number, out: Int32Array): void {
  seedState(k0 ^ PARTICLE_0, k1 ^ PARTICLE_1, particle | 0, upperWord(particle), 0, 0, out);
}

/**
 * Addressed layout: the stream of one request of one draw of one particle; random access. It is a stream, not a
 * number, because the transforms reject now and then and may take several words. Allocates nothing.
 *
 * @param hi the draw's address, with `lo`
 * @param particle number of the particle, 0 to 2^53 - 1
 * @param request number of the noise value within the draw, from 0
 * @param out four words, overwritten
 */
export function seedAddressed(
  k0: number,
  k1: number,
  hi: number,
  lo: number,
  particle: number,
  request: number,
  out: Int32Array,
): void {
  seedRequest(k0, k1, mixHi(hi, lo, REQUEST_SITE, request), mixLo(hi, lo, REQUEST_SITE, request), particle, out);
}

/**
 * `seedAddressed` with the request already folded into the address: `hi` and `lo` are `mixHi` and `mixLo` of the
 * draw's address at `REQUEST_SITE` and the request. Loops over particles fold once.
 */
export function seedRequest(k0: number, k1: number, hi: number, lo: number, particle: number, out: Int32Array): void {
  seedState(k0 ^ ADDRESSED_0, k1 ^ ADDRESSED_1, hi, lo, particle | 0, upperWord(particle), out);
}

/** `seedColumn` for a key and an address held as values. */
export function columnState(key: Key, address: Address, block: number, out: Int32Array): void {
  seedColumn(key[0], key[1], address.hi, address.lo, block, out);
}

/** `seedParticle` for a key held as a value. */
export function particleState(key: Key, particle: number, out: Int32Array): void {
  seedParticle(key[0], key[1], particle, out);
}

/** `seedAddressed` for a key and an address held as values. */
export function addressedState(key: Key, address: Address, particle: number, request: number, out: Int32Array): void {
  seedAddressed(key[0], key[1], address.hi, address.lo, particle, request, out);
}

/** The stream that reads from a state and moves it on. Two sources over one state share the stream. */
export function noiseSource(state: Int32Array): NoiseSource {
  return {
    uniform: () => nextUniform(state),
    normal: () => nextNormal(state),
    exponential: () => nextExponential(state),
  };
}
