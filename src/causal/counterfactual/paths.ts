/** All ways in which something that makes choices can go. */

/** Makes a choice among so many options, and gives its number. */
export type Choose = (options: number) => number;

/**
 * Runs a function once for each way in which its choices can fall, in lexicographic order. The function must make the same choices again
 * where earlier ones fall the same way. Gives null after `most` runs.
 *
 * @param run what it gives null for is left out
 */
export function everyPath<T>(run: (choose: Choose) => T | null, most: number): readonly T[] | null {
  const found: T[] = [];
  const taken: { pick: number; readonly of: number }[] = [];
  for (let runs = 0; ; runs++) {
    if (runs === most) return null;
    let position = 0;
    const choose: Choose = (options) => {
      const before = taken[position++];
      if (before !== undefined) return before.pick;
      taken.push({ pick: 0, of: options });
      return 0;
    };
    const made = run(choose);
    if (made !== null) found.push(made);
    // The choices that this run did not come to belong to no further run.
    taken.length = position;
    for (let last = taken.at(-1); last !== undefined && last.pick === last.of - 1; last = taken.at(-1)) taken.pop();
    const last = taken.at(-1);
    if (last === undefined) return found;
    last.pick += 1;
  }
}
