/** Nearest units by some coordinates. */

/** Points in a space where the distance is that of Euclid: `dimensions` numbers each, one point after another. */
export type Points = { readonly coordinates: Float64Array; readonly dimensions: number };

/** Units at the same distance, up to rounding, are all taken. */
const tie = 1e-9;

type Search = (from: number, count: number, most: number) => readonly number[];

/**
 * A search among some of the points: for a point the `count` nearest others with all that tie with the last of them, none further than `most`.
 * In one dimension along the sorted points, else by a tree that halves the points along their widest coordinate (Friedman, Bentley and Finkel,
 * ACM Transactions on Mathematical Software 3, 1977).
 */
export function nearestAmong({ coordinates, dimensions }: Points, among: readonly number[]): Search {
  const at = (point: number, d: number): number => coordinates[point * dimensions + d]!;
  const order = [...among];
  type Node = {
    readonly from: number;
    readonly to: number;
    readonly d: number;
    readonly cut: number;
    low: Node | null;
    high: Node | null;
  };
  const leaf = 8;
  const build = (from: number, to: number): Node => {
    let widest = 0;
    let spread = -1;
    for (let d = 0; d < dimensions; d++) {
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let k = from; k < to; k++) {
        least = Math.min(least, at(order[k]!, d));
        most = Math.max(most, at(order[k]!, d));
      }
      if (most - least > spread) [widest, spread] = [d, most - least];
    }
    if (to - from <= leaf || !(spread > 0)) return { from, to, d: 0, cut: 0, low: null, high: null };
    const sorted = order.slice(from, to).sort((a, b) => at(a, widest) - at(b, widest));
    sorted.forEach((point, k) => {
      order[from + k] = point;
    });
    const middle = from + ((to - from) >> 1);
    const cut = at(order[middle]!, widest);
    return { from, to, d: widest, cut, low: build(from, middle), high: build(middle, to) };
  };
  const root = build(0, order.length);

  return (from, count, most) => {
    // The least distances so far, in order; what ties with the last of them may be further back in the list.
    let found: { readonly point: number; readonly distance: number }[] = [];
    let bound = most;
    const visit = (node: Node): void => {
      if (node.low === null || node.high === null) {
        for (let k = node.from; k < node.to; k++) {
          const point = order[k]!;
          if (point === from) continue;
          let squares = 0;
          for (let d = 0; d < dimensions; d++) squares += (at(point, d) - at(from, d)) ** 2;
          const distance = Math.sqrt(squares);
          if (distance > bound * (1 + tie)) continue;
          found.push({ point, distance });
          if (found.length < count) continue;
          found.sort((a, b) => a.distance - b.distance);
          bound = Math.min(bound, found[count - 1]!.distance);
          found = found.filter((f) => f.distance <= bound * (1 + tie));
        }
        return;
      }
      const beyond = at(from, node.d) - node.cut;
      const [near, far] = beyond < 0 ? [node.low, node.high] : [node.high, node.low];
      visit(near);
      if (Math.abs(beyond) <= bound * (1 + tie)) visit(far);
    };
    visit(root);
    return found.map(({ point }) => point);
  };
}
