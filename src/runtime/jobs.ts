/**
 * Work cut into jobs: the unit that is handed to a worker, counted by progress, and written to a checkpoint. Everything a method does
 * for long is a job, so that one mechanism makes it parallel, and lets it be stopped and taken up again.
 */

import { newMemory, withMemory } from './waiting.js';

/** A job that takes long: it pauses where it may be given up. Nothing that it makes may hang on where it paused. */
export type Pieces<Output> = Generator<undefined, Output, void>;

/**
 * One kind of work. `prepare` is called once for each worker and setup (it compiles); what it returns is called once for each job
 * and must be a function of the setup and its input alone. Setup, input and output are plain data: numbers, strings, bools, null,
 * undefined, typed arrays, arrays and records of these. Kernels and engines may stand in a setup too (`portable.ts`); other functions
 * of the host program may, and then no worker is used. An output belongs to the caller: the job keeps no hold of its arrays, and
 * nobody changes it, since it may still have to be written down.
 */
export type Job<Setup, Input, Output> = {
  /** By which a worker finds it in the registry, `src/inference/jobs.ts`. */
  readonly name: string;
  readonly prepare: (setup: Setup) => (input: Input) => Output | Pieces<Output>;
  /** Buffers of an output that a worker gives away instead of copying them; none of them may be seen by anything else. */
  readonly transfer?: (output: Output) => readonly ArrayBufferLike[];
};

/** A value sent into a pause stops the work, and what was finished is used. */
export type Stop = 'time' | 'abort' | undefined;

/** Those who do one kind of work. */
export type Crew<Input, Output> = {
  /**
   * Does the jobs in any order, wherever there is room, and gives their outputs in the order of the inputs. Now and then it yields how
   * many are finished, in the middle of long jobs too. Stopped, it gives up what is under way and gives the outputs of the longest beginning of the list that was finished. What the first job
   * in the order throws is thrown.
   *
   * @param heard told of each finished job at once, in the order in which they are finished
   * @param ahead how many jobs of the kind are expected in later lists; only what is worth a thread hangs on it
   */
  readonly run: (
    inputs: readonly Input[],
    heard?: (index: number, output: Output) => void,
    ahead?: number,
  ) => Generator<number, readonly Output[], Stop>;
};

/** Where work is done. What comes out never hangs on `workers`. */
export type Pool = {
  readonly workers: number;
  /** Set where a run is divided among machines: a method that can be divided asks for all its draws in one list of jobs. */
  readonly whole?: boolean;
  readonly open: <Setup, Input, Output>(job: Job<Setup, Input, Output>, setup: Setup) => Crew<Input, Output>;
};

/** Whether a job goes in pieces: outputs are plain data and have no functions. */
const isPieces = <Output>(made: Output | Pieces<Output>): made is Pieces<Output> =>
  typeof made === 'object' && made !== null && 'next' in made && typeof made.next === 'function';

/** The output of a job, without a pause. */
export function finished<Output>(made: Output | Pieces<Output>): Output {
  if (!isPieces(made)) return made;
  for (;;) {
    const step = made.next();
    if (step.done === true) return step.value;
  }
}

/** Milliseconds after which a job is interrupted for what else there may be to do. */
export const breath = 40;

/** Goes on with a job until it is done or has worked for some milliseconds; null where it is not done. */
export function piece<Output>(
  made: Output | Pieces<Output>,
  milliseconds: number = breath,
): { readonly output: Output } | null {
  if (!isPieces(made)) return { output: made };
  const end = performance.now() + milliseconds;
  do {
    const step = made.next();
    if (step.done === true) return { output: step.value };
  } while (performance.now() < end);
  return null;
}

/**
 * Begins a job; what it gives goes on with it as `piece` does. A job that waits for another process breaks off now and then, and is begun again
 * with what it was answered (`waiting.ts`).
 */
export function goingOn<Input, Output>(
  work: (input: Input) => Output | Pieces<Output>,
  input: Input,
): (milliseconds?: number) => { readonly output: Output } | null {
  const memory = newMemory();
  let made: { readonly job: Output | Pieces<Output> } | null = null;
  return (milliseconds) => {
    const done = withMemory(memory, () => {
      made ??= { job: work(input) };
      return { found: piece(made.job, milliseconds) };
    });
    if (done === null) made = null;
    return done?.found ?? null;
  };
}

/** Does each job here, one after another. */
export const serialPool: Pool = {
  workers: 1,
  open: <Setup, Input, Output>(job: Job<Setup, Input, Output>, setup: Setup): Crew<Input, Output> => {
    const work = job.prepare(setup);
    return {
      *run(inputs, heard) {
        const outputs: Output[] = [];
        for (const [index, input] of inputs.entries()) {
          const goOn = goingOn(work, input);
          let done = goOn();
          while (done === null) {
            if ((yield outputs.length) !== undefined) return outputs;
            done = goOn();
          }
          const { output } = done;
          outputs.push(output);
          heard?.(index, output);
          if (outputs.length === inputs.length) break;
          if ((yield outputs.length) !== undefined) break;
        }
        return outputs;
      },
    };
  },
};
