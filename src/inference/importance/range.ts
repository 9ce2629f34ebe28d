/** Which draws a job makes: `from` is the first of a block, `to` is not made. */
export type Range = { readonly from: number; readonly to: number };

/** The lowest and the highest dimension of draws that have weight: [Infinity, -Infinity] where none has. */
export type Dimensions = readonly [number, number];

export const noDimensions: Dimensions = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** The lowest and the highest dimension of draws from … to - 1 that have weight. */
export function dimensionsOf(logWeight: Float64Array, dimension: Float64Array, count: number): Dimensions {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    if (logWeight[i] === Number.NEGATIVE_INFINITY) continue;
    const d = dimension[i]!;
    if (d < lowest) lowest = d;
    if (d > highest) highest = d;
  }
  return [lowest, highest];
}

/** Draws of a higher dimension than the lowest that has weight lose theirs: against an atom a density is nothing. */
export function dropAbove(lowest: number, logWeight: Float64Array, dimension: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) if (dimension[i]! > lowest) logWeight[i] = Number.NEGATIVE_INFINITY;
}
