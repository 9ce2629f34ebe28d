/** From text to functions: what generated code is handed, and what it hands back. */
import type { KernelOptions } from '../ir/engine.js';
import type { Constant, IrType } from '../ir/ir.js';
import { absentValue, isScalarType, type RuntimeValue, toConstant } from '../ir/values.js';
import { factoryOf } from './factories.js';
import type { LowProgram } from './low.js';
import type { NoiseColumns } from './noise_columns.js';
import type { Running } from './support.js';
import type { Trace } from './trace.js';

/** Everything that generated text may see, by name. */
export const givenValues = (
  { key }: KernelOptions,
  support: Readonly<Record<string, unknown>>,
  low: LowProgram,
  running: Running,
  trace: Trace,
  columns: NoiseColumns,
): Readonly<Record<string, unknown>> => ({
  ...support,
  k0: key[0],
  k1: key[1],
  st: running.state,
  at: running.at,
  totals: running.totals,
  numbers: new Float64Array(mostResults(low)),
  values: new Array(mostResults(low)).fill(null),
  trace,
  ...Object.fromEntries(low.constants.map((value, k) => [`c${k}`, value])),
  ...Object.fromEntries(columns.entries.map((entry, k) => [`g${k}`, entry.shown])),
});

/**
 * The text of a factory: constants for what the text names of `given`, then the text. As constants and not as parameters,
 * because V8 compiles what constants hold (columns, functions) into its code.
 */
export function factoryText(text: string, names: readonly string[]): string {
  const used = new Set(text.match(/[A-Za-z]\w*/g));
  return `'use strict';\nconst { ${names.filter((name) => used.has(name)).join(', ')} } = given;\n${text}`;
}

/** Runs a factory's text with what it is handed; `isForbiddenCode` tells what is thrown where the platform forbids that. */
export function instantiate(text: string, given: Readonly<Record<string, unknown>>): unknown {
  return factoryOf(factoryText(text, Object.keys(given)))(given);
}

/** The greatest number of results of a function. */
const mostResults = (low: LowProgram): number =>
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
