import { multinomial } from './multinomial.js';
import { fromCounts, type Scheme, totalOf } from './scheme.js';

/** N w_i rounded down for certain, and the rest by multinomial draws from what was cut off (Liu and Chen 1998). */
export const residual: Scheme = {
  name: 'residual',
  summary: 'N w rounded down, and the rest drawn',
  uniforms: (_, count) => count,
  ancestors: (weights, uniforms, count) => {
    const total = totalOf(weights);
    const counts = new Int32Array(weights.length);
    const rest = new Float64Array(weights.length);
    let left = count;
    for (let i = 0; i < weights.length; i++) {
      const expected = (count * weights[i]!) / total;
      counts[i] = Math.floor(expected);
      rest[i] = expected - counts[i]!;
      left -= counts[i]!;
    }
    if (left > 0) for (const i of multinomial.ancestors(rest, uniforms, left)) counts[i]! += 1;
    return fromCounts(counts, count);
  },
};
