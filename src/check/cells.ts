/** Cells of a column as values of a node. */
import type { Column } from '../data/table.js';
import type { Type } from '../ir/type.js';

/** The cells as numbers of the node's type (missing ones NaN), or the first cell that is none; rows count from 1 below the header. */
type NodeCells =
  | { readonly ok: true; readonly values: Float64Array }
  | { readonly ok: false; readonly row: number; readonly cell: string };

/**
 * Reads a column as values of a node: 0 and 1 are bools, whole numbers are ints, labels are the members of that name, whatever enum the
 * table found them in. The array is the column's own where nothing has to change.
 */
export function cellsAs(column: Column, type: Type): NodeCells {
  const { values } = column;
  switch (type.kind) {
    case 'bool':
      return column.type.kind === 'bool' ? { ok: true, values } : every(values, (v) => v === 0 || v === 1);
    case 'int':
      return column.type.kind === 'int' ? { ok: true, values } : every(values, Number.isSafeInteger);
    case 'enum': {
      if (column.type.kind !== 'enum') return every(values, () => false);
      const { members } = column.type;
      const places = members.map((m) => type.members.indexOf(m));
      if (places.every((place, i) => place === i)) return { ok: true, values };
      const out = new Float64Array(values.length);
      for (const [row, value] of values.entries()) {
        const place = Number.isNaN(value) ? value : (places[value] ?? -1);
        if (place === -1) return { ok: false, row: row + 1, cell: members[value] ?? String(value) };
        out[row] = place;
      }
      return { ok: true, values: out };
    }
    default:
      return { ok: true, values };
  }
}

function every(values: Float64Array, fits: (value: number) => boolean): NodeCells {
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (!Number.isNaN(value) && !fits(value)) return { ok: false, row: row + 1, cell: String(value) };
  }
  return { ok: true, values };
}

/** The first weight that is missing, negative or infinite; null where all are fine. Rows count from 1 below the header. */
export function badWeight(values: Float64Array): { readonly row: number; readonly weight: number } | null {
  for (let row = 0; row < values.length; row++) {
    const weight = values[row]!;
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) return { row: row + 1, weight };
  }
  return null;
}

/** The first row whose selection is false; null where there is none. */
export function firstFalse(values: Float64Array): number | null {
  const at = values.indexOf(0);
  return at === -1 ? null : at + 1;
}
