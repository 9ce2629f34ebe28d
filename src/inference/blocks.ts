import type { Constant } from '../ir/ir.js';
import { type BlockResult, blockSize } from './engine.js';

/** Runs `one` for each block of `count` particles, the last of which may be short. */
export function blocksOf(count: number, one: (index: number, size: number) => BlockResult): readonly BlockResult[] {
  const results: BlockResult[] = [];
  for (let from = 0; from < count; from += blockSize)
    results.push(one(from / blockSize, Math.min(blockSize, count - from)));
  return results;
}

/** Results of neighbouring blocks as one. */
export function joinBlocks(results: readonly BlockResult[]): BlockResult {
  const [only] = results;
  if (results.length === 1 && only !== undefined) return only;
  const count = results.reduce((n, r) => n + r.count, 0);
  const width = only?.columns.length ?? 0;
  return {
    count,
    logWeight: joinNumbers(
      results.map((r) => r.logWeight),
      count,
    ),
    dimension: joinNumbers(
      results.map((r) => r.dimension),
      count,
    ),
    columns: Array.from({ length: width }, (_, k) =>
      joinColumn(
        results.map((r) => r.columns[k] ?? []),
        count,
      ),
    ),
    unaligned: results.reduce((n, r) => n + r.unaligned, 0),
    steps: results.reduce((n, r) => n + r.steps, 0),
  };
}

function joinNumbers(parts: readonly Float64Array[], count: number): Float64Array {
  const joined = new Float64Array(count);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** A column of numbers, or of whole values. */
export function joinColumn(
  parts: readonly (Float64Array | readonly Constant[])[],
  count: number,
): Float64Array | readonly Constant[] {
  const numbers = parts.filter((p): p is Float64Array => p instanceof Float64Array);
  return numbers.length === parts.length ? joinNumbers(numbers, count) : parts.flatMap((p) => Array.from<Constant>(p));
}
