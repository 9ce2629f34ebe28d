/** Outputs of jobs written down and found again: what makes a run that was interrupted, or divided, end as an undisturbed one. */
import type { Crew, Job, Pool } from './jobs.js';

/** Where a job stands in a run. A run of the same program, settings and seed asks for the same jobs in the same places. */
export type JobPlace = {
  readonly question: number;
  /** The number of the crew among those that the question opened, and that of the list of jobs among those it was given. */
  readonly crew: number;
  readonly run: number;
  readonly index: number;
};

export type Journal = {
  /** The output that was written down for a job. */
  readonly find: (place: JobPlace) => { readonly output: unknown } | undefined;
  readonly add: (place: JobPlace, output: unknown) => void;
};

/** A pool for one question that does only the jobs whose outputs are not known, and writes down those that it does. */
export function recordingPool(pool: Pool, journal: Journal, question: number): Pool {
  let crews = 0;
  return {
    ...pool,
    open: <Setup, Input, Output>(job: Job<Setup, Input, Output>, setup: Setup): Crew<Input, Output> => {
      const crew = crews++;
      let runs = 0;
      let opened: Crew<Input, Output> | null = null;
      return {
        *run(inputs, heard, ahead) {
          const run = runs++;
          const outputs: Output[] = new Array(inputs.length);
          const missing: number[] = [];
          for (let index = 0; index < inputs.length; index++) {
            const known = journal.find({ question, crew, run, index });
            if (known === undefined) missing.push(index);
            else {
              // Written by the same job in the same place.
              outputs[index] = known.output as Output;
              heard?.(index, outputs[index]!);
            }
          }
          if (missing.length === 0) return outputs;
          opened ??= pool.open(job, setup);
          const running = opened.run(
            missing.map((index) => inputs[index]!),
            (k, output) => {
              const index = missing[k]!;
              outputs[index] = output;
              journal.add({ question, crew, run, index }, output);
              heard?.(index, output);
            },
            ahead,
          );
          let step = running.next();
          while (step.done !== true) step = running.next(yield inputs.length - missing.length + step.value);
          const done = step.value.length;
          return done === missing.length ? outputs : outputs.slice(0, missing[done]);
        },
      };
    },
  };
}
