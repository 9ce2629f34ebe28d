import { nextNormal } from '../../runtime/random/normal.js';
import { derivedKey, type Key } from '../../runtime/random/seed.js';
import { particleState } from '../../runtime/random/source.js';

/** Standard normals of a step of a replica, for starts and moves: under a key of their own, beside those of resampling. */
export function replicaNormals(key: Key, replica: number, step: number): () => number {
  const state = new Int32Array(4);
  particleState(derivedKey(derivedKey(key, replica), 1), step, state);
  return () => nextNormal(state);
}
