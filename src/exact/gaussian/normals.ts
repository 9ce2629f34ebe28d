/** Moments of what the outputs of a walk hang on, given the equations alone. */
import type { Affine } from './affine.js';
import { jointMoments, type Moments } from './conditioned.js';
import type { Event } from './event.js';
import type { Meter } from './refusal.js';
import { marginalMoments } from './smoother.js';
import type { Tape } from './tape.js';

/** What an output is: a number, a normal value, or whether one lies in a range. */
export type Output = number | Affine | Event;

export type Normal = { readonly mean: number; readonly sd: number };

/** Moments of outputs by position; of a question on a range, those of the value that it hangs on. */
export type Normals = {
  /** log density of the observations. */
  readonly logDensity: number;
  readonly normalOf: (output: number) => Normal;
  /** Of several at once, none of them a plain number. */
  readonly behind: (outputs: readonly number[]) => Pick<Moments, 'mean' | 'covariance'>;
};

/** So many functions have their joint moments computed at once; of more the marginals come from a smoother. */
const few = 16;

export function createNormals(tape: Tape, outputs: readonly Output[], meter: Meter): Normals {
  const affine: Affine[] = [];
  const place = outputs.map((output) => {
    if (typeof output === 'number') return -1;
    affine.push(output.kind === 'affine' ? output : output.direction);
    return affine.length - 1;
  });
  const together = affine.length <= few;
  const moments = jointMoments(tape, together ? affine : [], meter);
  let smoothed: ReturnType<typeof marginalMoments> | null = null;
  return {
    logDensity: moments.logDensity,
    normalOf: (output: number): Normal => {
      const at = place[output] ?? 0;
      if (together) {
        const variance = moments.covariance[at * affine.length + at] ?? 0;
        return { mean: moments.mean[at] ?? 0, sd: Math.sqrt(variance) };
      }
      smoothed ??= marginalMoments(tape, affine, meter);
      return { mean: smoothed.mean[at] ?? 0, sd: smoothed.sd[at] ?? 0 };
    },
    behind: (asked: readonly number[]): Pick<Moments, 'mean' | 'covariance'> => {
      const at = asked.map((k) => place[k] ?? 0);
      const n = at.length;
      if (!together)
        return jointMoments(
          tape,
          at.flatMap((k) => affine[k] ?? []),
          meter,
        );
      const covariance = new Float64Array(n * n);
      for (const [i, a] of at.entries())
        for (const [j, b] of at.entries()) covariance[i * n + j] = moments.covariance[a * affine.length + b] ?? 0;
      return { mean: Float64Array.from(at, (k) => moments.mean[k] ?? 0), covariance };
    },
  };
}
