/**
 * Kernels that can pause. The state of a particle is a row: a stack of frames, its running totals, its stream and its trace; so
 * copying a particle is copying a row. Pausing changes no bit of the result.
 */
import { givenColumns } from '../ir/draws.js';
import { type BlockResult, blockSize, type KernelOptions } from '../ir/engine.js';
import type { Program } from '../ir/ir.js';
import { seedParticle } from '../runtime/random/source.js';
import { type Arena, growArena, moveArenaRows, newArena } from './arena.js';
import { calleesOf, effectsOf } from './effects.js';
import { emitFunction, ownedIn } from './emit_function.js';
import { emitMachine, ended, type MachineProgram, machineFrame, nodeAfter } from './emit_machine.js';
import { asColumn, type Columns, eraseOutputs, givenValues, instantiate, newColumns } from './factory.js';
import { functionOf } from './facts.js';
import type { LowFunction, LowProgram, Statement } from './low.js';
import { lower } from './lower.js';
import { buildMachine, frameHeader, type Machine, type MachinePlan } from './machine.js';
import { blocksOf, columnsOf, type NoiseShown, spanningColumns } from './noise_columns.js';
import { rowMoves } from './row_moves.js';
import { longestBody } from './split.js';
import { newRunning, supportFunctions } from './support.js';
import { copyMemory, createTrace, isEmpty, type Memory, newMemory } from './trace.js';
import { anyStatement } from './unused.js';
import { remembers } from './wasm/trace_routines.js';
import { newProgramWriter, type ProgramWriter } from './writer.js';

/**
 * Where runs pause: after every score, condition, factor and `resample`; at `resample` only; or nowhere. In the column layout,
 * where some draw reads its stream in particle order, scores that not every run reaches equally often do not pause.
 */
export type Pauses = 'scores' | 'resamples' | 'never';

export type ResumableOptions = KernelOptions & {
  readonly pauses?: Pauses;
  /** Changes the text before it becomes a function, for tests. */
  readonly rewrite?: (text: string) => string;
};

/** A kernel whose runs can be paused, looked at, resampled and resumed. */
export type ResumableKernel = {
  /** Puts `count` particles at the start of the program, the first of them particle 0 of a block; `given` holds main's parameters beside the root address. */
  readonly start: (block: number, count: number, given?: readonly Float64Array[]) => void;
  /**
   * Runs each particle that has not ended to its next pause; false when all have ended. With bounds only particles `from` to `to - 1`
   * move, and only they are asked; that needs noise of particles' own streams or by address.
   */
  readonly advance: (from?: number, to?: number) => boolean;
  /**
   * Puts particles `from`, `from + 1`, … back to the start, as many as `given` has values for, with other parameters. It needs noise of
   * particles' own streams, which run on.
   */
  readonly restart: (from: number, given: readonly Float64Array[]) => void;
  /**
   * In the layout of streams by particle: the state of each particle's stream, four words a particle, in which it runs on. They stay with
   * the place when particles are copied. May be written to: the run to the next pause is a function of the particle and its stream.
   */
  readonly streams: () => Int32Array;
  /** Continuous dimensions of the scores so far, one number for each particle. */
  readonly dimension: () => Float64Array;
  /** Log weights so far, one for each particle; may be written to. */
  readonly logWeight: () => Float64Array;
  /** Where each particle stands: numbers of places in the program, -1 for those that have ended. */
  readonly points: () => Int32Array;
  /** Particle k becomes a copy of what particle `from[k]` was, with the noise of its own place from now on. */
  readonly copyRows: (from: Int32Array) => void;
  /** Runs all particles to their end and gives the block's result. */
  readonly finish: () => BlockResult;
  /** Bytes of a particle's frames and totals at present; arrays and strings that it refers to are not counted. */
  readonly liveBytes: () => number;
};

type Compiled = {
  readonly resume: (p: number, offset: number, node: number) => number;
  readonly arena: (numbers: Float64Array, values: readonly unknown[], stride: number) => void;
  readonly offset: () => number;
  readonly outputs: (columns: Columns) => void;
  /** Sets the columns and streams of noise, the length of a column, and the number of blocks. */
  readonly noise: (shown: readonly NoiseShown[], room: number, blocks: number) => void;
};

const isCompiled = (made: unknown): made is Compiled =>
  typeof made === 'object' &&
  made !== null &&
  'resume' in made &&
  'arena' in made &&
  'offset' in made &&
  'outputs' in made &&
  'noise' in made;

/** Whether runs pause after the statement. */
export const isPause = (s: Statement, pauses: Pauses): boolean =>
  s.kind === 'resample' ? pauses !== 'never' : pauses === 'scores' && (s.kind === 'weigh' || s.kind === 'condition');

/** Whether some draw takes its noise from a stream in particle order. */
export const readsInOrder = (low: LowProgram): boolean =>
  low.groups.some((g) => g.kind === 'stream') ||
  [low.main, ...low.functions.values()].some((f) => anyStatement(f.body, (s) => s.kind === 'taking'));

/** Functions that pass the test, and all that call them. */
function functionsReaching(low: LowProgram, test: (f: LowFunction) => boolean): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [key, f] of low.functions) if (test(f)) found.add(key);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const [key, f] of low.functions) if ([...calleesOf(f)].some((callee) => found.has(callee))) found.add(key);
  }
  return found;
}

/** Where the runs of a program pause. */
type PausePlan = {
  readonly pauses: MachinePlan['pauses'];
  /** Functions that may pause, and those that call them. */
  readonly pausing: ReadonlySet<string>;
  /** These, functions that call themselves, and those that call them. */
  readonly framed: ReadonlySet<string>;
};

/** Finds where the runs of a program pause. */
export function pausePlan(low: LowProgram, { layout, pauses = 'scores' }: ResumableOptions): PausePlan {
  const inOrder = layout === 'column' && readsInOrder(low);
  const some = (f: LowFunction): boolean => !inOrder && anyStatement(f.body, (s) => isPause(s, pauses));
  return {
    pauses: (s, aligned) => isPause(s, pauses) && (aligned || !inOrder),
    pausing: functionsReaching(low, some),
    framed: functionsReaching(low, (f) => f.recursive || some(f)),
  };
}

type Text = { readonly source: string; readonly machines: readonly Machine[]; readonly program: ProgramWriter };

function textOf(low: LowProgram, options: ResumableOptions): Text {
  const program = newProgramWriter(low, options, effectsOf(low), {
    chunk: null,
    longestBody,
    overlapping: true,
  });
  let nodes = 0;
  const next = (): number => nodes++;
  const { pauses, framed } = pausePlan(low, options);
  const plan = { pauses, framed: (key: string) => framed.has(key), next, longest: longestBody };
  const build = (f: LowFunction): Machine => buildMachine(f, ownedIn(program, f), plan, f === low.main);
  const functions = [low.main, ...[...low.functions].filter(([key]) => framed.has(key)).map(([, f]) => f)];
  const machines = functions.map(build);
  const frame = machineFrame(nodes, low.main.results.length, low.groups.length);
  program.lines.push(...frame.before);
  for (const [key, f] of low.functions) if (!framed.has(key)) emitFunction(program, f);
  const all: MachineProgram = { program, machines };
  functions.forEach((f, k) => {
    emitMachine(all, machines[k]!, f, f === low.main);
  });
  program.lines.push(...frame.after);
  return { source: program.lines.join('\n'), machines, program };
}

/** What a started block holds for each particle. */
type Rows = {
  readonly count: number;
  readonly block: number;
  readonly arena: Arena;
  readonly nodes: Int32Array;
  readonly offsets: Int32Array;
  readonly depths: Int32Array;
  readonly streams: Int32Array;
  /** Log weight, dimension, steps, unaligned draws: one column each. */
  readonly totals: readonly [Float64Array, Float64Array, Float64Array, Float64Array];
  /** Empty where the program remembers nothing: they are great. */
  readonly memories: Memory[];
  readonly outputs: Columns;
  /** Steps that were run, whatever became of them. */
  steps: number;
};

/** Compiles `main` of a program to a kernel that can pause. */
export function compileResumable(program: Program, main: string, options: ResumableOptions): ResumableKernel {
  const func = functionOf(program, main);
  const { layout, key } = options;
  const copied = options.pauses !== 'never';
  const low = lower(program, main, { layout, elements: options.limits.elements, copied });
  const { source, machines, program: writer } = textOf(low, options);
  const running = newRunning();
  const trace = createTrace(key, running.totals);
  const support = supportFunctions(options, { words: writer.words, types: writer.types, externs: low.externs });
  const columns = spanningColumns(low.groups, layout);
  /** Places in the frame of each machine that hold arrays which may be changed in place. */
  const mutable = machines.map(({ places, owned }) =>
    [...places].flatMap(([id, place]) => (owned.mutable.has(id) ? [place] : [])),
  );
  const holdsValues = machines.some((machine) => machine.holdsValues);
  const remembering = remembers(low);
  let rows: Rows = emptyRows(0, 0, newColumns(func.results, 0), newArena(0, frameHeader, holdsValues), remembering);
  const grown = (needed: number): void => {
    growArena(rows.arena, needed);
    compiled.arena(rows.arena.numbers, rows.arena.values, rows.arena.stride);
  };
  const made = instantiate(options.rewrite?.(source) ?? source, {
    ...givenValues(options, support, low, running, trace, columnsOf([], layout, 0)),
    grown,
  });
  if (!isCompiled(made)) throw new Error('codegen: the text made no kernel');
  const compiled = made;
  const { totals, state, at } = running;

  const enter = (p: number, given: readonly Float64Array[], place: number): void => {
    rows.nodes[p] = machines[0]!.entry;
    low.main.params.forEach((l, k) => {
      rows.arena.numbers[p * rows.arena.stride + machines[0]!.places.get(l.id)!] = given[k]![place]!;
    });
  };
  const restart: ResumableKernel['restart'] = (from, given) => {
    for (let k = 0; k < (given[0]?.length ?? 0); k++) {
      const p = from + k;
      const { numbers, values, stride } = rows.arena;
      numbers.fill(0, p * stride, p * stride + machines[0]!.size);
      values.fill(null, p * stride, p * stride + machines[0]!.size);
      rows.offsets[p] = 0;
      rows.depths[p] = 0;
      for (const column of rows.totals) column[p] = 0;
      if (remembering && !isEmpty(rows.memories[p]!)) rows.memories[p] = newMemory();
      enter(p, given, k);
    }
  };
  const start: ResumableKernel['start'] = (block, count, columnsGiven) => {
    const given = givenColumns({ given: columnsGiven ?? [] }, func.body.args.length - 1);
    const arena = newArena(count, machines[0]!.size, holdsValues);
    rows = emptyRows(block, count, newColumns(func.results, count), arena, remembering);
    compiled.arena(rows.arena.numbers, rows.arena.values, rows.arena.stride);
    compiled.outputs(rows.outputs);
    trace.startBlock(block);
    compiled.noise(columns(key, block, count), blocksOf(count) * blockSize, blocksOf(count));
    for (let p = 0; p < count; p++) {
      enter(p, given, p);
      if (layout !== 'particle') continue;
      seedParticle(key[0], key[1], block * blockSize + p, state);
      rows.streams.set(state, 4 * p);
    }
  };
  // One loop without calls but for the particle's own: a pause is short, and there are many.
  const advance = (from = 0, to = rows.count): boolean => {
    const { nodes, offsets, depths, streams, memories, outputs, block } = rows;
    const [weights, dimensions, steps, unaligned] = rows.totals;
    const ownStream = layout === 'particle';
    let paused = false;
    for (let p = from; p < to; p++) {
      if (nodes[p] === -1) continue;
      const stepsBefore = steps[p]!;
      totals[0] = weights[p]!;
      totals[1] = dimensions[p]!;
      totals[2] = stepsBefore;
      totals[3] = unaligned[p]!;
      at.particle = block * blockSize + p;
      at.depth = depths[p]!;
      if (ownStream) for (let word = 0; word < 4; word++) state[word] = streams[4 * p + word]!;
      if (layout === 'column') trace.useBlock(block + Math.floor(p / blockSize));
      if (remembering) trace.use(memories[p]!);
      const next = compiled.resume(p, offsets[p]!, nodes[p]!);
      offsets[p] = compiled.offset();
      nodes[p] = next === ended ? -1 : nodeAfter(next);
      depths[p] = at.depth;
      if (ownStream) for (let word = 0; word < 4; word++) streams[4 * p + word] = state[word]!;
      rows.steps += totals[2]! - stepsBefore;
      weights[p] = totals[0]!;
      dimensions[p] = totals[1]!;
      steps[p] = totals[2]!;
      unaligned[p] = totals[3]!;
      if (next !== ended) paused = true;
      else if (totals[0] === Number.NEGATIVE_INFINITY) eraseOutputs(outputs, func.results, p);
    }
    return paused;
  };
  const copyRows = (from: Int32Array): void => {
    const moves = rowMoves(from);
    if (moves.count === 0) return;
    moveArenaRows(
      rows.arena,
      moves,
      (row, origin) => usedOf(machines, rows, row, origin),
      (row, origin) => mutablePlaces(mutable, rows, row, origin),
    );
    for (const column of [rows.nodes, rows.offsets, rows.depths, ...rows.totals]) {
      const before = column.slice();
      for (let p = 0; p < rows.count; p++) column[p] = before[from[p]!]!;
    }
    for (const column of rows.outputs) {
      const before = column.slice();
      for (let p = 0; p < rows.count; p++) column[p] = before[from[p]!]!;
    }
    if (rows.memories.every(isEmpty)) return;
    const memories = [...rows.memories];
    const taken = new Uint8Array(rows.count);
    for (let p = 0; p < rows.count; p++) {
      const source = from[p]!;
      rows.memories[p] = taken[source] === 1 ? copyMemory(memories[source]!) : memories[source]!;
      taken[source] = 1;
    }
  };
  const finish = (): BlockResult => {
    while (advance());
    const [logWeight, dimension, , unaligned] = rows.totals;
    return {
      count: rows.count,
      logWeight,
      dimension,
      columns: rows.outputs.map(asColumn),
      unaligned: unaligned.reduce((a, b) => a + b, 0),
      steps: rows.steps,
    };
  };
  // A place is a double and, where there are any, a reference; beside the frames there are four totals, a stream, and three numbers of the machine.
  const liveBytes = (): number => (holdsValues ? 16 : 8) * rows.arena.stride + 4 * 8 + 4 * 4 + 3 * 4;
  return {
    start,
    advance,
    restart,
    streams: () => rows.streams,
    dimension: () => rows.totals[1],
    logWeight: () => rows.totals[0],
    points: () => rows.nodes,
    copyRows,
    finish,
    liveBytes,
  };
}

const emptyRows = (block: number, count: number, outputs: Columns, arena: Arena, remembering: boolean): Rows => ({
  block,
  count,
  arena,
  nodes: new Int32Array(count),
  offsets: new Int32Array(count),
  depths: new Int32Array(count),
  streams: new Int32Array(4 * count),
  totals: [new Float64Array(count), new Float64Array(count), new Float64Array(count), new Float64Array(count)],
  memories: Array.from({ length: remembering ? count : 0 }, newMemory),
  outputs,
  steps: 0,
});

/** Places of a row that are used by the frames of a particle which stood in `origin`. */
function usedOf(machines: readonly Machine[], { arena, offsets, nodes }: Rows, row: number, origin: number): number {
  if (nodes[origin] === -1) return 0;
  const offset = offsets[origin]!;
  return offset + machines[arena.numbers[row * arena.stride + offset + 2]!]!.size;
}

/** Places of a row that hold arrays which may be changed in place, frame by frame from the top. */
function* mutablePlaces(
  mutable: readonly (readonly number[])[],
  { arena, offsets, nodes }: Rows,
  row: number,
  origin: number,
): Iterable<number> {
  if (nodes[origin] === -1) return;
  for (let offset = offsets[origin]!; ; offset = arena.numbers[row * arena.stride + offset + 1]!) {
    for (const place of mutable[arena.numbers[row * arena.stride + offset + 2]!]!) yield offset + place;
    if (offset === 0) return;
  }
}
