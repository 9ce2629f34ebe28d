/** Runs that are divided among machines: each does its share of the jobs, and one puts the outputs together. */
import type { Crew, Job, Pool } from './jobs.js';

/** Share `number` of `of`, counted from 1. */
export type Shard = { readonly number: number; readonly of: number };

/** Thrown where a share is done: what would follow needs the outputs of the others. */
type PutOff = { readonly putOff: true };

const putOff: PutOff = { putOff: true };

/** Whether a thrown thing says that a share is done. */
export const isPutOff = (thrown: unknown): thrown is PutOff =>
  typeof thrown === 'object' && thrown !== null && 'putOff' in thrown && thrown.putOff === true;

/**
 * A pool that does its share of each list of jobs and then throws. A list of one job is a preparation that others hang on: every share does
 * it.
 */
export function shardPool(pool: Pool, { number, of }: Shard): Pool {
  return {
    ...pool,
    whole: true,
    open: <Setup, Input, Output>(job: Job<Setup, Input, Output>, setup: Setup): Crew<Input, Output> => {
      const crew = pool.open(job, setup);
      return {
        *run(inputs, heard) {
          if (inputs.length === 1) return yield* crew.run(inputs, heard);
          const from = Math.floor(((number - 1) * inputs.length) / of);
          const to = Math.floor((number * inputs.length) / of);
          const share = inputs.slice(from, to);
          const outputs = yield* crew.run(share, (index, output) => heard?.(from + index, output));
          if (outputs.length < share.length) return [];
          throw putOff;
        },
      };
    },
  };
}
