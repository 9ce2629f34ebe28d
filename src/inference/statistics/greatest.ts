import { copyAbove } from './tail_loops.js';

/** The greatest numbers of a stream, none of which is NaN: `numbers` up to `held` hold the `wanted` greatest seen so far, and others. */
type Greatest = {
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
 * @param piece about how many are offered at a time
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

/** One number in so many is looked at to tell which ones are great. */
const GLANCE = 8;

/**
 * Drops numbers that are not wanted, if not all of them. Sorting is the host's own, and so fast from the first time on; but a few of the
 * numbers, sorted, tell a limit that about as many as are wanted stand above. Where too few do, all are sorted.
 */
function prune(greatest: Greatest): void {
  const { numbers, wanted } = greatest;
  const glance = new Float64Array(Math.floor(greatest.held / GLANCE));
  for (let i = 0; i < glance.length; i++) glance[i] = numbers[GLANCE * i]!;
  glance.sort();
  // How many of those looked at are wanted varies about as a Poisson number does.
  const share = wanted / GLANCE;
  const limit = glance[glance.length - 1 - Math.ceil(share + 3 * Math.sqrt(share))];
  if (limit !== undefined) {
    const above = new Float64Array(2 * wanted);
    const count = copyAbove(numbers, greatest.held, limit, above);
    if (count >= wanted && count <= above.length) {
      numbers.set(above.subarray(0, count));
      greatest.held = count;
      greatest.least = limit;
      return;
    }
  }
  const held = numbers.subarray(0, greatest.held).sort();
  held.copyWithin(0, held.length - wanted);
  greatest.held = wanted;
  greatest.least = numbers[0]!;
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

/** At least the numbers wanted, or all where there are fewer, in no order. */
export function greatestOf(greatest: Greatest): Float64Array {
  if (greatest.held > 2 * greatest.wanted) prune(greatest);
  return greatest.numbers.slice(0, greatest.held);
}
