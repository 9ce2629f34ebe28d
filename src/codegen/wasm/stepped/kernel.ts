/**
 * Kernels that run all particles in lockstep with their columns in the memory of a module of WebAssembly: what is the same in all
 * particles is text of JavaScript, as in `stepped.ts`, and the loops over particles are routines.
 */
import { givenColumns } from '../../../ir/draws.js';
import { type BlockResult, blockSize } from '../../../ir/engine.js';
import type { Program } from '../../../ir/ir.js';
import { isScalarType, type RuntimeValue } from '../../../ir/values.js';
import { compileModule, type Instance, instanceOf } from '../../../runtime/assembly/instance.js';
import { get, types } from '../../../runtime/assembly/instructions.js';
import { type FinishedModule, newModule, type Routine } from '../../../runtime/assembly/module.js';
import { keptThings } from '../../../runtime/content.js';
import { LANES } from '../../../runtime/random/lanes_code.js';
import { seedParticle } from '../../../runtime/random/source.js';
import { type Column, createCells, gathered } from '../../cells.js';
import { ended } from '../../emit_machine.js';
import { asColumn, eraseOutputs, givenValues, instantiate } from '../../factory.js';
import { functionOf } from '../../facts.js';
import { writtenName } from '../../javascript.js';
import { columnsOf } from '../../noise_columns.js';
import type { PausingKernel } from '../../pausing.js';
import type { ResumableOptions } from '../../resumable.js';
import { type SteppedFunctions, steppedCourse } from '../../stepped_course.js';
import { type SteppedProgram, steppedProgram } from '../../stepped_program.js';
import { newRunning, supportFunctions } from '../../support.js';
import { createTrace } from '../../trace.js';
import type { PlacedWords } from '../../writer.js';
import { headBytes } from '../arena.js';
import type { KernelPlaces } from '../contract.js';
import { wordsOf } from '../faults.js';
import { functionRoutine } from '../function_code.js';
import { type HostState, hostsOf, valueAt } from '../hosts.js';
import { keyVariables } from '../noise.js';
import { type ConstantPlaces, placeConstants, writeConstants } from '../places.js';
import { scalarArithmetic } from '../scalar_arithmetic.js';
import { newStrings } from '../values.js';
import { type HostCall, isRefusal, newProgramWriter, refuse } from '../writer.js';
import { choosingOf, exportChoosing, weighedBytes } from './choosing.js';
import { routineName, routinePrinter } from './loops.js';
import { columnMemory } from './memory.js';
import { linkNoise, placedNoise } from './noise.js';
import { type Bound, gatherState, newState, type PlacedState, placedColumns } from './state.js';
import { gatherRoutine } from './weight_routines.js';

type Loop = (first: number, from: number, to: number) => void;

type Compiled = SteppedFunctions<Loop> & {
  readonly bind: (columns: Bound, outputs: PlacedState['outputs'], frame: readonly number[]) => void;
};

const isCompiled = (made: unknown): made is Compiled =>
  typeof made === 'object' && made !== null && 'before' in made && 'run' in made && 'after' in made && 'bind' in made;

/** A module that was written, and what is needed to make it run. */
type Written = SteppedProgram & {
  readonly module: FinishedModule;
  readonly constants: ConstantPlaces;
  readonly calls: readonly HostCall[];
  readonly words: readonly PlacedWords[];
  /** Nodes with a routine. */
  readonly nodes: readonly number[];
  /** Addresses of the noise, and of what is summed up. */
  readonly noise: readonly number[];
  readonly sums: number;
  /** Where stands what a particle gave that is no number. */
  readonly given: number;
};

/** Steps are summed up behind what is of weights. */
const doneAt = weighedBytes;
const sumBytes = doneAt + 8;

/** Particles in lockstep read columns by their addresses. */
const noPlaces: KernelPlaces = { chunk: 0, groups: [], weights: 0, dimensions: 0, outputs: [], given: [], counts: 0 };

const setKey: Routine = {
  params: [types.i32, types.i32],
  results: [],
  body: (link) => keyVariables(link).map((word, k) => word.set(get(k))),
};

/** Writes the module of a program. */
function writeModule(program: Program, main: string, options: ResumableOptions): Written {
  const link = newModule();
  const nodes: number[] = [];
  const sums = link.reserve(sumBytes);
  const given = link.reserve(8 * functionOf(program, main).results.length);
  const made: { constants: ConstantPlaces; calls: readonly HostCall[] } = {
    constants: { pointers: [], values: [], strings: newStrings() },
    calls: [],
  };
  const prepared = steppedProgram(program, main, options, ({ low }) => {
    made.constants = placeConstants(link, low.constants);
    const writer = newProgramWriter(link, low, options, scalarArithmetic, noPlaces, made.constants.pointers);
    for (const [name, f] of low.functions) writer.routines.set(name, functionRoutine(writer, f));
    made.calls = writer.calls;
    return routinePrinter(writer, { done: sums + doneAt, given }, (node) => nodes.push(node));
  });
  if (prepared === null) return refuse('its particles do not all pause at the same places');
  if (prepared.text.frame.some(({ local }) => local.slot === 'value'))
    return refuse('particles hold arrays of their own');
  const { low, text } = prepared;
  const noise = text.noise.map(({ group }) => linkNoise(link, low.groups[group]!, options.layout));
  link.export('set key', setKey);
  link.export('gather', gatherRoutine);
  exportChoosing(link);
  return { ...prepared, ...made, module: link.finish(), words: wordsOf(link), given, nodes, noise, sums };
}

type Refused = { readonly reason: string };

/** Modules of programs, and why others have none: another seed needs no other one. */
const modules = keptThings<Written | Refused>(64);

/** The module of a program, written when it is first asked for. */
const written = (program: Program, main: string, options: ResumableOptions): Written | Refused =>
  modules.get(`${writtenName(program, main, options)} ${options.pauses ?? 'scores'}`, () => {
    try {
      return writeModule(program, main, options);
    } catch (thrown) {
      if (isRefusal(thrown)) return { reason: thrown.refusal };
      throw thrown;
    }
  });

/** Compiles `main` of a program to a kernel that runs in lockstep, or says why not, in words that follow "because". */
export function compileSteppedWasm(program: Program, main: string, options: ResumableOptions): PausingKernel | Refused {
  const made = written(program, main, options);
  if ('reason' in made) return made;
  const { low, calls, words, constants } = made;
  const module = compileModule(made.module);
  if (module === null)
    return { reason: 'the host has no WebAssembly with vectors, or the program is too great for it' };
  const host: HostState = { instance: null, take: () => {}, strings: constants.strings };
  const instance = instanceOf(module, hostsOf(options, { words, calls, externs: low.externs }, host));
  host.instance = instance;
  writeConstants(instance.memory, constants);
  instance.routine('set key')(options.key[0], options.key[1]);
  return kernelOf(program, main, options, made, instance, host);
}

function kernelOf(
  program: Program,
  main: string,
  options: ResumableOptions,
  made: Written,
  instance: Instance,
  host: HostState,
): PausingKernel {
  const { low, writer, text, entry } = made;
  const { layout, key, limits } = options;
  const func = functionOf(program, main);
  const running = newRunning();
  const state = newState();
  const memory = columnMemory(instance.memory, made.module.end);
  const cells = createCells(limits.elements, placedColumns({ memory, instance, state }), 0);
  const noise = text.noise.map(({ group }, k) =>
    placedNoise(instance, low.groups[group]!, made.noise[k]!, layout, key, () => state.blocks === 1),
  );
  const support = supportFunctions(options, { words: writer.words, types: writer.types, externs: low.externs });
  const slots = new Array<number>(noise.length).fill(0);
  const offsets = new Int32Array(noise.length);
  /** Steps and dimensions that all particles have in common. */
  const common = new Float64Array(2);
  const view = (column: number | RuntimeValue[]): Column => (typeof column === 'number' ? memory.view(column) : column);
  /** Puts particles aside that have ended with a weight of zero. */
  const deaths = (): void => {
    const weights = memory.view(state.bound.weights);
    const dead = new Uint8Array(instance.memory.buffer, state.bound.dead, state.count);
    let alive = state.count;
    for (let p = 0; p < state.count; p++) {
      if (weights[p] !== Number.NEGATIVE_INFINITY) continue;
      dead[p] = 1;
      alive -= 1;
    }
    state.alive = alive;
  };
  // Outputs that are paths get their values behind the loop; here they are empty.
  host.take = (place): void => {
    const pointers = new Int32Array(instance.memory.buffer, made.given, 2 * func.results.length);
    state.outputs.forEach((column, k) => {
      const type = func.results[k]!;
      if (typeof column !== 'number') column[place / 8] = valueAt(host, type, pointers[2 * k]!);
    });
  };
  const paths = (
    output: RuntimeValue[],
    columns: readonly (number | RuntimeValue[])[],
    from: number,
    to: number,
    numbers: boolean,
  ): void => {
    const views = columns.map(view);
    for (let p = from; p < to; p++) output[p] = gathered(views, p, numbers);
  };
  /** Where lists of columns are written for the loop that runs next, and behind them the arrays of its particles. */
  let scratch = 0;
  const listed = (columns: readonly number[]): number => {
    const at = scratch;
    scratch = at + headBytes + 8 * columns.length;
    memory.reach(scratch);
    const words = new Int32Array(instance.memory.buffer, at, 2 * (columns.length + 1));
    words.fill(columns.length, 0, 2);
    columns.forEach((column, k) => {
      words[2 * (k + 1)] = column;
    });
    return at;
  };
  const compiled = instantiate(text.source, {
    ...givenValues(options, support, low, running, createTrace(key, running.totals), columnsOf([], layout, 0)),
    ...Object.fromEntries(made.nodes.map((node) => [routineName(node), instance.routine(routineName(node))])),
    cells,
    slots,
    offsets,
    common,
    deaths,
    paths,
    listed,
    scratch: () => {
      scratch = memory.end();
    },
    arena: () => scratch,
  });
  if (!isCompiled(compiled)) throw new Error('codegen: the text made no kernel');
  const bind = (): void => compiled.bind(state.bound, state.outputs, state.frame);
  const course = steppedCourse<Loop>({
    functions: compiled,
    text,
    entry,
    common,
    standing: state,
    loop: (run, node) => {
      const { block, count, blocks } = state;
      const streams = node.noise.filter(isStream);
      const columns = node.noise.filter((use) => !isStream(use));
      const first = block * blockSize;
      for (let at = 0; at < blocks; at += LANES) {
        const some = Math.min(LANES, blocks - at);
        const from = at * blockSize;
        const to = Math.min(from + some * blockSize, count);
        for (const use of columns) offsets[use] = noise[use]!.fill(slots[use]!, block + at, some, count - from);
        if (streams.length === 0) {
          run(first, from, to);
          continue;
        }
        for (let k = 0; k < some; k++) {
          for (const use of streams) offsets[use] = noise[use]!.fill(slots[use]!, block + at + k, 1, 0);
          run(first, from + k * blockSize, Math.min(from + (k + 1) * blockSize, to));
          for (const use of columns) offsets[use] = offsets[use]! + 8 * blockSize;
        }
      }
      if (!text.steps) return;
      const done = new Float64Array(instance.memory.buffer, made.sums + doneAt, 1);
      state.steps += done[0]!;
      done[0] = 0;
    },
    settle: cells.settle,
  });
  const isStream = (use: number): boolean => low.groups[text.noise[use]!.group]!.kind === 'stream';
  let rehearsed = false;
  const start: PausingKernel['start'] = (block, count, columnsGiven) => {
    const given = givenColumns({ given: columnsGiven ?? [] }, func.body.args.length - 1);
    if (!rehearsed) {
      // Goes through the program without particles, so that the cells know how often they are read.
      rehearsed = true;
      cells.start(0, true);
      course.rehearse();
    }
    cells.start(count, false);
    memory.start(count);
    Object.assign(state, startedState(block, count));
    common.fill(0);
    low.main.params.forEach((l, k) => {
      const column = state.frame[text.frame.findIndex(({ local }) => local.id === l.id)];
      if (column !== undefined) memory.view(column).set(given[k]!.subarray(0, count));
    });
    if (layout === 'particle') {
      const streams = new Int32Array(instance.memory.buffer, state.bound.streams, 4 * count);
      for (let p = 0; p < count; p++) {
        seedParticle(key[0], key[1], block * blockSize + p, running.state);
        streams.set(running.state, 4 * p);
      }
    }
    bind();
  };
  const startedState = (block: number, count: number): Partial<PlacedState> => {
    const zeros = (): number => {
      const column = memory.take();
      memory.view(column).fill(0);
      return column;
    };
    const dead = memory.room(count);
    new Uint8Array(instance.memory.buffer, dead, count).fill(0);
    return {
      block,
      count,
      blocks: Math.ceil(count / blockSize),
      node: entry,
      alive: count,
      steps: 0,
      bound: {
        weights: zeros(),
        dimensions: zeros(),
        steps: zeros(),
        streams: layout === 'particle' ? memory.room(16 * count) : 0,
        dead,
      },
      frame: text.frame.map(memory.take),
      outputs: func.results.map((type) => (isScalarType(type) ? memory.take() : new Array<RuntimeValue>(count))),
      ancestors: memory.room(4 * count),
      placed: null,
      relative: memory.take(),
      uniforms: memory.room(8 * count),
      room: memory.room(12 * (count + 1)),
    };
  };
  const { relative, choose } = choosingOf(instance, made.sums, () => ({ ...state, weights: state.bound.weights }));
  const copyRows = (from: Int32Array): void => {
    state.placed = null;
    cells.copyRows(from);
    gatherState({ memory, instance, state }, from, text);
    bind();
  };
  const finish = (): BlockResult => {
    while (course.advance());
    const logWeight = memory.view(state.bound.weights).slice();
    const columns = state.outputs.map((column) => (typeof column === 'number' ? memory.view(column).slice() : column));
    logWeight.forEach((w, p) => {
      if (w === Number.NEGATIVE_INFINITY) eraseOutputs(columns, func.results, p);
    });
    return {
      count: state.count,
      logWeight,
      dimension: memory.view(state.bound.dimensions).map((d) => d + common[1]!),
      columns: columns.map(asColumn),
      unaligned: 0,
      steps: state.steps,
    };
  };
  const points = (): Int32Array => {
    const all = new Int32Array(state.count).fill(state.node === ended ? -1 : state.node);
    if (state.alive < state.count)
      new Uint8Array(instance.memory.buffer, state.bound.dead, state.count).forEach((dead, p) => {
        if (dead === 1) all[p] = -1;
      });
    return all;
  };
  return {
    start,
    advance: course.advance,
    logWeight: () => memory.view(state.bound.weights),
    relative,
    choose,
    points,
    streams: () =>
      new Int32Array(instance.memory.buffer, state.bound.streams, layout === 'particle' ? 4 * state.count : 0),
    copyRows,
    finish,
    liveBytes: () => (memory.bytes() + cells.bytes()) / Math.max(1, state.count),
  };
}
