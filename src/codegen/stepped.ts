/**
 * Kernels that run all particles in lockstep: one node of main for all of them, then the next. What lives between nodes are
 * columns, so that copying particles is gathering columns, and their number does not grow with the number of steps.
 */
import { givenColumns } from '../ir/draws.js';
import { type BlockResult, blockSize } from '../ir/engine.js';
import type { Program } from '../ir/ir.js';
import { seedParticle } from '../runtime/random/source.js';
import { arrayColumns, type Column, createCells, gathered } from './cells.js';
import { loopPrinter } from './emit_loop.js';
import { ended } from './emit_machine.js';
import { asColumn, type Columns, eraseOutputs, givenValues, instantiate, newColumns } from './factory.js';
import { functionOf } from './facts.js';
import { columnsOf } from './noise_columns.js';
import type { PausingKernel } from './pausing.js';
import type { ResumableOptions } from './resumable.js';
import { type SteppedFunctions, steppedCourse } from './stepped_course.js';
import { steppedNoise } from './stepped_noise.js';
import { steppedProgram } from './stepped_program.js';
import { type Bound, gatherState, newState, runBlocks, startState, stateBytes } from './stepped_state.js';
import { newRunning, supportFunctions } from './support.js';
import { createTrace } from './trace.js';

/** Runs particles of one block; `first` is the number of that which has place 0. */
type Loop = (first: number, from: number, to: number) => void;

type Compiled = SteppedFunctions<Loop> & {
  readonly bind: (columns: Bound, outputs: Columns, frame: readonly Column[]) => void;
};

const isCompiled = (made: unknown): made is Compiled =>
  typeof made === 'object' && made !== null && 'before' in made && 'run' in made && 'after' in made && 'bind' in made;

/** Compiles `main` of a program to a kernel that runs in lockstep; null for programs that cannot. */
export function compileStepped(program: Program, main: string, options: ResumableOptions): PausingKernel | null {
  const prepared = steppedProgram(program, main, options, loopPrinter);
  if (prepared === null) return null;
  const { low, writer, text, entry } = prepared;
  const { layout, key, limits } = options;
  const func = functionOf(program, main);
  const running = newRunning();
  const cells = createCells(limits.elements, arrayColumns(), new Float64Array(0));
  const state = newState();
  const noise = text.noise.map(({ group }) => steppedNoise(low.groups[group]!, layout, key, () => state.blocks === 1));
  const support = supportFunctions(options, { words: writer.words, types: writer.types, externs: low.externs });
  const slots = new Array<number>(noise.length).fill(0);
  const offsets = new Int32Array(noise.length);
  /** Steps and dimensions that all particles have in common. */
  const common = new Float64Array(2);
  const done = new Float64Array(1);
  const died = (p: number): void => {
    state.bound.dead[p] = 1;
    state.alive -= 1;
    eraseOutputs(state.outputs, func.results, p);
  };
  const made = instantiate(options.rewrite?.(text.source) ?? text.source, {
    ...givenValues(options, support, low, running, createTrace(key, running.totals), columnsOf([], layout, 0)),
    ...Object.fromEntries(noise.map(({ shown }, k) => [`t${k}`, shown])),
    cells,
    gathered,
    slots,
    offsets,
    common,
    done,
    died,
    erase: (p: number) => eraseOutputs(state.outputs, func.results, p),
  });
  if (!isCompiled(made)) throw new Error('codegen: the text made no kernel');
  const compiled = made;
  const bind = (): void => compiled.bind(state.bound, state.outputs, state.frame);
  const particles = { noise, slots, offsets };
  let rehearsed = false;

  const course = steppedCourse<Loop>({
    functions: compiled,
    text,
    entry,
    common,
    standing: state,
    loop: (run, node) => {
      done[0] = 0;
      runBlocks(state, node.noise, particles, run);
      state.steps += done[0];
    },
    settle: cells.settle,
  });
  /** Goes through the program without particles, so that the cells know how often they are read. */
  const rehearse = (): void => {
    rehearsed = true;
    cells.start(0, true);
    course.rehearse();
  };
  const start: PausingKernel['start'] = (block, count, columnsGiven) => {
    const given = givenColumns({ given: columnsGiven ?? [] }, func.body.args.length - 1);
    if (!rehearsed) rehearse();
    startState(state, { block, count, outputs: newColumns(func.results, count), columns: text.frame });
    low.main.params.forEach((l, k) => {
      const place = text.frame.findIndex(({ local }) => local.id === l.id);
      const column = state.frame[place];
      if (column instanceof Float64Array) column.set(given[k]!.subarray(0, count));
    });
    cells.start(count, false);
    common.fill(0);
    state.node = entry;
    if (layout === 'particle')
      for (let p = 0; p < count; p++) {
        seedParticle(key[0], key[1], block * blockSize + p, running.state);
        state.bound.streams.set(running.state, 4 * p);
      }
    bind();
  };
  const { advance } = course;
  const copyRows = (from: Int32Array): void => {
    cells.copyRows(from);
    gatherState(state, from, text);
    bind();
  };
  const finish = (): BlockResult => {
    while (advance());
    const { dimensions, weights } = state.bound;
    return {
      count: state.count,
      logWeight: weights,
      dimension: dimensions.map((d) => d + common[1]!),
      columns: state.outputs.map(asColumn),
      unaligned: 0,
      steps: state.steps,
    };
  };
  const points = (): Int32Array => {
    state.points.fill(state.node === ended ? -1 : state.node);
    if (state.alive < state.count)
      state.bound.dead.forEach((dead, p) => {
        if (dead === 1) state.points[p] = -1;
      });
    return state.points;
  };
  const streams = (): Int32Array => state.bound.streams;
  const liveBytes = (): number => (stateBytes(state) + cells.bytes()) / Math.max(1, state.count);
  return { start, advance, logWeight: () => state.bound.weights, points, streams, copyRows, finish, liveBytes };
}
