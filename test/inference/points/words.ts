import { extendAddress } from '../../../src/runtime/random/address.js';

/** A random word. */
export const addressStep = (seed: number, d: number, k: number): number => extendAddress({ hi: seed, lo: 17 }, d, k).lo;
