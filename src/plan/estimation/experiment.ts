import type { Knowledge } from '../../causal/bounds/bounds.js';
import { poisson } from '../../causal/bounds/from_data.js';
import type { Column, Table } from '../../data/table.js';
import type { NoiseSource } from '../../runtime/random/source.js';

/** A column with what its values are called in the rows that were observed: labels, or the numbers that `values` holds. */
type Named = { readonly column: Column; readonly size: number; readonly values: readonly number[] | null };

/** How often each outcome was found under each exposure that an experiment gave out: `counts[exposure][outcome]`. */
export type ExperimentCounts = readonly (readonly number[])[];

/**
 * The counts of an experiment whose table has the columns of exposure and outcome; rows count units where it has the column `weighted` too, rows without a
 * value and values that were not observed are left out. Null where a column is missing.
 */
export function experimentCounts(
  table: Table,
  exposure: Named,
  outcome: Named,
  weighted: string | null,
): ExperimentCounts | null {
  const find = (name: string): Column | undefined => table.columns.find((c) => c.name === name);
  const [x, y] = [find(exposure.column.name), find(outcome.column.name)];
  if (x === undefined || y === undefined) return null;
  const weights = weighted === null ? undefined : find(weighted)?.values;
  const counts = Array.from({ length: exposure.size }, () => new Array<number>(outcome.size).fill(0));
  const [levelOf, outcomeOf] = [numbersOf(exposure, x), numbersOf(outcome, y)];
  for (let r = 0; r < table.rows; r++) {
    const row = counts[levelOf(x.values[r]!)];
    const at = outcomeOf(y.values[r]!);
    if (row !== undefined && row[at] !== undefined) row[at] += weights?.[r] ?? 1;
  }
  return counts;
}

/** The number of a value of a column; -1 for one that the other column has not. */
function numbersOf({ column, values }: Named, { type }: Column): (value: number) => number {
  if (column.type.kind !== 'enum') return (value) => values?.indexOf(value) ?? -1;
  const { members } = column.type;
  return (value) => (type.kind === 'enum' ? members.indexOf(type.members[value] ?? '') : -1);
}

/** What an experiment says of each outcome under each exposure that it gave out; from counts about these where there is noise. */
export const experimentKnowledge = (
  counts: ExperimentCounts,
  exposure: string,
  outcome: string,
  noise: NoiseSource | null,
): Knowledge['experiments'] =>
  counts.flatMap((row, level) => {
    const drawn = noise === null ? row : row.map((count) => poisson(count, noise));
    const total = drawn.reduce((sum, count) => sum + count, 0);
    if (total === 0) return [];
    // The last outcome is what the others leave.
    return drawn.slice(0, -1).map((count, value) => ({
      events: [{ variable: outcome, value, action: { [exposure]: level } }],
      probability: count / total,
    }));
  });
