/** The noise that draws ask for, remembered by address where worlds share it. */

import type { Constant } from '../../ir/ir.js';
import { type Address, extendAddress } from '../../runtime/random/address.js';
import type { Abstract } from './abstract.js';
import { addNoise, type Tape } from './tape.js';

/** What a discrete draw came out as, and with which parameters. */
type Fallen = { readonly family: string; readonly params: readonly Constant[]; readonly value: number };

/** Normal noise for one walk. */
export type Noises = {
  /** The next number for the draw at hand. */
  readonly next: () => Abstract;
  /** Runs a draw with noise of its own, or, at a shared address, with the noise that it had before. Draws inside it share its noise. */
  readonly within: <T>(shared: Address | null, body: () => T) => T;
  /** Whether noise was asked for or fixed at the address. */
  readonly isKnown: (address: Address) => boolean;
  /** Fixes the noise at an address. */
  readonly fix: (address: Address, numbers: readonly number[]) => void;
  readonly fallen: (address: Address) => Fallen | undefined;
  readonly fell: (address: Address, fallen: Fallen) => void;
};

type Supply = { readonly numbers: Abstract[]; position: number };

const keyOf = (address: Address): string => `${address.hi}:${address.lo}`;

/** The address of a draw's noise. */
export const drawAddress = (parent: Address, site: number): Address => extendAddress(parent, site, 0);

export function createNoises(tape: Tape): Noises {
  const shares = new Map<string, Abstract[]>();
  const discrete = new Map<string, Fallen>();
  let supply: Supply | null = null;
  const sharesAt = (key: string): Abstract[] => {
    const known = shares.get(key);
    if (known !== undefined) return known;
    const made: Abstract[] = [];
    shares.set(key, made);
    return made;
  };
  return {
    next: () => {
      if (supply === null) return addNoise(tape);
      const number = supply.numbers[supply.position] ?? addNoise(tape);
      supply.numbers[supply.position] = number;
      supply.position += 1;
      return number;
    },
    within: (shared, body) => {
      if (supply !== null || shared === null) return body();
      supply = { numbers: sharesAt(keyOf(shared)), position: 0 };
      try {
        return body();
      } finally {
        supply = null;
      }
    },
    isKnown: (address) => shares.has(keyOf(address)),
    fix: (address, numbers) => {
      shares.set(keyOf(address), [...numbers]);
    },
    fallen: (address) => discrete.get(keyOf(address)),
    fell: (address, fallen) => {
      discrete.set(keyOf(address), fallen);
    },
  };
}
