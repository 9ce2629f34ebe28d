/** The kernel that methods which stop at scores ask for, whatever way the program is run in. */
import type { BlockResult, Engine } from '../ir/engine.js';
import type { Program } from '../ir/ir.js';
import type { Pieces } from '../runtime/jobs.js';
import { compileResumable, type ResumableKernel, type ResumableOptions } from './resumable.js';
import { compileStepped } from './stepped.js';
import { tieredFramed, tieredPausing } from './tiered_pausing.js';
import { isExhausted } from './wasm/faults.js';
import { compileMachineWasm } from './wasm/machine/kernel.js';
import { compileSteppedWasm } from './wasm/stepped/kernel.js';

/** Weights of particles relative to the greatest, their sum and the sum of their squares. */
export type Relative = {
  readonly weights: Float64Array;
  /** The greatest log weight; -Infinity where all are dead. */
  max: number;
  total: number;
  squared: number;
};

/** Runs that can be paused, looked at, resampled and resumed: any number of particles at a time, over several blocks. */
export type PausingKernel = {
  /**
   * Puts `count` particles at the start of the program, the first of them particle 0 of a block. `given` holds the values of the
   * parameters that main has beside its root address, one column each, from the first particle on.
   */
  readonly start: (block: number, count: number, given?: readonly Float64Array[]) => void;
  /** Runs each particle that has not ended to its next pause; false when all have ended. */
  readonly advance: () => boolean;
  /** Log weights so far, one for each particle; may be written to. Ask again after `advance` and `copyRows`. */
  readonly logWeight: () => Float64Array;
  /** The weights relative to the greatest, to be read before anything else is asked of the kernel; null where it leaves that to others. */
  readonly relative?: () => Relative | null;
  /**
   * Ancestors by a scheme of resampling, by the weights that `relative` gave, so ordered that those with offspring stay in their places: for
   * `copyRows`, and good until then. `chosen` gives them in rising order where the kernel does not know the scheme. Null as for `relative`.
   */
  readonly choose?: (scheme: string, uniforms: Float64Array, chosen: () => Int32Array) => Int32Array | null;
  /** Where each particle stands: numbers of places in the program, -1 for those that have ended. Ask again as for the weights. */
  readonly points: () => Int32Array;
  /**
   * In the layout of streams by particle: the state of each particle's stream, four words a particle, in which it runs on. They stay with
   * the place when particles are copied. May be written to: the run to the next pause is a function of the particle and its stream.
   */
  readonly streams: () => Int32Array;
  /** Particle k becomes a copy of what particle `from[k]` was, with the noise of its own place from now on. */
  readonly copyRows: (from: Int32Array) => void;
  /** Runs all particles to their end and gives what they made, all blocks as one. */
  readonly finish: () => BlockResult;
  /** Bytes that one particle takes up at present, what it has put aside for its outputs left out. */
  readonly liveBytes: () => number;
};

/** What the loops over particles of pausing kernels are compiled to; `growing`: to JavaScript first, and to WebAssembly where there is much to do. */
type PausingForm = 'javascript' | 'wasm' | 'growing';

const forms = new WeakMap<Engine, PausingForm>();

/** Writes down what programs that pause are compiled to where an engine was chosen. Gives the engine. */
export function pausesAs(engine: Engine, form: PausingForm): Engine {
  forms.set(engine, form);
  return engine;
}

/** The form of an engine; JavaScript where nothing was written down. */
export const pausingFormOf = (engine: Engine): PausingForm => forms.get(engine) ?? 'javascript';

type PausingOptions = ResumableOptions & { readonly form?: PausingForm };

const javascriptPausing = (program: Program, main: string, options: PausingOptions): PausingKernel =>
  compileStepped(program, main, options) ?? compileResumable(program, main, options);

/** Why a program that pauses is not compiled to WebAssembly, in words that follow "because"; null where it is. */
export function refusalOf(program: Program, main: string, options: ResumableOptions, framed: boolean): string | null {
  if (!framed && !('reason' in compileSteppedWasm(program, main, options))) return null;
  const made = compileMachineWasm(program, main, options);
  return 'reason' in made ? made.reason : null;
}

/** Compiles `main` of a program to a kernel that can pause. Same bits as every other engine. */
export function compilePausing(program: Program, main: string, options: PausingOptions): PausingKernel {
  const javascript = (): PausingKernel => javascriptPausing(program, main, options);
  const wasm = (): PausingKernel => {
    const stepped = compileSteppedWasm(program, main, options);
    if (!('reason' in stepped)) return stepped;
    const framed = compileMachineWasm(program, main, options);
    return 'reason' in framed ? javascript() : framed;
  };
  switch (options.form ?? 'javascript') {
    case 'javascript':
      return javascript();
    case 'wasm':
      return wasm();
    case 'growing':
      return tieredPausing(javascript, wasm);
  }
}

/** As `compilePausing`, for methods that run some particles alone or put them back to the start: never in lockstep. */
export function compileFramed(program: Program, main: string, options: PausingOptions): ResumableKernel {
  const javascript = (): ResumableKernel => compileResumable(program, main, options);
  const wasm = (): ResumableKernel => {
    const made = compileMachineWasm(program, main, options);
    return 'reason' in made ? javascript() : made;
  };
  switch (options.form ?? 'javascript') {
    case 'javascript':
      return javascript();
    case 'wasm':
      return wasm();
    case 'growing':
      return tieredFramed(javascript, wasm);
  }
}

/**
 * Does some work on a kernel. Where a particle needs more memory than compiled code has, the work is done once more in JavaScript, and so is
 * all that follows: it must be a function of what the kernel gives.
 */
type Workplace<Kernel> = <T>(work: (kernel: Kernel) => Pieces<T>) => Pieces<T>;

function workplace<Kernel>(first: Kernel, otherwise: () => Kernel): Workplace<Kernel> {
  let kernel = first;
  return function* (work) {
    try {
      return yield* work(kernel);
    } catch (thrown) {
      if (!isExhausted(thrown)) throw thrown;
      kernel = otherwise();
      return yield* work(kernel);
    }
  };
}

/** Where work is done that stops at pauses. */
export const pausingWork = (program: Program, main: string, options: PausingOptions): Workplace<PausingKernel> =>
  workplace(compilePausing(program, main, options), () => javascriptPausing(program, main, options));

/** As `pausingWork`, with the kernels of `compileFramed`. */
export const framedWork = (program: Program, main: string, options: PausingOptions): Workplace<ResumableKernel> =>
  workplace(compileFramed(program, main, options), () => compileResumable(program, main, options));
