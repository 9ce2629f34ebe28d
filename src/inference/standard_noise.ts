/**
 * Standard noise as functions of an unconstrained number z that is standard normal a priori: what samplers move in. Each is increasing.
 */
import { logDensity, normalCdf, normalQuantile } from '../exact/normal.js';
import type { NoiseKind } from '../ir/ir.js';

/** The ends of the uniforms that draws are given: 0 and 1 themselves are none. */
const leastUniform = 2 ** -1022;
const greatestUniform = 1 - 2 ** -53;

/** The noise whose probability below is that of z below: z itself, Φ(z), or -log Φ(-z), accurate into both tails and never at an end. */
export function noiseOf(kind: NoiseKind, z: number): number {
  switch (kind) {
    case 'normal':
      return z;
    case 'uniform':
      return Math.min(Math.max(normalCdf(z), leastUniform), greatestUniform);
    case 'exponential':
      return Math.max(z < 0 ? -Math.log1p(-normalCdf(z)) : -logUpperTail(z), leastUniform);
  }
}

/** The z that `noiseOf` takes to the noise. */
export function unconstrained(kind: NoiseKind, noise: number): number {
  switch (kind) {
    case 'normal':
      return noise;
    case 'uniform':
      return normalQuantile(noise);
    case 'exponential':
      if (noise < Math.LN2) return normalQuantile(-Math.expm1(-noise));
      return noise < 600 ? -normalQuantile(Math.exp(-noise)) : farOut(noise);
  }
}

/** log P(Z > z). */
function logUpperTail(z: number): number {
  if (z < 30) return Math.log(normalCdf(-z));
  // Mills' ratio by its asymptotic series (Abramowitz and Stegun 26.2.12): the next term is under 1e-10 relative.
  const square = 1 / (z * z);
  return logDensity(z) - Math.log(z) + Math.log1p(-square * (1 - 3 * square * (1 - 5 * square)));
}

/** The z with -log P(Z > z) = x, by Newton's method: the slope is about z. */
function farOut(x: number): number {
  let z = Math.sqrt(2 * x);
  for (let round = 0; round < 20; round++) {
    const step = (x + logUpperTail(z)) / z;
    z += step;
    if (Math.abs(step) < 1e-14 * z) break;
  }
  return z;
}
