/** Whether the particles of a filter find room under the memory limit: asked before any of them is made, since they are made all at once. */
import { compileFramed, compilePausing, pausingFormOf } from '../../codegen/pausing.js';
import { blockSize, type Engine, type KernelOptions } from '../../ir/engine.js';
import type { Program } from '../../ir/ir.js';
import { isScalarType } from '../../ir/values.js';
import type { Posterior, Task } from '../backend.js';
import { plainCourse } from '../backend.js';

/** The rows of particles that a filter holds at a time. */
export type Crowd = {
  /** What the filter is compiled of, as its job does it. */
  readonly setup: {
    readonly program: Program;
    readonly main: string;
    readonly engine: Engine;
    readonly options: KernelOptions;
  };
  readonly rows: number;
  /** Parameters that the program takes beside its address. */
  readonly given: number;
  /** Whether some particles are run alone or put back to the start. */
  readonly framed: boolean;
};

/** Bytes that a row seldom needs more of: where so many fit, nothing need be measured. */
const seldomMore = 1024;

/**
 * The answer of a run that was refused because its particles need more memory than there may be; null where they find room. What they
 * need is at least what a few of them take at their start, and what is read of them at their end.
 */
export function withoutRoom(task: Task, { setup, rows, given, framed }: Crowd): Posterior | null {
  if (rows * seldomMore <= task.memoryLimit) return null;
  const { program, main, engine, options } = setup;
  const form = pausingFormOf(engine);
  // Where particles are many, none of them is run by what is made ready soonest.
  const pausing = { ...options, pauses: 'resamples', form: form === 'growing' ? 'wasm' : form } as const;
  const kernel = framed ? compileFramed(program, main, pausing) : compilePausing(program, main, pausing);
  kernel.start(
    0,
    blockSize,
    Array.from({ length: given }, () => new Float64Array(blockSize)),
  );
  return refusedAbove(task, rows, kernel.liveBytes() + bytesOfResult(task) + 8 * given);
}

/** As `withoutRoom`, where it is known what a row takes. */
export function refusedAbove(task: Task, rows: number, bytesOfRow: number): Posterior | null {
  const needed = rows * bytesOfRow;
  if (needed <= task.memoryLimit) return null;
  const many = new Intl.NumberFormat('en').format(rows);
  return {
    ...plainCourse,
    logWeights: new Float64Array(0),
    columns: task.outputs.map((type) => (isScalarType(type) ? new Float64Array(0) : [])),
    dependence: { kind: 'independent' },
    measuresEvidence: false,
    unaligned: 0,
    steps: 0,
    stopped: 'memory',
    converged: false,
    findings: [
      {
        code: 'E0612',
        message: `The filter holds ${many} particles at a time, which take ${written(needed)} at least; the memory limit is ${written(task.memoryLimit)}.`,
        hint: 'ask for fewer particles, or give a higher memory limit',
        at: null,
      },
    ],
  };
}

/** Bytes of a particle among the draws: its weight, its dimension, and a number or a reference for each output. */
export const bytesOfResult = ({ outputs }: Pick<Task, 'outputs'>): number => 8 * (2 + outputs.length);

/** In the units of the limits on the command line. */
const written = (bytes: number): string =>
  bytes < 2 ** 30 ? `${Number((bytes / 2 ** 20).toPrecision(2))} MB` : `${Number((bytes / 2 ** 30).toPrecision(2))} GB`;
