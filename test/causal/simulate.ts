/** Columns drawn for tests, from the project's own generators. */
import type { UnitColumn } from '../../src/causal/estimate/units.js';
import { rootAddress } from '../../src/runtime/random/address.js';
import { keyFromSeed } from '../../src/runtime/random/seed.js';
import { columnState, type NoiseSource, noiseSource } from '../../src/runtime/random/source.js';

/** A stream of standard noise that belongs to a seed. */
export function streamOf(seed: string): NoiseSource {
  const state = new Int32Array(4);
  columnState(keyFromSeed(seed), rootAddress, 0, state);
  return noiseSource(state);
}

/** A column of quantities. */
export const quantity = (name: string, values: Iterable<number>): UnitColumn => ({
  name,
  values: Float64Array.from(values),
  levels: null,
});

/** A column of labels 0, 1, … */
export const label = (name: string, levels: number, values: Iterable<number>): UnitColumn => ({
  name,
  values: Float64Array.from(values),
  levels,
});
