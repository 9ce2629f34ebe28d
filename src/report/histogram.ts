/** Weighted histograms of posterior draws, as one line of text each. */
import type { Histogram } from '../inference/statistics/histogram.js';
import { numberText } from './number.js';

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const edgeDigits = 3;

/** The masses as a row of blocks, the highest full; a blank stands for an empty bin. */
export function histogramBlocks(histogram: Histogram): string {
  const most = Math.max(...histogram.mass);
  if (!(most > 0)) return '';
  return histogram.mass
    .map((mass) => (mass > 0 ? blocks[Math.min(Math.floor((mass / most) * blocks.length), blocks.length - 1)]! : ' '))
    .join('');
}

/** Blocks between the values at the two ends: `-5 ▁▂▅█▅▂▁ 15`. */
export function histogramText(histogram: Histogram): string {
  const low = histogram.edges[0];
  const high = histogram.edges.at(-1);
  if (low === undefined || high === undefined) return '';
  return `${numberText(low, edgeDigits)} ${histogramBlocks(histogram)} ${numberText(high, edgeDigits)}`;
}
