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

/** Makes room for more numbers behind those held; gives how many these are. */
export function makeRoom(greatest: Greatest, more: number): number {
  const { numbers, wanted } = greatest;
  if (greatest.held + more > numbers.length) {
    const held = numbers.subarray(0, greatest.held).sort();
    held.copyWithin(0, held.length - wanted);
    greatest.held = wanted;
    greatest.least = numbers[0]!;
  }
  return greatest.held;
}
