/** Yes-or-no questions on one affine function: whether it lies in a union of intervals. */
import { type Affine, addScaled, type Linear, scaled } from './affine.js';

/** Rising, disjoint intervals; whether ends belong to them has no weight. */
export type Intervals = readonly (readonly [low: number, high: number])[];

/** True where the direction (constant 0, first coefficient 1) lies in one of the intervals. */
export type Event = { readonly kind: 'event'; readonly direction: Affine; readonly intervals: Intervals };

/** A bool that is known, or hangs on one affine function. */
export type Truth = number | Event;

/** Whether a < b. */
export function below(a: Linear, b: Linear): Truth {
  const difference = addScaled(a, b, -1);
  if (typeof difference === 'number') return difference < 0 ? 1 : 0;
  const first = difference.coefficients[0] ?? 1;
  const direction = scaled({ ...difference, constant: 0 }, 1 / first);
  if (typeof direction === 'number') return 0;
  const end = -difference.constant / first;
  const half: readonly [number, number] = first > 0 ? [Number.NEGATIVE_INFINITY, end] : [end, Number.POSITIVE_INFINITY];
  return { kind: 'event', direction, intervals: [half] };
}

/** The opposite. */
export function negated(a: Truth): Truth {
  if (typeof a === 'number') return 1 - a;
  const gaps: (readonly [number, number])[] = [];
  let from = Number.NEGATIVE_INFINITY;
  for (const [low, high] of a.intervals) {
    if (low > from) gaps.push([from, low]);
    from = high;
  }
  if (from < Number.POSITIVE_INFINITY) gaps.push([from, Number.POSITIVE_INFINITY]);
  return known({ ...a, intervals: gaps });
}

/** Both; null where they hang on different functions. */
export function both(a: Truth, b: Truth): Truth | null {
  if (typeof a === 'number') return a === 1 ? b : 0;
  if (typeof b === 'number') return both(b, a);
  if (!sameDirection(a.direction, b.direction)) return null;
  const common: (readonly [number, number])[] = [];
  for (const [l, h] of a.intervals)
    for (const [low, high] of b.intervals) {
      const meet = [Math.max(l, low), Math.min(h, high)] as const;
      if (meet[0] < meet[1]) common.push(meet);
    }
  return known({ ...a, intervals: common.sort((x, y) => x[0] - y[0]) });
}

/** At least one; null where they hang on different functions. */
export function either(a: Truth, b: Truth): Truth | null {
  const neither = both(negated(a), negated(b));
  return neither === null ? null : negated(neither);
}

const known = (event: Event): Truth => {
  const [first] = event.intervals;
  if (first === undefined) return 0;
  return first[0] === Number.NEGATIVE_INFINITY && first[1] === Number.POSITIVE_INFINITY ? 1 : event;
};

const sameDirection = (a: Affine, b: Affine): boolean =>
  a.ids.length === b.ids.length && a.ids.every((id, i) => id === b.ids[i] && a.coefficients[i] === b.coefficients[i]);
