import type { Constant } from '../ir/ir.js';
import type { Type } from '../ir/type.js';

/** One column of a table: numbers, or indices into the members of an enum type; missing cells are NaN. */
export type Column = { readonly name: string; readonly type: Type; readonly values: Float64Array };

/** A value with its type: records and arrays, nested as deep as they come. */
export type NestedValue = { readonly type: Type; readonly value: Constant };

/** A data set in memory, column by column. All columns have `rows` values. */
export type Table = {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** What was read where it is no table; there are no columns then. */
  readonly nested?: NestedValue;
};
