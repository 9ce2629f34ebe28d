/** Nearest points among some, where points at one place are found together. */

/** Points in a space where the distance is that of Euclid: `dimensions` numbers each, one point after another. */
export type Points = { readonly coordinates: Float64Array; readonly dimensions: number };

/** Places where points are: the place of each point, and a point of each place. */
type Places = { readonly placeOf: Int32Array; readonly pointAt: readonly number[] };

/** Puts points with the same coordinates at one place. */
export function placesOf({ coordinates, dimensions }: Points): Places {
  const known = new Map<string, number>();
  const pointAt: number[] = [];
  const placeOf = new Int32Array(coordinates.length / dimensions);
  for (let point = 0; point < placeOf.length; point++) {
    const key = coordinates.subarray(point * dimensions, (point + 1) * dimensions).join();
    const place = known.get(key) ?? pointAt.length;
    if (place === pointAt.length) {
      known.set(key, place);
      pointAt.push(point);
    }
    placeOf[point] = place;
  }
  return { placeOf, pointAt };
}

/** Distances that differ by less than this part are a tie. */
const tie = 1e-9;

/** The places that hold the nearest points of a place, the nearest first. */
type Search = (from: number, count: number, most: number, itself: boolean) => readonly number[];

type Node = {
  readonly from: number;
  readonly to: number;
  readonly d: number;
  readonly cut: number;
  readonly halves: readonly [Node, Node] | null;
};

/** Places in a leaf of the tree. */
const leaf = 8;

/**
 * A search for the `count` points nearest to a place, with all that tie with the last of them and none further than `most`, among some points;
 * `itself` says that one of them, at that place, does not count. By a tree that halves places along their widest coordinate (Friedman, Bentley
 * and Finkel, ACM Transactions on Mathematical Software 3, 1977).
 *
 * @param sizes how many of the points are at each place
 */
export function nearestAmong({ coordinates, dimensions }: Points, { pointAt }: Places, sizes: Int32Array): Search {
  const at = (place: number, d: number): number => coordinates[pointAt[place]! * dimensions + d]!;
  const order = [...sizes.keys()].filter((place) => sizes[place]! > 0);
  const build = (from: number, to: number): Node => {
    let [widest, spread] = [0, -1];
    for (let d = 0; d < dimensions; d++) {
      let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let k = from; k < to; k++) {
        least = Math.min(least, at(order[k]!, d));
        greatest = Math.max(greatest, at(order[k]!, d));
      }
      if (greatest - least > spread) [widest, spread] = [d, greatest - least];
    }
    if (to - from <= leaf) return { from, to, d: 0, cut: 0, halves: null };
    const sorted = order.slice(from, to).sort((a, b) => at(a, widest) - at(b, widest));
    for (const [k, place] of sorted.entries()) order[from + k] = place;
    const middle = from + ((to - from) >> 1);
    return {
      from,
      to,
      d: widest,
      cut: at(order[middle]!, widest),
      halves: [build(from, middle), build(middle, to)],
    };
  };
  const root = build(0, order.length);

  return (from, count, most, itself) => {
    // Places found so far, the nearest first; those that more than `count` points lie before are dropped.
    const found: { readonly place: number; readonly distance: number; readonly size: number }[] = [];
    let bound = most;
    const take = (place: number): void => {
      let squares = 0;
      for (let d = 0; d < dimensions; d++) squares += (at(place, d) - at(from, d)) ** 2;
      const distance = Math.sqrt(squares);
      const size = sizes[place]! - (itself && place === from ? 1 : 0);
      if (size === 0 || distance > bound * (1 + tie)) return;
      let k = found.length;
      while (k > 0 && found[k - 1]!.distance > distance) k -= 1;
      found.splice(k, 0, { place, distance, size });
      let points = 0;
      for (const [last, one] of found.entries()) {
        points += one.size;
        if (points < count) continue;
        bound = Math.min(bound, one.distance);
        let end = last + 1;
        while (end < found.length && found[end]!.distance <= bound * (1 + tie)) end += 1;
        found.length = end;
        return;
      }
    };
    const visit = ({ from: start, to, d, cut, halves }: Node): void => {
      if (halves === null) {
        for (let k = start; k < to; k++) take(order[k]!);
        return;
      }
      const beyond = at(from, d) - cut;
      visit(halves[beyond < 0 ? 0 : 1]);
      if (Math.abs(beyond) <= bound * (1 + tie)) visit(halves[beyond < 0 ? 1 : 0]);
    };
    visit(root);
    return found.map(({ place }) => place);
  };
}
