/**
 * How long an answer takes to be made of draws once they are there: what a limit of time must leave of itself. A quantity is summed up in
 * some passes over its draws, and dealt out for its quantiles: all in all about what it takes to sort them. That is measured on few
 * numbers, by the sort of the host, which needs not be compiled first.
 *
 * @returns milliseconds for each byte of draws, on this machine as busy as it is now
 */
export function millisecondsPerByte(): number {
  const values = Float64Array.from({ length: size }, (_, i) => (i * stride) % size);
  const began = performance.now();
  let sorted = 0;
  do {
    values.slice().sort();
    sorted += size;
  } while (performance.now() - began < watched);
  return (performance.now() - began) / (8 * sorted);
}

const size = 2 ** 15;
const stride = 20_011;
/** Milliseconds. */
const watched = 20;
