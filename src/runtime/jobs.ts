/**
 * Work cut into jobs: the unit that is handed to a worker, counted by progress, and written to a checkpoint. Everything a method does
 * for long is a job, so that one mechanism makes it parallel, and lets it be stopped and taken up again.
 */

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
  readonly prepare: (setup: Setup) => (input: Input) => Output;
  /** Buffers of an output that a worker gives away instead of copying them; none of them may be seen by anything else. */
  readonly transfer?: (output: Output) => readonly ArrayBufferLike[];
};

/** A value sent into a pause stops the work, and what was finished is used. */
export type Stop = 'time' | 'abort' | undefined;

/** Those who do one kind of work. */
export type Crew<Input, Output> = {
  /**
   * Does the jobs in any order, wherever there is room, and gives their outputs in the order of the inputs. Now and then it yields how
   * many are finished. Stopped, it gives the outputs of the longest beginning of the list that was finished. What the first job
   * in the order throws is thrown.
   *
   * @param heard told of each finished job at once, in the order in which they are finished
   */
  readonly run: (
    inputs: readonly Input[],
    heard?: (index: number, output: Output) => void,
  ) => Generator<number, readonly Output[], Stop>;
};

/** Where work is done. What comes out never hangs on `workers`. */
export type Pool = {
  readonly workers: number;
  /** Set where a run is divided among machines: a method that can be divided asks for all its draws in one list of jobs. */
  readonly whole?: boolean;
  readonly open: <Setup, Input, Output>(job: Job<Setup, Input, Output>, setup: Setup) => Crew<Input, Output>;
};

/** Does each job here, one after another. */
export const serialPool: Pool = {
  workers: 1,
  open: (job, setup) => {
    const work = job.prepare(setup);
    return {
      *run(inputs, heard) {
        const outputs: ReturnType<typeof work>[] = [];
        for (const [index, input] of inputs.entries()) {
          const output = work(input);
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
