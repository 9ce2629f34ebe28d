/** The JavaScript engine: IR → source text → function → kernel. */
import { type BlockRun, fillByBlocks, givenColumns } from '../ir/draws.js';
import {
  type BlockResult,
  blockSize,
  type Counts,
  type Engine,
  type Kernel,
  type KernelOptions,
} from '../ir/engine.js';
import { interpret, interpretedBlocks } from '../ir/interpret.js';
import type { Program } from '../ir/ir.js';
import { type RuntimeValue, toConstant } from '../ir/values.js';
import { contentOf, keptThings } from '../runtime/content.js';
import { practise } from '../runtime/math/practice.js';
import { assembledColumns } from './assembled_columns.js';
import { effectsOf } from './effects.js';
import { emitFunction, emitMain } from './emit_function.js';
import { isForbiddenCode } from './factories.js';
import { asColumn, type Columns, eraseOutputs, factoryText, givenValues, instantiate, newColumns } from './factory.js';
import { functionOf } from './facts.js';
import type { LowProgram } from './low.js';
import { lower } from './lower.js';
import { columnsOf, type NoiseColumns } from './noise_columns.js';
import { compileResumable, type ResumableKernel } from './resumable.js';
import { longestBody } from './split.js';
import { newRunning, supportFunctions } from './support.js';
import { createTrace, type Trace } from './trace.js';
import { chunkSize, newProgramWriter, type ProgramWriter } from './writer.js';

/** What only tests change. */
type EmitTuning = {
  /** Longest body before it is split, in operations. */
  readonly longestBody?: number;
  /** Changes the text before it becomes a function. */
  readonly rewrite?: (text: string) => string;
};

/** Prints main as the loop over particles, and what it calls; columns of noise are `chunk` numbers long. */
export function writeProgram(
  low: LowProgram,
  options: Pick<KernelOptions, 'layout' | 'limits'>,
  tuning: EmitTuning,
  chunk: number = chunkSize,
): ProgramWriter {
  const program = newProgramWriter(low, options, effectsOf(low), {
    chunk,
    longestBody: tuning.longestBody ?? longestBody,
    overlapping: false,
  });
  for (const f of low.functions.values()) emitFunction(program, f);
  emitMain(program);
  return program;
}

/** The source text that the engine makes of a program, for people to read. */
export function emitJavaScript(program: Program, main: string, options: KernelOptions): string {
  const low = lower(program, main, { layout: options.layout, elements: options.limits.elements, copied: false });
  const source = sourceOf(writeProgram(low, options, {}));
  const support = supportFunctions(options, { words: [], types: [], externs: [] });
  const running = newRunning();
  const columns = columnsOf(low.groups, options.layout, 0);
  const given = givenValues(options, support, low, running, createTrace(options.key, running.totals), columns);
  return `${factoryText(source, [...Object.keys(given), 'done', 'erase'])}\n`;
}

/** What was printed, as the text of a factory that returns `Compiled`. */
export function sourceOf(writer: ProgramWriter): string {
  const { body, params } = writer.low.main;
  const outputs = body.yields.map((_, k) => `o${k}`);
  const given = params.map((_, k) => `h${k}`);
  return [
    `let ${['logWeights', 'scoreDimensions', ...outputs, ...given].join(', ')};`,
    ...(writer.buffers ?? []).map((length, k) => `const b${k} = new Float64Array(${length});`),
    ...writer.lines,
    `function outputs(w, d, columns${given.length > 0 ? ', given' : ''}) {`,
    '  logWeights = w;',
    '  scoreDimensions = d;',
    ...outputs.map((o, k) => `  ${o} = columns[${k}];`),
    ...given.map((h, k) => `  ${h} = given[${k}];`),
    '}',
    'return { run, outputs };',
  ].join('\n');
}

/** What generated text of a kernel that does not pause returns. */
type Compiled = {
  /** Runs the particles `begin` … `end - 1` of a chunk: particle k has place `from + k` in the columns and number `first + from + k`. */
  readonly run: (first: number, from: number, begin: number, end: number) => void;
  /** Sets the columns of log weights, dimensions and outputs, and those of main's parameters. */
  readonly outputs: (
    weights: Float64Array,
    dimensions: Float64Array,
    columns: Columns,
    given: readonly Float64Array[],
  ) => void;
};

export const isCompiled = (made: unknown): made is Compiled =>
  typeof made === 'object' && made !== null && 'run' in made && 'outputs' in made;

/** A program's text, and what it was printed from. */
type Written = { readonly low: LowProgram; readonly writer: ProgramWriter; readonly source: string };

function write(program: Program, main: string, options: KernelOptions, tuning: EmitTuning): Written {
  const { layout, limits } = options;
  const low = lower(program, main, { layout, elements: limits.elements, copied: false });
  const writer = writeProgram(low, options, tuning);
  return { low, writer, source: sourceOf(writer) };
}

/** Texts of programs; keys of noise are none of them, so that another seed needs no other text. */
const written = keptThings<Written>(64);

/** The name of all that decides the code of a program. */
export const writtenName = (program: Program, main: string, { layout, limits }: KernelOptions): string =>
  `${contentOf(program)} ${main} ${layout} ${contentOf(limits)}`;

/** The engine, with its text open to changes for tests. */
export function compileTuned(program: Program, main: string, options: KernelOptions, tuning: EmitTuning): Kernel {
  const func = functionOf(program, main);
  const { layout, key } = options;
  const { low, writer, source } =
    Object.keys(tuning).length === 0
      ? written.get(writtenName(program, main, options), () => write(program, main, options, {}))
      : write(program, main, options, tuning);
  const running = newRunning();
  const trace = createTrace(key, running.totals);
  const support = supportFunctions(options, { words: writer.words, types: writer.types, externs: low.externs });
  const columns = assembledColumns(low.groups, layout, chunkSize) ?? columnsOf(low.groups, layout, chunkSize);
  const done = new Float64Array(2);
  const held = { columns: newColumns(func.results, 0) };
  practise();
  const compiled = instantiate(tuning.rewrite?.(source) ?? source, {
    ...givenValues(options, support, low, running, trace, columns),
    done,
    erase: (p: number) => eraseOutputs(held.columns, func.results, p),
  });
  if (!isCompiled(compiled)) throw new Error('codegen: the text made no kernel');
  const run = runner(compiled, { trace, columns, key, done, held });
  const deep = withOwnStack(program, main, options);
  const types = func.results;
  const parameters = func.body.args.length - 1;
  return {
    runBlock: (block, count) => {
      const given = givenColumns({}, parameters);
      const draws = newColumns(types, count);
      const logWeight = new Float64Array(count);
      const dimension = new Float64Array(count);
      const counts = unlessTooDeep(
        () => run({ logWeight, dimension, columns: draws, given }, block * blockSize, 0, count),
        () => null,
      );
      if (counts === null) return deep(block, count, given);
      return { count, logWeight, dimension, columns: draws.map(asColumn), ...counts };
    },
    fill: (draws, first, last, base = 0) => {
      const given = givenColumns(draws, parameters);
      return unlessTooDeep(
        () => {
          const [from, to] = [first - base, last - base];
          const columns = draws.columns.map((c) => (c instanceof Float64Array ? c : new Array<RuntimeValue>(to)));
          const counts = run({ ...draws, columns, given }, base, from, to);
          columns.forEach((column, k) => {
            const target = draws.columns[k];
            if (column instanceof Float64Array || target instanceof Float64Array || target === undefined) return;
            for (let p = from; p < to; p++) target[p] = toConstant(column[p]!);
          });
          return counts;
        },
        () => fillByBlocks(deep)(draws, first, last, base),
      );
    },
  };
}

/** The host's stack may end before the limit on depth does. */
function unlessTooDeep<T>(run: () => T, otherwise: () => T): T {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof RangeError) return otherwise();
    throw thrown;
  }
}

type Parts = {
  readonly trace: Trace;
  readonly columns: NoiseColumns;
  readonly key: KernelOptions['key'];
  /** Steps and unaligned draws of the run. */
  readonly done: Float64Array;
  readonly held: { columns: Columns };
};

type Room = {
  readonly logWeight: Float64Array;
  readonly dimension: Float64Array;
  readonly columns: Columns;
  readonly given: readonly Float64Array[];
};

/** The first particles of a kernel go in small parts: a function is changed for its faster code where it is called, at no other cost. */
const beginners = 16_384;
const smallPart = 16;

/** Runs places `from` to `to - 1` of the room, whose place 0 is for the particle `first`. */
type Run = (room: Room, first: number, from: number, to: number) => Counts;

function runner(compiled: Compiled, { trace, columns, key, done, held }: Parts): Run {
  let begun = 0;
  return (room, first, from, to) => {
    held.columns = room.columns;
    done.fill(0);
    compiled.outputs(room.logWeight, room.dimension, room.columns, room.given);
    for (let start = from; start < to; start += chunkSize) {
      const particle = first + start;
      if (particle % blockSize === 0) {
        trace.startBlock(particle / blockSize);
        columns.start(key, particle / blockSize);
      }
      const size = Math.min(chunkSize, to - start);
      columns.fill(key, particle, size);
      const part = begun < beginners ? smallPart : size;
      for (let q = 0; q < size; q += part) compiled.run(first, start, q, Math.min(size, q + part));
      begun += size;
    }
    return { steps: done[0]!, unaligned: done[1]! };
  };
}

/** Runs blocks with calls of recursive functions held in an arena, where the host's stack is too small for them. */
function withOwnStack(program: Program, main: string, options: KernelOptions): BlockRun {
  let run: BlockRun | null = null;
  return (block, count, given, skipped) => {
    run ??= unlessForbidden(
      () => runOf(compileResumable(program, main, { ...options, pauses: 'never' })),
      () => interpretedBlocks(program, main, options),
    );
    return run(block, count, given, skipped);
  };
}

const runOf =
  (kernel: ResumableKernel): BlockRun =>
  (block, count, given, skipped = 0) => {
    if (skipped === 0) {
      kernel.start(block, count, given);
      return kernel.finish();
    }
    const [before, all] = [skipped, count].map((particles) => {
      // Who skips particles has no parameters.
      kernel.start(block, particles, []);
      return kernel.finish();
    });
    return behind(all!, before!);
  };

/** What the particles behind the first ones gave. */
const behind = (all: BlockResult, first: BlockResult): BlockResult => ({
  count: all.count - first.count,
  logWeight: all.logWeight.subarray(first.count),
  dimension: all.dimension.subarray(first.count),
  columns: all.columns.map((c) => (c instanceof Float64Array ? c.subarray(first.count) : c.slice(first.count))),
  steps: all.steps - first.steps,
  unaligned: all.unaligned - first.unaligned,
});

/**
 * The engine that runs programs as JavaScript. Same bits as the reference interpreter, which takes its place where the platform
 * forbids code from text and none was compiled ahead of time.
 */
export const javascript: Engine = (program, main, options) =>
  unlessForbidden(
    () => compileTuned(program, main, options, {}),
    () => ({ ...interpret(program, main, options), interpreted: true }),
  );

/** What `compile` gives, or where the platform forbids code from text what `otherwise` gives. */
export function unlessForbidden<T>(compile: () => T, otherwise: () => T): T {
  try {
    return compile();
  } catch (thrown) {
    if (isForbiddenCode(thrown)) return otherwise();
    throw thrown;
  }
}
