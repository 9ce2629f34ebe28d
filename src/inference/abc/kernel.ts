/** Weights of runs by their distance from what was seen. */

/** The shape of a weight: see `logKernel`. */
export type KernelName = 'uniform' | 'epanechnikov' | 'gaussian';

/** Beyond so many widths a gaussian weight is nothing beside rounding: exp(-x² / 2) < 2^-53. */
const reach = 8.6;

/** The greatest distance at which a kernel gives weight. */
export const reachOf = (kernel: KernelName, epsilon: number): number =>
  kernel === 'gaussian' ? reach * epsilon : epsilon;

/**
 * Log weight at a distance for a width epsilon: uniform 0 up to it, epanechnikov log(1 - (d / epsilon)²), gaussian -(d / epsilon)² / 2. With
 * epsilon 0 every run at distance 0 weighs 1.
 */
export function logKernel(kernel: KernelName, distance: number, epsilon: number): number {
  if (distance > reachOf(kernel, epsilon)) return Number.NEGATIVE_INFINITY;
  if (epsilon === 0) return 0;
  const ratio = distance / epsilon;
  switch (kernel) {
    case 'uniform':
      return 0;
    case 'epanechnikov':
      return Math.log1p(-ratio * ratio);
    case 'gaussian':
      return -0.5 * ratio * ratio;
  }
}
