import { type BlockResult, blockSize, type Counts, type Draws, type Kernel } from './engine.js';
import type { Constant, IrType } from './ir.js';
import { isScalarType } from './values.js';

/** Empty room for a number of particles. */
export const newDraws = (outputs: readonly IrType[], count: number): Draws => ({
  logWeight: new Float64Array(count),
  dimension: new Float64Array(count),
  columns: outputs.map((type) => (isScalarType(type) ? new Float64Array(count) : new Array<Constant>(count))),
});

/** The same draws with room for more. */
export function grownDraws(draws: Draws, outputs: readonly IrType[], count: number): Draws {
  const grown = newDraws(outputs, count);
  copyDraws(grown, draws, 0);
  return grown;
}

/** The first draws alone; arrays of numbers are shared, not copied. */
export const firstDraws = (draws: Draws, count: number): Draws => ({
  logWeight: draws.logWeight.subarray(0, count),
  dimension: draws.dimension.subarray(0, count),
  columns: draws.columns.map((c) => (c instanceof Float64Array ? c.subarray(0, count) : c.slice(0, count))),
});

/** Copies draws to the places from `offset` on. */
export function copyDraws(
  to: Draws,
  from: Pick<BlockResult, 'logWeight' | 'dimension' | 'columns'>,
  offset: number,
): void {
  to.logWeight.set(from.logWeight, offset);
  to.dimension.set(from.dimension, offset);
  for (const [k, column] of to.columns.entries()) {
    const source = from.columns[k] ?? [];
    if (column instanceof Float64Array)
      column.set(source instanceof Float64Array ? source : Array.from(source, Number), offset);
    else
      source.forEach((value: Constant, i: number) => {
        column[offset + i] = value;
      });
  }
}

/**
 * Runs the first particles of a block; `given` holds the parameters of `main` beside the root address, from its first particle on. With
 * `skipped`, which only noise that is no column allows, so many at the start are not run, and neither in the result nor in `given`.
 */
export type BlockRun = (block: number, count: number, given: readonly Float64Array[], skipped?: number) => BlockResult;

/** The values of the parameters that `main` has beside its root address. Throws where draws bring another number of columns. */
export function givenColumns(draws: Pick<Draws, 'given'>, parameters: number): readonly Float64Array[] {
  const given = draws.given ?? [];
  if (given.length !== parameters)
    throw new Error(`engine: main has ${parameters} parameters beside its root address, and ${given.length} are given`);
  return given;
}

/** `fill` of an engine that runs block by block. */
export const fillByBlocks =
  (run: BlockRun): Kernel['fill'] =>
  (draws, from, to, base = 0) => {
    let counts: Counts = { steps: 0, unaligned: 0 };
    for (let start = from; start < to; ) {
      const block = Math.floor(start / blockSize);
      const end = Math.min((block + 1) * blockSize, to);
      const given = (draws.given ?? []).map((column) => column.subarray(start - base, to - base));
      const result = run(block, end - block * blockSize, given, start - block * blockSize);
      copyDraws(draws, result, start - base);
      counts = { steps: counts.steps + result.steps, unaligned: counts.unaligned + result.unaligned };
      start = end;
    }
    return counts;
  };
