import { atPoints, type Scheme } from './scheme.js';

/** Points at equal distances, all moved by one uniform (Carpenter, Clifford and Fearnhead 1999): offspring are N w_i rounded down or up. */
export const systematic: Scheme = {
  name: 'systematic',
  summary: 'N points at equal distances; little noise and quick',
  uniforms: () => 1,
  ancestors: (weights, uniforms, count) => atPoints(weights, count, (k) => (k + uniforms[0]!) / count),
};
