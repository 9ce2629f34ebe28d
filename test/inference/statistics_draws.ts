import { nextNormal } from '../../src/runtime/random/normal.js';
import { nextUniform } from '../../src/runtime/random/uniform.js';
import { seedState } from '../../src/runtime/random/xoshiro.js';

/** A stream of standard draws for tests, one per number. */
export function stream(number: number): { readonly normal: () => number; readonly uniform: () => number } {
  const state = new Int32Array(4);
  seedState(5, 7, number, 0, 0, 0, state);
  return { normal: () => nextNormal(state), uniform: () => nextUniform(state) };
}

/**
 * Draws of normal(0, proposalSd) weighted towards the normal (mean, 1): an importance sample whose answers are known.
 */
export function gaussianImportance(
  number: number,
  count: number,
  mean: number,
  proposalSd: number,
): { readonly values: Float64Array; readonly logWeights: Float64Array } {
  const { normal } = stream(number);
  const values = Float64Array.from({ length: count }, () => proposalSd * normal());
  const logWeights = values.map((x) => -0.5 * (x - mean) ** 2 + 0.5 * (x / proposalSd) ** 2 + Math.log(proposalSd));
  return { values, logWeights };
}
