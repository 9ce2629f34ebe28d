/** Columns of noise that are filled before the particles of a chunk run, and streams that belong to one draw. */

import { blockSize, type NoiseLayout } from '../ir/engine.js';
import type { NoiseKind } from '../ir/ir.js';
import { fillAddressed, fillLanes, type Lanes } from '../runtime/random/column_fills.js';
import { LANES } from '../runtime/random/lanes_code.js';
import type { Key } from '../runtime/random/seed.js';
import { seedColumn } from '../runtime/random/source.js';
import { addressesOf } from './address.js';
import type { NoiseGroup } from './low.js';

/** A group's columns or streams. */
export type NoiseEntry = {
  readonly group: NoiseGroup;
  readonly addresses: readonly { readonly hi: number; readonly lo: number }[];
  /** One state for each address. */
  readonly states: readonly Int32Array[];
  /** One chunk of numbers for each address; empty for streams. */
  readonly numbers: Float64Array;
  readonly shown: NoiseShown;
};

/** What generated code sees: numbers of all columns of a group one after another, or the states of its streams. */
export type NoiseShown = Float64Array | readonly Int32Array[];

export type NoiseColumns = {
  readonly entries: readonly NoiseEntry[];
  /** Seeds the streams of a block. */
  readonly start: (key: Key, block: number) => void;
  /** Fills `count` numbers of every column, for the particles from `particle` on. */
  readonly fill: (key: Key, particle: number, count: number) => void;
};

/** Up to four columns whose numbers are made at the same time. */
type Quad = { readonly kind: NoiseKind; readonly lanes: Lanes; readonly addresses: NoiseEntry['addresses'] };

/** Columns of one kind of noise, four by four. */
function quadsOf(entries: readonly NoiseEntry[], kind: NoiseKind, chunk: number): readonly Quad[] {
  const columns = entries.flatMap(({ group, addresses, numbers }) =>
    group.kind === 'column' && group.noise === kind
      ? addresses.map((address, k) => ({ address, out: numbers, offset: k * chunk }))
      : [],
  );
  return Array.from({ length: Math.ceil(columns.length / LANES) }, (_, k): Quad => {
    const outs = columns.slice(k * LANES, (k + 1) * LANES);
    return { kind, lanes: { states: new Int32Array(4 * LANES), outs }, addresses: outs.map((o) => o.address) };
  });
}

export function columnsOf(groups: readonly NoiseGroup[], layout: NoiseLayout, chunk: number): NoiseColumns {
  const entries = groups.map((group): NoiseEntry => {
    const addresses = addressesOf(group.chain);
    const states = addresses.map(() => new Int32Array(4));
    const numbers = new Float64Array(group.kind === 'column' ? addresses.length * chunk : 0);
    return { group, addresses, states, numbers, shown: group.kind === 'column' ? numbers : states };
  });
  const quads = (['uniform', 'normal', 'exponential'] as const).flatMap((kind) => quadsOf(entries, kind, chunk));
  const streams = entries.filter(({ group }) => group.kind === 'stream');
  const seed = new Int32Array(4);
  const start = (key: Key, block: number): void => {
    for (const { addresses, states } of streams)
      addresses.forEach(({ hi, lo }, k) => {
        seedColumn(key[0], key[1], hi, lo, block, states[k]!);
      });
    for (const { lanes, addresses } of quads) {
      for (let lane = 0; lane < addresses.length; lane++) {
        const { hi, lo } = addresses[lane]!;
        seedColumn(key[0], key[1], hi, lo, block, seed);
        for (let word = 0; word < 4; word++) lanes.states[lane + LANES * word] = seed[word]!;
      }
    }
  };
  const fillFromStreams = (_key: Key, _particle: number, count: number): void => {
    for (const { kind, lanes } of quads) fillLanes(kind, lanes, count);
  };
  const fillByAddress = (key: Key, particle: number, count: number): void => {
    for (const { group, addresses, numbers } of entries) {
      addresses.forEach(({ hi, lo }, k) => {
        fillAddressed(group.noise, key[0], key[1], hi, lo, group.request, particle, numbers, k * chunk, count);
      });
    }
  };
  return layout === 'column'
    ? { entries, start, fill: fillFromStreams }
    : { entries, start: () => {}, fill: fillByAddress };
}

/** Blocks that so many particles span. */
export const blocksOf = (count: number): number => Math.ceil(count / blockSize);

/**
 * Noise of particles of several blocks at once: gives what generated code sees of each group. The number of particle p at address k
 * stands at place p of column k, a column being as long as all blocks; the stream of address k in block b at place k · blocks + b.
 */
export function spanningColumns(
  groups: readonly NoiseGroup[],
  layout: NoiseLayout,
): (key: Key, block: number, count: number) => readonly NoiseShown[] {
  const columns = columnsOf(groups, layout, blockSize);
  return (key, block, count) => {
    const blocks = blocksOf(count);
    const spanned = columns.entries.map(({ group, addresses }): Float64Array | Int32Array[] =>
      group.kind === 'column' ? new Float64Array(addresses.length * blocks * blockSize) : [],
    );
    for (let b = 0; b < blocks; b++) {
      columns.start(key, block + b);
      columns.fill(key, (block + b) * blockSize, Math.min(blockSize, count - b * blockSize));
      for (const [g, { states, numbers }] of columns.entries.entries()) {
        const to = spanned[g]!;
        states.forEach((state, k) => {
          if (to instanceof Float64Array)
            to.set(numbers.subarray(k * blockSize, (k + 1) * blockSize), (k * blocks + b) * blockSize);
          else to[k * blocks + b] = state.slice();
        });
      }
    }
    return spanned;
  };
}
