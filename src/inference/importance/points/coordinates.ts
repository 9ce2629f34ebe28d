/** Which noise of a program takes its values from points, and how it does. */
import type { Draws, Kernel } from '../../../ir/engine.js';
import type { NoiseKind, Program, ValueId } from '../../../ir/ir.js';
import { type Opened, openableDraws, openNoise } from '../../../passes/open_noise.js';
import { log } from '../../../runtime/math/log.js';
import { extendAddress } from '../../../runtime/random/address.js';
import { derivedKey, type Key } from '../../../runtime/random/seed.js';
import { normalQuantile } from './normal_quantile.js';
import { mostDimensions, type Scrambling, type Sequence, sequenceOf, tabled } from './sobol.js';

/**
 * The program with the noise of its draws as parameters, those that come first first: each is a coordinate of the points. Draws at addresses that
 * are not known beforehand, and those for which there are no dimensions left, stay as they are.
 */
export function coordinatesOf(program: Program): Opened {
  const draws = [...openableDraws(program)];
  const firstOf = (count: number): Opened => openNoise(program, new Set<ValueId>(draws.slice(0, count)));
  const all = firstOf(draws.length);
  if (all.noise.length <= mostDimensions) return all;
  let [fits, tooMany] = [0, draws.length];
  while (tooMany - fits > 1) {
    const count = Math.floor((fits + tooMany) / 2);
    if (firstOf(count).noise.length <= mostDimensions) fits = count;
    else tooMany = count;
  }
  return firstOf(fits);
}

/** Points of several scramblings, dealt out to particles: runs of them belong to the scramblings in turn. */
export type Dealing = {
  readonly scramblings: number;
  /** Particles in a run: a power of 2, at most `tabled`. */
  readonly run: number;
};

/** The scrambling that a particle belongs to. */
const scramblingOf = ({ scramblings, run }: Dealing, particle: number): number =>
  Math.floor(particle / run) % scramblings;

/** Reserved for the words of scramblings. */
const scramblingSite = -3;

function scramblingsOf(key: Key, { scramblings }: Dealing, dimensions: number): readonly Scrambling[][] {
  return Array.from({ length: scramblings }, (_, r) => {
    const [hi, lo] = derivedKey(key, r);
    return Array.from({ length: dimensions }, (_, d): Scrambling => {
      const a = extendAddress({ hi, lo }, scramblingSite, 2 * d);
      const b = extendAddress({ hi, lo }, scramblingSite, 2 * d + 1);
      return [a.hi, a.lo, b.hi, b.lo];
    });
  });
}

/** What noise a number between 0 and 1 stands for. Increasing, so that what is near stays near. */
function toNoise(kind: NoiseKind, numbers: Float64Array, from: number, to: number): void {
  switch (kind) {
    case 'uniform':
      return;
    case 'normal':
      for (let i = from; i < to; i++) numbers[i] = normalQuantile(numbers[i]!);
      return;
    case 'exponential':
      for (let i = from; i < to; i++) numbers[i] = -log(1 - numbers[i]!);
  }
}

/** A kernel whose parameters are the coordinates of points: `inner` has one for each of `kinds`. */
export function onPoints(inner: Kernel, kinds: readonly NoiseKind[], key: Key, dealing: Dealing): Kernel {
  const { scramblings, run } = dealing;
  const words = scramblingsOf(key, dealing, kinds.length);
  const sequences: readonly Sequence[] = kinds.map((_, d) => sequenceOf(d));
  let given: readonly Float64Array[] = kinds.map(() => new Float64Array(0));
  return {
    ...inner,
    runBlock: () => {
      throw new Error('points: particles are given room');
    },
    fill: (draws: Draws, from, to, base = 0) => {
      const places = to - base;
      if (places > (given[0]?.length ?? places)) given = kinds.map(() => new Float64Array(places));
      for (let start = from; start < to; start += run - (start % run)) {
        const count = Math.min(to - start, run - (start % run));
        const first = Math.floor(start / (run * scramblings)) * run + (start % run);
        const scrambling = words[scramblingOf(dealing, start)]!;
        for (const [d, sequence] of sequences.entries())
          sequence.fill(given[d]!, start - base, first, count, scrambling[d]!);
      }
      for (const [d, kind] of kinds.entries()) toNoise(kind, given[d]!, from - base, places);
      return inner.fill({ ...draws, given }, from, to, base);
    },
  };
}

/** How a run of `count` particles in all is dealt out; null: of a number that is not known. */
export function dealingOf(scramblings: number, count: number | null): Dealing {
  const each = count === null ? tabled : count / scramblings;
  return { scramblings, run: Math.min(tabled, each) };
}

/** So many points, or a few more: for each scrambling as many, a power of 2. */
export const wholeNets = (scramblings: number, count: number): number =>
  scramblings * 2 ** Math.max(0, Math.ceil(Math.log2(count / scramblings)));
