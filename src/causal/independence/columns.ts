import type { Column, Table } from '../../data/table.js';
import type { UnitColumn } from '../estimate/units.js';

/** Columns made ready for tests, scores and discovery. */
type ReadyColumns =
  | {
      readonly ok: true;
      readonly columns: readonly UnitColumn[];
      /** Rows that have all the values. */
      readonly rows: number;
      /** Rows that lack one and were left out. */
      readonly left: number;
    }
  | { readonly ok: false; readonly reason: string };

/** Whole numbers with more different values than this are no labels; words with more name the rows. */
const mostLabels = 100;

/**
 * Columns of a table as quantities and labels, without rows that lack one of them. Truth values and labels of a table are labels; whole numbers are quantities unless
 * they take two values only, or `wholeAreLabels` and they take at most a hundred; then label k is the k-th smallest.
 *
 * @param names which columns, in this order; null: all
 */
export function readyColumns(table: Table, names: readonly string[] | null, wholeAreLabels: boolean): ReadyColumns {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const absent = (names ?? []).filter((name) => !byName.has(name));
  if (absent.length > 0)
    return {
      ok: false,
      reason: `the table has no column${absent.length > 1 ? 's' : ''} ${absent.map((name) => `\`${name}\``).join(', ')}`,
    };
  const chosen = names === null ? table.columns : names.map((name) => byName.get(name)!);
  const odd = chosen.find(({ type }) => !['bool', 'enum', 'int', 'real'].includes(type.kind));
  if (odd !== undefined) return { ok: false, reason: `column \`${odd.name}\` holds neither numbers nor labels` };
  const naming = chosen.find(({ type }) => type.kind === 'enum' && type.members.length > mostLabels);
  if (naming !== undefined)
    return { ok: false, reason: `column \`${naming.name}\` holds more than ${mostLabels} labels: leave it out` };
  const kept: number[] = [];
  for (let r = 0; r < table.rows; r++) if (chosen.every(({ values }) => !Number.isNaN(values[r]!))) kept.push(r);
  if (kept.length === 0) return { ok: false, reason: 'no row of the table has all values' };
  return {
    ok: true,
    columns: chosen.map((column) => ready(column, kept, wholeAreLabels)),
    rows: kept.length,
    left: table.rows - kept.length,
  };
}

function ready({ name, type, values }: Column, kept: readonly number[], wholeAreLabels: boolean): UnitColumn {
  const own = Float64Array.from(kept, (r) => values[r]!);
  if (type.kind === 'bool') return { name, values: own, levels: 2 };
  if (type.kind === 'enum') return { name, values: own, levels: type.members.length };
  if (type.kind === 'int') {
    const different = [...new Set(own)].sort((a, b) => a - b);
    if (different.length === 2 || (wholeAreLabels && different.length <= mostLabels)) {
      const places = new Map(different.map((value, k) => [value, k]));
      return { name, values: own.map((v) => places.get(v)!), levels: different.length };
    }
  }
  return { name, values: own, levels: null };
}
