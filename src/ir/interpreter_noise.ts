import type { Address } from '../runtime/random/address.js';
import { nextExponential } from '../runtime/random/exponential.js';
import { nextNormal } from '../runtime/random/normal.js';
import type { Key } from '../runtime/random/seed.js';
import { addressedState, columnState, particleState } from '../runtime/random/source.js';
import { nextUniform } from '../runtime/random/uniform.js';
import type { NoiseLayout } from './engine.js';
import type { NoiseKind } from './ir.js';

/** The noise of the particles of one block, run one after another in order. */
export type BlockNoise = {
  /** Starts a particle: nothing drawn, no trace. `particle` is its number in the whole run. */
  readonly start: (particle: number) => void;
  /**
   * Begins the draw at an address, which ends where what this gives is called: if evidence fixed its noise, the numbers come from there one
   * after another, else from the layout. The draws below a draw whose noise is fixed take from the same numbers.
   */
  readonly enterDraw: (address: Address) => () => void;
  /** Begins, in the same way, what finds the noise of an address: fresh noise, whatever was fixed before. */
  readonly enterAbduction: (address: Address) => () => void;
  /** Fixes the noise of an address for the rest of the particle. */
  readonly fix: (address: Address, numbers: readonly number[]) => void;
  /** One number of noise for a noise instruction's address and request. */
  readonly next: (kind: NoiseKind, address: Address, request: number) => number;
  /** Remembers that the address was drawn or scored; false if it was already. */
  readonly visit: (address: Address) => boolean;
};

/** Numbers that are read from the start, and continued from elsewhere at the end. */
type Tape = { readonly numbers: number[]; position: number };

const keyOf = (address: Address): string => `${address.hi}:${address.lo}`;

function nextOf(kind: NoiseKind, state: Int32Array): number {
  switch (kind) {
    case 'uniform':
      return nextUniform(state);
    case 'normal':
      return nextNormal(state);
    case 'exponential':
      return nextExponential(state);
  }
}

/** One number of noise that is not fixed by evidence, by kind, address and request. */
export type FreshNoise = (kind: NoiseKind, address: Address, request: number) => number;

/** The noise of a block in a layout; see `NoiseLayout`. `fresh` takes the place of the addressed layout's generator. */
export function blockNoise(layout: NoiseLayout, key: Key, block: number, fresh: FreshNoise | null = null): BlockNoise {
  const state = new Int32Array(4);
  const streams = new Map<string, Int32Array>();
  let particle = 0;
  let fixed = new Map<string, readonly number[]>();
  let visited = new Set<string>();
  /** What each outermost draw of this particle has taken from its column: a draw of another world reads it again. */
  let taken = new Map<string, number[]>();
  let replay: Tape | null = null;
  let outermost: { readonly address: Address; readonly tape: Tape } | null = null;

  const columnTape = (address: Address): Tape => {
    const name = keyOf(address);
    const numbers = taken.get(name) ?? [];
    taken.set(name, numbers);
    return { numbers, position: 0 };
  };
  const streamOf = (address: Address): Int32Array => {
    const name = keyOf(address);
    const known = streams.get(name);
    if (known !== undefined) return known;
    const fresh = new Int32Array(4);
    columnState(key, address, block, fresh);
    streams.set(name, fresh);
    return fresh;
  };
  /** Takes noise below an address, from a tape where there is one, until what this gives is called. */
  const enter = (address: Address, tape: Tape | null): (() => void) => {
    const before = { replay, outermost };
    replay = tape;
    outermost ??= { address, tape: columnTape(address) };
    return () => {
      ({ replay, outermost } = before);
    };
  };
  const fromColumn = (kind: NoiseKind, address: Address): number => {
    const draw = outermost ?? { address, tape: columnTape(address) };
    const { tape } = draw;
    const number = tape.numbers[tape.position] ?? nextOf(kind, streamOf(draw.address));
    tape.numbers[tape.position] = number;
    tape.position += 1;
    return number;
  };

  return {
    start: (number) => {
      particle = number;
      fixed = new Map();
      visited = new Set();
      taken = new Map();
      replay = null;
      outermost = null;
      if (layout === 'particle') particleState(key, particle, state);
    },
    enterDraw: (address) => {
      const numbers = replay === null ? fixed.get(keyOf(address)) : undefined;
      return enter(address, numbers === undefined ? replay : { numbers: [...numbers], position: 0 });
    },
    enterAbduction: (address) => enter(address, null),
    fix: (address, numbers) => {
      fixed.set(keyOf(address), numbers);
    },
    next: (kind, address, request) => {
      const again = replay?.numbers[replay.position];
      if (replay !== null && again !== undefined) {
        replay.position += 1;
        return again;
      }
      switch (layout) {
        case 'addressed':
          if (fresh !== null) return fresh(kind, address, request);
          addressedState(key, address, particle, request, state);
          return nextOf(kind, state);
        case 'column':
          return fromColumn(kind, address);
        case 'particle':
          return nextOf(kind, state);
      }
    },
    visit: (address) => {
      const name = keyOf(address);
      if (visited.has(name)) return false;
      visited.add(name);
      return true;
    },
  };
}
