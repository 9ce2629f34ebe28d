/** Noise of programs that run in lockstep: numbers for the blocks at hand are made when a node is about to read them. */
import { blockSize, type NoiseLayout } from '../ir/engine.js';
import type { NoiseKind } from '../ir/ir.js';
import {
  fillAddressedExponential,
  fillAddressedNormal,
  fillAddressedUniform,
} from '../runtime/random/addressed_fill.js';
import { fillExponential, fillUniform } from '../runtime/random/fill.js';
import { fillNormalLanes, LANES, type NormalLanes } from '../runtime/random/normal_lanes.js';
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

const addressedFills: Readonly<Record<NoiseKind, typeof fillAddressedNormal>> = {
  uniform: fillAddressedUniform,
  normal: fillAddressedNormal,
  exponential: fillAddressedExponential,
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
  const lanes = Array.from({ length: LANES }, (_, k): NormalLanes => ({ states, outs: outs.slice(0, k + 1) }));
  /** The address and block that the lanes begin with, and how many addresses of one block are there. */
  const held = { slot: -1, block: -1, count: 0, addresses: 0 };
  const seedLane = (lane: number, slot: number, block: number): void => {
    const { hi, lo } = addresses[slot]!;
    seedColumn(k0, k1, hi, lo, block, seed);
    for (let word = 0; word < 4; word++) states[lane + LANES * word] = seed[word]!;
  };
  const fillNormals = (slot: number, from: number, blocks: number, count: number): number => {
    if (!single()) {
      for (let lane = 0; lane < blocks; lane++) seedLane(lane, slot, from + lane);
      fillNormalLanes(lanes[blocks - 1]!, Math.min(blockSize, count));
      return 0;
    }
    const ahead = slot - held.slot;
    if (held.block === from && held.count === count && ahead >= 0 && ahead < held.addresses) return ahead * blockSize;
    const found = Math.min(LANES, addresses.length - slot);
    for (let lane = 0; lane < found; lane++) seedLane(lane, slot + lane, from);
    fillNormalLanes(lanes[found - 1]!, count);
    Object.assign(held, { slot, block: from, count, addresses: found });
    return 0;
  };
  const fillOthers = (slot: number, from: number, blocks: number, count: number): number => {
    const { hi, lo } = addresses[slot]!;
    const fill = group.noise === 'exponential' ? fillExponential : fillUniform;
    for (let k = 0; k < blocks; k++) {
      seedColumn(k0, k1, hi, lo, from + k, seed);
      fill(seed, numbers, k * blockSize, Math.min(blockSize, count - k * blockSize));
    }
    return 0;
  };
  const fillByAddress = (slot: number, from: number, blocks: number, count: number): number => {
    const { hi, lo } = addresses[slot]!;
    const fill = addressedFills[group.noise];
    for (let k = 0; k < blocks; k++) {
      const offset = k * blockSize;
      const first = (from + k) * blockSize;
      fill(k0, k1, hi, lo, group.request, first, seed, numbers, offset, Math.min(blockSize, count - offset));
    }
    return 0;
  };
  const byStream = group.noise === 'normal' ? fillNormals : fillOthers;
  return { shown: numbers, fill: layout === 'column' ? byStream : fillByAddress, seed: () => {} };
}
