import { atPoints, type Scheme } from './scheme.js';

/** One point in each of `count` equal strata (Kitagawa 1996): offspring differ from what is expected by less than 2. */
export const stratified: Scheme = {
  name: 'stratified',
  summary: 'one point in each of N equal parts',
  uniforms: (_, count) => count,
  ancestors: (weights, uniforms, count) => atPoints(weights, count, (k) => (k + uniforms[k]!) / count),
};
