/** Finds the line that killed a population: the replica is run again under a witness. */
import type { PlaceId } from '../../ir/ir.js';
import { watched } from '../witness.js';
import { type ReplicaSetup, runReplica } from './replica.js';

/**
 * The place of the condition that most particles failed between the last pause and the end; or, where none failed one, that of the
 * score that they came to last. Null where it has no source.
 */
export function placeOfDeath(setup: ReplicaSetup, replica: number): PlaceId | null {
  const { program, externs, forget, place } = watched(setup.program, setup.options.externs);
  runReplica({ ...setup, program, options: { ...setup.options, externs } }, replica, forget);
  return place();
}
