/**
 * The particle filter (Gordon, Salmond and Smith 1993; Doucet and Johansen 2011, section 3.5: resampling when the effective sample size
 * falls under a threshold, Del Moral, Doucet and Jasra 2012). Log weights run through: resampling sets all of them to the log of their mean, so
 * that at any time the mean of the weights estimates the evidence so far without bias, and the last weights stay with the particles.
 */
import type { PausingKernel } from '../../codegen/pausing.js';
import type { Pieces } from '../../runtime/jobs.js';
import type { Scheme } from '../resampling/scheme.js';
import { takeUniforms } from '../resampling/uniforms.js';
import { essOf, logMean, newRelative, type Population, readWeights } from './population.js';

export type FilterSettings = {
  readonly particles: number;
  readonly scheme: Scheme;
  /** Share of the particles that the effective sample size must fall under for resampling; 1: at each pause where weights differ. */
  readonly threshold: number;
};

/** Weights that differ by rounding only are equal. */
const uneven = 1 - 1e-9;

/**
 * Runs a population from the start of the program to its end, in pieces.
 *
 * @param block number of the block in which the noise of the particles begins; others lie behind it
 * @param uniforms the noise of resampling at a step
 * @param given values of the parameters that `main` has beside its address, one column each
 */
export function* runFilter(
  kernel: PausingKernel,
  { particles, scheme, threshold }: FilterSettings,
  block: number,
  uniforms: (step: number) => () => number,
  given?: readonly Float64Array[],
): Pieces<Population> {
  kernel.start(block, particles, given);
  let eve = Int32Array.from({ length: particles }, (_, p) => p);
  let before = new Int32Array(particles);
  let relative = newRelative(particles);
  let pauses = 0;
  let resampled = 0;
  let died: number | null = null;
  while (kernel.advance()) {
    relative = kernel.relative?.() ?? readWeights(kernel.logWeight(), relative);
    if (relative.total === 0) {
      died = pauses;
      break;
    }
    pauses += 1;
    yield;
    const next = uniforms(pauses);
    const ess = essOf(relative);
    if (ess > threshold * particles || ess > uneven * particles) continue;
    const numbers = takeUniforms(next, scheme.uniforms(particles, particles));
    const chosen = (): Int32Array => scheme.ancestors(relative.weights, numbers, particles);
    const from = kernel.choose?.(scheme.name, numbers, chosen) ?? settled(chosen());
    [eve, before] = [before, eve];
    follow(before, from, eve);
    // Where the kernel's memory grows while rows are copied, neither weights nor ancestors can be read any more.
    const mean = logMean(relative);
    kernel.copyRows(from);
    kernel.logWeight().fill(mean);
    resampled += 1;
  }
  const { logWeight, dimension, columns, steps, unaligned } = kernel.finish();
  if (died === null && logWeight.every((w) => w === Number.NEGATIVE_INFINITY)) died = pauses;
  return { logWeight, dimension, columns, steps, unaligned, eve, pauses, resampled, died };
}

/** Puts what `numbers` has at the places `from` into `to`; a function of its own, since loops of generators are slow. */
function follow(numbers: Int32Array, from: Int32Array, to: Int32Array): void {
  const { length } = from;
  for (let k = 0; k < length; k++) to[k] = numbers[from[k]!]!;
}

/**
 * The same ancestors in such an order that those with offspring stay where they are: less is copied. Who has offspring is as good as
 * random, so there are no branches on it.
 */
function settled(ancestors: Int32Array): Int32Array {
  const { length } = ancestors;
  const kept = new Uint8Array(length);
  for (let k = 0; k < length; k++) kept[ancestors[k]!] = 1;
  // One place more: what is written behind the last free place is never read.
  const free = new Int32Array(length + 1);
  let found = 0;
  for (let p = 0; p < length; p++) {
    free[found] = p;
    found += 1 - kept[p]!;
  }
  const places = new Int32Array(length);
  let before = -1;
  let filled = 0;
  for (let k = 0; k < length; k++) {
    const ancestor = ancestors[k]!;
    const apart = ancestor ^ before;
    // All bits where the ancestor is that of the place before, else none.
    const again = ~((apart | -apart) >> 31);
    places[(free[filled]! & again) | (ancestor & ~again)] = ancestor;
    filled -= again;
    before = ancestor;
  }
  return places;
}
