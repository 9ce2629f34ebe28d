import { blockSize } from '../../ir/engine.js';

/*
 * Every sum over draws has one fixed shape: in order within a block, then pairs of neighbouring blocks, pairs of
 * pairs, and so on. The result is the same to the bit whichever worker made which block and in which order, and its
 * rounding error grows with the logarithm of the number of blocks.
 */

/**
 * Merges the results of blocks 0, 1, 2, … in the fixed tree: neighbours in pairs, level by level; the odd one at the
 * end of a level moves up as it is.
 *
 * @param empty the result for no block at all
 */
export function reduceTree<T>(blocks: readonly T[], merge: (left: T, right: T) => T, empty: T): T {
  if (blocks.length === 0) return empty;
  let level = blocks;
  while (level.length > 1) {
    const above: T[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) above.push(merge(level[i]!, level[i + 1]!));
    if (level.length % 2 === 1) above.push(level[level.length - 1]!);
    level = above;
  }
  return level[0]!;
}

/**
 * A sum over draws 0 … count - 1 in the fixed tree.
 *
 * @param blockSum the sum over draws from … to - 1, in order
 */
export function sumByBlocks(count: number, blockSum: (from: number, to: number) => number): number {
  const sums: number[] = [];
  for (let from = 0; from < count; from += blockSize) sums.push(blockSum(from, Math.min(count, from + blockSize)));
  return reduceTree(sums, (left, right) => left + right, 0);
}
