/** What a walk leaves behind: standard normal noises, variables defined by them, and affine functions that are seen to be zero. */
import { type Affine, hasFiniteNumbers, type Linear, variable } from './affine.js';
import { giveUp } from './refusal.js';

/** Variables by number; every definition names lower numbers only. */
export type Tape = {
  /** Null for a noise, which is standard normal and independent of the others. */
  readonly definitions: (Affine | null)[];
  /** Each is zero given the evidence; its density there is a factor of the evidence's. */
  readonly observations: Affine[];
};

export const newTape = (): Tape => ({ definitions: [], observations: [] });

/** A new noise. */
export function addNoise(tape: Tape): Affine {
  tape.definitions.push(null);
  return variable(tape.definitions.length - 1);
}

/** A variable in place of a function of more than `most` others, so that sums along a chain stay short. */
export function shortened(tape: Tape, value: Linear, most: number): Linear {
  if (typeof value === 'number') return value;
  if (!hasFiniteNumbers(value)) return giveUp('a coefficient is not finite');
  if (value.ids.length <= most) return value;
  tape.definitions.push(value);
  return variable(tape.definitions.length - 1);
}
