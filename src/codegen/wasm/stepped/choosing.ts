/** Weighing the particles of a kernel and choosing ancestors where they stand, in the memory of its instance. */
import type { Instance } from '../../../runtime/assembly/instance.js';
import type { ModuleBuilder } from '../../../runtime/assembly/module.js';
import type { PausingKernel, Relative } from '../../pausing.js';
import { pointsRoutine, settleRoutine } from './resampling_routines.js';
import { weighRoutine } from './weight_routines.js';

/** Where things stand, in bytes. */
type ChoosingPlaces = {
  readonly count: number;
  /** Log weights. */
  readonly weights: number;
  /** A column for weights relative to the greatest. */
  readonly relative: number;
  /** A column for the noise of resampling. */
  readonly uniforms: number;
  /** A word for each particle. */
  readonly ancestors: number;
  /** Three words for each particle and one particle more. */
  readonly room: number;
};

/** Bytes for what weighing sums up: the greatest logarithm, the sum of the weights and that of their squares. */
export const weighedBytes = 24;

/** Exports the routines that `choosingOf` calls. */
export function exportChoosing(link: ModuleBuilder): void {
  link.export('weigh', weighRoutine);
  link.export('points', pointsRoutine);
  link.export('settle', settleRoutine);
}

/**
 * Weighs and chooses, as `PausingKernel` says.
 *
 * @param sums address of `weighedBytes`
 */
export function choosingOf(
  instance: Instance,
  sums: number,
  places: () => ChoosingPlaces,
): Required<Pick<PausingKernel, 'choose'>> & { readonly relative: () => Relative } {
  const { memory } = instance;
  const [weigh, byPoints, settle] = [instance.routine('weigh'), instance.routine('points'), instance.routine('settle')];
  const doubles = (address: number, length: number): Float64Array => new Float64Array(memory.buffer, address, length);
  return {
    relative: () => {
      const { weights, relative, count } = places();
      weigh(weights, relative, count, sums);
      const [max, total, squared] = doubles(sums, 3);
      return { weights: doubles(relative, count), max: max!, total: total!, squared: squared! };
    },
    choose: (scheme, uniforms, chosen) => {
      const { count, relative, uniforms: numbers, ancestors, room } = places();
      const ordered = scheme === 'systematic' ? 0 : scheme === 'stratified' ? 8 : null;
      // Before they are settled they stand in the first part of the room, with a word more.
      const bytes = 4 * (count + 1);
      if (ordered === null) new Int32Array(memory.buffer, room, count).set(chosen());
      else {
        doubles(numbers, count).set(uniforms.subarray(0, count));
        byPoints(relative, count, doubles(sums, 3)[1]!, numbers, ordered, room);
      }
      settle(room, count, room + bytes, room + 2 * bytes, ancestors);
      return new Int32Array(memory.buffer, ancestors, count);
    },
  };
}
