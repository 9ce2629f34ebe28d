import { derivedKey, type Key } from '../../runtime/random/seed.js';
import { particleState } from '../../runtime/random/source.js';
import { nextUniform } from '../../runtime/random/uniform.js';

/**
 * The noise of resampling: a stream of uniforms for each step of each replica of a run, which shares nothing with the noise of the
 * particles or of other steps.
 */
export function resamplingUniforms(key: Key, replica: number, step: number): () => number {
  const state = new Int32Array(4);
  particleState(derivedKey(key, replica), step, state);
  return () => nextUniform(state);
}

/** The next `count` numbers of a stream. */
export function takeUniforms(next: () => number, count: number): Float64Array {
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = next();
  return numbers;
}
