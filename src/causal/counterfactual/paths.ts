/** All ways in which something that makes choices can go. */

/** Paths that are drawn to guess how many there are, and how many times as many as may be gone through are not begun with. */
const probes = 16;
const hopeless = 2;

/** A guess of the number of paths: the mean product of options along random ones (Knuth, Mathematics of Computation 29, 1975). */
function guessedPaths(run: (choose: Choose) => unknown): number {
  let state = 1;
  let sum = 0;
  for (let k = 0; k < probes; k++) {
    let ways = 1;
    run((options) => {
      ways *= options;
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return Math.floor((state / 0x80000000) * options);
    });
    sum += ways;
  }
  return sum / probes;
}

/** Makes a choice among so many options, and gives its number. */
export type Choose = (options: number) => number;

/**
 * Runs a function once for each way in which its choices can fall, in lexicographic order. The function must make the same choices again
 * where earlier ones fall the same way. Gives null after `most` runs, and before the first where there seem to be many more.
 *
 * @param run what it gives null for is left out
 */
export function everyPath<T>(run: (choose: Choose) => T | null, most: number): readonly T[] | null {
  if (guessedPaths(run) > hopeless * most) return null;
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
