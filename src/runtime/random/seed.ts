import seedrandom from 'seedrandom';
import { extendAddress } from './address.js';

/** The key of all noise of a run: two 32-bit words, each an int32. */
export type Key = readonly [number, number];

/**
 * The key that belongs to a seed text. Any text is a seed, the empty one too; the map is part of the public contract
 * (same text, same draws, in every version with the same major number).
 *
 * seedrandom's ARC4 serves only to spread the text over 64 bits; no noise is drawn from it.
 */
export function keyFromSeed(seed: string): Key {
  const generator = seedrandom(spell(seed));
  const first = generator.int32();
  const second = generator.int32();
  return [first, second];
}

/** The site number under which keys are derived from a key; negative ones are reserved. */
const derivedSite = -2;

/** The key of an independent part of a run, as a replica or a chain: noise under it shares nothing with that of any other index. */
export function derivedKey([hi, lo]: Key, index: number): Key {
  const derived = extendAddress({ hi, lo }, derivedSite, index);
  return [derived.hi, derived.lo];
}

/**
 * The text in which a seed is handed to seedrandom: the code units in hexadecimal, then a full stop. ARC4 repeats a
 * short key, so that '1', '11' and '1111' would be one seed, and seedrandom keeps only the lower 8 bits of a code unit.
 * A text that holds one full stop, at its end, is no repetition of a shorter one.
 */
function spell(seed: string): string {
  let spelled = '';
  for (let i = 0; i < seed.length; i++) spelled += seed.charCodeAt(i).toString(16).padStart(4, '0');
  return `${spelled}.`;
}
