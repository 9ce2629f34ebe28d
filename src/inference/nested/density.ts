import { blockSize, type Engine, type Kernel, type KernelOptions } from '../../ir/engine.js';
import type { Program } from '../../ir/ir.js';
import { mainName } from '../../passes/assemble.js';
import type { Job } from '../../runtime/jobs.js';

/** What a drawn value is called in a question that asks for its density; no text can spell it. */
export const placeholder = (target: number): string => `drawn ${target}`;

/** Densities of drawn values: the evidence of each of these programs, which call the placeholders for the values. */
type Setup = {
  readonly engine: Engine;
  readonly terms: readonly { readonly program: Program; readonly options: KernelOptions }[];
  /** Number of targets. */
  readonly targets: number;
  /** Inner draws of each density. */
  readonly draws: number;
};

/** Outer draws, by their numbers, and their values: a column for each target. */
type Input = { readonly outer: Int32Array; readonly values: readonly Float64Array[] };

/** By term: the log density at each outer draw, and how much too low it is on the average. */
type Densities = {
  readonly value: readonly Float64Array[];
  readonly shortfall: readonly Float64Array[];
  readonly steps: number;
};

/** Estimates densities by fresh noise for each outer draw: that of the blocks of its number. */
export const densityJob: Job<Setup, Input, Densities> = {
  name: 'nested densities',
  prepare: ({ engine, terms, targets, draws }) => {
    const held = new Float64Array(targets);
    const own = Array.from(held, (_, k) => [placeholder(k), () => held[k] ?? Number.NaN] as const);
    const kernels = terms.map(({ program, options }) =>
      engine(program, mainName, { ...options, externs: { ...options.externs, ...Object.fromEntries(own) } }),
    );
    const logWeights = new Float64Array(draws);
    const dimensions = new Float64Array(draws);
    return ({ outer, values }) => {
      const value = kernels.map(() => new Float64Array(outer.length));
      const shortfall = kernels.map(() => new Float64Array(outer.length));
      let steps = 0;
      for (const [i, draw] of outer.entries()) {
        for (const [k, column] of values.entries()) held[k] = column[i]!;
        for (const [t, kernel] of kernels.entries()) {
          steps += fillDraws(kernel, draw, logWeights, dimensions);
          const density = densityOf(logWeights, dimensions);
          value[t]![i] = density.value;
          shortfall[t]![i] = density.shortfall;
        }
      }
      return { value, shortfall, steps };
    };
  },
};

/** Makes the inner draws of an outer one; gives the steps that were counted. */
function fillDraws(kernel: Kernel, outer: number, logWeights: Float64Array, dimensions: Float64Array): number {
  const draws = logWeights.length;
  const blocks = Math.ceil(draws / blockSize);
  let steps = 0;
  for (let block = 0; block < blocks; block++) {
    const size = Math.min(blockSize, draws - block * blockSize);
    const made = kernel.runBlock(outer * blocks + block, size);
    logWeights.set(made.logWeight.subarray(0, size), block * blockSize);
    dimensions.set(made.dimension.subarray(0, size), block * blockSize);
    steps += made.steps;
  }
  return steps;
}

/** log of the mean weight, of those of the lowest dimension, and var(w) / (2 M mean(w)²), by which it is too low on the average. */
function densityOf(
  logWeights: Float64Array,
  dimensions: Float64Array,
): { readonly value: number; readonly shortfall: number } {
  let lowest = Number.POSITIVE_INFINITY;
  for (const [i, log] of logWeights.entries())
    if (log !== Number.NEGATIVE_INFINITY && dimensions[i]! < lowest) lowest = dimensions[i]!;
  const counted = logWeights.filter((_, i) => dimensions[i] === lowest);
  const greatest = counted.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (greatest === Number.NEGATIVE_INFINITY) return { value: greatest, shortfall: 0 };
  let sum = 0;
  let squares = 0;
  for (const w of counted) {
    const relative = Math.exp(w - greatest);
    sum += relative;
    squares += relative * relative;
  }
  const draws = logWeights.length;
  return { value: greatest + Math.log(sum / draws), shortfall: 0.5 * (squares / (sum * sum) - 1 / draws) };
}
