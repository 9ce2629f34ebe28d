/**
 * Kernels that run all particles in lockstep: one node of main for all of them, then the next. What lives between nodes are
 * columns, so that copying particles is gathering columns, and their number does not grow with the number of steps.
 */
import { givenColumns } from '../ir/draws.js';
import { type BlockResult, blockSize } from '../ir/engine.js';
import { isFault } from '../ir/faults.js';
import type { Program } from '../ir/ir.js';
import { seedParticle } from '../runtime/random/source.js';
import { type Column, createCells, gathered } from './cells.js';
import { delayed } from './delay.js';
import { effectsOf } from './effects.js';
import { ownedIn } from './emit_function.js';
import { loopPrinter } from './emit_loop.js';
import { ended, nodeAfter } from './emit_machine.js';
import { emitStepped, type SteppedText } from './emit_stepped.js';
import { asColumn, type Columns, eraseOutputs, givenValues, instantiate, newColumns } from './factory.js';
import { functionOf } from './facts.js';
import { lockstepOf } from './lockstep.js';
import type { LowProgram, Statement } from './low.js';
import { lower } from './lower.js';
import { buildMachine } from './machine.js';
import { columnsOf } from './noise_columns.js';
import type { PausingKernel } from './pausing.js';
import { isPause, type ResumableOptions, readsInOrder } from './resumable.js';
import { longestBody, statementCost } from './split.js';
import { steppedNoise } from './stepped_noise.js';
import { type Bound, gatherState, newState, runBlocks, startState, stateBytes } from './stepped_state.js';
import { newRunning, supportFunctions } from './support.js';
import { createTrace } from './trace.js';
import { newProgramWriter, type ProgramWriter } from './writer.js';

/** Addresses of one draw that are kept as columns. */
const mostColumns = 2 ** 18;

/** Statements longer than this are left to kernels that split them. */
const longestStatement = 4 * longestBody;

/** Node functions return the next node, or a number up to this where the run pauses. */
const pauseBelow = -2;

type Compiled = {
  readonly before: readonly (() => void)[];
  readonly run: readonly (((first: number, from: number, to: number) => void) | null)[];
  readonly after: readonly (() => number)[];
  readonly bind: (columns: Bound, outputs: Columns, frame: readonly Column[]) => void;
};

const isCompiled = (made: unknown): made is Compiled =>
  typeof made === 'object' && made !== null && 'before' in made && 'run' in made && 'after' in made && 'bind' in made;

type Prepared = {
  readonly low: LowProgram;
  readonly writer: ProgramWriter;
  readonly text: SteppedText;
  readonly entry: number;
};

/** The text of the program, or null where its particles do not all pause at the same places. */
function prepare(program: Program, main: string, options: ResumableOptions): Prepared | null {
  const { layout, limits } = options;
  const pauses = options.pauses ?? 'scores';
  const lowered = lower(program, main, { layout, elements: limits.elements, copied: true, columns: mostColumns });
  const low = { ...lowered, main: { ...lowered.main, body: delayed(lowered.main.body) } };
  const writer = newProgramWriter(low, options, effectsOf(low), { chunk: blockSize, longestBody, overlapping: true });
  if (writer.countsDepth) return null;
  const owned = ownedIn(writer, low.main);
  const lockstep = lockstepOf(
    low,
    owned.body,
    (s: Statement) => isPause(s, pauses),
    layout === 'column' && readsInOrder(low),
  );
  if (lockstep === null) return null;
  const { effects } = writer;
  const weighs = (s: Statement): boolean => {
    const alone = { statements: [s], yields: [] };
    return effects.own(alone, 'weight') || effects.called(alone, 'weight');
  };
  let nodes = 0;
  const plan = {
    pauses: (s: Statement) => lockstep.pauses.has(s),
    opens: (s: Statement) => lockstep.opened.has(s),
    // A particle that dies there does nothing of what follows; if all do, nothing is done at all.
    cuts: (s: Statement) => layout !== 'column' && weighs(s),
    framed: () => false,
    next: () => nodes++,
    longest: longestBody,
  };
  const machine = buildMachine(low.main, owned, plan, true);
  const statements = machine.nodes.flatMap(({ items }) => items.flatMap((i) => (i.kind === 'do' ? [i.statement] : [])));
  if (statements.some((s) => statementCost(s) > longestStatement)) return null;
  const text = emitStepped(writer, machine, lockstep, loopPrinter(writer));
  return text === null ? null : { low, writer, text, entry: machine.entry };
}

/** Compiles `main` of a program to a kernel that runs in lockstep; null for programs that cannot. */
export function compileStepped(program: Program, main: string, options: ResumableOptions): PausingKernel | null {
  const prepared = prepare(program, main, options);
  if (prepared === null) return null;
  const { low, writer, text, entry } = prepared;
  const { layout, key, limits } = options;
  const func = functionOf(program, main);
  const running = newRunning();
  const cells = createCells(limits.elements);
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
  const byNumber = new Map(text.nodes.map((node, k) => [node.number, { ...node, k }]));
  const bind = (): void => compiled.bind(state.bound, state.outputs, state.frame);
  const particles = { noise, slots, offsets };
  let rehearsed = false;

  /** Goes through the program without particles, so that the cells know how often they are read. */
  const rehearse = (): void => {
    rehearsed = true;
    cells.start(0, true);
    common.fill(0);
    try {
      for (let node = entry; node !== ended; ) {
        const { k } = byNumber.get(node)!;
        compiled.before[k]!();
        const next = compiled.after[k]!();
        node = next <= pauseBelow ? nodeAfter(next) : next;
      }
    } catch (thrown) {
      // The run ends with the same fault at the same place, if a particle comes there.
      if (!isFault(thrown)) throw thrown;
    }
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
  const runNode = (node: number): number => {
    const { k, noise: read, loops } = byNumber.get(node)!;
    const before = common[0]!;
    compiled.before[k]!();
    state.steps += (common[0]! - before) * state.alive;
    const run = compiled.run[k];
    if (loops && run !== null && run !== undefined) {
      done[0] = 0;
      runBlocks(state, read, particles, run);
      state.steps += done[0];
    }
    const next = compiled.after[k]!();
    cells.settle();
    return next;
  };
  const advance = (): boolean => {
    while (state.node !== ended) {
      if (state.alive === 0) state.node = ended;
      else {
        const next = runNode(state.node);
        state.node = next <= pauseBelow ? nodeAfter(next) : next;
        if (next <= pauseBelow && state.alive > 0) return true;
      }
    }
    return false;
  };
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
  const liveBytes = (): number => (stateBytes(state) + cells.bytes()) / Math.max(1, state.count);
  return { start, advance, logWeight: () => state.bound.weights, points, copyRows, finish, liveBytes };
}
