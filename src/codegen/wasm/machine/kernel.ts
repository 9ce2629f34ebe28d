/** Kernels that can pause, for programs whose particles do not all pause at the same places: machines in WebAssembly. */
import { givenColumns } from '../../../ir/draws.js';
import { type BlockResult, blockSize, type KernelOptions } from '../../../ir/engine.js';
import type { Program } from '../../../ir/ir.js';
import { isScalarType } from '../../../ir/values.js';
import { compileModule, type Instance, instanceOf } from '../../../runtime/assembly/instance.js';
import { get, types } from '../../../runtime/assembly/instructions.js';
import { newModule } from '../../../runtime/assembly/module.js';
import { keptThings } from '../../../runtime/content.js';
import { seedParticle } from '../../../runtime/random/source.js';
import { isInPlace } from '../../arena.js';
import { withJoinedChecks } from '../../checks.js';
import { functionOf } from '../../facts.js';
import { writtenName } from '../../javascript.js';
import type { LowProgram } from '../../low.js';
import { lower } from '../../lower.js';
import { buildMachine } from '../../machine.js';
import { pausePlan, type ResumableKernel, type ResumableOptions } from '../../resumable.js';
import { rowMoves } from '../../row_moves.js';
import { statementCost } from '../../split.js';
import { newRunning } from '../../support.js';
import { mapFunctions } from '../../unused.js';
import { startArena } from '../arena.js';
import type { KernelPlaces } from '../contract.js';
import { growMemory, wordsOf } from '../faults.js';
import { functionRoutine, ownedIn } from '../function_code.js';
import { type HostState, hostsOf } from '../hosts.js';
import { keyVariables } from '../noise.js';
import { type ConstantPlaces, placeConstants, writeConstants } from '../places.js';
import { scalarArithmetic } from '../scalar_arithmetic.js';
import { choosingOf, exportChoosing, weighedBytes } from '../stepped/choosing.js';
import { remembers } from '../trace_routines.js';
import { isRefusal, newProgramWriter, type ProgramWriter, refuse } from '../writer.js';
import { cellAt, type Framed, frameBytes, framedOf } from './liveness.js';
import { advanceRoutine } from './particles.js';
import { checkRows } from './routing.js';
import {
  copyRoutine,
  currentRoutine,
  headPlaces,
  lookAhead,
  moveRoutine,
  placeRoutine,
  rowVariables,
  strideRoutine,
  takenRoutine,
} from './rows.js';

type MachineKernel = ResumableKernel & ReturnType<typeof choosingOf>;

/** A module that was written, and what is needed to run it. */
type Written = {
  readonly low: LowProgram;
  readonly main: Framed;
  readonly constants: ConstantPlaces;
  readonly program: ProgramWriter;
  /** Addresses of the words of sums. */
  readonly sums: number;
  readonly bytes: Uint8Array;
  readonly end: number;
  /** Bytes of the rows that were needed before. */
  longest: number;
};

/** Nodes of more operations than this are left to JavaScript: the host would compile the routine for long. */
const mostOperations = 20_000;
/** Nodes may be as long as functions. */
const longestNode = 1200;

/** Writes the module of a program. */
function writeModule(program: Program, main: string, options: ResumableOptions): Written {
  const { layout, limits } = options;
  // No noise in columns: particles stand at different places of the program.
  const copied = options.pauses !== 'never';
  const lowered = lower(program, main, { layout, elements: limits.elements, copied, columns: 0 });
  const low = mapFunctions(lowered, withJoinedChecks);
  if (low.groups.length > 0) refuse('its noise comes in columns');
  if (remembers(low)) refuse('its worlds read noise again');
  if (functionOf(program, main).results.some((type) => !isScalarType(type))) refuse('its results are no numbers');
  const link = newModule();
  const constants = placeConstants(link, low.constants);
  const places: KernelPlaces = { chunk: 0, groups: [], weights: 0, dimensions: 0, outputs: [], given: [], counts: 0 };
  const writer = newProgramWriter(link, low, options, scalarArithmetic, places, constants.pointers);
  const { pauses, pausing, framed } = pausePlan(low, options);
  for (const [key, f] of low.functions) if (!pausing.has(key)) writer.routines.set(key, functionRoutine(writer, f));
  let nodes = 0;
  const next = (): number => nodes++;
  const plan = { pauses, framed: (key: string) => framed.has(key), next, longest: longestNode };
  const functions = [low.main, ...[...low.functions].filter(([key]) => framed.has(key)).map(([, f]) => f)];
  const tried = (key: string): boolean => framed.has(key) && !pausing.has(key) && key !== low.main.key;
  const machines = functions.map((f) =>
    framedOf(buildMachine(f, ownedIn(writer, f), plan, f === low.main), f === low.main || tried(f.key)),
  );
  const operations = machines
    .flatMap(({ machine }) => machine.nodes.flatMap(({ items }) => items))
    .reduce((sum, item) => sum + (item.kind === 'do' ? statementCost(item.statement) : 1), 0);
  if (operations > mostOperations) refuse('it is too long');
  const rows = rowVariables(link, low.main.results.length);
  const setting = { program: writer, machines, nodes, tried, rows };
  checkRows(setting);
  link.export('advance', advanceRoutine({ ...setting, tries: true }));
  link.export('advanceFramed', advanceRoutine({ ...setting, tries: false }));
  link.export('place', placeRoutine(rows));
  link.export('setStride', strideRoutine(rows));
  link.export('copy', copyRoutine(rows));
  link.export('move', moveRoutine(rows));
  link.export('current', currentRoutine(rows));
  link.export('taken', takenRoutine(rows));
  exportChoosing(link);
  link.export('startArena', startArena);
  const key = keyVariables(link);
  link.export('setKey', {
    params: [types.i32, types.i32],
    results: [],
    body: () => key.map((variable, k) => variable.set(get(k))),
  });
  const sums = link.reserve(weighedBytes);
  return { low, main: machines[0]!, constants, program: writer, sums, longest: 0, ...link.finish() };
}

/** Modules of programs: another seed needs no other one. */
const modules = keptThings<Written>(64);

/** A kernel that can pause, or why there is none, in words that follow "because". */
export function compileMachineWasm(
  program: Program,
  main: string,
  options: ResumableOptions,
): MachineKernel | { readonly reason: string } {
  let written: Written;
  try {
    const name = `${writtenName(program, main, options)} ${options.pauses ?? 'scores'}`;
    written = modules.get(name, () => writeModule(program, main, options));
  } catch (thrown) {
    if (isRefusal(thrown)) return { reason: thrown.refusal };
    throw thrown;
  }
  const { low, constants, end, bytes } = written;
  const module = compileModule({ bytes, end, hosts: [] });
  if (module === null)
    return { reason: 'the host has no WebAssembly with vectors, or the program is too great for it' };
  const state: HostState = { instance: null, take: () => {}, strings: constants.strings };
  const { calls, link } = written.program;
  const growing: { grow: (needed: number) => void } = { grow: () => {} };
  const instance = instanceOf(module, {
    ...hostsOf(options, { words: wordsOf(link), calls, externs: low.externs }, state),
    grow: (needed: number): void => growing.grow(needed),
  });
  state.instance = instance;
  writeConstants(instance.memory, constants);
  instance.routine('setKey')(options.key[0], options.key[1]);
  return kernelOf(program, main, options, written, instance, growing);
}

/** Where the columns and rows of a started run are, in bytes. */
type Places = {
  readonly block: number;
  readonly count: number;
  readonly weights: number;
  readonly streams: number;
  readonly outputs: readonly number[];
  readonly relative: number;
  readonly uniforms: number;
  readonly ancestors: number;
  readonly room: number;
  readonly heads: number;
  readonly rows: number;
  stride: number;
};

/** Rows of the next run begin with at most so many bytes. */
const longestKept = 4096;
/** Rows begin with as many bytes, so that they seldom grow. */
const shortestRow = 256;

const pageBytes = 65_536;

const aligned = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;

function kernelOf(
  program: Program,
  main: string,
  { layout, key }: KernelOptions,
  written: Written,
  instance: Instance,
  growing: { grow: (needed: number) => void },
): MachineKernel {
  const { low, main: machine, sums, end } = written;
  const func = functionOf(program, main);
  const { memory } = instance;
  const [advanceRows, framed, place, copy, move, current, taken, arena] = [
    'advance',
    'advanceFramed',
    'place',
    'copy',
    'move',
    'current',
    'taken',
    'startArena',
  ].map(instance.routine);
  const first = machine.standings.get(machine.machine.entry)!;
  const longest = (): number => aligned(Math.max(frameBytes(first), shortestRow, written.longest), 32);
  let at: Places = placesFor(0, 0);
  const doubles = (address: number, length = at.count): Float64Array =>
    new Float64Array(memory.buffer, address, length);
  const words = (address: number, length: number): Int32Array => new Int32Array(memory.buffer, address, length);

  function placesFor(block: number, count: number): Places {
    let free = aligned(end, 64);
    const room = (bytes: number): number => {
      const address = free;
      free += aligned(bytes, 64);
      return address;
    };
    const column = (): number => room(8 * (count + 1));
    const made = {
      block,
      count,
      weights: column(),
      streams: room(layout === 'particle' ? 16 * count : 0),
      outputs: func.results.map(column),
      relative: column(),
      uniforms: column(),
      ancestors: room(4 * count),
      room: room(12 * (count + 1)),
      heads: room(headPlaces.size * (count + lookAhead)),
    };
    return { ...made, rows: free, stride: longest() };
  }

  /** Makes the memory so long that the rows fit, and tells the module where everything is. */
  const settleRows = (): void => {
    const last = at.rows + (at.count + lookAhead) * at.stride;
    const missing = Math.ceil((last - memory.buffer.byteLength) / pageBytes);
    if (missing > 0) growMemory(memory, missing);
    arena!(aligned(last, 16));
  };
  const tell = (): void => {
    place!(at.heads, at.rows, at.stride, at.weights, at.streams, ...at.outputs, at.block * blockSize);
  };
  growing.grow = (needed) => {
    const before = at.stride;
    at.stride = aligned(Math.max(needed, 1.5 * before), 32);
    written.longest = Math.min(at.stride, longestKept);
    settleRows();
    const bytes = new Uint8Array(memory.buffer);
    for (let p = at.count - 1; p > 0; p--)
      bytes.copyWithin(at.rows + p * at.stride, at.rows + p * before, at.rows + (p + 1) * before);
    setStride!(at.stride);
  };
  const setStride = instance.routine('setStride');
  const running = newRunning();

  const headOf = (p: number): number => at.heads + headPlaces.size * p;

  /** Puts so many particles from `from` on at the start of the program. */
  const enter = (from: number, count: number, given: readonly Float64Array[]): void => {
    const heads = words(headOf(from), (count * headPlaces.size) / 4).fill(0);
    for (let k = 0; k < count; k++) {
      const head = (k * headPlaces.size) / 4;
      heads[head + headPlaces.node / 4] = machine.machine.entry;
      heads[head + headPlaces.length / 4] = frameBytes(first);
    }
    const rows = doubles(at.rows + from * at.stride, (count * at.stride) / 8);
    low.main.params.forEach((l, k) => {
      const cell = first.live.findIndex(({ id }) => id === l.id);
      if (cell >= 0) for (let p = 0; p < count; p++) rows[(p * at.stride + cellAt(cell)) / 8] = given[k]![p]!;
    });
  };
  const start: MachineKernel['start'] = (block, count, columnsGiven) => {
    const given = givenColumns({ given: columnsGiven ?? [] }, func.body.args.length - 1);
    at = placesFor(block, count);
    settleRows();
    tell();
    doubles(at.weights).fill(0);
    words(headOf(count), (lookAhead * headPlaces.size) / 4).fill(0);
    enter(0, count, given);
    if (layout !== 'particle') return;
    const streams = words(at.streams, 4 * count);
    for (let p = 0; p < count; p++) {
      seedParticle(key[0], key[1], block * blockSize + p, running.state);
      streams.set(running.state, 4 * p);
    }
  };
  const restart: MachineKernel['restart'] = (from, given) => {
    const count = given[0]?.length ?? 0;
    enter(from, count, given);
    doubles(at.weights).fill(0, from, from + count);
  };
  /** Where the host's stack is too small for a routine, its particle stands before it, and goes on with frames. */
  const advance = (from = 0, to = at.count): boolean => {
    let paused = false;
    for (let first = from; ; ) {
      try {
        return advanceRows!(first, to) === 1 || paused;
      } catch (thrown) {
        if (!(thrown instanceof RangeError)) throw thrown;
        const stopped = current!();
        paused = framed!(stopped, stopped + 1) === 1 || paused;
        for (let p = first; p < stopped; p++) paused ||= nodeOf(p) >= 0;
        first = stopped + 1;
      }
    }
  };
  const nodeOf = (p: number): number => words(headOf(p) + headPlaces.node, 1)[0]!;
  const { relative, choose } = choosingOf(instance, sums, () => at);
  const copyRows = (from: Int32Array): void => {
    if (isInPlace(from)) {
      if (from.byteOffset !== at.ancestors || from.buffer !== memory.buffer) words(at.ancestors, at.count).set(from);
      copy!(at.ancestors, at.count);
      return;
    }
    const moves = rowMoves(from);
    // As many of them at a time as there is room for.
    for (let done = 0; done < moves.count; done += at.count) {
      const [to, source] = [moves.to, moves.from].map((rows) =>
        rows.subarray(done, Math.min(done + at.count, moves.count)),
      );
      words(at.room, at.count).set(to!);
      words(at.ancestors, at.count).set(source!);
      move!(at.room, at.ancestors, to!.length);
    }
  };
  const dimension = (): Float64Array => {
    const heads = doubles(at.heads, (at.count * headPlaces.size) / 8);
    return new Float64Array(at.count).map((_, p) => heads[(p * headPlaces.size + headPlaces.dimension) / 8]!);
  };
  const finish = (): BlockResult => {
    while (advance());
    return {
      count: at.count,
      logWeight: doubles(at.weights).slice(),
      dimension: dimension(),
      columns: at.outputs.map((address) => doubles(address).slice()),
      unaligned: 0,
      steps: taken!(),
    };
  };
  return {
    start,
    advance,
    restart,
    streams: () => words(at.streams, layout === 'particle' ? 4 * at.count : 0),
    dimension,
    logWeight: () => doubles(at.weights),
    points: () => Int32Array.from({ length: at.count }, (_, p) => nodeOf(p)),
    relative,
    choose,
    copyRows,
    finish,
    liveBytes: () => at.stride + headPlaces.size + 16 + 8,
  };
}
