/** Noise of programs that run in lockstep: numbers for the blocks at hand are made when a node is about to read them. */
import { blockSize, type NoiseLayout } from '../ir/engine.js';
import { fillAddressed, fillLanes, type Lanes } from '../runtime/random/column_fills.js';
import { LANES } from '../runtime/random/lanes_code.js';
import type { Key } from '../runtime/random/seed.js';
import { seedColumn } from '../runtime/random/source.js';
import { addressesOf } from './address.js';
import type { NoiseGroup } from './low.js';

/** Noise that one place of the program reads: a column of a group, or its stream. */
export type SteppedNoise = {
  /** What generated code reads: room for four blocks, or the words of a stream. */
  readonly shown: Float64Array | Int32Array;
  /** Makes numbers for blocks `from` to `from + blocks - 1`, at most four, of the group's address `slot`; gives the offset of the first. */
  readonly fill: (slot: number, from: number, blocks: number, count: number) => number;
  /** Puts a stream at the start of a block. */
  readonly seed: (slot: number, block: number) => void;
};

type Address = { readonly hi: number; readonly lo: number };

/** @param single whether there is one block alone: then numbers of the next addresses are made at the same time */
export function steppedNoise(
  group: NoiseGroup,
  layout: NoiseLayout,
  [k0, k1]: Key,
  single: () => boolean,
): SteppedNoise {
  const addresses: readonly Address[] = addressesOf(group.chain);
  const seed = new Int32Array(4);
  if (group.kind === 'stream')
    return {
      shown: seed,
      fill: () => 0,
      seed: (slot, block) => seedColumn(k0, k1, addresses[slot]!.hi, addresses[slot]!.lo, block, seed),
    };
  const numbers = new Float64Array(LANES * blockSize);
  const states = new Int32Array(4 * LANES);
  const outs = Array.from({ length: LANES }, (_, lane) => ({ out: numbers, offset: lane * blockSize }));
  const lanes = Array.from({ length: LANES }, (_, k): Lanes => ({ states, outs: outs.slice(0, k + 1) }));
  /** The address and block that the lanes begin with, and how many addresses of one block are there. */
  const held = { slot: -1, block: -1, count: 0, addresses: 0 };
  const seedLane = (lane: number, slot: number, block: number): void => {
    const { hi, lo } = addresses[slot]!;
    seedColumn(k0, k1, hi, lo, block, seed);
    for (let word = 0; word < 4; word++) states[lane + LANES * word] = seed[word]!;
  };
  const fillStreams = (slot: number, from: number, blocks: number, count: number): number => {
    if (!single()) {
      for (let lane = 0; lane < blocks; lane++) seedLane(lane, slot, from + lane);
      fillLanes(group.noise, lanes[blocks - 1]!, Math.min(blockSize, count));
      return 0;
    }
    const ahead = slot - held.slot;
    if (held.block === from && held.count === count && ahead >= 0 && ahead < held.addresses) return ahead * blockSize;
    const found = Math.min(LANES, addresses.length - slot);
    for (let lane = 0; lane < found; lane++) seedLane(lane, slot + lane, from);
    fillLanes(group.noise, lanes[found - 1]!, count);
    Object.assign(held, { slot, block: from, count, addresses: found });
    return 0;
  };
  const fillByAddress = (slot: number, from: number, blocks: number, count: number): number => {
    const { hi, lo } = addresses[slot]!;
    for (let k = 0; k < blocks; k++) {
      const offset = k * blockSize;
      const first = (from + k) * blockSize;
      const part = Math.min(blockSize, count - offset);
      fillAddressed(group.noise, k0, k1, hi, lo, group.request, first, numbers, offset, part);
    }
    return 0;
  };
  return { shown: numbers, fill: layout === 'column' ? fillStreams : fillByAddress, seed: () => {} };
}
