import type { Progress } from './contract.js';

/** How fast a run is. */
export type Pace = {
  /** Since it began. */
  readonly seconds: number;
  /** Draws in a second, of the query that is being answered; null where too little is known. */
  readonly rate: number | null;
  /** Seconds that the query will take yet, about; null where its number of draws is open. */
  readonly left: number | null;
};

/** Follows a run that begins now. `now` gives milliseconds. What it returns is told of all progress, and the pace is measured by that. */
export function newPace(now: () => number): (query: string | null, progress: Progress) => Pace {
  const start = now();
  /** The query that is being answered, and where it was when it was first heard of. */
  let first: { readonly query: string | null; readonly at: number; readonly draws: number } | null = null;
  return (query, { draws, total }) => {
    const at = now();
    if (first === null || first.query !== query || draws < first.draws) first = { query, at, draws };
    const rate = (1000 * (draws - first.draws)) / (at - first.at);
    const known = rate > 0 && Number.isFinite(rate);
    return {
      seconds: (at - start) / 1000,
      rate: known ? rate : null,
      left: leftOf(total === null ? null : Math.max(0, total - draws), known ? rate : null),
    };
  };
}

/** Seconds for draws that are left; where none are, no rate need be known. */
const leftOf = (draws: number | null, rate: number | null): number | null => {
  if (draws === 0) return 0;
  return draws === null || rate === null ? null : draws / rate;
};
