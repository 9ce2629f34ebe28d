/** Where a kernel that pauses in functions keeps its particles. */
import type { Code } from '../../../runtime/assembly/code.js';
import { get, types } from '../../../runtime/assembly/instructions.js';
import type { ModuleBuilder, Routine, Variable } from '../../../runtime/assembly/module.js';

/**
 * A particle's row: what it has counted, its outputs, and behind them the frames that it has open, as they stand in the stack where all
 * particles run in turn. Weights, nodes and streams are columns.
 */
export const row = {
  /** Of the upmost frame, from the start of the stack. */
  offset: 0,
  /** Bytes of the stack that are in use. */
  live: 4,
  depth: 8,
  steps: 16,
  dimension: 24,
  outputs: 32,
} as const;

/** Bytes in front of a row's frames. */
export const headOf = (results: number): number => row.outputs + 8 * results;

/** Where rows and columns begin: they lie behind all tables, as long as the run is. */
export type RowVariables = {
  readonly rows: Variable;
  /** Bytes of a row. */
  readonly stride: Variable;
  readonly weights: Variable;
  readonly nodes: Variable;
  readonly streams: Variable;
};

export const rowVariables = (link: ModuleBuilder): RowVariables => ({
  rows: link.variable('rows', types.i32),
  stride: link.variable('row stride', types.i32),
  weights: link.variable('row weights', types.i32),
  nodes: link.variable('row nodes', types.i32),
  streams: link.variable('row streams', types.i32),
});

/** Sets where rows and columns begin: rows, stride, weights, nodes, streams. */
export const placeRows: Routine = {
  params: [types.i32, types.i32, types.i32, types.i32, types.i32],
  results: [],
  body: (link): Code => {
    const { rows, stride, weights, nodes, streams } = rowVariables(link);
    return [rows, stride, weights, nodes, streams].map((variable, k) => variable.set(get(k)));
  },
};
