/**
 * The address of a draw: a 64-bit hash of the chain of call sites and iteration numbers that leads to it, held as two
 * int32. Two draws of one run have the same address only by a collision of 64-bit hashes.
 */
export type Address = { readonly hi: number; readonly lo: number };

/** Where every chain starts (the first 64 bits of the fraction of pi). */
export const rootAddress: Address = { hi: 0x243f6a88, lo: 0x85a308d3 | 0 };

/**
 * The site number under which the requests of one draw are folded into its address. Negative site numbers are
 * reserved for such uses; a program numbers its sites from 0.
 */
export const REQUEST_SITE = -1;

/** The 32-bit finaliser of MurmurHash3 (A. Appleby, 2011): a bijection in which every input bit sways every output bit. */
function avalanche(word: number): number {
  let x = word | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/*
 * A child is  mix(parent xor spread(site, index)).  Both maps are Feistel networks over two words, so they are
 * bijections of 64 bits: children of one parent never collide, nor do the children of different parents at one site
 * and index. The xor joins values that are both well mixed, so no pair of small numbers cancels another pair.
 */

/**
 * The high word of `extendAddress`, without an allocation. All arguments and the result are int32.
 */
export function mixHi(hi: number, lo: number, site: number, index: number): number {
  const s = site ^ avalanche(index + 0x9e3779b9);
  const i = index ^ avalanche(s + 0x7f4a7c15);
  const a = hi ^ s ^ avalanche(lo ^ i);
  return a ^ avalanche(lo ^ i ^ avalanche(a + 0x3c6ef372));
}

/**
 * The low word of `extendAddress`, without an allocation. All arguments and the result are int32.
 */
export function mixLo(hi: number, lo: number, site: number, index: number): number {
  const s = site ^ avalanche(index + 0x9e3779b9);
  const i = index ^ avalanche(s + 0x7f4a7c15);
  const a = hi ^ s ^ avalanche(lo ^ i);
  return lo ^ i ^ avalanche(a + 0x3c6ef372);
}

/**
 * The address one step down the chain: at `site` (a call, a draw, a loop), for the iteration, family member or call
 * number `index` (0 where there is only one).
 *
 * @param site an int32, 0 or more (negative numbers are reserved)
 * @param index an int32; greater numbers are taken modulo 2^32
 */
export function extendAddress(parent: Address, site: number, index: number): Address {
  return { hi: mixHi(parent.hi, parent.lo, site, index), lo: mixLo(parent.hi, parent.lo, site, index) };
}
