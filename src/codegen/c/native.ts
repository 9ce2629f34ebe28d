/**
 * The native engine: low form → C → a library that the host loads → kernel. Compiling and loading are the host's business; columns are
 * shared, nothing is copied.
 */
import { givenColumns, newDraws } from '../../ir/draws.js';
import {
  blockSize,
  type Counts,
  type Draws,
  type Engine,
  type Kernel,
  type KernelOptions,
  type Summing,
} from '../../ir/engine.js';
import { depthFault, elementsFault, indexFault, labelFault, stepsFault } from '../../ir/faults.js';
import type { Constant, IrType, Program } from '../../ir/ir.js';
import { absentValue, isAddress, isScalarType, partTypes, type RuntimeValue, toConstant } from '../../ir/values.js';
import { keptThings } from '../../runtime/content.js';
import { mostSummed, rowLength, surveyLength } from '../../runtime/sums/sums.js';
import { newColumns } from '../factory.js';
import { functionOf } from '../facts.js';
import { javascript, writtenName } from '../javascript.js';
import { lower } from '../lower.js';
import { irType } from '../shape.js';
import { faultOf } from '../support.js';
import { canSum } from '../wasm/summing.js';
import type { PlacedWords } from '../writer.js';
import { type ProgramText, type Refused, writeProgram } from './program_text.js';
import { control as at, endings, sumsControl as sums } from './runtime_text.js';

/** What a library made from C gives: `create` a kernel, and `run` one. */
export type NativeModule = {
  /** Null where there is no memory for it. */
  readonly create: (key0: number, key1: number, constants: Float64Array) => unknown;
  /** Runs particles as `control` says (see `runtime_text.ts`); gives the numbers of values that are no scalars, where there are such. */
  readonly run: (
    kernel: unknown,
    control: Float64Array,
    ...columns: readonly Float64Array[]
  ) => ArrayBuffer | undefined;
  /** As `surveyBlock` and `sumBlock` of `src/runtime/sums`; of programs whose draws can be summed up (`canSum`). */
  readonly survey: (
    logs: Float64Array,
    dimensions: Float64Array,
    count: number,
    least: number,
    above: Float64Array,
    found: Float64Array,
  ) => void;
  readonly sum: (
    values: Float64Array,
    logs: Float64Array,
    count: number,
    max: number,
    weights: Float64Array,
    row: Float64Array,
  ) => void;
  /** Runs blocks and sums them up, as `control` says (see `sumsControl`). */
  readonly sumBlocks: (
    kernel: unknown,
    control: Float64Array,
    logs: Float64Array,
    dimensions: Float64Array,
    values: Float64Array,
    weights: Float64Array,
    above: Float64Array,
    rows: Float64Array,
  ) => void;
};

/** Compiles C and loads it, or says why not, in words that follow "because". */
export type NativeCompiler = (text: string) => NativeModule | Refused;

/** Equal strings have one number. */
type Strings = { readonly numbers: Map<string, number>; readonly texts: string[] };

function numberOfString({ numbers, texts }: Strings, text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  const number = texts.push(text) - 1;
  numbers.set(text, number);
  return number;
}

/** A constant as numbers, see `read_constant`. */
function describe(strings: Strings, value: RuntimeValue, into: number[][]): void {
  if (typeof value === 'number') into.push([0, value]);
  else if (typeof value === 'string') into.push([1, numberOfString(strings, value)]);
  else if (isAddress(value)) throw new Error('codegen: an address is no constant');
  else if (value instanceof Float64Array) into.push([2, value.length], Array.from(value));
  else {
    into.push([3, value.length]);
    for (const element of value) describe(strings, element, into);
  }
}

function described(strings: Strings, constants: readonly RuntimeValue[]): Float64Array {
  const pieces: number[][] = [];
  // Constants of main are arrays, strings or boxes; a string is its number.
  for (const value of constants) describe(strings, value, pieces);
  const whole = new Float64Array(pieces.reduce((n, piece) => n + piece.length, 0) + 1);
  let to = 0;
  for (const piece of pieces) {
    whole.set(piece, to);
    to += piece.length;
  }
  return whole;
}

/** Reads the numbers of a value back. */
function readBack(strings: Strings, type: IrType, from: { numbers: Float64Array; at: number }): Constant {
  if (type.kind === 'string') return strings.texts[from.numbers[from.at++]!] ?? '';
  if (type.kind === 'array') {
    const length = from.numbers[from.at++]!;
    const element = irType(type.element);
    if (isScalarType(element)) {
      const found = from.numbers.slice(from.at, from.at + length);
      from.at += length;
      return found;
    }
    return Array.from({ length }, () => readBack(strings, element, from));
  }
  const parts = partTypes(type);
  return parts === null ? from.numbers[from.at++]! : parts.map((part) => readBack(strings, irType(part), from));
}

/** Texts of programs; keys of noise are none of them, so that another seed needs no other text. */
const texts = keptThings<ProgramText | Refused>(64);

function textOf(program: Program, main: string, options: KernelOptions): ProgramText | Refused {
  const { layout, limits } = options;
  const low = lower(program, main, { layout, elements: limits.elements, copied: false });
  return writeProgram(low, options, functionOf(program, main).results);
}

/** A kernel, or why there is none, in words that follow "because". */
export function compileNative(
  compiler: NativeCompiler,
  program: Program,
  main: string,
  options: KernelOptions,
): Kernel | Refused {
  const func = functionOf(program, main);
  const written = texts.get(writtenName(program, main, options), () => textOf(program, main, options));
  if ('reason' in written) return written;
  const module = compiler(written.text);
  if ('reason' in module) return module;
  const strings: Strings = { numbers: new Map(), texts: [] };
  const kernel = module.create(options.key[0], options.key[1], described(strings, written.constants));
  if (kernel === undefined || kernel === null) return { reason: 'there is no memory for its columns' };
  return kernelOf(program, main, options, {
    module,
    kernel,
    control: new Float64Array(at.length),
    strings,
    words: written.words,
    results: func.results,
  });
}

type Loaded = {
  readonly module: NativeModule;
  readonly kernel: unknown;
  /** Serves all runs. */
  readonly control: Float64Array;
  readonly strings: Strings;
  readonly words: ProgramText['words'];
  readonly results: readonly IrType[];
};

function kernelOf(program: Program, main: string, options: KernelOptions, loaded: Loaded): Kernel {
  const { results } = loaded;
  const parameters = functionOf(program, main).body.args.length - 1;
  let other: Kernel | null = null;
  const left = (): Kernel => {
    other ??= javascript(program, main, options);
    return other;
  };
  const fill: Kernel['fill'] = (draws, first, last, base = 0) => {
    const given = givenColumns(draws, parameters);
    let counts: Counts = { steps: 0, unaligned: 0 };
    for (let from = first; from < last; ) {
      const done = run(loaded, options, { ...draws, given }, base, from - base, last - base);
      counts = { steps: counts.steps + done.steps, unaligned: counts.unaligned + done.unaligned };
      from = base + done.stopped;
      if (!done.left) continue;
      // The library's room or stack is too small for a particle of this block.
      const to = Math.min(last, (Math.floor(from / blockSize) + 1) * blockSize);
      const more = left().fill(draws, from, to, base);
      counts = { steps: counts.steps + more.steps, unaligned: counts.unaligned + more.unaligned };
      from = to;
    }
    return counts;
  };
  return {
    runBlock: (block, count) => {
      givenColumns({}, parameters);
      const first = block * blockSize;
      const draws: Draws = {
        logWeight: new Float64Array(count),
        dimension: new Float64Array(count),
        columns: newColumns(results, count).map((c) => (c instanceof Float64Array ? c : new Array<Constant>(count))),
      };
      return { count, ...draws, ...fill(draws, first, first + count, first) };
    },
    fill,
    ...(canSum(results, parameters) ? { summing: summingOf(loaded, options, left) } : {}),
  };
}

/** Draws of blocks, summed up where they are. */
function summingOf(loaded: Loaded, options: KernelOptions, left: () => Kernel): Summing {
  const { module, kernel, results, words } = loaded;
  const draws = newDraws(results, blockSize);
  const { logWeight, dimension } = draws;
  const [first] = draws.columns;
  const values = first instanceof Float64Array ? first : new Float64Array(blockSize);
  const weights = new Float64Array(blockSize + 1);
  const above = new Float64Array(mostSummed.above);
  const rows = new Float64Array(rowLength * mostSummed.blocks);
  const found = new Float64Array(surveyLength);
  const row = new Float64Array(rowLength);
  const room = { logWeight, dimension, above };
  const control = new Float64Array(sums.length);
  return {
    blocks: (block, count, wanted, least) => {
      control[sums.block] = block;
      control[sums.draws] = count;
      control[sums.dimension] = wanted;
      control[sums.least] = least;
      control[sums.going] = 0;
      for (;;) {
        module.sumBlocks(kernel, control, logWeight, dimension, values, weights, above, rows);
        throwIfFault(control, words, options);
        if (control[at.ending] !== endings.left) break;
        // The library's room or stack is too small for a particle of this block.
        const done = control[sums.done]!;
        const start = (block + done) * blockSize;
        const { steps, unaligned } = left().fill(
          draws,
          start,
          start + Math.min(blockSize, count - done * blockSize),
          start,
        );
        control[at.steps] = steps;
        control[at.unaligned] = unaligned;
        control[sums.going] = 1;
      }
      return {
        steps: control[sums.steps]!,
        unaligned: control[sums.unaligned]!,
        rows: rows.subarray(0, rowLength * control[sums.done]!),
        above: above.subarray(0, control[sums.held]!),
        mixed: control[sums.mixed] === 1,
      };
    },
    room: () => room,
    survey: (count, least) => {
      module.survey(logWeight, dimension, count, least, above, found);
      return found;
    },
    sum: (count, max) => {
      module.sum(values, logWeight, count, max, weights, row);
      return row;
    },
  };
}

type Room = Draws & { readonly given: readonly Float64Array[] };

/** Where a run stopped, in places of the room; `left` where the block that begins there is to be run by another engine. */
type Run = Counts & { readonly stopped: number; readonly left: boolean };

const nowhere = new Float64Array(0);

function run(loaded: Loaded, options: KernelOptions, room: Room, first: number, from: number, to: number): Run {
  const { module, kernel, control, results } = loaded;
  control[at.first] = first;
  control[at.from] = from;
  control[at.to] = to;
  const columns = room.columns.map((c) => (c instanceof Float64Array ? c : nowhere));
  const spilt = module.run(kernel, control, room.logWeight, room.dimension, ...columns, ...room.given);
  throwIfFault(control, loaded.words, options);
  const stopped = control[at.stopped]!;
  if (spilt !== undefined) takeValues(loaded, room, new Float64Array(spilt), from, stopped, results);
  const counts = { steps: control[at.steps]!, unaligned: control[at.unaligned]! };
  return { ...counts, stopped, left: control[at.ending] === endings.left };
}

function throwIfFault(control: Float64Array, words: readonly PlacedWords[], { limits }: KernelOptions): void {
  const [a, b, place] = [control[at.a]!, control[at.b]!, control[at.at]!];
  switch (control[at.ending]) {
    case endings.words:
      throw faultOf(words[a]!);
    case endings.index:
      throw indexFault(a, b, place);
    case endings.label:
      throw labelFault(a, b, place);
    case endings.steps:
      throw stepsFault(limits.steps, place);
    case endings.depth:
      throw depthFault(limits.depth, place);
    case endings.elements:
      throw elementsFault(limits.elements, place);
    default:
      return;
  }
}

/** Values that are no scalars: those of particles of weight zero are absent. */
function takeValues(
  { strings }: Loaded,
  room: Room,
  numbers: Float64Array,
  from: number,
  to: number,
  results: readonly IrType[],
): void {
  const source = { numbers, at: 0 };
  const absent = results.map((type) => toConstant(absentValue(type)));
  for (let p = from; p < to; p++) {
    const dead = room.logWeight[p] === Number.NEGATIVE_INFINITY;
    room.columns.forEach((column, k) => {
      if (!(column instanceof Float64Array)) column[p] = dead ? absent[k]! : readBack(strings, results[k]!, source);
    });
  }
}

/**
 * The engine that runs programs as machine code made by a C compiler. Same bits as the reference interpreter; the JavaScript engine takes its
 * place where a program cannot be compiled.
 */
export const nativeEngine =
  (compiler: NativeCompiler): Engine =>
  (program, main, options) => {
    const made = compileNative(compiler, program, main, options);
    if (!('reason' in made)) return made;
    return { ...javascript(program, main, options), left: { to: 'js', because: made.reason } };
  };
