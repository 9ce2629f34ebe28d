import { Matrix } from 'ml-matrix';
import type { UnitColumn } from './units.js';

/** A design matrix: a column of ones first, then each quantity, and for each label but the first a column of zeros and ones. */
export type Design = {
  readonly matrix: Matrix;
  /** The columns that belong to each variable, by its name. */
  readonly places: ReadonlyMap<string, readonly number[]>;
};

/** The design of some columns of `rows` values each. */
export function designOf(columns: readonly UnitColumn[], rows: number): Design {
  const places = new Map<string, readonly number[]>();
  let width = 1;
  for (const { name, levels } of columns) {
    const count = levels === null ? 1 : levels - 1;
    places.set(
      name,
      Array.from({ length: count }, (_, k) => width + k),
    );
    width += count;
  }
  const matrix = Matrix.zeros(rows, width);
  for (let r = 0; r < rows; r++) {
    matrix.set(r, 0, 1);
    for (const column of columns) {
      const at = places.get(column.name) ?? [];
      encode(column, column.values[r]!).forEach((value, k) => {
        if (value !== 0) matrix.set(r, at[k]!, value);
      });
    }
  }
  return { matrix, places };
}

/** How a value of a column stands in a row of the design. */
export function encode({ levels }: Pick<UnitColumn, 'levels'>, value: number): readonly number[] {
  if (levels === null || levels === 2) return [value];
  return Array.from({ length: levels - 1 }, (_, k) => (value === k + 1 ? 1 : 0));
}
