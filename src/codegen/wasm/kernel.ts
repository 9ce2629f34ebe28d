/** The WebAssembly engine: low form → module → instance → kernel. */
import { givenColumns } from '../../ir/draws.js';
import { blockSize, type Counts, type Draws, type Engine, type Kernel, type KernelOptions } from '../../ir/engine.js';
import type { Constant, IrType, Program } from '../../ir/ir.js';
import { absentValue, isScalarType, toConstant } from '../../ir/values.js';
import { compileModule, type Instance, instanceOf } from '../../runtime/assembly/instance.js';
import { newModule } from '../../runtime/assembly/module.js';
import { shelf } from '../../runtime/handed.js';
import { withJoinedChecks } from '../checks.js';
import { withDerivedCarried } from '../derived.js';
import { newColumns } from '../factory.js';
import { functionOf } from '../facts.js';
import { javascript, writtenName } from '../javascript.js';
import { lower } from '../lower.js';
import { mapFunctions } from '../unused.js';
import { startArena } from './arena.js';
import type { KernelPlaces } from './contract.js';
import { isExhausted, wordsOf } from './faults.js';
import { functionRoutine, mainRoutine } from './function_code.js';
import { type HostState, type HostTables, hostsOf, valueAt } from './hosts.js';
import { lanesRoutine } from './lanes.js';
import { type ConstantPlaces, placeConstants, placesOf, writeConstants } from './places.js';
import { scalarArithmetic } from './scalar_arithmetic.js';
import { type BlockRoom, canSum, exportSumming, type Leaving, summingOf } from './summing.js';
import { isRefusal, newProgramWriter } from './writer.js';

/** What only tests change. */
type AssemblyTuning = {
  /** Changes the module's bytes before they are compiled. */
  readonly rewrite?: (bytes: Uint8Array) => Uint8Array;
};

/** A module that was written, and what is needed to run it: plain data, so that threads can be handed it. */
type Written = {
  readonly places: KernelPlaces;
  readonly constants: ConstantPlaces;
  /** Where draws are summed up, if they are. */
  readonly room: BlockRoom | null;
  readonly tables: HostTables;
  readonly bytes: Uint8Array;
  readonly end: number;
};

/** Writes the module of a program. */
export function writeModule(program: Program, main: string, options: KernelOptions): Written {
  const { layout, limits } = options;
  const low = lower(program, main, { layout, elements: limits.elements, copied: false });
  const link = newModule();
  const { places, noise } = placesOf(link, low, functionOf(program, main), layout);
  const constants = placeConstants(link, low.constants);
  const single = mapFunctions(low, (f) => withDerivedCarried(withJoinedChecks(f)));
  const writer = newProgramWriter(link, single, options, scalarArithmetic, places, constants.pointers);
  for (const [key, f] of single.functions) writer.routines.set(key, functionRoutine(writer, f));
  const alone = mainRoutine(writer);
  const run = lanesRoutine(link, low, places, options, alone) ?? alone;
  link.export('run', run);
  const { body, results } = functionOf(program, main);
  const room = canSum(results, body.args.length - 1) ? exportSumming(link, places, { ...noise, run }) : null;
  link.export('startArena', startArena);
  link.export('setKey', noise.setKey);
  link.export('startBlock', noise.startBlock);
  link.export('fillNoise', noise.fillNoise);
  const finished = link.finish();
  const tables = { words: wordsOf(link), calls: writer.calls, externs: low.externs };
  return { places, constants, room, tables, ...finished };
}

/** Modules of programs: another seed needs no other one. */
const modules = shelf<Written>('kernels', 64);

/** A kernel, or why there is none, in words that follow "because". */
export function compileWasm(
  program: Program,
  main: string,
  options: KernelOptions,
  tuning: AssemblyTuning = {},
): Kernel | { readonly reason: string } {
  let written: Written;
  try {
    written = modules.get(writtenName(program, main, options), () => writeModule(program, main, options));
  } catch (thrown) {
    if (isRefusal(thrown)) return { reason: thrown.refusal };
    throw thrown;
  }
  const { constants, end } = written;
  const bytes = tuning.rewrite?.(written.bytes) ?? written.bytes;
  const module = compileModule({ bytes, end, hosts: [] });
  if (module === null)
    return { reason: 'the host has no WebAssembly with vectors, or the program is too great for it' };
  const state: HostState = { instance: null, take: () => {}, strings: constants.strings };
  const instance = instanceOf(module, hostsOf(options, written.tables, state));
  state.instance = instance;
  writeConstants(instance.memory, constants);
  instance.routine('startArena')(end);
  instance.routine('setKey')(options.key[0], options.key[1]);
  return kernelOf(program, main, options, written, instance, state);
}

function kernelOf(
  program: Program,
  main: string,
  options: KernelOptions,
  written: Written,
  instance: Instance,
  state: HostState,
): Kernel {
  const func = functionOf(program, main);
  const results = func.results;
  const parameters = func.body.args.length - 1;
  const run = runner(written, instance, state, results);
  let other: Kernel | null = null;
  const left = (): Kernel => {
    other ??= javascript(program, main, options);
    return other;
  };
  const leave: Leaving = ({ logWeight, dimension, values }, block, count) => {
    const start = block * blockSize;
    const columns = results.length === 0 ? [] : [values];
    return left().fill({ logWeight, dimension, columns }, start, start + count, start);
  };
  const ends = (run: () => void): boolean =>
    unlessTooGreat(
      () => {
        run();
        return true;
      },
      () => false,
    );
  const { room: place } = written;
  return {
    ...(place === null ? {} : { summing: summingOf(instance, place, ends, leave) }),
    runBlock: (block, count) => {
      const given = givenColumns({}, parameters);
      const draws: Room = {
        logWeight: new Float64Array(count),
        dimension: new Float64Array(count),
        columns: newColumns(results, count).map((c) => (c instanceof Float64Array ? c : new Array<Constant>(count))),
        given,
      };
      return unlessTooGreat(
        () => ({ count, ...draws, ...run(draws, block * blockSize, 0, count) }),
        () => left().runBlock(block, count),
      );
    },
    fill: (draws, first, last, base = 0) => {
      const room = { ...draws, given: givenColumns(draws, parameters) };
      let counts: Counts = { steps: 0, unaligned: 0 };
      for (let from = first; from < last; from += blockSize) {
        const to = Math.min(last, from + blockSize);
        const { steps, unaligned } = unlessTooGreat(
          () => run(room, base, from - base, to - base),
          () => left().fill(draws, from, to, base),
        );
        counts = { steps: counts.steps + steps, unaligned: counts.unaligned + unaligned };
      }
      return counts;
    },
  };
}

/** The host's stack may end before the limit on depth does, and the memory before that on elements. */
function unlessTooGreat<T>(run: () => T, otherwise: () => T): T {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof RangeError || isExhausted(thrown)) return otherwise();
    throw thrown;
  }
}

type Room = Omit<Draws, 'given'> & { readonly given: readonly Float64Array[] };

/** Runs places `from` to `to - 1` of the room, whose place 0 is for the particle `first`. */
type Run = (room: Room, first: number, from: number, to: number) => Counts;

function runner({ places }: Written, instance: Instance, state: HostState, results: readonly IrType[]): Run {
  const { memory } = instance;
  const [runParticles, startBlock, fillNoise] = [
    instance.routine('run'),
    instance.routine('startBlock'),
    instance.routine('fillNoise'),
  ];
  const scalars = results.map(isScalarType);
  const absent = results.map((type) => (isScalarType(type) ? Number.NaN : toConstant(absentValue(type))));
  // The host begins with code that was compiled in haste, and changes it between two calls: the first are short.
  let longest = 2;
  let doubles = new Float64Array(memory.buffer);
  const view = (): Float64Array => {
    if (doubles.buffer !== memory.buffer) doubles = new Float64Array(memory.buffer);
    return doubles;
  };
  return (room, first, from, to) => {
    const counts = places.counts / 8;
    view().fill(0, counts, counts + 2);
    const { logWeight, dimension, given } = room;
    for (let start = from; start < to; ) {
      const particle = first + start;
      const inBlock = particle % blockSize;
      const size = Math.min(places.chunk, longest, to - start, blockSize - inBlock);
      longest *= 2;
      if (inBlock === 0) startBlock(particle / blockSize);
      fillNoise(particle, size);
      given.forEach((column, k) => {
        view().set(column.subarray(start, start + size), places.given[k]! / 8);
      });
      state.take = (place) => {
        results.forEach((type, k) => {
          const column = room.columns[k];
          if (scalars[k] || column === undefined || column instanceof Float64Array) return;
          const pointer = new Int32Array(memory.buffer, places.outputs[k]! + place, 1)[0]!;
          column[start + place / 8] = toConstant(valueAt(state, type, pointer));
        });
      };
      runParticles(particle, size);
      const found = view();
      const part = (at: number): Float64Array => found.subarray(at / 8, at / 8 + size);
      logWeight.set(part(places.weights), start);
      dimension.set(part(places.dimensions), start);
      room.columns.forEach((column, k) => {
        if (column instanceof Float64Array) column.set(part(places.outputs[k]!), start);
      });
      for (let p = start; p < start + size; p++) {
        if (logWeight[p] !== Number.NEGATIVE_INFINITY) continue;
        room.columns.forEach((column, k) => {
          column[p] = absent[k]!;
        });
      }
      start += size;
    }
    const found = view();
    return { steps: found[counts]!, unaligned: found[counts + 1]! };
  };
}

/**
 * The engine that runs programs as WebAssembly. Same bits as the reference interpreter; the JavaScript engine takes its place where a
 * program cannot be compiled.
 */
export const webassembly: Engine = (program, main, options) => {
  const made = compileWasm(program, main, options);
  if (!('reason' in made)) return made;
  return { ...javascript(program, main, options), left: { to: 'js', because: made.reason } };
};
