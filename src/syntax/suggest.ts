/** Longer names are not compared: no slip of the keyboard explains them. */
const longest = 64;

/** The name of `names` that `wrong` was most likely meant to be, or null: at most a third of its letters differ. */
export function nearest(wrong: string, names: Iterable<string>): string | null {
  if (wrong.length > longest) return null;
  const limit = Math.max(1, Math.floor(wrong.length / 3));
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const name of names) {
    if (name === wrong || name.includes('@') || Math.abs(name.length - wrong.length) > limit) continue;
    const distance = name.toLowerCase() === wrong.toLowerCase() ? 0.5 : editDistance(wrong, name, bestDistance);
    // A name of one or two letters is no more like another one than like any.
    if (distance >= 1 && Math.min(wrong.length, name.length) <= 2) continue;
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** ``did you mean `x`?``, or null when nothing is near. */
export function didYouMean(wrong: string, names: Iterable<string>): string | null {
  const name = nearest(wrong, names);
  return name === null ? null : `did you mean \`${name}\`?`;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours (Damerau–Levenshtein, optimal string alignment); infinity as soon as
 * it cannot be less than `limit`.
 */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let distance = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        distance = Math.min(distance, before[j - 2]! + 1);
      row.push(distance);
    }
    if (Math.min(...row, ...last) >= limit) return Number.POSITIVE_INFINITY;
    before = last;
    last = row;
  }
  return last[b.length]!;
}
