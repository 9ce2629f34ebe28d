/** What the checker knows of an expression: its type, its value where that is known, and which nodes it reads. */
import type { Type } from '../ir/type.js';
import { unknown } from '../ir/type.js';
import type { Known } from './known.js';

export type Value = {
  readonly type: Type;
  readonly known: Known | null;
  /** Names of nodes that the value hangs on directly; nodes of parts by the name of the part. */
  readonly reads: ReadonlySet<string>;
};

export const noReads: ReadonlySet<string> = new Set();

export const makeValue = (type: Type, known: Known | null = null, reads: ReadonlySet<string> = noReads): Value => ({
  type,
  known,
  reads,
});

/** The value of an expression that has an error already: it causes no others. */
export const unknownValue: Value = makeValue(unknown);

/** All reads of some values, and of `more`. */
export function readsOf(values: readonly Value[], more: ReadonlySet<string> = noReads): ReadonlySet<string> {
  let all = more;
  for (const { reads } of values) all = union(all, reads);
  return all;
}

export function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  if (b.size === 0 || a === b) return a;
  if (a.size === 0) return b;
  for (const name of b) if (!a.has(name)) return new Set([...a, ...b]);
  return a;
}
