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

/** Takes all numbers out. */
export function forget(greatest: Greatest): void {
  greatest.held = 0;
  greatest.least = Number.NEGATIVE_INFINITY;
}

/** Leaves the numbers that are wanted. Sorting is the host's own, and so fast from the first time on. */
function prune(greatest: Greatest): void {
  const { numbers, wanted } = greatest;
  const held = numbers.subarray(0, greatest.held).sort();
  held.copyWithin(0, held.length - wanted);
  greatest.held = wanted;
  greatest.least = numbers[0]!;
}

/** Makes room for more numbers behind those held, at most a piece of them; gives how many these are. */
export function makeRoom(greatest: Greatest, more: number): number {
  if (greatest.held + more > greatest.numbers.length) prune(greatest);
  return greatest.held;
}

/** Takes numbers in. */
export function addGreatest(greatest: Greatest, numbers: Float64Array): void {
  for (let from = 0; from < numbers.length; ) {
    if (greatest.held === greatest.numbers.length) prune(greatest);
    const piece = numbers.subarray(from, from + greatest.numbers.length - greatest.held);
    greatest.numbers.set(piece, greatest.held);
    greatest.held += piece.length;
    from += piece.length;
  }
}

/** The numbers wanted, or all where there are fewer, in no order. */
export function greatestOf(greatest: Greatest): Float64Array {
  if (greatest.held > greatest.wanted) prune(greatest);
  return greatest.numbers.slice(0, greatest.held);
}
