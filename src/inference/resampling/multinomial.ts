import { atPoints, type Scheme } from './scheme.js';

/** Independent offspring: each has ancestor i with probability w_i (Gordon, Salmond and Smith 1993). */
export const multinomial: Scheme = {
  name: 'multinomial',
  summary: 'independent draws; the most noise',
  uniforms: (_, count) => count,
  ancestors: (weights, uniforms, count) => {
    const sorted = uniforms.slice(0, count).sort();
    return atPoints(weights, count, (k) => sorted[k]!);
  },
};
