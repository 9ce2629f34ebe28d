/** The greatest numbers of a stream: `numbers` up to `held` hold the `wanted` greatest seen so far, and others. */
export type Greatest = {
  readonly wanted: number;
  readonly numbers: Float64Array;
  held: number;
  /** Numbers that are not above it are not wanted. */
  least: number;
};

/** More room than for the numbers wanted makes sorting rare. */
const SPARE = 4;

/**
 * Collects the greatest of many numbers.
 *
 * @param wanted how many are kept at least
 * @param piece how many are offered at a time at most
 */
export const newGreatest = (wanted: number, piece: number): Greatest => ({
  wanted,
  numbers: new Float64Array(SPARE * wanted + piece),
  held: 0,
  least: Number.NEGATIVE_INFINITY,
});

/** Takes numbers `from` … `to - 1` into account; -Infinity never counts. */
export function offer(greatest: Greatest, offered: Float64Array, from: number, to: number): void {
  const { numbers, wanted } = greatest;
  if (greatest.held + to - from > numbers.length) {
    const held = numbers.subarray(0, greatest.held).sort();
    held.copyWithin(0, held.length - wanted);
    greatest.held = wanted;
    greatest.least = numbers[0]!;
  }
  greatest.held = collect(numbers, greatest.held, greatest.least, offered, from, to);
}

function collect(
  into: Float64Array,
  held: number,
  least: number,
  offered: Float64Array,
  from: number,
  to: number,
): number {
  let count = held;
  for (let i = from; i < to; i++) if (offered[i]! > least) into[count++] = offered[i]!;
  return count;
}
