/** Noise of programs that run in lockstep, filled in the memory of the kernel when a node is about to read it. */
import { blockSize, type NoiseLayout } from '../../../ir/engine.js';
import type { Instance, Memory } from '../../../runtime/assembly/instance.js';
import type { ModuleBuilder } from '../../../runtime/assembly/module.js';
import { mixHi, mixLo, REQUEST_SITE } from '../../../runtime/random/address.js';
import {
  fillAddressedRoutines,
  fillLanesRoutines,
  quad,
  seedLanesRoutine,
} from '../../../runtime/random/fill_routines.js';
import { LANES } from '../../../runtime/random/lanes_code.js';
import { seedColumnRoutine } from '../../../runtime/random/routines.js';
import type { Key } from '../../../runtime/random/seed.js';
import { addressesOf } from '../../address.js';
import type { NoiseGroup } from '../../low.js';

/** Noise that one place of the program reads. */
type PlacedNoise = {
  /**
   * Makes numbers for blocks `from` to `from + blocks - 1`, at most four, of the group's address `slot`, `count` particles being left; gives
   * the address of the first. A block's numbers follow those of the block before. Of a stream it is the state at the start of `from`.
   */
  readonly fill: (slot: number, from: number, blocks: number, count: number) => number;
};

type Run = (...args: readonly number[]) => number;

const seedName = 'seed';
const seedLanesName = 'seed lanes';
const fillName = (group: NoiseGroup): string => `fill ${group.noise}`;

/** Exports what `placedNoise` needs for the group, and reserves its room: gives the address. */
export function linkNoise(link: ModuleBuilder, group: NoiseGroup, layout: NoiseLayout): number {
  if (group.kind === 'stream') {
    link.export(seedName, seedColumnRoutine);
    return link.reserve(16);
  }
  if (layout === 'column') {
    link.export(seedLanesName, seedLanesRoutine);
    link.export(fillName(group), fillLanesRoutines[group.noise]);
  } else link.export(fillName(group), fillAddressedRoutines[group.noise]);
  return link.reserve(quad.size + 8 * LANES * blockSize);
}

/** @param single whether there is one block alone: then numbers of the next addresses are made at the same time */
export function placedNoise(
  { memory, routine }: Instance,
  group: NoiseGroup,
  at: number,
  layout: NoiseLayout,
  key: Key,
  single: () => boolean,
): PlacedNoise {
  const addresses = addressesOf(group.chain);
  if (group.kind === 'stream') {
    const seed = routine(seedName);
    return {
      fill: (slot, from) => {
        const { hi, lo } = addresses[slot]!;
        seed(key[0], key[1], hi, lo, from, at);
        return at;
      },
    };
  }
  const fill = routine(fillName(group));
  if (layout !== 'column') return { fill: byAddress(fill, group, addresses, at, key) };
  return { fill: byStream(memory, routine(seedLanesName), fill, addresses, at, key, single) };
}

type Addresses = readonly { readonly hi: number; readonly lo: number }[];

function byAddress(run: Run, { request }: NoiseGroup, addresses: Addresses, at: number, key: Key): PlacedNoise['fill'] {
  return (slot, from, blocks, count) => {
    const { hi, lo } = addresses[slot]!;
    const [high, low] = [mixHi(hi, lo, REQUEST_SITE, request), mixLo(hi, lo, REQUEST_SITE, request)];
    run(key[0], key[1], high, low, from * blockSize, at, Math.min(count, blocks * blockSize));
    return at;
  };
}

/** A quad at `at`, and the numbers of its four streams behind it. */
function byStream(
  memory: Memory,
  seed: Run,
  run: Run,
  addresses: Addresses,
  at: number,
  key: Key,
  single: () => boolean,
): PlacedNoise['fill'] {
  const numbers = at + quad.size;
  let words = new Int32Array(0);
  /** The address and block that the lanes begin with, and how many addresses of one block are there. */
  const held = { slot: -1, block: -1, count: 0, addresses: 0 };
  const view = (): Int32Array => {
    if (words.buffer !== memory.buffer) {
      words = new Int32Array(memory.buffer, at, quad.size / 4);
      for (let lane = 0; lane < LANES; lane++) words[quad.outs / 4 + lane] = numbers + 8 * blockSize * lane;
    }
    return words;
  };
  return (slot, from, _, count) => {
    const quadWords = view();
    const alone = single();
    const ahead = slot - held.slot;
    const known = alone && held.block === from && held.count === count && ahead >= 0 && ahead < held.addresses;
    if (known) return numbers + 8 * blockSize * ahead;
    const found = alone ? Math.min(LANES, addresses.length - slot) : 1;
    for (let lane = 0; lane < LANES; lane++) {
      const { hi, lo } = addresses[slot + Math.min(lane, found - 1)]!;
      quadWords[quad.his / 4 + lane] = hi;
      quadWords[quad.los / 4 + lane] = lo;
    }
    seed(key[0], key[1], at, from, alone ? 0 : 1);
    run(at, Math.min(blockSize, count));
    Object.assign(held, { slot, block: alone ? from : -1, count, addresses: found });
    return numbers;
  };
}
