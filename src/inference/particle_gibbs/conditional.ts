/**
 * Conditional SMC (Andrieu, Doucet and Holenstein 2010, section 2.4.3): a particle filter in which one particle retraces a path that is given.
 * A path is what noise it took: the state of the stream that each stretch between two pauses began with. So it can be run again, by
 * itself, among others, or with other parameters, and no state of the model has to be kept.
 */
import type { PausingKernel } from '../../codegen/pausing.js';
import type { Constant } from '../../ir/ir.js';
import type { Pieces } from '../../runtime/jobs.js';
import { multinomial } from '../resampling/multinomial.js';
import { takeUniforms } from '../resampling/uniforms.js';
import { essOf, logMean, newRelative, type Relative, readWeights } from '../smc/population.js';

/** Four words of a stream for each stretch between pauses. */
type Path = Int32Array;

/** A path with what it gives. */
export type Traced = {
  readonly path: Path;
  readonly logWeight: number;
  readonly dimension: number;
  readonly outputs: readonly Constant[];
};

/** What a filter is run with. */
type ConditionalSettings = {
  readonly particles: number;
  /** Share of the particles that the effective sample size must fall under for resampling. */
  readonly threshold: number;
};

const columnsOf = (given: readonly number[], count: number): readonly Float64Array[] =>
  given.map((value) => new Float64Array(count).fill(value));

/**
 * Runs a filter and draws one of its paths by the last weights. With `kept`, particle 0 retraces that path, and the path drawn has the
 * posterior as its distribution if the kept one has it (given the parameters). Null where all particles died, which none does beside a
 * path that lives.
 *
 * @param block number of the block of noise of the other particles
 * @param uniforms the noise of resampling and of the choice
 */
export function* conditionalFilter(
  kernel: PausingKernel,
  { particles, threshold }: ConditionalSettings,
  given: readonly number[],
  kept: Path | null,
  block: number,
  uniforms: () => number,
): Pieces<{ readonly path: Path | null; readonly steps: number }> {
  kernel.start(block, particles, columnsOf(given, particles));
  const relative = newRelative(particles);
  const streams: Int32Array[] = [];
  const ancestors: Int32Array[] = [];
  const none = Int32Array.from({ length: particles }, (_, p) => p);
  for (;;) {
    yield;
    if (kept !== null) kernel.streams().set(kept.subarray(4 * streams.length, 4 * streams.length + 4), 0);
    streams.push(kernel.streams().slice());
    const going = kernel.advance();
    readWeights(kernel.logWeight(), relative);
    if (!going || relative.total === 0) break;
    ancestors.push(essOf(relative) < threshold * particles ? resample(kernel, relative, kept, uniforms) : none);
  }
  const alive = relative.total > 0;
  const last = alive ? pick(relative, uniforms()) : 0;
  const { steps } = kernel.finish();
  if (!alive) return { path: null, steps };
  const path = new Int32Array(4 * streams.length);
  for (let k = streams.length - 1, p = last; k >= 0; k--) {
    path.set(streams[k]!.subarray(4 * p, 4 * p + 4), 4 * k);
    if (k > 0) p = ancestors[k - 1]![p]!;
  }
  return { path, steps };
}

/** Draws ancestors independently, the kept particle its own; weights are equal afterwards. */
function resample(kernel: PausingKernel, relative: Relative, kept: Path | null, uniforms: () => number): Int32Array {
  const particles = relative.weights.length;
  const others = kept === null ? 0 : 1;
  const drawn = multinomial.ancestors(relative.weights, takeUniforms(uniforms, particles - others), particles - others);
  const from = new Int32Array(particles);
  from.set(drawn, others);
  kernel.copyRows(from);
  kernel.logWeight().fill(logMean(relative));
  return from;
}

/** A particle, by its weight. */
function pick({ weights, total }: Relative, uniform: number): number {
  let left = uniform * total;
  let found = 0;
  for (let p = 0; p < weights.length; p++) {
    if (weights[p] === 0) continue;
    found = p;
    left -= weights[p]!;
    if (left < 0) break;
  }
  return found;
}

/** Runs a path by itself: its weight under the parameters, and what it gives. */
export function* retrace(
  kernel: PausingKernel,
  given: readonly number[],
  path: Path,
): Pieces<{ readonly traced: Traced; readonly steps: number }> {
  yield;
  kernel.start(0, 1, columnsOf(given, 1));
  for (let k = 0, going = true; going; k++) {
    kernel.streams().set(path.subarray(4 * k, 4 * k + 4));
    going = kernel.advance();
  }
  const { logWeight, dimension, columns, steps } = kernel.finish();
  const outputs = columns.map((column): Constant => column[0]!);
  return { traced: { path, logWeight: logWeight[0]!, dimension: dimension[0]!, outputs }, steps };
}
