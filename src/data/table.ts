import type { Type } from '../ir/type.js';

/** One column of a table: numbers, or indices into the members of an enum type; missing cells are NaN. */
export type Column = { readonly name: string; readonly type: Type; readonly values: Float64Array };

/** A data set in memory, column by column. All columns have `rows` values. */
export type Table = { readonly columns: readonly Column[]; readonly rows: number };
