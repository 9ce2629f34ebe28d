import seedrandom from 'seedrandom';

/** The key of all noise of a run: two 32-bit words, each an int32. */
export type Key = readonly [number, number];

/**
 * The key that belongs to a seed text. Any text is a seed, the empty one too; the map is part of the public contract
 * (same text, same draws, in every version with the same major number).
 *
 * seedrandom's ARC4 serves only to spread the text over 64 bits; no noise is drawn from it.
 */
export function keyFromSeed(seed: string): Key {
  const generator = seedrandom(seed);
  const first = generator.int32();
  const second = generator.int32();
  return [first, second];
}
