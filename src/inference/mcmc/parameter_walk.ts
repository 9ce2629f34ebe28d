/**
 * Random-walk Metropolis–Hastings on the parameters of a model in time, which is a standard normal vector z to the prior: where z goes,
 * something is made of it that says how well it does, a filter's estimate or a path that is run anew.
 */
import type { Pieces } from '../../runtime/jobs.js';
import { acceptance, type Weighed } from './acceptance.js';
import { adapt, type Block, observe, stepOf } from './adapt.js';

/** Parameters, and what was made of them. */
type Standing<Made> = { readonly z: Float64Array; readonly made: Made };

type Walk<Made> = {
  readonly normal: () => number;
  readonly uniform: () => number;
  /** Null where nothing of weight comes of the parameters. */
  readonly make: (z: Float64Array) => Pieces<Made | null>;
  /** The acceptance that steps adapt to; null: they stay as they are. */
  readonly target: number | null;
};

/** Proposes a step of the numbers of a block, or with no block something else made of the same ones, and gives what the walk comes to. */
export function* walk<Made extends Weighed>(
  block: Block | null,
  from: Standing<Made>,
  { normal, uniform, make, target }: Walk<Made>,
): Pieces<Standing<Made> & { readonly accepted: boolean }> {
  const members = block?.members ?? new Int32Array(0);
  const u = Float64Array.from(members, normal);
  const step = new Float64Array(members.length);
  if (block !== null) stepOf(block, u, step);
  const proposed = from.z.slice();
  let prior = 0;
  members.forEach((index, i) => {
    proposed[index] = from.z[index]! + step[i]!;
    prior += 0.5 * (from.z[index]! ** 2 - proposed[index]! ** 2);
  });
  const chance = uniform();
  const made = yield* make(proposed);
  const probability = acceptance(made, from.made, prior);
  const accepted = made !== null && chance < probability;
  const z = accepted ? proposed : from.z;
  if (target !== null && block !== null) {
    adapt(block, u, probability, target);
    observe(block, z);
  }
  return { z, made: accepted ? made : from.made, accepted };
}
