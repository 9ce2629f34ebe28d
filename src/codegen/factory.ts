/** From text to functions: what generated code is handed, and what it hands back. */
import type { KernelOptions } from '../inference/engine.js';
import type { Constant, IrType } from '../ir/ir.js';
import { absentValue, isScalarType, type RuntimeValue, toConstant } from '../ir/values.js';
import type { LowProgram } from './low.js';
import type { NoiseColumns } from './noise_columns.js';
import type { Running } from './support.js';
import type { Trace } from './trace.js';

/** Names of the parameters of the factory, in order: everything that the text sees. */
export const factoryNames = (support: Readonly<Record<string, unknown>>, low: LowProgram): readonly string[] => [
  ...Object.keys(support),
  'k0',
  'k1',
  'st',
  'at',
  'totals',
  'numbers',
  'values',
  'trace',
  ...low.constants.map((_, k) => `c${k}`),
  ...low.groups.map((_, k) => `g${k}`),
];

/** The values of `factoryNames`. */
export const factoryValues = (
  { key }: KernelOptions,
  support: Readonly<Record<string, unknown>>,
  low: LowProgram,
  running: Running,
  trace: Trace,
  columns: NoiseColumns,
): readonly unknown[] => [
  ...Object.values(support),
  key[0],
  key[1],
  running.state,
  running.at,
  running.totals,
  new Float64Array(mostResults(low)),
  new Array(mostResults(low)).fill(null),
  trace,
  ...low.constants,
  ...columns.entries.map((c) => c.shown),
];

/** Runs a factory's text with what it is handed. */
export function instantiate(text: string, names: readonly string[], given: readonly unknown[]): unknown {
  const factory: unknown = new Function(...names, text);
  if (typeof factory !== 'function') throw new Error('codegen: the text is no function');
  return factory(...given);
}

/** The greatest number of results of a function. */
export const mostResults = (low: LowProgram): number =>
  [...low.functions.values()].reduce((most, f) => Math.max(most, f.results.length), 0);

/** Output columns: doubles for numbers, else whole values. */
export type Columns = readonly (Float64Array | RuntimeValue[])[];

/** Empty output columns for results of these types. */
export const newColumns = (types: readonly IrType[], count: number): Columns =>
  types.map((type) => (isScalarType(type) ? new Float64Array(count) : new Array<RuntimeValue>(count)));

/** The outputs of a particle of weight zero are absent. */
export function eraseOutputs(outputs: Columns, types: readonly IrType[], p: number): void {
  types.forEach((type, k) => {
    const column = outputs[k];
    if (column instanceof Float64Array) column[p] = Number.NaN;
    else if (column !== undefined) column[p] = absentValue(type);
  });
}

/** A column as the outside sees it. */
export const asColumn = (column: Float64Array | RuntimeValue[]): Float64Array | readonly Constant[] =>
  column instanceof Float64Array ? column : column.map(toConstant);
