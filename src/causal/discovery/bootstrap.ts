import { derivedKey, type Key } from '../../runtime/random/seed.js';
import { particleState } from '../../runtime/random/source.js';
import { nextUniform } from '../../runtime/random/uniform.js';
import type { UnitColumn } from '../estimate/units.js';
import type { Mark, MarkedGraph } from './marked_graph.js';

/** How often an edge with certain marks was found: `share` of the replicates. */
type MarkedShare = { readonly atA: Mark; readonly atB: Mark; readonly share: number };

/** How often a pair was joined, by columns a < b, and with which marks, the commonest first. */
type EdgeFrequency = {
  readonly a: number;
  readonly b: number;
  readonly share: number;
  readonly marks: readonly MarkedShare[];
};

export type EdgeFrequencies = {
  /** Replicates that gave a graph. */
  readonly replicates: number;
  /** Replicates that gave none. */
  readonly failed: number;
  /** Pairs that were joined at least once, in their order. */
  readonly edges: readonly EdgeFrequency[];
};

/**
 * How often edges are found when discovery is done again on rows drawn with replacement (Friedman, Goldszmidt and Wyner, "Data analysis with Bayesian
 * networks: a bootstrap approach", UAI 1999). Replicate r draws its rows from the key and r alone.
 *
 * @param find discovery of these columns on a key of the replicate; null where it finds none
 */
export function edgeFrequencies(
  columns: readonly UnitColumn[],
  replicates: number,
  key: Key,
  find: (columns: readonly UnitColumn[], key: Key) => MarkedGraph | null,
): EdgeFrequencies {
  const rows = columns[0]?.values.length ?? 0;
  const found = new Map<string, Map<string, number>>();
  let failed = 0;
  for (let r = 0; r < replicates; r++) {
    const graph = find(resampled(columns, drawnRows(rows, key, r)), derivedKey(key, r));
    if (graph === null) failed += 1;
    for (const { a, b, atA, atB } of graph?.edges ?? []) {
      const pair = `${a},${b}`;
      const kinds = found.get(pair) ?? new Map<string, number>();
      found.set(pair, kinds.set(`${atA},${atB}`, (kinds.get(`${atA},${atB}`) ?? 0) + 1));
    }
  }
  const done = replicates - failed;
  const edges: EdgeFrequency[] = [];
  for (let a = 0; a < columns.length; a++)
    for (let b = a + 1; b < columns.length; b++) {
      const kinds = found.get(`${a},${b}`);
      if (kinds === undefined) continue;
      const marks = everyMark.flatMap((atA) =>
        everyMark.flatMap((atB): readonly MarkedShare[] => {
          const times = kinds.get(`${atA},${atB}`);
          return times === undefined ? [] : [{ atA, atB, share: times / done }];
        }),
      );
      const times = [...kinds.values()].reduce((sum, n) => sum + n, 0);
      edges.push({ a, b, share: times / done, marks: marks.sort((s, t) => t.share - s.share) });
    }
  return { replicates: done, failed, edges };
}

const everyMark: readonly Mark[] = ['tail', 'arrow', 'circle'];

function drawnRows(rows: number, key: Key, replicate: number): Int32Array {
  const state = new Int32Array(4);
  particleState(key, replicate, state);
  return Int32Array.from({ length: rows }, () => Math.floor(nextUniform(state) * rows));
}

const resampled = (columns: readonly UnitColumn[], drawn: Int32Array): readonly UnitColumn[] =>
  columns.map((column) => ({ ...column, values: Float64Array.from(drawn, (r) => column.values[r]!) }));
