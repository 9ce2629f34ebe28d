import { quantileOf } from './quantile.js';
import type { SortedDraws } from './sorted_draws.js';
import type { Weights } from './weights.js';

/** A weighted histogram: bin i holds the values in [edges[i], edges[i + 1]), the last one its right edge too. */
export type Histogram = {
  /** One more than there are bins; ascending. */
  readonly edges: readonly number[];
  /** Share of the weight in each bin. */
  readonly mass: readonly number[];
  /** Share of the weight below the first edge, of a tail too long to show; likewise above the last. */
  readonly below: number;
  readonly above: number;
};

/** What the values are, and how many bins there is room for. */
type HistogramOptions = {
  /** The values are whole numbers (a `bool` too): edges then lie halfway between them, one bin for each if there is room. */
  readonly integer: boolean;
  /** Greatest number of bins. */
  readonly mostBins: number;
};

const TAIL = 0.005;

/**
 * Bins for a histogram that a person reads: of the width of Freedman and Diaconis (2 IQR / n^(1/3), n the effective
 * sample size), rounded up to 1, 2 or 5 times a power of ten, with edges at multiples of it. Where that would take too
 * many bins, half a percent of the weight at each end is counted, not shown, and bins are made as wide as it takes.
 * null for no draws, or where there is no finite value to show.
 *
 * @param draws `sortDraws(values, weights)`
 */
export function weightedHistogram(
  values: Float64Array,
  weights: Weights,
  draws: SortedDraws,
  options: HistogramOptions,
): Histogram | null {
  if (draws.count === 0) return null;
  let low = draws.valueAt(0);
  let high = draws.valueAt(draws.count - 1);
  const { integer, mostBins } = options;
  const effective = (weights.total * weights.total) / weights.totalSquared;
  const spread = quantileOf(draws, 0.75, 'continuous') - quantileOf(draws, 0.25, 'continuous');
  const fitted = (2 * spread) / Math.cbrt(effective);
  const wanted = integer ? (high - low < mostBins ? 1 : Math.max(1, fitted)) : fitted;
  if (!(high - low <= wanted * (mostBins - 1))) {
    low = quantileOf(draws, TAIL, 'discrete');
    high = quantileOf(draws, 1 - TAIL, 'discrete');
  }
  if (!Number.isFinite(high - low) || !Number.isFinite(wanted)) return null;
  return deal(values, weights, evenEdges(low, high, wanted, options));
}

/** Edges that span low … high, at round numbers, for at most `mostBins` bins; one bin of no width for one value. */
function evenEdges(low: number, high: number, wanted: number, options: HistogramOptions): number[] {
  const { integer, mostBins } = options;
  let width = roundUp(Math.max(wanted, (high - low) / mostBins));
  if (width === 0 || (low === high && !integer)) return [low, high];
  const shift = integer ? 0.5 : 0;
  for (;;) {
    const first = Math.floor((low + shift) / width);
    const last = integer ? Math.floor((high + shift) / width) + 1 : Math.ceil(high / width);
    const bins = Math.max(1, last - first);
    if (bins <= mostBins) return Array.from({ length: bins + 1 }, (_, i) => (first + i) * width - shift);
    width = roundUp(1.5 * width);
  }
}

/** The least of 1, 2 and 5 times a power of ten that is not below a width; 0 for 0. */
function roundUp(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  for (const step of [1, 2, 5, 10]) if (step * power >= width) return step * power;
  return 20 * power;
}

/** Counts the weight between the edges. */
function deal(values: Float64Array, weights: Weights, edges: readonly number[]): Histogram {
  const bins = edges.length - 1;
  const first = edges[0]!;
  const last = edges[bins]!;
  const width = (last - first) / bins;
  const mass = new Array<number>(bins).fill(0);
  let below = 0;
  let above = 0;
  for (let i = 0; i < values.length; i++) {
    const share = weights.relative[i]!;
    const x = values[i]!;
    if (share === 0) continue;
    if (x < first) below += share;
    else if (x > last) above += share;
    else {
      let bin = width === 0 ? 0 : Math.min(bins - 1, Math.floor((x - first) / width));
      // The division may round over an edge.
      if (bin > 0 && x < edges[bin]!) bin--;
      else if (bin < bins - 1 && x >= edges[bin + 1]!) bin++;
      mass[bin]! += share;
    }
  }
  const { total } = weights;
  return { edges, mass: mass.map((weight) => weight / total), below: below / total, above: above / total };
}
