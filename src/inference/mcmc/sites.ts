/** The noise of a run that is not known beforehand, by address: what the present run holds, and what a proposed one asks for. */
import type { AskNoise } from '../../codegen/traced.js';
import type { NoiseKind } from '../../ir/ir.js';
import { nextExponential } from '../../runtime/random/exponential.js';
import { nextNormal } from '../../runtime/random/normal.js';
import type { Key } from '../../runtime/random/seed.js';
import { seedRequest } from '../../runtime/random/source.js';
import { nextUniform } from '../../runtime/random/uniform.js';

/** Kinds of noise by number, as they stand in plain data. */
const noiseKinds: readonly NoiseKind[] = ['uniform', 'normal', 'exponential'];

/** Noise by address, in the order in which the run first asked for it. */
export type HeldNoise = {
  readonly hi: Int32Array;
  readonly lo: Int32Array;
  readonly kind: Uint8Array;
  readonly value: Float64Array;
};

/** No noise at all. */
export const noNoise: HeldNoise = {
  hi: new Int32Array(0),
  lo: new Int32Array(0),
  kind: new Uint8Array(0),
  value: new Float64Array(0),
};

/**
 * The table. A run begins with `begin`, asks through `ask`, and ends with `accept` or `reject`: noise at addresses that the present run
 * holds is given again, at others it is drawn; accepted, the run becomes the present one and what it did not ask for is dropped.
 */
export type Sites = {
  readonly ask: AskNoise;
  /** Begins a run whose fresh noise is that of the time, a number that no other run of the chain has. */
  readonly begin: (time: number) => void;
  /** Begins a run in which one number of the present run is another: that in place `place` of its order. */
  readonly beginWith: (time: number, place: number, value: number) => void;
  readonly accept: () => void;
  readonly reject: () => void;
  /** How many numbers the present run holds, and how many the proposed one asked for. */
  readonly held: () => number;
  readonly asked: () => number;
  readonly kindAt: (place: number) => NoiseKind;
  readonly valueAt: (place: number) => number;
  readonly read: () => HeldNoise;
  readonly write: (noise: HeldNoise) => void;
};

/** A number of entry that is none. */
const none = -1;

/** @param key of the chain's fresh noise */
export function newSites(key: Key): Sites {
  let capacity = 64;
  /** Entries by hash: open addressing; entries themselves never move. */
  let table = new Int32Array(2 * capacity).fill(none);
  let his = new Int32Array(capacity);
  let los = new Int32Array(capacity);
  let kinds = new Uint8Array(capacity);
  let values = new Float64Array(capacity);
  /** The last run that asked for it. */
  let stamps = new Float64Array(capacity);
  let isHeld = new Uint8Array(capacity);
  let free: number[] = [];
  let made = 0;
  let present: number[] = [];
  let proposed: number[] = [];
  let run = 0;
  let time = 0;
  let changed = none;
  let changedTo = 0;
  const state = new Int32Array(4);

  const homeOf = (hi: number, lo: number): number => (lo ^ (hi >>> 7)) & (table.length - 1);
  const placeOf = (hi: number, lo: number): number => {
    const mask = table.length - 1;
    let at = homeOf(hi, lo);
    for (let e = table[at]!; e !== none; e = table[at]!) {
      if (his[e] === hi && los[e] === lo) break;
      at = (at + 1) & mask;
    }
    return at;
  };
  const grow = (): void => {
    capacity *= 2;
    const [h, l, k, v, s, held] = [his, los, kinds, values, stamps, isHeld];
    his = new Int32Array(capacity);
    los = new Int32Array(capacity);
    kinds = new Uint8Array(capacity);
    values = new Float64Array(capacity);
    stamps = new Float64Array(capacity);
    isHeld = new Uint8Array(capacity);
    his.set(h);
    los.set(l);
    kinds.set(k);
    values.set(v);
    stamps.set(s);
    isHeld.set(held);
    const entries = table.filter((e) => e !== none);
    table = new Int32Array(2 * capacity).fill(none);
    for (const e of entries) table[placeOf(his[e]!, los[e]!)] = e;
  };
  const insert = (kind: number, hi: number, lo: number, value: number): number => {
    if (free.length === 0 && made === capacity) grow();
    const e = free.pop() ?? made++;
    his[e] = hi;
    los[e] = lo;
    kinds[e] = kind;
    values[e] = value;
    stamps[e] = -1;
    isHeld[e] = 0;
    table[placeOf(hi, lo)] = e;
    return e;
  };
  /** Deletes by moving back what follows (Knuth, volume 3, section 6.4, algorithm R). */
  const remove = (e: number): void => {
    const mask = table.length - 1;
    let hole = placeOf(his[e]!, los[e]!);
    for (let at = (hole + 1) & mask; ; at = (at + 1) & mask) {
      const next = table[at]!;
      if (next === none) break;
      const home = homeOf(his[next]!, los[next]!);
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = next;
        hole = at;
      }
    }
    table[hole] = none;
    free.push(e);
  };
  const fresh = (kind: NoiseKind, hi: number, lo: number): number => {
    seedRequest(key[0], key[1], hi, lo, time, state);
    switch (kind) {
      case 'uniform':
        return nextUniform(state);
      case 'normal':
        return nextNormal(state);
      case 'exponential':
        return nextExponential(state);
    }
  };
  const begin = (at: number): void => {
    run += 1;
    time = at;
    proposed.length = 0;
    changed = none;
  };

  return {
    ask: (kind, hi, lo) => {
      const found = table[placeOf(hi, lo)]!;
      const e = found === none ? insert(noiseKinds.indexOf(kind), hi, lo, fresh(kind, hi, lo)) : found;
      if (stamps[e] !== run) {
        stamps[e] = run;
        proposed.push(e);
      }
      return e === changed ? changedTo : values[e]!;
    },
    begin,
    beginWith: (at, place, value) => {
      begin(at);
      changed = present[place]!;
      changedTo = value;
    },
    accept: () => {
      if (changed !== none) values[changed] = changedTo;
      for (const e of present) if (stamps[e] !== run) remove(e);
      for (const e of proposed) isHeld[e] = 1;
      [present, proposed] = [proposed, present];
      changed = none;
    },
    reject: () => {
      for (const e of proposed) if (isHeld[e] === 0) remove(e);
      proposed.length = 0;
      changed = none;
    },
    held: () => present.length,
    asked: () => proposed.length,
    kindAt: (place) => noiseKinds[kinds[present[place]!]!]!,
    valueAt: (place) => values[present[place]!]!,
    read: () => ({
      hi: Int32Array.from(present, (e) => his[e]!),
      lo: Int32Array.from(present, (e) => los[e]!),
      kind: Uint8Array.from(present, (e) => kinds[e]!),
      value: Float64Array.from(present, (e) => values[e]!),
    }),
    write: ({ hi, lo, kind, value }) => {
      for (const e of present) remove(e);
      present = Array.from(hi, (_, k) => {
        const e = insert(kind[k]!, hi[k]!, lo[k]!, value[k]!);
        isHeld[e] = 1;
        return e;
      });
      proposed = [];
      free = [...free];
    },
  };
}
